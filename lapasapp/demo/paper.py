"""Meetings kept on paper: sheets printed, filled with a pen, scanned and read; the officer's word is due."""

import io
import random
from contextlib import suppress
from math import sin

import pypdfium2
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from core.pdf import PdfUnavailable
from participants.documents.sheet import sheets_pdf
from participants.paper.layout import CODES, LAYOUTS
from participants.services import keep_scans, print_sheets, read_upload

LAYOUT, INK = LAYOUTS["a4"], "#243f8f"
PER_MM, PEN, TILT = 200 / 25.4, 4, 0.4  # pixels, pixels, degrees
COUNT, SIGNATURE = (77, 271), (104, 280)  # mm
# Strokes, in mm.
TICK = ((0.8, 2.2), (2.1, 4.3), (5, 0))
STRUCK = ((-0.5, 1), (5.5, 1.5), (-0.5, 3), (5.5, 4))
DIGITS = [
    [(int(x) / 4, int(y) / 2.4) for x, y in stroke.split()]
    for stroke in (
        "50 05 59 95 50,25 50 59,03 50 93 09 99,00 90 44 96 59 07,30 05 95 63 69,"
        "90 00 04 74 97 59 08,80 14 07 59 96 54 06,00 90 39,50 12 86 59 16 82 50,94 45 02 50 93 89"
    ).split(",")
]


def hold_on_paper(sessions, *, officer):
    """Scan the sheets of `sessions`, a page each, as their marks have it, and an empty page; no mark comes of it."""
    with suppress(PdfUnavailable):  # then there is no paper
        pages = print_sheets(sessions=sessions, paper="a4", by=officer)
        scan = _scan(pages, pypdfium2.PdfDocument(sheets_pdf(pages, paper="a4")))
        upload = keep_scans(files=[scan], facility=officer.facility, by=officer)
        read_upload(upload=upload)


def _scan(pages, printed):
    plain = [one.render(scale=PER_MM * 25.4 / 72).to_pil().convert("RGB") for one in printed]
    sheets = [_filled(*one) for one in zip(pages, plain, strict=True)]
    sheets.append(Image.new("RGB", sheets[0].size, "#fbfaf7"))
    content = io.BytesIO()
    sheets[0].save(content, "PDF", save_all=True, append_images=sheets[1:], resolution=200)
    return ContentFile(content.getvalue(), name="daftar-hadir.pdf")


def _filled(page, sheet):
    """One row is corrected and one forgotten; the count at the foot is of what the others and that one say."""
    pen, dice = ImageDraw.Draw(sheet), random.Random(f"{page.session.batch.code} {page.number}")
    stored = dict(page.session.attendances.values_list("enrollment", "code"))
    codes = [stored.get(one.enrollment.pk, "H") for one in page.rows]
    corrected, forgotten = dice.sample(range(len(codes)), 2)
    wrong = LAYOUT.box_area(corrected, CODES.index(codes[corrected]))
    _draw(pen, TICK, wrong.x, wrong.y)
    _draw(pen, STRUCK, wrong.x, wrong.y)
    codes[corrected], codes[forgotten] = ("I" if codes[corrected] == "S" else "S"), ""
    for row, code in enumerate(codes):
        if code:
            box = LAYOUT.box_area(row, CODES.index(code))
            _draw(pen, TICK, box.x + dice.uniform(-0.4, 0.4), box.y)
        if code in ("H", "T"):
            _sign(pen, LAYOUT.sign_left + 5, LAYOUT.row_top(row) + 5, dice)
    for place, digit in enumerate(str(codes.count("H"))):
        _draw(pen, DIGITS[int(digit)], COUNT[0] + 4 * place, COUNT[1])
    _sign(pen, *SIGNATURE, dice)
    return sheet.rotate(TILT, Image.Resampling.BICUBIC, fillcolor="white")


def _sign(pen, x, y, dice):
    fast, slow = dice.uniform(0.9, 1.4), dice.uniform(0.3, 0.7)
    waves = [sin(n * fast) * (1.3 - n / 60) + 1.3 * sin(n * slow) for n in range(60)]
    _draw(pen, [(0.37 * n, wave) for n, wave in enumerate(waves)], x, y)


def _draw(pen, stroke, x, y):
    pixels = [((x + right) * PER_MM, (y + down) * PER_MM) for right, down in stroke]
    pen.line(pixels, INK, width=PEN, joint="curve")
