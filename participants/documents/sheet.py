"""The attendance sheet on paper: numbered rows with boxes to tick, to be keyed back in the same order."""

import segno
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from core.pdf import render_pdfs
from participants.models import Attendance
from participants.sheetcode import code_of

# People a page; the last page has room for the guests besides.
ROWS = {"a4": 20, "f4": 25}
GUESTS = 3


def sheet_pdf(session, rows, *, paper="a4"):
    """The daftar hadir of `session` as a PDF (bytes); `rows` are its PaperRows. Raises PdfUnavailable."""
    numbers = list(session.batch.sessions.alive().values_list("pk", flat=True))
    context = {
        "session": session,
        "batch": session.batch,
        "facility": session.batch.facility,
        "paper": paper,
        "number": numbers.index(session.pk) + 1 if session.pk in numbers else None,
        "session_count": len(numbers),
        "codes": Attendance.Code,
        "pages": pages(session, rows, ROWS[paper]),
        "printed_on": timezone.localdate(),
    }
    with translation.override("id"):
        (pdf,) = render_pdfs(
            "participants/pdf/sheet.html", [context], stylesheet="css/print/sheet.css"
        )
    return pdf


def pages(session, rows, length):
    """The rows in pages of `length`, each with its code; a sheet of nobody is one page for guests."""
    parts = [rows[start : start + length] for start in range(0, len(rows), length)] or [[]]
    return [
        {
            "rows": part,
            "guests": range(GUESTS if number == len(parts) else 0),
            "code": code_of(session.pk),
            "qr": _qr(code_of(session.pk)),
        }
        for number, part in enumerate(parts, start=1)
    ]


def _qr(code):
    """The code as inline SVG, level Q: a pen or a fold over a quarter of it does no harm."""
    picture = segno.make_qr(code, error="q", boost_error=False)
    return mark_safe(picture.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))
