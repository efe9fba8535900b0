"""Blank sheets as grey pictures of 12 px/mm: those drawn from the real PDF, or a plain drawing of the layout."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import segno

from participants.paper.layout import CODES, LAYOUTS

SCALE = 12  # px/mm
DRAWN = Path(os.environ.get("PAPER_SHEETS", "var/paper-sheets"))


@dataclass(frozen=True)
class Sheet:
    """A printed page before anybody wrote on it; `people` of its rows have a name."""

    image: np.ndarray
    paper: str
    code: str
    people: int

    @property
    def layout(self):
        return LAYOUTS[self.paper]


@cache
def sheets():
    """All there are: the real ones of `python -m tests.paper.printing`, else plain ones."""
    listed = DRAWN / "sheets.json"
    if listed.exists():
        return [_drawn(**facts) for facts in json.loads(listed.read_text())]
    return [
        plain_sheet("a4", "000031AX7QM2K0PT", 20),
        plain_sheet("f4", "0000B1JX9VTC6E2H", 25),
        plain_sheet("a4", "0000C1W3ZDN8RKQY", 13),
    ]


def _drawn(name, paper, code, people):
    return Sheet(cv2.imread(str(DRAWN / name), cv2.IMREAD_GRAYSCALE), paper, code, people)


def px(value):
    return round(value * SCALE)


def plain_sheet(paper, code, people):
    """Markers, codes, boxes and letters where the layout has them, and little else."""
    layout = LAYOUTS[paper]
    page = np.full((px(layout.height), px(layout.width)), 255, np.uint8)
    for marker in layout.markers:
        _draw_marker(page, marker)
    for area in layout.codes:
        _paste(page, area, qr_picture(code))
    for row in range(layout.rows):
        _draw_row(page, layout, row, "" if row >= people else f"Warga Binaan {row + 1:02}")
    _write(page, "DAFTAR HADIR", layout.left + 5, 30, 1.6)
    _write(page, code, layout.left + 40, layout.height - 14, 1.0)
    return page_sheet(page, paper, code, people)


def page_sheet(page, paper, code, people):
    page.flags.writeable = False
    return Sheet(page, paper, code, people)


def qr_picture(code):
    """One pixel a module, with its quiet zone."""
    rows = segno.make_qr(code, error="q", boost_error=False).matrix_iter(border=4)
    return np.array([[0 if dark else 255 for dark in row] for row in rows], np.uint8)


def _paste(page, area, picture):
    x, y, size = px(area.x), px(area.y), px(area.width)
    page[y : y + size, x : x + size] = cv2.resize(
        picture, (size, size), interpolation=cv2.INTER_NEAREST
    )


def _draw_marker(page, marker):
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    size = px(marker.area.width)
    _paste(page, marker.area, cv2.aruco.generateImageMarker(dictionary, marker.id, size))


def _draw_row(page, layout, row, name):
    top, bottom = px(layout.row_top(row)), px(layout.row_top(row + 1))
    ends = [(layout.left, layout.boxes_left), (layout.boxes_right, layout.right)]
    for start, end in ends:
        cv2.line(page, (px(start), bottom), (px(end), bottom), 140, 2)
    middle = (top + bottom) / 2 / SCALE + 1.2
    _write(page, str(row + 1), layout.left + 2, middle, 1.1)
    _write(page, name, layout.left + layout.number_width + 1, middle, 1.1)
    for column, letter in enumerate(CODES):
        area = layout.box_area(row, column)
        x, y, size, line = px(area.x), px(area.y), px(area.width), px(layout.line)
        page[y : y + size, x : x + size] = 0
        page[y + line : y + size - line, x + line : x + size - line] = 255
        _write(page, letter, area.x - 3, middle, 0.9)


def _write(page, text, x, y, size):
    cv2.putText(page, text, (px(x), px(y)), cv2.FONT_HERSHEY_SIMPLEX, size, 0, 2, cv2.LINE_AA)
