"""One page from one number: the same seed and level give the same sheet, hand, scanner and truths."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from tests.paper.cameras import any_camera, photograph
from tests.paper.filling import fill
from tests.paper.hands import any_hand
from tests.paper.harms import some_harms
from tests.paper.prints import printed
from tests.paper.scanners import clean_scanner, office_scanner, scan_with
from tests.paper.sheets import sheets

# A reader is tuned on the first and its figures come from the second, which nobody looks at before.
TUNING = range(1_000_000)
REPORTING = range(1_000_000, 2_000_000)
LEVELS = ("clean", "office", "photo", "pencil")


@dataclass(frozen=True)
class Page:
    """A scanned page, `truths` for each of its rows, and `what` was done: hand, pens, scanner, harms."""

    image: np.ndarray
    truths: list
    code: str
    paper: str
    what: dict


def page(seed, level="office", *, hand="usual", sheet=None, **wishes):
    """`wishes` are for the hand: pen="pencil", sign="cross"."""
    assert seed in TUNING or seed in REPORTING
    rng = np.random.default_rng([seed, crc32(f"{level} {hand}".encode())])
    sheet = sheet or sheets()[rng.integers(len(sheets()))]
    if level == "pencil":
        wishes.setdefault("pen", "pencil")
    writer = any_hand(rng, hand, **wishes)
    blank = sheet.image if level == "clean" else printed(sheet.image, rng)
    image, truths = fill(blank, sheet.layout, sheet.people, rng, writer)
    image, how = scan(image, rng, level)
    what = {"pens": [pen.kind for pen in writer.pens], "hand": writer, **how}
    return Page(image, truths, sheet.code, sheet.paper, what)


def scan(image, rng, level):
    """The filled sheet through a machine of `level`, and what that machine was."""
    harms = [] if level == "clean" else some_harms(rng, on_glass=level != "photo")
    names = [harm.__name__ for harm in harms]
    if level == "photo":
        camera = any_camera(rng)
        return photograph(camera, image, rng, harms), {"camera": camera, "harms": names}
    scanner = clean_scanner(rng) if level == "clean" else office_scanner(rng)
    return scan_with(scanner, image, rng, harms), {"scanner": scanner, "harms": names}
