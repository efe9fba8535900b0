"""Reads a picture of one attendance sheet: which sheet it is, and what its boxes say."""

from dataclasses import asdict, dataclass, field

import cv2
import numpy as np
import zxingcpp

from participants.paper.frame import Refused, find_frame
from participants.paper.ink import measure
from participants.paper.layout import Area
from participants.paper.light import darkness
from participants.paper.verdicts import verdicts

PICTURE_PIXELS_PER_MM = 6
WIDEST_REFUSED = 1200
AROUND_CODE_MM = 3
STREAK_MM = 0.5  # two thirds of a module of the code


@dataclass(frozen=True)
class Reading:
    """`refusal` is "" or a word of ScanPage.Refusal; `rows` has one Row for every row of the layout.

    `picture` is the sheet from straight above (uint8, 6 pixels a millimetre); when refused, the page as it came,
    or None of one that was not opened.
    """

    picture: np.ndarray | None = None
    refusal: str = ""
    paper: str = ""
    code: str = ""
    rows: list = field(default_factory=list)
    dpi: int = 0
    is_bilevel: bool = False

    @property
    def facts(self):
        """All but the picture, for JSON."""
        return {name: value for name, value in asdict(self).items() if name != "picture"}


def read_page(grey, *, is_bilevel=False):
    """The Reading of `grey`, a picture of a page (uint8, height × width); a sheet it cannot read is refused in it.

    `is_bilevel` when its file knows only black and white; of others the picture is asked.
    """
    try:
        frame = find_frame(grey)
    except Refused as refused:
        return Reading(_smaller(grey), refusal=refused.reason)
    flat = frame.flatten(grey)
    code, is_one = _code(grey, frame)
    is_bilevel = is_bilevel or _is_bilevel(grey)
    dark = darkness(flat, frame.layout, frame.seen, is_bilevel=is_bilevel)
    ink = measure(dark, frame.layout)
    return Reading(
        picture=frame.flatten(grey, scale=PICTURE_PIXELS_PER_MM),
        refusal="" if is_one else "two_sheets",
        paper=frame.layout.paper,
        code=code,
        rows=verdicts(ink, is_bilevel=is_bilevel, pixels_per_mm=frame.pixels_per_mm),
        dpi=round(frame.pixels_per_mm * 25.4),
        is_bilevel=is_bilevel,
    )


def _smaller(grey):
    scale = min(WIDEST_REFUSED / max(grey.shape), 1)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _is_bilevel(grey):
    """Black and white alone: between them lies less than an edge of ink in a grey scan has."""
    counts = np.bincount(grey[::2, ::2].ravel(), minlength=256)
    between, dark = counts[60:190].sum(), counts[:60].sum()
    return bool(between < 0.12 * dark)


def _code(grey, frame):
    """(text of the sheet's code or "", whether all codes agree), looked for nowhere but in their two places."""
    texts = {text for area in frame.layout.codes for text in _texts(grey, frame, area)}
    return (texts.pop() if len(texts) == 1 else ""), len(texts) < 2


def _texts(grey, frame, area):
    """What stands in one place: nothing, a text, or several where a second code was stuck on."""
    around = Area(
        area.x - AROUND_CODE_MM,
        area.y - AROUND_CODE_MM,
        area.width + 2 * AROUND_CODE_MM,
        area.height + 2 * AROUND_CODE_MM,
    )
    for picture in _tries(grey, frame, around):
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        if found:
            return {one.text for one in found}
    return set()


def _tries(grey, frame, area):
    """The area in more and more trouble: as it is, larger, without streaks, as black and white after smoothing."""
    for scale in (8, 16):
        plain = frame.flatten(grey, area, scale)
        yield plain
        thicker_than_a_streak = np.ones((round(STREAK_MM * scale),) * 2, np.uint8)
        yield cv2.morphologyEx(plain, cv2.MORPH_CLOSE, thicker_than_a_streak)
        for blur_mm in (0.12, 0.25):
            smooth = cv2.GaussianBlur(plain, (0, 0), blur_mm * scale)
            yield cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
