"""What glass, feeder and sensor add to the picture of a page: functions of (page, px per mm, rng)."""

import cv2
import numpy as np


def darkened(page, veil):
    """`page` under `veil`, 0 (nothing) to 1 (black), as uint8 0–255."""
    return cv2.multiply(page, cv2.bitwise_not(veil), scale=1 / 255)


def _noise():
    return np.random.default_rng(11).normal(size=(1536, 1536)).astype(np.float32)


NOISE = _noise()


def noisy(page, amount, rng):
    """Sensor noise of `amount` grey levels."""
    height, width = page.shape
    tile = np.roll(NOISE, tuple(rng.integers(0, 1536, 2)), (0, 1))
    tile = (tile * amount).round().astype(np.int16)
    out = np.empty_like(page)
    for top in range(0, height, 1536):
        for left in range(0, width, 1536):
            part = page[top : top + 1536, left : left + 1536]
            sum_ = cv2.add(part, tile[: part.shape[0], : part.shape[1]], dtype=cv2.CV_8U)
            out[top : top + 1536, left : left + 1536] = sum_
    return out


def dust(page, per_mm, rng):
    """Specks and a hair, on the glass as well as on the boxes."""
    page = page.copy()
    height, width = page.shape
    for _ in range(rng.integers(3, 60)):
        place = (int(rng.integers(width)), int(rng.integers(height)))
        radius = max(1, round(rng.exponential(0.12) * per_mm))
        cv2.circle(page, place, radius, int(rng.uniform(20, 170)), -1, cv2.LINE_AA)
    if rng.random() < 0.3:
        start = rng.uniform(0, 1, 2) * (width, height)
        bends = start + np.cumsum(rng.normal(0, 2.2 * per_mm, (7, 2)), axis=0)
        cv2.polylines(
            page, [bends.astype(np.int32)], False, 110, max(1, round(0.1 * per_mm)), cv2.LINE_AA
        )
    return page


def streaks(page, per_mm, rng):
    """Dirt on a feeder's sensor: thin lines all down the page."""
    page = page.copy()
    for _ in range(rng.integers(1, 5)):
        x = int(rng.integers(page.shape[1]))
        wide = max(1, round(rng.uniform(0.05, 0.35) * per_mm))
        column = page[:, x : x + wide]
        if rng.random() < 0.7:
            column[:] = column * rng.uniform(0.35, 0.9)
        else:
            column[:] = 255 - (255 - column) * rng.uniform(0.3, 0.8)
    return page


def binding(page, per_mm, rng):
    """The shadow where a bound or thick pile does not touch the glass."""
    reach, dark = rng.uniform(10, 45) * per_mm, rng.uniform(60, 180)
    shade = dark * np.exp(-((np.arange(page.shape[1]) / reach) ** 2) * 3)
    veil = np.broadcast_to(shade.astype(np.uint8), page.shape)
    return darkened(page, np.ascontiguousarray(veil if rng.random() < 0.8 else veil[:, ::-1]))
