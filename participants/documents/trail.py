"""The trail of a person's file on paper, in plain words, for the person."""

from django.utils import timezone, translation

from core.pdf import render_pdfs
from participants.queries.readings import days

MOST_LINES = 1000


def trail_pdf(inmate, *, most=MOST_LINES):
    """Who saw or changed the file of `inmate`, by day, as PDF bytes. Raises PdfUnavailable.

    It speaks to an Indonesian reader whatever the screen's language.
    """
    with translation.override("id"):
        context = {
            "inmate": inmate,
            "facility": inmate.facility,
            "days": days(inmate, most=most),
            "most": most,
            "printed_on": timezone.localdate(),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/trail.html", [context], stylesheet="css/print/trail.css"
        )
    return pdf
