"""Pens: what they are made of, and how a stroke of one gets onto the paper."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from tests.paper.sheets import SCALE

STEP = 0.25  # mm between two points of a stroke


@dataclass(frozen=True)
class Pen:
    """`width` in mm; `dark` is the share of light that its ink keeps back; `grain` how rough its line is;
    `skips` how often it fails to write, a stroke."""

    kind: str
    width: float
    dark: float
    grain: float
    skips: float


# Of each kind: how often; width from, to; darkness from, to; grain; skips.
# Darkness is what a grey scanner sees of the colour: red and green keep back less.
KINDS = {
    "blue ballpoint": (50, 0.30, 0.60, 0.58, 0.88, 0.35, 0.25),
    "black ballpoint": (24, 0.30, 0.60, 0.65, 0.92, 0.35, 0.25),
    "blue gel": (7, 0.35, 0.70, 0.60, 0.85, 0.08, 0.03),
    "red ballpoint": (4, 0.30, 0.60, 0.35, 0.60, 0.35, 0.25),
    "green ballpoint": (2, 0.30, 0.60, 0.40, 0.65, 0.35, 0.25),
    "pencil": (5, 0.35, 0.80, 0.25, 0.60, 0.85, 0.30),
    "felt marker": (5, 0.70, 1.10, 0.75, 0.97, 0.05, 0.02),
    "dry ballpoint": (3, 0.25, 0.40, 0.30, 0.55, 0.60, 1.20),
}


def any_pen(rng, kind=""):
    """A pen of `kind`, or one of those that lie about in an office."""
    if not kind:
        shares = np.array([facts[0] for facts in KINDS.values()], float)
        kind = str(rng.choice(list(KINDS), p=shares / shares.sum()))
    _share, thin, thick, pale, dark, grain, skips = KINDS[kind]
    return Pen(kind, rng.uniform(thin, thick), rng.uniform(pale, dark), grain, skips)


def ink(page, stroke, pen, rng, pressure=1.0):
    """Draws `stroke`, points in mm as an array (n, 2), onto `page` in place."""
    points = along(stroke)
    if len(points) < 2:
        points = np.vstack([points, points + 0.05])
    strengths, widths = _pressures(len(points), pen, rng, pressure)
    margin = pen.width + 1
    left, top = np.maximum(np.floor((points.min(axis=0) - margin) * SCALE), 0).astype(int)
    right, bottom = np.ceil((points.max(axis=0) + margin) * SCALE).astype(int)
    patch = page[top:bottom, left:right]
    if not patch.size:
        return
    cover = np.zeros(patch.shape, np.uint8)
    # cv2 takes whole numbers with 3 bits behind the point.
    places = np.round((points * SCALE - (left, top)) * 8).astype(int).tolist()
    thicknesses = np.maximum(1, np.round(widths * SCALE)).astype(int).tolist()
    for here, there, strength, thick in zip(
        places, places[1:], (strengths * 255).astype(int).tolist(), thicknesses, strict=False
    ):
        if strength:
            cv2.line(cover, here, there, strength, thick, cv2.LINE_AA, 3)
    _soak(patch, cover, pen, rng)


def blot(page, centre, radius, pen, rng):
    """A drop of ink round `centre` (mm), seldom quite round."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = radius * (1 + 0.18 * np.convolve(rng.normal(size=26), [0.5, 1, 0.5], "valid"))
    points = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
    left, top = np.maximum((points.min(axis=0) - 1) * SCALE, 0).astype(int)
    right, bottom = ((points.max(axis=0) + 1) * SCALE).astype(int)
    patch = page[top:bottom, left:right]
    cover = np.zeros(patch.shape, np.uint8)
    shape = np.round((points * SCALE - (left, top)) * 8).astype(np.int32)
    cv2.fillPoly(cover, [shape], 255, cv2.LINE_AA, 3)
    _soak(patch, cv2.GaussianBlur(cover, (0, 0), 2), replace(pen, grain=0.05), rng)


def smear(page, area, amount, rng):
    """What an eraser or a wet thumb leaves: a grey veil over `area` (x, y, width, height in mm)."""
    x, y, width, height = (round(value * SCALE) for value in area)
    patch = page[y : y + height, x : x + width]
    cover = np.zeros(patch.shape, np.uint8)
    middle = (patch.shape[1] // 2, patch.shape[0] // 2)
    cv2.ellipse(cover, middle, (middle[0] * 2 // 3, middle[1] * 2 // 3), 20, 0, 360, 255, -1)
    cover = cv2.GaussianBlur(cover, (0, 0), 8)
    _soak(patch, cover, Pen("smear", 1, amount, 0.4, 0), rng)


def along(stroke):
    """The same way with points at even steps."""
    stroke = np.asarray(stroke, float).reshape(-1, 2)
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    if not lengths.sum():
        return stroke[:1]
    way = np.concatenate([[0], np.cumsum(lengths)])
    at = np.linspace(0, way[-1], max(2, round(way[-1] / STEP) + 1))
    return np.stack([np.interp(at, way, stroke[:, axis]) for axis in (0, 1)], 1)


def _pressures(count, pen, rng, pressure):
    """Strength 0–1 and width at each point: lighter where the pen lands and leaves, gone where it skips."""
    drift = np.interp(np.arange(count), np.linspace(0, count, 6), rng.normal(0, 0.09, 6))
    ends = np.minimum(1, 0.75 + 0.1 * np.minimum(np.arange(count), np.arange(count)[::-1]))
    strengths = np.clip(pressure * ends * (1 + drift), 0.05, 1)
    widths = pen.width * np.clip(0.55 + 0.45 * pressure * ends + drift, 0.4, 1.3)
    for _ in range(rng.poisson(pen.skips)):
        # A ball that does not turn yet is the usual reason, so near the start.
        start = round(abs(rng.normal(0, 0.35)) * count)
        strengths[start : start + rng.integers(1, 8)] *= rng.choice([0, 0.25, 0.5])
    return strengths, widths


def _grain():
    """Paper tooth: a field of 0–1 that every pen is dragged over."""
    rng = np.random.default_rng(5)
    field = rng.normal(size=(1024, 1024)).astype(np.float32)
    field = cv2.GaussianBlur(field, (0, 0), 1.6) * 4 + cv2.GaussianBlur(field, (0, 0), 0.7)
    return np.tile(np.clip(0.5 + field * 0.28, 0, 1).astype(np.float32), (3, 2))


GRAIN = _grain()


def _soak(patch, cover, pen, rng):
    height, width = patch.shape
    y, x = rng.integers(0, 1024, 2)
    tooth = GRAIN[y : y + height, x : x + width]
    held = cover * (pen.dark / 255 * (1 - pen.grain * tooth))
    patch[:] = patch * (1 - held)
