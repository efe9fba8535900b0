"""The slip for a participant: what comes next, how far it is, and how to object, in big print."""

from django.utils import timezone, translation

from core.pdf import render_pdfs
from participants.models import Attendance

NEXT_SHOWN = 4
# Whose doing an absence was that counts against nobody, in the plainest words.
CAUSES = {Attendance.Cause.FACILITY: "urusan Lapas", Attendance.Cause.PARTNER: "pengajar"}


def slips_pdf(trainings, *, facility, paper="a4"):
    """One PDF (bytes) with a page for each Training. Raises PdfUnavailable."""
    with translation.override("id"):
        context = {
            "facility": facility,
            "paper": paper,
            "slips": [_slip(training) for training in trainings],
            "printed_on": timezone.localdate(),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/slip.html", [context], stylesheet="css/print/slip.css"
        )
    return pdf


def _slip(training):
    missed = {one.cause: one.times for one in training.absences}
    own = missed.get(Attendance.Cause.PARTICIPANT, 0)
    not_counted = [(CAUSES[one.cause], one.times) for one in training.absences if not one.counts]
    return {
        "training": training,
        "inmate": training.enrollment.inmate,
        "boxes": _boxes(training, own, sum(times for _cause, times in not_counted)),
        "own": own,
        "not_counted": not_counted,
        "next": training.to_come[:NEXT_SHOWN],
        "mastered": [one.unit for one in training.results if one.is_competent],
        "in_practice": [one.unit for one in training.results if not one.is_competent],
    }


def _boxes(training, own, not_counted):
    """A box for each meeting: "there", "missed", "free" (not counted), then "open"."""
    known = ["there"] * training.presences + ["missed"] * own + ["free"] * not_counted
    return known + ["open"] * (len(training.regular) - len(known))
