"""Finds the sheet in a picture by its markers, and lays it flat."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from participants.paper.layout import LAYOUTS, Layout

PIXELS_PER_MM = 8
# Markers are looked for in a picture of this many pixels on its longer side, then in other sizes.
SEARCH_SIDES = (2000, 3200, 1300)
# Two tell a place, a turn and a size, which is all that a scanner does to paper.
ENOUGH_MARKERS, FEWEST_MARKERS = 3, 2
LEAST_APART = 100  # mm
MOST_RESIDUAL = 1.5  # mm between where a marker is and where the others say it should be
# Fewer pixels than 84 dpi gives: neither the code nor a thin stroke can be told.
FEWEST_PIXELS_PER_MM = 3.3
LEAST_INK = 0.0008  # of a page that is not blank


class Refused(Exception):
    """Why a picture is not read, in a word of ScanPage.Refusal."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Frame:
    """Which sheet it is, and `to_mm`: the 3×3 homography from pixels of the picture to millimetres on it."""

    layout: Layout
    to_mm: np.ndarray
    seen: frozenset  # ids of the markers
    pixels_per_mm: float

    def flatten(self, grey, area=None, scale=PIXELS_PER_MM):
        """The sheet, or an Area of it, seen from straight above at `scale` pixels a millimetre."""
        x, y = (area.x, area.y) if area else (0, 0)
        width, height = (
            (area.width, area.height) if area else (self.layout.width, self.layout.height)
        )
        to_pixels = np.array([[scale, 0, -x * scale], [0, scale, -y * scale], [0, 0, 1]])
        size = (round(width * scale), round(height * scale))
        matrix = to_pixels @ self.to_mm
        return cv2.warpPerspective(
            grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )


def find_frame(grey):
    """The Frame of the one sheet in `grey` (uint8, height × width). Raises Refused."""
    found = _best_look(grey)
    if any(len(places) > 1 for places in found.values()) or len(_papers(found)) > 1:
        raise Refused("two_sheets")
    if len(found) < FEWEST_MARKERS:
        raise Refused(_why_none(grey))
    layout = LAYOUTS[_papers(found).pop()]
    corners = {marker: places[0] for marker, places in found.items()}
    to_mm, seen = _fit(layout, corners)
    pixels_per_mm = _pixels_per_mm(layout, corners, seen)
    if pixels_per_mm < FEWEST_PIXELS_PER_MM:
        raise Refused("coarse")
    return Frame(layout, to_mm, frozenset(seen), pixels_per_mm)


def _best_look(grey):
    """The first look that shows enough markers, or else the one that shows most of them."""
    looks = []
    for side in SEARCH_SIDES:
        looks.append(_markers(grey, side))
        if len(looks[-1]) >= ENOUGH_MARKERS:
            return looks[-1]
    # Grey that was scattered into dots; and white holes that a scanner leaves in large black when it
    # compares each pixel with its neighbours.
    hole = max(grey.shape) // 220
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.5)
    filled = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((hole, hole), np.uint8))
    looks += [_markers(smooth, SEARCH_SIDES[0]), _markers(filled, SEARCH_SIDES[-1])]
    return max(looks, key=len)


def _papers(found):
    return {_paper_of()[marker] for marker in found}


@cache
def _paper_of():
    return {one.id: layout.paper for layout in LAYOUTS.values() for one in layout.markers}


@cache
def _detector():
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.minMarkerPerimeterRate = 0.015
    how.polygonalApproxAccuracyRate = 0.05
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), how)


def _markers(grey, side):
    """{id: [4 corners in pixels of `grey`, clockwise from the marker's upper left]} of our markers."""
    scale = min(side / max(grey.shape), 2)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    corners, ids, _rejected = _detector().detectMarkers(small)
    found = {}
    if ids is None:
        return found
    sizes = [cv2.arcLength(one.reshape(4, 2), closed=True) for one in corners]
    usual = np.median(sizes)
    for marker, places, size in zip(ids.flat, corners, sizes, strict=True):
        # Ours are 8 and 11 mm: what is far from that is a pattern that happens to look like one.
        if int(marker) in _paper_of() and usual / 2 < size < usual * 2:
            pixels = (places.reshape(4, 2) + 0.5) / scale - 0.5
            found.setdefault(int(marker), []).append(pixels)
    return found


def _why_none(grey):
    """What a picture without our markers is."""
    for side in SEARCH_SIDES[:2]:
        if len(_markers(np.ascontiguousarray(grey[:, ::-1]), side)) >= ENOUGH_MARKERS:
            return "mirrored"
    small = cv2.resize(grey, (400, 560), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), 21)
    is_ink = small < paper * 0.75
    return "blank" if is_ink.mean() < LEAST_INK else "no_sheet"


def _fit(layout, corners):
    """(homography to mm, ids it rests on). One marker that does not fit the others is left out."""
    left = dict(corners)
    while True:
        to_mm = _homography(layout, left)
        residuals = {one: _residual(layout, to_mm, one, left[one]) for one in left}
        worst = max(residuals, key=residuals.get)
        if residuals[worst] <= MOST_RESIDUAL:
            return to_mm, set(left)
        if len(left) <= FEWEST_MARKERS:
            raise Refused("bent")
        del left[worst]


def _points(layout, marker):
    area = layout.markers[marker - layout.first_marker].area
    return np.array(
        [
            (area.x, area.y),
            (area.right, area.y),
            (area.right, area.bottom),
            (area.x, area.bottom),
        ]
    )


def _homography(layout, corners):
    pixels = np.concatenate([corners[one] for one in corners])
    millimetres = np.concatenate([_points(layout, one) for one in corners])
    if np.ptp(millimetres, axis=0).max() < LEAST_APART:
        raise Refused("no_sheet")
    if len(corners) < ENOUGH_MARKERS or np.ptp(millimetres, axis=0).min() < layout.width / 2:
        # Two markers, or those of one edge, do not tell a perspective.
        similar, _inliers = cv2.estimateAffinePartial2D(pixels, millimetres, method=cv2.LMEDS)
        if similar is None:
            raise Refused("bent")
        return np.vstack([similar, (0, 0, 1)])
    matrix, _inliers = cv2.findHomography(pixels, millimetres)
    if matrix is None:
        raise Refused("bent")
    return matrix


def _residual(layout, to_mm, marker, pixels):
    seen = cv2.perspectiveTransform(pixels[None].astype(float), to_mm)[0]
    return float(np.linalg.norm(seen - _points(layout, marker), axis=1).mean())


def _pixels_per_mm(layout, corners, seen):
    sides = [
        cv2.arcLength(corners[one].astype(np.float32), closed=True)
        / (4 * layout.markers[one - layout.first_marker].area.width)
        for one in seen
    ]
    return float(np.median(sides))
