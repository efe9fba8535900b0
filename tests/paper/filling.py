"""Fills a sheet by hand, and remembers what was meant."""

from dataclasses import dataclass, replace

import numpy as np

from participants.paper.layout import CODES
from tests.paper import marks, writing
from tests.paper.hands import NASTY
from tests.paper.pens import any_pen, blot, ink, smear

ANSWERS = [0.74, 0.07, 0.07, 0.07, 0.05]


@dataclass(frozen=True)
class Truth:
    """Of one row, guests too: the code that was meant, or "" for none; `what` the hand did."""

    code: str
    what: str
    is_person: bool = True


def fill(sheet, layout, people, rng, hand):
    """A copy of `sheet` (12 px/mm), filled, and the truths of all its rows."""
    page = sheet.copy()
    writing.beside_the_rows(page, layout, people, hand, rng)
    truths = _lined(page, layout, people, hand, rng) if hand.lines else []
    truths += [_fill_row(page, layout, row, hand, rng) for row in range(len(truths), people)]
    truths += [_fill_guest(page, layout, row, hand, rng) for row in range(people, layout.rows)]
    writing.in_the_margins(page, layout, hand, rng)
    writing.at_the_foot(page, layout, sum(truth.code == "H" for truth in truths), hand, rng)
    return page, truths


def _fill_row(page, layout, row, hand, rng):
    kinds = ["marked", *hand.rates]
    shares = np.array([100 - sum(hand.rates.values()), *hand.rates.values()]) / 100
    what = str(rng.choice(kinds, p=shares))
    column, other = _two_columns(rng)
    sheet_row = Row(page, layout, row, hand, rng)
    meant = ACTS[what](sheet_row, column, other)
    return Truth(CODES[column] if meant is None else meant, what)


def _lined(page, layout, people, hand, rng):
    """The first rows at one stroke: all were present."""
    rows = min(people, int(rng.integers(3, 12)))
    ends = [Row(page, layout, row, hand, rng).middle(0) for row in (0, rows - 1)]
    ends = np.array(ends) + rng.normal(0, 0.6, (2, 2)) + [[0, -1.5], [0, 1.5]]
    ink(page, marks.curve(*ends, rng.normal(0, 0.005)), hand.pens[0], rng)
    return [Truth("H", "lined")] * rows


def _two_columns(rng):
    first = int(rng.choice(5, p=ANSWERS))
    if rng.random() < 0.7:
        other = first + (1 if first == 0 or (first < 4 and rng.random() < 0.5) else -1)
    else:
        other = (first + int(rng.integers(1, 5))) % 5
    return first, other


def _fill_guest(page, layout, row, hand, rng):
    if rng.random() > 0.08:
        return Truth("", "free", False)
    if rng.random() < 0.85:
        writing.guest_name(page, layout, row, hand, rng)
    if rng.random() < 0.15:
        return Truth("", "guest without mark", False)
    column, _other = _two_columns(rng)
    Row(page, layout, row, hand, rng).mark(column)
    return Truth(CODES[column], "guest", False)


class Row:
    """One row under the pen; every act draws, and answers the code meant: None for that of `column`."""

    def __init__(self, page, layout, number, hand, rng):
        self.page, self.layout, self.number, self.hand, self.rng = page, layout, number, hand, rng
        self.pen = hand.pen(rng)
        self.sign = hand.sign

    def middle(self, column):
        area = self.layout.box_area(self.number, column)
        return np.array([area.x + area.width / 2, area.y + area.height / 2])

    def draw(self, column, strokes, *, offset=(0, 0), pen=None, pressure=1.0):
        where = self.middle(column) + offset
        for stroke in strokes:
            ink(self.page, where + stroke, pen or self.pen, self.rng, pressure * self.hand.pressure)

    def mark(self, column, *, size=1.0, offset=None, pen=None, pressure=1.0):
        rng, hand = self.rng, self.hand
        reach = float(np.clip(hand.size * size * rng.lognormal(0, 0.12), 1.6, 10))
        self.sign = hand.sign_of(rng)
        strokes = marks.SIGNS[self.sign](rng, reach, hand.slant + rng.normal(0, 0.06))
        aside = rng.normal(0, hand.aim, 2).clip(-1.3, 1.3) if offset is None else offset
        self.draw(column, strokes, offset=aside, pen=pen, pressure=pressure)

    def strike(self, column):
        shapes = marks.STRIKES[self.sign]
        shape = shapes[self.rng.integers(len(shapes))]
        self.draw(column, shape(self.rng, self.hand.size, self.hand.slant))

    def marked(self, column, _other):
        self.mark(column)

    def empty(self, _column, _other):
        return ""

    def corrected(self, column, other):
        self.mark(other)
        self.strike(other)
        self.mark(column)

    def withdrawn(self, column, _other):
        self.mark(column)
        self.strike(column)
        return ""

    def two(self, column, other):
        self.mark(column)
        self.mark(other)
        return ""

    def outside(self, column, _other):
        """Beside its box for the most part, and yet nearer to it than to any other."""
        angle = self.rng.uniform(0, 2 * np.pi)
        self.mark(
            column, offset=np.array([np.cos(angle), np.sin(angle)]) * self.rng.uniform(1.4, 2.3)
        )

    def ringed(self, column, _other):
        self.draw(column, marks.ring(self.rng, self.hand.size, self.hand.slant))

    def small(self, column, _other):
        self.mark(column, size=0.45)

    def faint(self, column, _other):
        pale = replace(self.pen, dark=self.pen.dark * self.rng.uniform(0.3, 0.6), skips=1)
        self.mark(column, pen=pale, pressure=0.7)

    def blot(self, column, _other):
        self.drop(column)
        return ""

    def blot_beside(self, column, other):
        self.mark(column)
        self.drop(other)

    def drop(self, column):
        where = self.middle(column) + self.rng.normal(0, 1.2, 2)
        pen = any_pen(self.rng, "blue ballpoint") if self.pen.kind == "pencil" else self.pen
        blot(self.page, where, self.rng.uniform(0.5, 2.6), pen, self.rng)

    def erased(self, column, _other):
        self.erase(column)
        return ""

    def erased_beside(self, column, other):
        self.erase(other)
        self.mark(column)

    def erase(self, column):
        pencil = any_pen(self.rng, "pencil")
        left = replace(pencil, dark=pencil.dark * self.rng.uniform(0.12, 0.4))
        self.mark(column, pen=left)
        area = self.layout.box_area(self.number, column)
        smear(self.page, (area.x - 2, area.y - 1.5, 9, 8), self.rng.uniform(0.02, 0.1), self.rng)

    def trailed(self, column, other):
        """The pen did not quite leave the paper on its way to or from another box."""
        start = self.middle(column) + self.rng.normal(0, 1, 2)
        end = (
            start
            + (self.middle(other) - start) * self.rng.uniform(0.3, 1.0)
            + self.rng.normal(0, 0.8, 2)
        )
        bend = (start + end) / 2 + self.rng.normal(0, 0.8, 2)
        self.mark(column)
        ink(
            self.page,
            [start, bend, end],
            replace(self.pen, skips=2),
            self.rng,
            self.rng.uniform(0.25, 0.7),
        )

    def smeared(self, column, _other):
        """A wet thumb pulled the ink along."""
        self.mark(column)
        area = self.layout.box_area(self.number, column)
        x = area.x + self.rng.uniform(-4, 4)
        smear(self.page, (x, area.y, 8, 5), self.rng.uniform(0.05, 0.25) * self.pen.dark, self.rng)


ACTS = {what: getattr(Row, what.replace(" ", "_")) for what in ["marked", *NASTY]}
