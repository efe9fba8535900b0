"""How the blank sheet came out of the printer: seldom as black as its PDF."""

import cv2
import numpy as np

from tests.paper import dirt
from tests.paper.sheets import SCALE


def printed(image, rng):
    """`image`, or a paler, streaked or copied one of it."""
    chance = rng.random()
    if chance < 0.70:
        return image
    if chance < 0.85:
        return pale(image, rng)
    if chance < 0.93:
        return streaked(image, rng)
    return copied(image, rng)


def pale(image, rng):
    """Toner saved, or nearly spent."""
    kept = rng.uniform(0.45, 0.85)
    return cv2.LUT(image, (255 - (255 - np.arange(256)) * kept).astype(np.uint8))


def streaked(image, rng):
    """A scratched drum: lines all down the page, or a band where toner is missing."""
    image = dirt.streaks(image, SCALE, rng)
    x, width = int(rng.uniform(0, image.shape[1])), int(rng.uniform(5, 40) * SCALE)
    band = image[:, x : x + width]
    band[:] = 255 - (255 - band) * rng.uniform(0.3, 0.9)
    return image


def copied(image, rng):
    """The office ran out of printed sheets and copied an empty one: black and white, with specks."""
    soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 2.0))
    soft = dirt.noisy(soft, rng.uniform(3, 14), rng)
    _limit, hard = cv2.threshold(soft, rng.uniform(90, 190), 255, cv2.THRESH_BINARY)
    return cv2.GaussianBlur(dirt.dust(hard, SCALE, rng), (0, 0), 0.8)
