"""What happens to paper on its way: functions of (page, px per mm, rng) that answer a page."""

import cv2
import numpy as np

from tests.paper.dirt import darkened


def _field(rng, size, smooth):
    """Cloudy values of about -1 to 1, `smooth` cells wide."""
    rows, columns = max(3, size[0] // smooth), max(3, size[1] // smooth)
    cells = rng.normal(size=(rows, columns)).astype(np.float32)
    return cv2.resize(cells, size[::-1], interpolation=cv2.INTER_CUBIC)


def stain(page, per_mm, rng, *, centre=None):
    """Coffee: the ring of a cup, or a spill with a darker edge; `centre` in mm."""
    height, width = page.shape
    veil = np.zeros((height // 4 + 1, width // 4 + 1), np.uint8)
    place = rng.uniform(0, 1, 2) * veil.shape[::-1]
    if centre:
        place = np.array(centre) * per_mm / 4
    centre = tuple(place.astype(int).tolist())
    reach = rng.uniform(12, 40) * per_mm / 4
    dark = rng.uniform(20, 80)
    if rng.random() < 0.5:
        axes = (round(reach), round(reach * rng.uniform(0.9, 1)))
        thick = max(1, round(rng.uniform(0.8, 3) * per_mm / 4))
        start = rng.uniform(0, 360)
        cv2.ellipse(veil, centre, axes, 0, start, start + rng.uniform(180, 360), dark, thick)
    else:
        angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        radii = reach * (1 + 0.15 * np.convolve(rng.normal(size=34), np.ones(5) / 2, "valid"))
        shape = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * radii[:, None]
        cv2.fillPoly(veil, [shape.astype(np.int32)], dark * 0.5)
        cv2.polylines(veil, [shape.astype(np.int32)], True, dark, max(1, round(per_mm / 5)))
    veil = cv2.GaussianBlur(veil, (0, 0), per_mm / 6)
    return darkened(page, cv2.resize(veil, (width, height)))


def fold(page, per_mm, rng):
    """A crease across the sheet: a dark line with light beside it, one half a shade darker."""
    height, width = page.shape
    down = rng.random() < 0.35
    length, across = (height, width) if down else (width, height)
    at = across * (rng.choice([1 / 3, 1 / 2, 2 / 3]) + rng.normal(0, 0.02))
    tilt = rng.normal(0, 0.004) * length
    ends = [(at - tilt, 0), (at + tilt, length)] if down else [(0, at - tilt), (length, at + tilt)]
    ends = [tuple(round(value) for value in end) for end in ends]
    veil = np.zeros_like(page)
    cv2.line(veil, *ends, rng.uniform(30, 150), max(1, round(rng.uniform(0.15, 0.6) * per_mm)))
    veil = cv2.GaussianBlur(veil, (0, 0), 0.08 * per_mm + 0.3)
    return darkened(page, veil)


def crumple(page, per_mm, rng):
    """Many short creases and the shades between them."""
    height, width = page.shape
    veil = np.zeros_like(page)
    for _ in range(rng.integers(15, 40)):
        start = rng.uniform(0, 1, 2) * (width, height)
        end = start + rng.normal(0, 40 * per_mm, 2)
        ends = [tuple(round(float(value)) for value in point) for point in (start, end)]
        cv2.line(veil, *ends, rng.uniform(15, 70), max(1, round(0.3 * per_mm)), cv2.LINE_AA)
    veil = cv2.GaussianBlur(veil, (0, 0), 0.2 * per_mm)
    shade = np.clip(18 + 14 * _field(rng, page.shape, round(25 * per_mm)), 0, 90)
    return darkened(darkened(page, veil), shade.astype(np.uint8))


def holes(page, per_mm, rng):
    """Two punched holes at the left edge, in which the glass or the lid shows."""
    page = page.copy()
    middle = page.shape[0] / 2 + rng.normal(0, 5 * per_mm)
    x = rng.uniform(8, 13) * per_mm
    grey = int(rng.choice([255, 230, 30]))
    for y in (middle - 40 * per_mm, middle + 40 * per_mm):
        cv2.circle(page, (round(x), round(y)), round(2.9 * per_mm), grey, -1, cv2.LINE_AA)
    return page


def staple(page, per_mm, rng):
    page = page.copy()
    start = rng.uniform(4, 14, 2) * per_mm
    end = start + np.array([rng.uniform(8, 12), rng.normal(0, 4)]) * per_mm
    ends = [tuple(round(float(value)) for value in point) for point in (start, end)]
    cv2.line(page, *ends, int(rng.choice([40, 210])), max(1, round(0.5 * per_mm)), cv2.LINE_AA)
    return page


def bleed_through(page, per_mm, rng):
    """The other side of thin paper, faint and mirrored."""
    behind = cv2.flip(page, int(rng.choice([1, 0])))
    behind = np.roll(behind, tuple(rng.integers(-90, 90, 2)), (0, 1))
    behind = cv2.blur(behind, (round(0.4 * per_mm) | 1,) * 2)
    return darkened(page, cv2.convertScaleAbs(255.0 - behind, alpha=rng.uniform(0.04, 0.2)))


def torn(page, per_mm, rng, *, corner=None, reach=None):
    """A corner off: what lies behind shows white or dark."""
    page = page.copy()
    height, width = page.shape
    corner = rng.integers(4) if corner is None else corner
    reach = rng.uniform(15, 32) if reach is None else reach
    x, y = [(0, 0), (width, 0), (width, height), (0, height)][corner]
    inward = np.array([1 if x == 0 else -1, 1 if y == 0 else -1])
    along, down = reach * per_mm * rng.uniform(0.8, 1.2, 2)
    ragged = np.linspace(0, 1, 12)[1:-1, None] * [-along, down] + [along, 0]
    ragged += rng.normal(0, 0.6 * per_mm, ragged.shape)
    shape = (x, y) + np.vstack([[0, 0], [along, 0], ragged, [0, down]]) * inward
    cv2.fillPoly(page, [shape.astype(np.int32)], int(rng.choice([255, 248, 60])), cv2.LINE_AA)
    return page
