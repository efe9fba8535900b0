"""Hands: who fills a sheet, with which sign, how large, how careful, and what goes wrong how often."""

from dataclasses import dataclass, field

import numpy as np

from tests.paper.marks import SIGNS
from tests.paper.pens import Pen, any_pen

# Of a hundred rows, what is not simply a mark in its box. The rest is.
USUAL = {
    "empty": 3.0,
    "corrected": 2.0,
    "withdrawn": 0.5,
    "two": 1.0,
    "outside": 1.5,
    "ringed": 0.4,
    "small": 2.0,
    "faint": 1.0,
    "blot": 0.2,
    "blot beside": 0.5,
    "erased": 0.2,
    "erased beside": 0.6,
    "trailed": 0.8,
    "smeared": 0.5,
}
# What an office has at its worst: every third row is something of its own.
NASTY = {
    "empty": 4.0,
    "corrected": 6.0,
    "withdrawn": 3.0,
    "two": 3.0,
    "outside": 4.0,
    "ringed": 2.0,
    "small": 3.0,
    "faint": 3.0,
    "blot": 2.0,
    "blot beside": 2.0,
    "erased": 2.0,
    "erased beside": 2.0,
    "trailed": 3.0,
    "smeared": 2.0,
}
CAREFUL = dict.fromkeys(USUAL, 0.0)
RATES = {"usual": USUAL, "nasty": NASTY, "careful": CAREFUL}
# How often a hand makes which sign: the sheet asks for ✓ or ✗.
SIGN_SHARES = {"tick": 62, "cross": 26, "slash": 5, "dot": 2, "filled": 5}


@dataclass(frozen=True)
class Hand:
    """`size` of its marks and `aim` (how far beside the middle they land) in mm."""

    kind: str
    pens: list[Pen]
    sign: str
    mixed: bool
    size: float
    slant: float
    aim: float
    pressure: float
    rates: dict = field(repr=False)
    lines: bool  # one long stroke down H for many rows, instead of marks
    signs: bool  # people sign their rows
    wide: float  # how far signatures run to the left of their column, mm

    def pen(self, rng):
        """The sheet's pen; of two, the second now and then."""
        return self.pens[-1] if rng.random() < 0.25 else self.pens[0]

    def sign_of(self, rng):
        if self.mixed and rng.random() < 0.3:
            return str(rng.choice(["tick", "cross", "slash"]))
        return self.sign


def any_hand(rng, kind="usual", *, pen="", sign=""):
    """A hand with its pens; "usual", "nasty" or "careful" says what goes wrong how often."""
    shares = np.array(list(SIGN_SHARES.values()), float)
    chosen = str(rng.choice(list(SIGN_SHARES), p=shares / shares.sum()))
    pens = [any_pen(rng, pen)]
    if rng.random() < 0.12:
        pens.append(any_pen(rng, pen))
    sign = sign or chosen
    assert sign in SIGNS
    return Hand(
        kind=kind,
        pens=pens,
        sign=sign,
        mixed=rng.random() < 0.08,
        size=float(np.clip(rng.lognormal(np.log(5.0), 0.28), 2.6, 9)),
        slant=rng.normal(0.08, 0.18),
        aim=abs(rng.normal(0.4, 0.25)),
        pressure=float(np.clip(rng.normal(0.95, 0.1), 0.6, 1)),
        rates=RATES[kind],
        lines=rng.random() < (0.05 if kind == "nasty" else 0.01 if kind == "usual" else 0),
        signs=rng.random() < 0.8,
        wide=rng.choice([0, 3, 8, 14, 19] if kind == "usual" else [0, 8, 16, 20, 24]),
    )
