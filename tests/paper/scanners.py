"""Scanners: what becomes of a filled sheet on glass or through a feeder. Grey 12 px/mm in, grey or bilevel out."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from tests.paper import dirt
from tests.paper.sheets import SCALE


@dataclass(frozen=True)
class Scanner:
    """How one page is scanned. `crop` are mm lost at left, top, right, bottom (below 0: glass shows)."""

    dpi: int
    turn: int = 0  # quarters, clockwise
    angle: float = 0.0  # degrees
    skew: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    crop: tuple[float, float, float, float] = (0, 0, 0, 0)
    blur: float = 0.4  # px
    noise: float = 2.0
    black: float = 0.0
    white: float = 250.0
    gamma: float = 1.0
    bilevel: str = ""  # "threshold", "local", "diffusion"
    threshold: float = 0.6
    jpeg: int = 0
    glass: int = 255


def clean_scanner(rng):
    """A good flatbed and somebody who lays the sheet straight."""
    return Scanner(
        dpi=int(rng.choice([200, 240, 300])),
        angle=rng.normal(0, 0.4),
        scale=tuple(1 + rng.normal(0, 0.002, 2)),
        crop=tuple(rng.uniform(-1, 1, 4)),
        blur=rng.uniform(0.3, 0.6),
        noise=rng.uniform(0.5, 2.5),
        black=rng.uniform(0, 20),
        white=rng.uniform(240, 255),
        jpeg=int(rng.choice([0, 85, 92])),
    )


def office_scanner(rng):
    """Whatever stands in the office: old, fed askew, set to black-and-white."""
    bilevel = str(rng.choice(["", "threshold", "local", "diffusion"], p=[0.68, 0.18, 0.06, 0.08]))
    dpi = int(rng.choice([100, 120, 150, 200, 240, 300], p=[0.06, 0.08, 0.3, 0.32, 0.04, 0.2]))
    if bilevel:
        dpi = int(rng.choice([150, 200, 300], p=[0.15, 0.45, 0.4]))
    return Scanner(
        dpi=dpi,
        turn=int(rng.choice(4, p=[0.7, 0.06, 0.18, 0.06])),
        angle=float(np.clip(rng.normal(0, 1.1), -3, 3)),
        skew=rng.normal(0, 0.003),
        scale=_scale(rng),
        crop=_crop(rng),
        blur=rng.uniform(0.3, 1.0),
        noise=rng.uniform(1, 7),
        black=rng.uniform(0, 55),
        white=rng.uniform(215, 255),
        gamma=rng.uniform(0.8, 1.35),
        bilevel=bilevel,
        threshold=rng.uniform(0.5, 0.78),
        jpeg=0 if bilevel else int(rng.choice([0, 40, 50, 60, 70, 75, 85, 90])),
        glass=int(rng.choice([255, 250, 235, 40], p=[0.55, 0.25, 0.15, 0.05])),
    )


def _scale(rng):
    if rng.random() < 0.75:
        return tuple(1 + rng.normal(0, 0.004, 2))
    return tuple(rng.uniform(0.93, 1.07) * (1 + rng.normal(0, 0.003, 2)))


def _crop(rng):
    crop = rng.uniform(-2, 2, 4)
    chance = rng.random()
    if chance < 0.08:  # laid on a larger glass
        crop -= rng.uniform(5, 90, 4) * rng.integers(0, 2, 4)
    elif chance < 0.16:  # an edge lost, up to both markers on it
        crop[rng.choice([1, 3])] = rng.uniform(4, 20)
    elif chance < 0.20:
        crop[rng.choice([0, 2])] = rng.uniform(3, 8)
    return tuple(crop)


def scan_with(scanner, image, rng, harms=()):
    """The grey picture (uint8) that `scanner` makes of `image`; `harms` happened to the paper before."""
    per_mm = scanner.dpi / 25.4
    size = [round(side / SCALE * per_mm) for side in image.shape[::-1]]
    paper = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    for harm in harms:
        paper = harm(paper, per_mm, rng)
    page = _laid(scanner, paper, per_mm)
    page = cv2.GaussianBlur(page, (0, 0), scanner.blur * per_mm / 8 + 0.15)
    page = _exposed(scanner, page, rng)
    if scanner.bilevel:
        page = _bilevel(scanner, page)
    if scanner.turn:
        page = np.ascontiguousarray(np.rot90(page, -scanner.turn))
    return recompressed(page, scanner.jpeg) if scanner.jpeg else page


def _laid(scanner, paper, per_mm):
    """The paper on the glass: turned a little, drawn or pressed, cut where the glass ends."""
    height, width = paper.shape
    left, top, right, bottom = (side * per_mm for side in scanner.crop)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), scanner.angle, 1)
    form = np.array([[scanner.scale[0], scanner.skew], [0, scanner.scale[1]]])
    matrix = np.hstack([form @ turn[:, :2], (form @ turn[:, 2])[:, None] - [[left], [top]]])
    size = (
        round(width * scanner.scale[0] - left - right),
        round(height * scanner.scale[1] - top - bottom),
    )
    return cv2.warpAffine(paper, matrix, size, flags=cv2.INTER_CUBIC, borderValue=scanner.glass)


def _exposed(scanner, page, rng):
    levels = (np.arange(256) / 255) ** scanner.gamma
    curve = scanner.black + (scanner.white - scanner.black) * levels
    page = cv2.LUT(page, np.clip(curve, 0, 255).astype(np.uint8))
    return dirt.noisy(page, scanner.noise, rng)


def _bilevel(scanner, page):
    if scanner.bilevel == "diffusion":
        return np.array(Image.fromarray(page).convert("1"), np.uint8) * 255
    if scanner.bilevel == "local":
        white = cv2.blur(page, (75, 75))
        return np.where(page > white * (scanner.threshold + 0.2), 255, 0).astype(np.uint8)
    span = scanner.white - scanner.black
    return np.where(page > scanner.black + span * scanner.threshold, 255, 0).astype(np.uint8)


def recompressed(page, quality):
    """Through a JPEG and back."""
    _done, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
