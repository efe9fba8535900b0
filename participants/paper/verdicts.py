"""What the ink in a row says, and why a person must look: never more than the ink does say.

Most limits are measured against the sheet's own marks, for a hand and a pen are alike from row to row.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from participants.paper.layout import CODES


class Doubt(StrEnum):
    """Why a row is not read for sure."""

    EMPTY = "empty"  # no mark
    TWO = "two"  # more than one, or a trace beside the one
    STRUCK = "struck"  # perhaps crossed out
    OUTSIDE = "outside"  # ink that belongs to no box
    HEAVY = "heavy"  # more ink than the sheet's other marks
    FAINT = "faint"  # less
    POOR = "poor"  # the picture is too poor for this mark
    BLOT = "blot"  # hardly a mark: a stain, a dot, a fold
    TORN = "torn"  # the printed box cannot be seen


# mm² of darkness. A thin tick has 1.4, a pencil's 0.6.
LEAST_MARK, LEAST_SHARE = 0.25, 0.35
# What an empty box may hold above the sheet's empty ones: so much, or so often their own spread.
CLEAN, CLEAN_SPREADS = 0.1, 6
CLEAN_TRACE = 0.22  # mm², in one piece
CLEAN_SHARE = 0.2  # of the usual mark
LEAST_OUTLINE = 0.6  # share
MOST_OUTSIDE, MOST_OF_ITS_OWN = 0.7, 1.4  # mm² near another box, near the marked one
SMALLEST, LEAST_SPAN = 1.3, 0.55  # mm; times the usual: a dot is no tick
MOST_FILLED = 0.66  # of the rectangle around it: a blot 0.7 and more, a tick seldom over 0.55
HAND_THAT_FILLS = 0.6  # usually so much of it: such a mark cannot be told from a struck-out one
LARGEST = 14  # mm: a fold or a streak goes through several rows
MOST_STRUCK = 0.9  # of a level line
MOST_SIGNS, MOST_BILEVEL_SIGNS = 3.0, 2.2  # of a strike-through; see _signs_of_a_strike
LEAST_LIKENESS = 0.39  # amount and peak as shares of the usual, multiplied: less is another pen
MOST_AMOUNT, LEAST_PEAK = 2.0, 0.65  # times the usual
MOST_SOLID, MOST_SOLID_MORE = 1.35, 0.4  # times the usual; mm above it
MOST_LOST = 0.25  # of the rows of a black-and-white scan
PALE_PEN, MOST_PIECES, LEAST_BILEVEL = 0.2, 3, 5.0  # darkness; strokes; pixels a millimetre


@dataclass(frozen=True)
class Row:
    """The code of a row, or "" for one that a person must look at, for `doubts`."""

    code: str = ""
    doubts: list = field(default_factory=list)


@dataclass(frozen=True)
class Usual:
    """What a mark of this sheet looks like: medians over its rows with one mark."""

    amount: float
    peak: float
    span: float
    fill: float
    solid: float
    struck: float
    upright: float
    level: float
    below: float
    large: float


def verdicts(ink, *, is_bilevel, pixels_per_mm):
    """[Row] from the Ink of a sheet; a black-and-white scan is trusted less."""
    amount, spread, trace = _usual_empty(ink)
    limit = amount + max(CLEAN, CLEAN_SPREADS * spread)
    is_marked = ink.amount > max(LEAST_MARK, 1.5 * limit)
    usual = _usual_mark(ink, is_marked)
    if usual:
        is_marked &= ink.amount > LEAST_SHARE * usual.amount
        limit = max(limit, CLEAN_SHARE * usual.amount)
    is_clean = (ink.amount < limit) & (ink.trace < CLEAN_TRACE + trace) & ~is_marked
    is_poor = is_bilevel and (pixels_per_mm < LEAST_BILEVEL or _loses_marks(is_marked))
    return [
        _row(ink, row, is_marked[row], is_clean[row], usual, is_bilevel, is_poor)
        for row in range(len(ink.amount))
    ]


def _loses_marks(is_marked):
    """A pen at the threshold of black and white: where one row in four is empty, marks may be lost in others."""
    rows = np.nonzero(is_marked.any(axis=1))[0]
    return len(rows) == 0 or len(rows) < (1 - MOST_LOST) * (rows.max() + 1)


def _usual_empty(ink):
    """(amount, its spread, trace) of the sheet's empty boxes: most boxes are empty."""
    least = np.sort(ink.amount, axis=None)[: int(ink.amount.size * 0.7)]
    middle = np.median(least)
    traces = np.sort(ink.trace, axis=None)[: int(ink.trace.size * 0.7)]
    return middle, np.median(abs(least - middle)), np.median(traces)


def _usual_mark(ink, is_marked):
    """None for a sheet without a row that has exactly one mark."""
    alone = is_marked & (is_marked.sum(axis=1, keepdims=True) == 1)
    if not alone.any():
        return None
    return Usual(*(float(np.median(getattr(ink, name)[alone])) for name in Usual.__annotations__))


def _row(ink, row, marked, clean, usual, is_bilevel, is_poor):
    doubts = set()
    if ink.outline[row].min() < LEAST_OUTLINE:
        doubts.add(Doubt.TORN)
    if (ink.outside[row] > np.where(marked, MOST_OF_ITS_OWN, MOST_OUTSIDE)).any():
        doubts.add(Doubt.OUTSIDE)
    if not marked.any():
        doubts.add(Doubt.EMPTY if clean.all() else Doubt.FAINT)
        return Row("", sorted(doubts))
    column = int(marked.argmax())
    if marked.sum() > 1 or not (clean | marked).all():
        doubts.add(Doubt.TWO)
    else:
        most_signs = MOST_BILEVEL_SIGNS if is_bilevel else MOST_SIGNS
        doubts.update(_of_mark(ink, (row, column), usual, most_signs))
        if is_poor or (is_bilevel and ink.pieces[row, column] > MOST_PIECES):
            doubts.add(Doubt.POOR)
    return Row("" if doubts else CODES[column], sorted(doubts))


def _of_mark(ink, at, usual, most_signs):
    """What speaks against the one mark of a row, at (row, column)."""
    if ink.large[at] > LARGEST or ink.span[at] < max(SMALLEST, LEAST_SPAN * usual.span):
        yield Doubt.BLOT
    if ink.fill[at] > MOST_FILLED or usual.fill > HAND_THAT_FILLS:
        yield Doubt.BLOT
    if ink.solid[at] > max(MOST_SOLID * usual.solid, usual.solid + MOST_SOLID_MORE):
        yield Doubt.BLOT
    if ink.amount[at] > MOST_AMOUNT * usual.amount:
        yield Doubt.HEAVY
    is_unlike = ink.peak[at] * ink.amount[at] < LEAST_LIKENESS * usual.peak * usual.amount
    if is_unlike or ink.peak[at] < max(LEAST_PEAK * usual.peak, PALE_PEN):
        yield Doubt.FAINT
    if ink.struck[at] > MOST_STRUCK or _signs_of_a_strike(ink, at, usual) > most_signs:
        yield Doubt.STRUCK


def _signs_of_a_strike(ink, at, usual):
    """Each sign of a second stroke over the first, in tolerances above the sheet's usual mark, added up.

    Black and white runs the two strokes together: there fewer signs must do.
    """
    signs = (
        (ink.struck[at] - usual.struck) / 0.16,
        (ink.upright[at] + ink.level[at] - usual.upright - usual.level) / 0.5,
        (ink.amount[at] / usual.amount - 1) / 0.6,
        (ink.below[at] - usual.below) / 0.6,
        (ink.large[at] - usual.large) / 2,
    )
    return sum(max(sign, 0) for sign in signs)
