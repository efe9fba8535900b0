"""The attendance sheet on paper: numbered rows with boxes to tick, read back by a machine or keyed by hand.

Where things stand is said by participants.paper.layout alone; the text goes around it.
"""

from io import BytesIO

from django.utils import timezone, translation
from pypdf import PdfWriter

from core.pdf import render_pdfs
from participants.documents.sheet_drawing import drawing, same_on_all
from participants.paper.layout import CODES, LAYOUTS
from participants.sheetcode import code_of

# Drawing a hundred pages as one document takes 700 MB.
PAGES_AT_ONCE = 10

MM_PER_POINT = 25.4 / 72
NAME_SIZES = (10, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5)  # points
NAME_LEADING = 1.1
PADDING = 1.5  # of a cell on either side, mm
ROW_PADDING = 1.0
HEAD_HEIGHT = 5.0


def sheets_pdf(pages, *, paper):
    """The PDF (bytes) of these PaperPages, one after the other, on "a4" or "f4". Raises PdfUnavailable."""
    layout = LAYOUTS[paper]
    same = _places(layout) | {
        "paper": paper,
        "layout": layout,
        "same_on_all": same_on_all(layout),
        "facility": pages[0].session.facility,
        "printed_on": timezone.localdate(),
    }
    contexts = (
        same | {"pages": [_page(one, layout) for one in pages[start : start + PAGES_AT_ONCE]]}
        for start in range(0, len(pages), PAGES_AT_ONCE)
    )
    with translation.override("id"):
        return _joined(
            render_pdfs(
                "participants/pdf/sheet.html",
                contexts,
                stylesheet="css/print/sheet.css",
            )
        )


def _joined(parts):
    """One PDF of all of them; the first gives its title and what else is said of a whole file."""
    first, *others = parts
    if not others:
        return first
    writer = PdfWriter(clone_from=BytesIO(first))
    for one in others:
        writer.append(BytesIO(one), import_outline=False)
    joined = BytesIO()
    writer.write(joined)
    return joined.getvalue()


def _places(layout):
    """Where the text has to stand, in mm."""
    zone = layout.boxes_right - layout.boxes_left
    return {
        "table_width": layout.right - layout.left,
        "head_top": layout.rows_top - HEAD_HEIGHT,
        "head_height": HEAD_HEIGHT,
        "register_width": zone + layout.register_width,
        "register_padding": zone + PADDING,
        "codes": CODES,
        "first_box": layout.box_area(0, 0),
    }


def _page(page, layout):
    code = code_of(page.sheet.pk, page.sheet.layout)
    return {
        "session": page.session,
        "number": page.number,
        "session_count": page.session_count,
        "sheet": page.sheet,
        "rows": [_row(one, layout) for one in page.rows],
        "guests": range(layout.rows - len(page.rows)),
        "code": code,
        "drawing": drawing(layout, code=code.replace("-", ""), people=len(page.rows)),
    }


def _row(row, layout):
    inmate = row.enrollment.inmate
    announced = f" ({row.announced.code})" if row.announced else ""
    return {
        "number": row.number,
        "name": inmate.name,
        "announced": announced,
        "size": name_size(
            f"{inmate.name}{announced}",
            width=layout.name_width - 2 * PADDING,
            height=layout.pitch - ROW_PADDING,
        ),
        "register": inmate.short_register,
    }


def name_size(text, *, width, height):
    """In points: as large as it may be for `text` to fit, in a few lines, a cell of so many mm."""
    length = sum(map(_width, text)) * MM_PER_POINT
    for size in NAME_SIZES:
        lines = int(height / (size * NAME_LEADING * MM_PER_POINT))
        # Lines break between words and so are not filled.
        room = width if lines < 2 or length * size <= width else lines * width * 0.86
        if length * size <= room:
            break
    return size


def _width(sign):
    """Of a letter in Public Sans, in em, roughly."""
    if sign in "MWmw@":
        return 0.9
    if sign in " .,'iIljtfr()-/":
        return 0.34
    return 0.7 if sign.isupper() else 0.58
