"""The day pack on paper: one part for the blocks, one for the gate, one for the tools."""

from django.utils import timezone, translation

from core.pdf import render_pdfs

# Room to write in somebody who came unannounced.
BLANK_ROWS = 2


def day_pack_pdf(pack, *, facility, paper="a4"):
    """PDF bytes on "a4" or "f4", each part from a new page. Raises PdfUnavailable.

    It lies at a gate that others pass: why somebody does not come stays on the officer's screen.
    """
    with translation.override("id"):
        context = {
            "facility": facility,
            "paper": paper,
            "pack": pack,
            "blank_rows": range(BLANK_ROWS),
            "printed_on": timezone.localdate(),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/day_pack.html", [context], stylesheet="css/print/day_pack.css"
        )
    return pdf
