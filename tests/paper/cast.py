"""The bad cast: pages that must each get their clear answer. All take a seed; most answer a Page."""

from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from tests.paper import damage, dirt
from tests.paper.filling import fill
from tests.paper.hands import any_hand
from tests.paper.pages import Page
from tests.paper.scanners import Scanner, scan_with
from tests.paper.sheets import SCALE, px, qr_picture, sheets

GOOD = Scanner(dpi=200, jpeg=85)
ANOTHER_CODE = "0000Z1QQQQQQQQQQ"


def plain(seed, scanner=GOOD, harms=(), sheet=None, before=()):
    """An ordinary page; what is `before` happens to the sheet when nobody has written on it yet."""
    rng = np.random.default_rng(seed)
    sheet = sheet or sheets()[rng.integers(len(sheets()))]
    image = sheet.image
    for change in before:
        image = change(image, sheet, rng)
    hand = any_hand(rng, "careful", pen="blue ballpoint", sign="tick")
    image, truths = fill(image, sheet.layout, sheet.people, rng, hand)
    image = scan_with(scanner, image, rng, harms)
    what = {"hand": hand, "pens": ["blue ballpoint"], "scanner": scanner, "harms": []}
    return Page(image, truths, sheet.code, sheet.paper, what)


def changed(made, image):
    return replace(made, image=np.ascontiguousarray(image))


def on(paper):
    """The first sheet there is on that paper."""
    return next(sheet for sheet in sheets() if sheet.paper == paper)


def upside_down(seed):
    return plain(seed, replace(GOOD, turn=2))


def mirrored(seed):
    made = plain(seed)
    return changed(made, made.image[:, ::-1])


def coarse(seed):
    """72 dpi: what a messenger leaves of a scan."""
    return plain(seed, replace(GOOD, dpi=72))


def photocopied(seed):
    """Filled, copied in black and white, and the copy scanned."""
    rng = np.random.default_rng(seed)
    made = plain(seed, replace(GOOD, dpi=300, bilevel="threshold", jpeg=0, noise=4))
    size = [round(side * SCALE * 25.4 / 300) for side in made.image.shape[::-1]]
    copied = cv2.resize(made.image, size, interpolation=cv2.INTER_LINEAR)
    again = replace(GOOD, bilevel="threshold", jpeg=0, angle=1.2, scale=(0.97, 0.97))
    return changed(made, scan_with(again, copied, rng, [dirt.dust]))


def corners_torn(seed, corners=1):
    """That many corners off, markers, codes and all, clockwise from the upper left."""
    return plain(seed, harms=[partial(damage.torn, corner=one, reach=30) for one in range(corners)])


def crumpled(seed):
    return plain(seed, harms=[damage.crumple, damage.fold, damage.fold])


def coffee(seed):
    """Over the boxes, where else."""
    sheet = on("a4")
    middle = (sheet.layout.boxes_left + 24, sheet.layout.rows_top + 60)
    return plain(seed, harms=[partial(damage.stain, centre=middle)] * 2, sheet=sheet)


def forged(seed, code=ANOTHER_CODE):
    """Both codes pasted over with one that was made elsewhere."""
    return plain(seed, before=[partial(_pasted, code=code, which=(0, 1))])


def half_forged(seed, code=ANOTHER_CODE):
    """One code pasted over, so that the two disagree."""
    return plain(seed, before=[partial(_pasted, code=code, which=(seed % 2,))])


def _pasted(image, sheet, _rng, *, code, which):
    image = image.copy()
    for number in which:
        area = sheet.layout.codes[number]
        x, y, size = px(area.x), px(area.y), px(area.width)
        sticker = cv2.resize(qr_picture(code), (size, size), interpolation=cv2.INTER_NEAREST)
        image[y : y + size, x : x + size] = sticker
    return image


def smudged(seed):
    """Both codes under ink: the page is read, but nobody knows whose."""
    return plain(seed, before=[_smudged])


def _smudged(image, sheet, rng):
    image = image.copy()
    for area in sheet.layout.codes:
        for _ in range(40):
            place = np.add((area.x, area.y), rng.uniform(1, area.width - 1, 2))
            cv2.circle(image, [px(value) for value in place], px(1.6), int(rng.uniform(0, 120)), -1)
    return image


def code_beside(seed, code=ANOTHER_CODE):
    """Both codes smudged, and another sheet's code lying on the glass next to the paper."""
    made = plain(seed, replace(GOOD, crop=(0, 0, -45, 0)), before=[_smudged])
    image, size = made.image.copy(), 220
    image[400 : 400 + size, -size - 40 : -40] = cv2.resize(
        qr_picture(code), (size, size), interpolation=cv2.INTER_NEAREST
    )
    return changed(made, image)


def two_sheets(seed, papers=("a4", "a4")):
    """Side by side on a large glass."""
    made = [plain(seed + number, sheet=on(paper)) for number, paper in enumerate(papers)]
    height = max(one.image.shape[0] for one in made)
    padded = [
        cv2.copyMakeBorder(
            one.image, 0, height - one.image.shape[0], 5, 5, cv2.BORDER_CONSTANT, value=255
        )
        for one in made
    ]
    return changed(made[0], np.hstack(padded))


def two_papers(seed):
    return two_sheets(seed, ("a4", "f4"))


def overlapping(seed):
    """A second sheet shows from under the first."""
    over, under = plain(seed, sheet=on("a4")), plain(seed + 1, sheet=on("a4"))
    height, width = over.image.shape
    image = np.full((height + 500, width + 300), 250, np.uint8)
    image[500:, 300:] = under.image[:height, :width]
    image[:height, :width] = over.image
    return changed(over, image)


def blank(seed):
    rng = np.random.default_rng(seed)
    return scan_with(GOOD, np.full((px(297), px(210)), 255, np.uint8), rng, [dirt.dust])


def cat(seed):
    """It sat on the scanner."""
    rng = np.random.default_rng(seed)
    page = np.full((1200, 900), 245, np.uint8)
    fur = int(rng.uniform(50, 140))
    cv2.ellipse(page, (450, 800), (230, 300), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.circle(page, (450, 430), 190, fur, -1, cv2.LINE_AA)
    for side in (-1, 1):
        ear = [(450 + side * 175, 370), (450 + side * 160, 180), (450 + side * 40, 270)]
        cv2.fillPoly(page, [np.array(ear, np.int32)], fur, cv2.LINE_AA)
        cv2.ellipse(page, (450 + side * 70, 400), (34, 24), 0, 0, 360, 230, -1, cv2.LINE_AA)
        cv2.ellipse(page, (450 + side * 70, 400), (7, 22), 0, 0, 360, 10, -1, cv2.LINE_AA)
        for height in (-15, 5, 25):
            ends = (450 + side * 60, 490 + height // 2), (450 + side * 260, 480 + height * 2)
            cv2.line(page, *ends, 240, 2, cv2.LINE_AA)
        cv2.ellipse(page, (450 + side * 22, 500), (22, 18), 0, 0, 180, 15, 3, cv2.LINE_AA)
    cv2.fillPoly(page, [np.array([(430, 470), (470, 470), (450, 495)], np.int32)], 15, cv2.LINE_AA)
    tail = [(650, 950), (790, 900), (800, 740), (740, 660)]
    cv2.polylines(page, [np.array(tail, np.int32)], False, fur, 46, cv2.LINE_AA)
    return dirt.noisy(page, 12, rng)


# What each should come to, for the report; "" is a page that can be read.
EXPECTED = {
    upside_down: "",
    photocopied: "",
    corners_torn: "",
    crumpled: "",
    coffee: "",
    smudged: "no code",
    code_beside: "no code",
    forged: "another code",
    half_forged: "two_sheets or no code",
    mirrored: "mirrored",
    coarse: "coarse",
    two_sheets: "two_sheets",
    two_papers: "two_sheets",
    overlapping: "two_sheets",
    blank: "blank",
    cat: "no_sheet",
}
