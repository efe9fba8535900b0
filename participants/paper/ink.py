"""How much ink lies in each box of a flattened sheet, and of what shape."""

from dataclasses import dataclass

import cv2
import numpy as np

from participants.paper.frame import PIXELS_PER_MM
from participants.paper.layout import CODES

# Paper is what stays when everything smaller than this is taken away: wider than a marker.
PAPER_MM = 15
# How far a row may lie from where the markers say, on crumpled or copied paper.
MOST_SHIFT_MM = 2.0
# What the outline hides: its line, and what a blurred picture smears of it.
INSET_MM = 0.75
# A stroke may leave its box by this much; what is further out belongs to nobody.
REACH_MM = 2.0
# Beside a box, where its blurred outline is seen.
EDGE_MM = 0.4
LEAST_PIECE = 8  # pixels; what is smaller is dust
STROKE = 0.3  # darkness from which a pixel is part of a stroke of a dark pen
TRACE = 0.14  # darkness from which it is at least a trace of one
NARROW_MM = 0.9
WIDE = 2 * PIXELS_PER_MM
MOST_STAIN = 0.4
STREAK = 13 * PIXELS_PER_MM
BILEVEL_BLUR = 1.8  # pixels
PALEST = 0.08  # no pen is looked for below this
# A strike-through goes beyond both sides of its box, and is level or nearly so.
STRIKE_BEYOND_MM = 1.6
STRIKE_SLOPES = (-0.36, -0.24, -0.12, 0, 0.12, 0.24, 0.36)
STRIKE_WIDTH = np.ones((7, 3), np.uint8)
# How far a stroke is followed under what is printed.
BRIDGE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))


def darkness(flat, layout, seen, *, is_bilevel):
    """0 for the paper, wherever it is lit how; 1 for the black of the markers. float32, as `flat`.

    Black and white alone is smoothed first: grey that was scattered into dots becomes grey again.
    """
    if is_bilevel:
        flat = cv2.GaussianBlur(flat, (0, 0), BILEVEL_BLUR)
    small = cv2.resize(
        flat, None, fx=1 / PIXELS_PER_MM, fy=1 / PIXELS_PER_MM, interpolation=cv2.INTER_AREA
    )
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (PAPER_MM, PAPER_MM))
    paper = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(paper, (0, 0), 4)
    paper = cv2.resize(paper, flat.shape[::-1], interpolation=cv2.INTER_LINEAR)
    light = flat.astype(np.float32) / np.maximum(paper, 30)
    black = np.median(np.concatenate([_border(light, layout, one).ravel() for one in seen]))
    return _without_streaks(np.clip((1 - light) / max(1 - black, 0.15), 0, 1.2))


def _without_stains(dark):
    """What is pale and wider than a pen is no stroke: coffee, a shadow's edge, ink from the other side."""
    wide = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((WIDE, WIDE), np.uint8))
    return np.where(wide < MOST_STAIN, dark - wide, dark)


def _without_streaks(dark):
    """A fold, a dirty scanner or one long line down a column: longer than any mark, it marks nobody."""
    streaks = cv2.dilate((dark > TRACE).astype(np.uint8), np.ones((1, 3), np.uint8))
    streaks = cv2.morphologyEx(streaks, cv2.MORPH_OPEN, np.ones((STREAK, 1), np.uint8))
    dark[cv2.dilate(streaks, np.ones((1, 5), np.uint8)) > 0] = 0
    return dark


def _border(light, layout, marker):
    """The upper and the left black edge of a marker."""
    area = layout.markers[marker - layout.first_marker].area
    module = area.width / 6
    x, y, size = (round(one * PIXELS_PER_MM) for one in (area.x, area.y, area.width))
    inset, thick = round(0.3 * module * PIXELS_PER_MM), round(0.4 * module * PIXELS_PER_MM)
    upper = light[y + inset : y + inset + thick, x + inset : x + size - inset]
    left = light[y + inset : y + size - inset, x + inset : x + inset + thick]
    return np.concatenate([upper.ravel(), left.ravel()])


@dataclass(frozen=True)
class Ink:
    """What is measured of every box, arrays of rows × 5; lengths in mm, areas in mm²."""

    amount: np.ndarray  # darkness summed over the inside
    trace: np.ndarray  # largest connected piece inside that is at least a trace
    span: np.ndarray  # longer side of what the strokes span inside
    peak: np.ndarray  # darkness of the darkest tenth of the strokes
    thick: np.ndarray  # widest place of the strokes
    fill: np.ndarray  # share of the rectangle around them that the strokes fill; 0 of a narrow one
    pieces: np.ndarray  # how many pieces the strokes are in
    upright: np.ndarray  # strokes that an upright line meets, on average
    level: np.ndarray  # strokes that a level line meets, on average
    left: np.ndarray  # how far strokes leave the box to the left
    right: np.ndarray  # … and to the right
    below: np.ndarray  # … and downwards
    outside: np.ndarray  # strokes nearest to this box that enter none
    outline: np.ndarray  # share of the printed outline that is there
    large: (
        np.ndarray
    )  # longer side of what the pieces span that enter the box: a fold goes on and on
    solid: np.ndarray  # the largest disc of ink in and close to the box
    struck: (
        np.ndarray
    )  # share of a level line through the box, from side to side and beyond, that is ink


def shifts(dark, layout):
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
    sure = found[:, 2] > 0.35
    rows = np.arange(len(found))
    if not sure.any():
        return np.zeros((len(found), 2), int)
    out = np.empty((len(found), 2))
    for axis in (0, 1):
        known = np.interp(rows, rows[sure], found[sure, axis])
        padded = np.pad(known, 3, mode="edge")
        usual = np.array([np.median(padded[row : row + 7]) for row in rows])
        out[:, axis] = np.where(sure & (abs(known - usual) <= 0.5 * PIXELS_PER_MM), known, usual)
    return np.rint(out).astype(int)


def measure(dark, layout):
    """The Ink of every box."""
    return _Boxes(dark, layout).ink()


class _Boxes:
    """The boxes of one sheet where they really stand, and what a pen left in and around them."""

    def __init__(self, dark, layout):
        self.dark = dark
        self.size = round(layout.box * PIXELS_PER_MM)
        self.inset = round(INSET_MM * PIXELS_PER_MM)
        self.beside = round(layout.letter_width * PIXELS_PER_MM)
        self.edge = round(EDGE_MM * PIXELS_PER_MM)
        moved = shifts(dark, layout)
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

    def _inside(self, x, y):
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
        strokes[zone] = _without_stains(self.dark[zone])
        for column in zip(*self.places, strict=True):
            boxes = np.stack([self.dark[self._with_letter(*place)] for place in column])
            form = np.percentile(boxes, 35, axis=0).astype(np.float32)
            form[self._inside(self.beside, self.edge)] = 0
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
        boxes = np.stack([self.strokes[self._inside(*one)] for row in self.places for one in row])
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
        return set(np.unique(self.labels[self._inside(x, y)])) - {0}

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

    def ink(self):
        table = [
            [self._figures(row, column) for column in range(len(CODES))]
            for row in range(len(self.places))
        ]
        return Ink(*np.moveaxis(np.array(table, np.float32), -1, 0))

    def _figures(self, row, column):
        """One box's, in the order of Ink's fields."""
        x, y = self.places[row][column]
        ink = self.strokes[self._inside(x, y)]
        is_stroke = ink > self.stroke
        left, right, below = self._leaves(row, column)
        return [
            ink.sum() / PIXELS_PER_MM**2,
            _largest(ink > self.trace) / PIXELS_PER_MM**2,
            _span(is_stroke) / PIXELS_PER_MM,
            _peak(ink, is_stroke),
            _thickest(is_stroke) / PIXELS_PER_MM,
            _fill(is_stroke),
            _count_pieces(is_stroke),
            _met(is_stroke),
            _met(is_stroke.T),
            left / PIXELS_PER_MM,
            right / PIXELS_PER_MM,
            below / PIXELS_PER_MM,
            self.outside.get((row, column), 0) / PIXELS_PER_MM**2,
            self._outline(x, y),
            self._large(row, column) / PIXELS_PER_MM,
            self._solid(x, y) / PIXELS_PER_MM,
            self._struck(x, y) if is_stroke.any() else 0,
        ]

    def _leaves(self, row, column):
        """Pixels by which the strokes inside go on beyond the left, the right and the foot of the box."""
        mine = list(self.entering[row][column])
        if not mine:
            return 0, 0, 0
        x, y = self.places[row][column]
        begins = self.stats[mine, cv2.CC_STAT_LEFT]
        ends = begins + self.stats[mine, cv2.CC_STAT_WIDTH]
        feet = self.stats[mine, cv2.CC_STAT_TOP] + self.stats[mine, cv2.CC_STAT_HEIGHT]
        beyond = x - begins.min(), ends.max() - x - self.size, feet.max() - y - self.size
        return [max(one, 0) for one in beyond]

    def _large(self, row, column):
        sides = self.stats[list(self.entering[row][column])]
        return sides[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0)

    def _solid(self, x, y):
        near = PIXELS_PER_MM
        box = self.dark[y - near : y + self.size + near, x - near : x + self.size + near]
        return _thickest(box > max(self.stroke, STROKE / 2))

    def _struck(self, x, y):
        """The best of some lines that are level or nearly so; what is printed is left out of it."""
        beyond = round(STRIKE_BEYOND_MM * PIXELS_PER_MM)
        area = np.s_[y - beyond : y + self.size + beyond, x - beyond : x + self.size + beyond]
        strokes = cv2.dilate((self.strokes[area] > self.stroke).astype(np.float32), STRIKE_WIDTH)
        free = 1 - self.printed[area].astype(np.float32)
        height, width = strokes.shape
        best = 0
        for slope in STRIKE_SLOPES:
            shear = np.float32([[1, 0, 0], [slope, 1, -slope * width / 2]])
            inked = cv2.warpAffine(strokes * free, shear, (width, height))
            counted = cv2.warpAffine(free, shear, (width, height))
            lines = inked.sum(axis=1) / np.maximum(counted.sum(axis=1), width / 2)
            best = max(best, lines[beyond:-beyond].max())
        return best

    def _outline(self, x, y):
        edge = self.edge
        box = self.dark[y - edge : y + self.size + edge, x - edge : x + self.size + edge]
        thick = 2 * edge + 2
        sides = [
            box[:thick].max(axis=0),
            box[-thick:].max(axis=0),
            box[:, :thick].max(axis=1),
            box[:, -thick:].max(axis=1),
        ]
        return (np.concatenate(sides) > TRACE).mean()


def _largest(mask):
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return stats[1:, cv2.CC_STAT_AREA].max(initial=0)


def _sides(mask):
    """(height, width) of the rectangle around all that is set."""
    return [int(np.ptp(one[0])) + 1 if len(one[0]) else 0 for one in map(np.nonzero, _edges(mask))]


def _edges(mask):
    return mask.any(axis=1), mask.any(axis=0)


def _span(mask):
    return max(_sides(mask))


def _fill(mask):
    height, width = _sides(mask)
    is_narrow = min(height, width) < NARROW_MM * PIXELS_PER_MM
    return 0 if is_narrow else mask.sum() / (height * width)


def _peak(ink, is_stroke):
    return np.percentile(ink[is_stroke], 90) if is_stroke.any() else 0


def _thickest(mask):
    return 2 * cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3).max()


def _count_pieces(mask):
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return (stats[1:, cv2.CC_STAT_AREA] >= 4).sum()


def _met(mask):
    """Strokes that an upright line meets, averaged over the lines that meet any."""
    begins = mask[1:] & ~mask[:-1]
    lines = mask.any(axis=0).sum()
    return (begins.sum() + mask[0].sum()) / lines if lines else 0
