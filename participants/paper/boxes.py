"""Where the boxes of a sheet really stand, and the strokes that a pen left in and around them."""

import cv2
import numpy as np

from participants.paper.frame import PIXELS_PER_MM
from participants.paper.layout import CODES
from participants.paper.light import TRACE, without_stains

# How far a row may lie from where the markers say, on crumpled or copied paper; and how far from its neighbours.
MOST_SHIFT_MM, MOST_ALONE_MM = 2.0, 0.5
LEAST_LIKENESS = 0.35  # of a row of outlines to the printed ones
# What the outline hides: its line, and what a blurred picture smears of it; beside the box, and inside.
EDGE_MM, INSET_MM = 0.4, 0.75
# A stroke may leave its box by this much; what is further out belongs to nobody.
REACH_MM = 2.0
STROKE = 0.3  # darkness from which a pixel is part of a stroke of a dark pen
PALEST = 0.08  # no pen is looked for below this
LEAST_PIECE = 8  # pixels; what is smaller is dust
LEAST_INSIDE = 16  # pixels of a stroke that enters a box; less only touches it
# What is as dark in so many per cent of the rows is printed there.
PRINTED_IN = 35
# How far a stroke is followed under what is printed.
BRIDGE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))


class Boxes:
    """The boxes of one sheet where they really stand, and what a pen left in and around them."""

    def __init__(self, dark, layout):
        self.dark = dark
        self.size = round(layout.box * PIXELS_PER_MM)
        self.inset = round(INSET_MM * PIXELS_PER_MM)
        self.beside = round(layout.letter_width * PIXELS_PER_MM)
        self.edge = round(EDGE_MM * PIXELS_PER_MM)
        moved = _shifts(dark, layout)
        self.places = [
            [self._place(layout, row, column, moved[row]) for column in range(len(CODES))]
            for row in range(layout.rows)
        ]
        self.strokes, self.printed = self._without_print()
        self.stroke, self.trace = self._levels()
        self.labels, self.stats = self._pieces()
        self.entering = [[self._labels_in(*place) for place in row] for row in self.places]
        self.outside = self._outside()

    @staticmethod
    def _place(layout, row, column, moved):
        """(x, y) of the box's upper left corner, in pixels."""
        area = layout.box_area(row, column)
        right, down = moved
        return round(area.x * PIXELS_PER_MM) + right, round(area.y * PIXELS_PER_MM) + down

    def inside(self, x, y):
        near, far = self.inset, self.size - self.inset
        return np.s_[y + near : y + far, x + near : x + far]

    def _with_letter(self, x, y):
        edge = self.edge
        return np.s_[y - edge : y + self.size + edge, x - self.beside : x + self.size + edge]

    def _without_print(self):
        """(the sheet without outlines and letters, where these are)

        What is alike in every row is no ink of a pen.
        """
        strokes = np.zeros_like(self.dark)
        printed = np.zeros(self.dark.shape, bool)
        (first, top), (last, bottom) = self.places[0][0], self.places[-1][-1]
        reach = round(REACH_MM * PIXELS_PER_MM)
        zone = np.s_[
            top - reach : bottom + self.size + reach,
            first - self.beside : last + self.size + reach,
        ]
        strokes[zone] = without_stains(self.dark[zone])
        for column in zip(*self.places, strict=True):
            boxes = np.stack([self.dark[self._with_letter(*place)] for place in column])
            form = np.percentile(boxes, PRINTED_IN, axis=0).astype(np.float32)
            form[self.inside(self.beside, self.edge)] = 0
            form = cv2.dilate(form, np.ones((3, 3), np.uint8))
            for place in column:
                strokes[self._with_letter(*place)] -= form
                printed[self._with_letter(*place)] = form > TRACE
        printed = cv2.dilate(printed.astype(np.uint8), np.ones((5, 5), np.uint8))
        return np.maximum(strokes, 0, out=strokes), printed

    def _levels(self):
        """(darkness from which a pixel is part of a stroke, … is at least a trace of one)

        Half of what this sheet's pen leaves, but never what its paper and its scanner leave anyhow.
        """
        boxes = np.stack([self.strokes[self.inside(*one)] for row in self.places for one in row])
        boxes = boxes.reshape(len(boxes), -1)
        order = np.argsort(boxes.sum(axis=1))
        noise = boxes[order[: int(len(order) * 0.6)]].std()
        peaks = np.percentile(boxes, 96, axis=1)
        inked = peaks[peaks > PALEST + 4 * noise]
        pen = np.median(inked) if len(inked) else 1
        stroke = np.clip(0.5 * pen, PALEST + 3 * noise, STROKE)
        return stroke, max(TRACE * stroke / STROKE, 3 * noise)

    def _pieces(self):
        """(picture of the connected strokes' numbers, OpenCV's figures of them)"""
        strokes = (self.strokes > self.stroke).astype(np.uint8)
        # A stroke is broken where it crosses an outline; there, and only there, it may jump.
        joined = strokes | (cv2.dilate(strokes, BRIDGE) & self.printed)
        _count, labels, stats, _middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
        # What was joined is no ink: only the strokes themselves count.
        stats[:, cv2.CC_STAT_AREA] = np.bincount(labels[strokes > 0], minlength=len(stats))
        return labels, stats

    def _labels_in(self, x, y):
        labels, counts = np.unique(self.labels[self.inside(x, y)], return_counts=True)
        return set(labels[counts >= LEAST_INSIDE]) - {0}

    def _outside(self):
        """{(row, column): pixels of strokes that enter no box and are nearest to this one}"""
        owned = set().union(*(labels for row in self.entering for labels in row))
        found = {}
        middles = np.array(self.places) + self.size / 2
        for label, (x, y, width, height, area) in enumerate(self.stats):
            if label and label not in owned and area >= LEAST_PIECE:
                away = np.abs(middles - (x + width / 2, y + height / 2)).max(axis=2)
                nearest = np.unravel_index(away.argmin(), away.shape)
                found[nearest] = found.get(nearest, 0) + int(area)
        return found


def _shifts(dark, layout):
    """[(right, down) in pixels] by which each row's boxes lie beside their place."""
    pattern = _outlines(layout)
    found = np.array([_shift(dark, layout, row, pattern) for row in range(layout.rows)])
    return _smoothed(found)


def _outlines(layout):
    """The five outlines of a row as a picture."""
    one = layout.box_area(0, 0)
    last = layout.box_area(0, len(CODES) - 1)
    size = round(one.width * PIXELS_PER_MM)
    line = max(round(layout.line * PIXELS_PER_MM), 1)
    pattern = np.zeros((size, round((last.right - one.x) * PIXELS_PER_MM)), np.float32)
    for column in range(len(CODES)):
        x = round(column * layout.box_pitch * PIXELS_PER_MM)
        pattern[:, x : x + size] = 1
        pattern[line:-line, x + line : x + size - line] = 0
    return cv2.GaussianBlur(pattern, (0, 0), 1.2)


def _shift(dark, layout, row, pattern):
    """(right, down, how sure) of one row."""
    area, room = layout.box_area(row, 0), round(MOST_SHIFT_MM * PIXELS_PER_MM)
    x, y = round(area.x * PIXELS_PER_MM), round(area.y * PIXELS_PER_MM)
    height, width = pattern.shape
    window = dark[y - room : y + height + room, x - room : x + width + room]
    score = cv2.matchTemplate(np.minimum(window, 1), pattern, cv2.TM_CCOEFF_NORMED)
    _low, high, _low_at, (right, down) = cv2.minMaxLoc(score)
    return right - room, down - room, high


def _smoothed(found):
    """Paper bends gently: a row that claims to lie elsewhere than its neighbours is where they are."""
    sure = found[:, 2] > LEAST_LIKENESS
    rows = np.arange(len(found))
    if not sure.any():
        return np.zeros((len(found), 2), int)
    out = np.empty((len(found), 2))
    for axis in (0, 1):
        known = np.interp(rows, rows[sure], found[sure, axis])
        padded = np.pad(known, 3, mode="edge")
        usual = np.array([np.median(padded[row : row + 7]) for row in rows])
        out[:, axis] = np.where(
            sure & (abs(known - usual) <= MOST_ALONE_MM * PIXELS_PER_MM), known, usual
        )
    return np.rint(out).astype(int)
