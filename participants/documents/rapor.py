"""The training report (rapor): what somebody did in training, as evidence for remission."""

from django.utils import timezone, translation

from core.pdf import render_pdfs
from participants.models import Attendance
from participants.queries.timeline import trainings_of

PAPERS = ("a4", "f4")


def rapor_pdf(inmates, *, facility, paper="a4"):
    """One PDF (bytes) with the report of each of `inmates`, each on a new page. Raises PdfUnavailable."""
    with translation.override("id"):
        trainings = trainings_of(inmates)
        context = {
            "facility": facility,
            "paper": paper,
            "people": [(inmate, trainings[inmate.pk]) for inmate in inmates],
            "causes": Attendance.Cause,
            "printed_on": timezone.localdate(),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/rapor.html", [context], stylesheet="css/print/rapor.css"
        )
    return pdf
