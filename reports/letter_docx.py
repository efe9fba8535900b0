"""A letter as a Word file: the same words as on the PDF, plain enough to be edited in any office."""

import io
from datetime import UTC, datetime, time

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from accounts.templatetags.letterhead import in_full

A4 = Mm(210), Mm(297)
SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = Mm(25), Mm(15), Mm(20)
FONT, SIZE = "Arial", Pt(11)
INSET, SIGNATURE_INDENT = Mm(8), Mm(85)
LINES_FOR_SIGNATURE = 3


def letter_docx(letter, facility, day):
    """A Letter of reports.documents, under the letterhead of `facility` and dated `day`, as bytes."""
    document = _blank_page()
    _describe(document, letter, facility, day)
    _letterhead(document, facility)
    _paragraph(document, letter.place_and_date, WD_ALIGN_PARAGRAPH.RIGHT)
    _table(document, letter.particulars, indent=0, label_width=Mm(24))
    _block(document, letter.recipient)
    for text in letter.opening:
        _paragraph(document, text)
    _table(document, letter.facts, indent=INSET, label_width=Mm(70))
    _open_promises(document, letter)
    _paragraph(document, letter.proposal)
    _table(document, letter.blanks, indent=INSET, label_width=Mm(35))
    for text in letter.closing:
        _paragraph(document, text)
    _sign(document, letter.signature)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _blank_page():
    document = Document()
    [section] = document.sections
    section.page_width, section.page_height = A4
    section.left_margin = section.right_margin = SIDE_MARGIN
    section.top_margin, section.bottom_margin = TOP_MARGIN, BOTTOM_MARGIN
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, SIZE
    style.paragraph_format.space_after = Pt(6)
    style.element.rPr.append(_element("w:lang", val="id-ID"))
    return document


def _describe(document, letter, facility, day):
    about = document.core_properties
    about.title = dict(letter.particulars)["Hal"]
    about.author = about.last_modified_by = str(facility)
    about.comments = ""
    about.language = "id"
    about.created = about.modified = datetime.combine(day, time(), UTC)


def _letterhead(document, facility):
    lines = (
        (in_full(facility.region).upper(), Pt(11), True),
        (in_full(facility).upper(), Pt(14), True),
        (", ".join(part for part in (facility.address, facility.city) if part), Pt(9), False),
    )
    for text, size, is_bold in lines:
        paragraph = _paragraph(document, "", WD_ALIGN_PARAGRAPH.CENTER, after=Pt(0))
        run = paragraph.add_run(text)
        run.bold, run.font.size = is_bold, size
    _underline(paragraph)
    paragraph.paragraph_format.space_after = Pt(12)


def _underline(paragraph):
    """A thick and a thin line below it, as under every letterhead."""
    line = _element("w:bottom", val="thickThinSmallGap", sz="18", space="6", color="000000")
    borders = _element("w:pBdr")
    borders.append(line)
    # Word wants the parts of a paragraph's style in the order of its schema.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _element(name, **attributes):
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _paragraph(document, text, alignment=None, *, after=None):
    paragraph = document.add_paragraph(text)
    paragraph.alignment = alignment
    if after is not None:
        paragraph.paragraph_format.space_after = after
    return paragraph


def _block(document, lines):
    """Lines that belong together, such as an address."""
    paragraph = _paragraph(document, "", after=Pt(12))
    paragraph.paragraph_format.space_before = Pt(12)
    for number, line in enumerate(lines):
        if number:
            paragraph.add_run().add_break()
        paragraph.add_run(line)


def _table(document, rows, *, indent, label_width):
    """Labels and values in two columns without lines, with a colon between."""
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    room = A4[0] - 2 * SIDE_MARGIN - label_width - indent
    if indent:
        place = _element("w:tblInd", w=str(round(indent.pt * 20)), type="dxa")
        table._tbl.tblPr.insert_element_before(place, "w:tblLayout", "w:tblLook")
    for label, value in rows:
        cells = table.add_row().cells
        for cell, text, width in zip(
            cells, (label, f": {value}"), (label_width, room), strict=True
        ):
            cell.width = width
            cell.paragraphs[0].add_run(text)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    _paragraph(document, "", after=Pt(0))


def _open_promises(document, letter):
    if letter.open_heading:
        _paragraph(document, letter.open_heading)
    for text in letter.open_items:
        document.add_paragraph(text, style="List Bullet")


def _sign(document, signature):
    lines = [
        f"{signature.title},",
        *[""] * LINES_FOR_SIGNATURE,
        signature.name or "." * 40,
        f"NIP {signature.nip}" if signature.nip else "",
    ]
    for number, line in enumerate(lines):
        paragraph = _paragraph(document, "", after=Pt(0))
        paragraph.paragraph_format.left_indent = SIGNATURE_INDENT
        paragraph.paragraph_format.keep_with_next = number < len(lines) - 1
        run = paragraph.add_run(line)
        run.bold = line == signature.name
