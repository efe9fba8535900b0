"""Holds what the reader read against what the hand meant."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from participants.paper.layout import LAYOUTS
from participants.paper.reader import read_page
from tests.paper.pages import page

AROUND = 3  # mm about a row that is kept as a picture


@dataclass
class Outcome:
    """Of one page. `rows`, `sure` and `doubts` count by group: what was done, with which sign, pen, machine.

    `wrong` lists what went silently wrong: (row from 1, what was drawn, what was meant, what was read).
    """

    seed: int
    made: str
    refusal: str = ""
    seconds: float = 0
    people: int = 0
    sure: int = 0
    right: int = 0
    wrong: list = field(default_factory=list)
    rows_of: Counter = field(default_factory=Counter)
    sure_of: Counter = field(default_factory=Counter)
    doubts_of: Counter = field(default_factory=Counter)


def judge(seed, *, level, hand, save=None):
    """The Outcome of the page of `seed`; its picture and its wrong rows are kept in the folder `save`."""
    cv2.setNumThreads(1)
    made = page(seed, level, hand=hand)
    start = time.process_time()
    reading = read_page(made.image)
    outcome = Outcome(
        seed,
        described(made.what),
        refusal=refusal(made, reading),
        seconds=time.process_time() - start,
        people=sum(truth.is_person for truth in made.truths),
    )
    if not reading.refusal and reading.paper == made.paper:
        judge_rows(outcome, made, reading)
    if save and (outcome.refusal or outcome.wrong):
        _keep(Path(save), f"{level}-{seed}", outcome, made, reading)
    return outcome


def refusal(made, reading):
    """Why the page is not read, or is read as another; "" when all is well."""
    if reading.refusal:
        return reading.refusal
    if reading.paper != made.paper:
        return f"seen as {reading.paper}"
    if reading.code != made.code:
        return "another code" if reading.code else "no code"
    return ""


def judge_rows(outcome, made, reading):
    for number, (truth, row) in enumerate(zip(made.truths, reading.rows, strict=True), start=1):
        is_sure = bool(row.code) and not row.doubts
        if is_sure and row.code != truth.code:
            outcome.wrong.append((number, truth.what, truth.code or "none", row.code))
        if truth.is_person:
            outcome.sure += is_sure
            outcome.right += is_sure and row.code == truth.code
            for group in _groups(truth, made.what):
                outcome.rows_of[group] += 1
                outcome.sure_of[group] += is_sure
                outcome.doubts_of.update((group, str(doubt)) for doubt in row.doubts)


def _groups(truth, what):
    """Sign, pen and machine are told by the rows with an ordinary mark."""
    yield ("done", truth.what)
    if truth.what == "marked":
        yield ("sign", what["hand"].sign)
        yield ("pen", what["pens"][0])
        yield ("machine", _machine(what))


def _machine(what):
    scanner = what.get("scanner")
    return f"{scanner.dpi:3} dpi {scanner.bilevel or 'grey'}" if scanner else "camera"


def described(what):
    """One line: pens, hand, machine, harms."""
    hand = what["hand"]
    pens = ", ".join(f"{pen.kind} {pen.width:.2f} mm {pen.dark:.2f}" for pen in hand.pens)
    how = _machine(what)
    if "scanner" in what:
        how += f" jpeg {what['scanner'].jpeg} turn {what['scanner'].turn}"
    else:
        camera = what["camera"]
        how += (
            f" tilt {max(map(abs, camera.tilt)):.0f} blur {camera.blur:.1f} curl {camera.curl:.1f}"
        )
    return f"{pens}; {hand.sign} {hand.size:.1f} mm; {how}; {' '.join(what['harms'])}"


def _keep(folder, name, outcome, made, reading):
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{name}.png"), made.image)
    layout = LAYOUTS[made.paper]
    scale = reading.picture.shape[0] / layout.height
    for number, *_ in outcome.wrong:
        top, bottom = layout.row_top(number - 1) - AROUND, layout.row_top(number) + AROUND
        crop = reading.picture[round(top * scale) : round(bottom * scale)]
        cv2.imwrite(str(folder / f"{name}-row-{number}.png"), crop)
