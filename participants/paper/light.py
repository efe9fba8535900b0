"""From a flattened picture to ink: how dark each place is, whatever the light, the scanner and the coffee did."""

import cv2
import numpy as np

from participants.paper.frame import PIXELS_PER_MM

# Paper is what stays when everything smaller than this is taken away: wider than a marker.
PAPER_MM = 15
TRACE = 0.14  # darkness from which there is anything at all
BILEVEL_BLUR = 1.8  # pixels
STREAK = 13 * PIXELS_PER_MM  # longer than any mark
WIDE, MOST_STAIN = 2 * PIXELS_PER_MM, 0.4  # wider than a pen, and no darker than coffee


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


def _without_streaks(dark):
    """A fold, a dirty scanner or one long line down a column: longer than any mark, it marks nobody."""
    streaks = cv2.dilate((dark > TRACE).astype(np.uint8), np.ones((1, 3), np.uint8))
    streaks = cv2.morphologyEx(streaks, cv2.MORPH_OPEN, np.ones((STREAK, 1), np.uint8))
    dark[cv2.dilate(streaks, np.ones((1, 5), np.uint8)) > 0] = 0
    return dark


def without_stains(dark):
    """What is pale and wider than a pen is no stroke: coffee, a shadow's edge, ink from the other side."""
    wide = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((WIDE, WIDE), np.uint8))
    return np.where(wide < MOST_STAIN, dark - wide, dark)


def _border(light, layout, marker):
    """The upper and the left black edge of a marker."""
    area = layout.markers[marker - layout.first_marker].area
    module = area.width / 6
    x, y, size = (round(one * PIXELS_PER_MM) for one in (area.x, area.y, area.width))
    inset, thick = round(0.3 * module * PIXELS_PER_MM), round(0.4 * module * PIXELS_PER_MM)
    upper = light[y + inset : y + inset + thick, x + inset : x + size - inset]
    left = light[y + inset : y + size - inset, x + inset : x + inset + thick]
    return np.concatenate([upper.ravel(), left.ravel()])
