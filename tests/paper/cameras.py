"""Cameras: a phone held over the sheet on a desk. Grey 12 px/mm in, an 8–12 MP picture out."""

from dataclasses import dataclass

import cv2
import numpy as np

from tests.paper import dirt
from tests.paper.scanners import recompressed
from tests.paper.sheets import SCALE


@dataclass(frozen=True)
class Camera:
    """`tilt` of the paper against the picture in degrees, to the side and away; `filling` is the share of
    the picture's longer side that the sheet takes up."""

    pixels: tuple[int, int]
    turn: int
    tilt: tuple[float, float]
    roll: float
    filling: float
    curl: float  # mm
    light: float  # how uneven, 0–1
    shadow: float  # of a hand or the phone, 0–1
    blur: float
    motion: float  # px
    thumb: bool  # holds the paper at its edge
    noise: float
    white: float
    jpeg: int
    desk: str


def any_camera(rng):
    direction, steep = rng.uniform(0, 2 * np.pi), 25 * rng.beta(1.2, 2.2)
    return Camera(
        pixels=[(3264, 2448), (3648, 2736), (4000, 3000)][rng.integers(3)],
        turn=int(rng.choice(4, p=[0.75, 0.1, 0.05, 0.1])),
        tilt=(steep * np.cos(direction), steep * np.sin(direction)),
        roll=float(np.clip(rng.normal(0, 3), -10, 10)),
        filling=rng.uniform(0.72, 0.97),
        curl=abs(rng.normal(0, 0.8)) if rng.random() < 0.4 else 0,
        light=rng.uniform(0, 0.55),
        shadow=rng.uniform(0.15, 0.55) if rng.random() < 0.35 else 0,
        blur=rng.uniform(0.5, 2.2),
        thumb=rng.random() < 0.15,
        motion=rng.uniform(2, 9) if rng.random() < 0.25 else 0,
        noise=rng.uniform(1.5, 7),
        white=rng.uniform(165, 255),
        jpeg=int(rng.integers(55, 95)),
        desk=str(rng.choice(["wood", "dark", "cloth", "tiles"])),
    )


def photograph(camera, image, rng, harms=()):
    """The grey picture (uint8) that `camera` takes of the sheet."""
    for harm in harms:
        image = harm(image, SCALE, rng)
    longer, shorter = camera.pixels
    matrix = _view(camera, image.shape, (shorter, longer))
    picture = _seen(camera, image, matrix, (longer, shorter), rng)
    if camera.thumb:
        _hold(picture, matrix, image.shape, rng)
    picture = cv2.multiply(picture, _light(camera, picture.shape, rng), scale=1 / 255)
    picture = cv2.GaussianBlur(picture, (0, 0), camera.blur)
    if camera.motion:
        picture = cv2.filter2D(picture, -1, _motion(camera.motion, rng))
    picture = dirt.noisy(picture, camera.noise, rng)
    picture = np.ascontiguousarray(np.rot90(picture, -camera.turn))
    return recompressed(picture, camera.jpeg)


def _view(camera, shape, size):
    """Sheet px → picture px: the paper tilted before a lens at 1.3 times the picture's longer side."""
    height, width = shape
    focus = 1.3 * max(size)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    plane = corners - (width / 2, height / 2)
    x, y, z = np.deg2rad([*camera.tilt, camera.roll])
    turn = cv2.Rodrigues(np.array([x, 0, 0]))[0] @ cv2.Rodrigues(np.array([0, y, 0]))[0]
    turn = turn @ cv2.Rodrigues(np.array([0, 0, z]))[0]
    space = np.hstack([plane, np.zeros((4, 1))]) @ turn.T
    distance = focus * height / (camera.filling * max(size))
    seen = space[:, :2] * focus / (space[:, 2:] + distance)
    # The hand brings all of the sheet into the picture, if barely.
    reach = (seen.max(axis=0) - seen.min(axis=0)) / size
    seen = seen / max(1, reach.max() / 0.985)
    middle = (seen.max(axis=0) + seen.min(axis=0)) / 2
    seen = seen - middle + np.array(size) / 2
    return cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))


def _seen(camera, image, matrix, size, rng):
    desk = DESKS[camera.desk](size, rng)
    if camera.curl:
        image = _curled(image, camera.curl, rng)
    width = size[::-1]
    desk = _paper_shadow(desk, image.shape, matrix)
    return cv2.warpPerspective(
        image, matrix, width, dst=desk, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )


def _curled(image, amount, rng):
    """Paper that does not lie flat: its lines bend by up to `amount` mm."""
    height, width = image.shape
    rows, columns = np.mgrid[0:1:33j, 0:1:33j].astype(np.float32)
    phase, waves = rng.uniform(0, np.pi), rng.uniform(0.6, 1.3)
    bend = np.sin(columns * np.pi * waves + phase) * (0.4 + 0.6 * rows) * amount * SCALE
    pull = np.sin(rows * np.pi * waves + phase) * 0.4 * amount * SCALE
    across = cv2.resize(columns * width + pull, (width, height))
    down = cv2.resize(rows * height + bend, (width, height))
    return cv2.remap(image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _paper_shadow(desk, shape, matrix):
    height, width = shape
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    place = cv2.perspectiveTransform(corners, matrix)[0] / 4 + (3, 4)
    veil = np.zeros((desk.shape[0] // 4, desk.shape[1] // 4), np.uint8)
    cv2.fillPoly(veil, [place.astype(np.int32)], 120)
    veil = cv2.resize(cv2.GaussianBlur(veil, (0, 0), 4), desk.shape[::-1])
    return dirt.darkened(desk, veil)


def _hold(picture, matrix, shape, rng):
    """A thumb over the middle of the lower half of a side, where it may hide a marker but no box."""
    height, width = shape
    side = rng.choice([0.01, 0.99])
    place = np.array([[[width * side, height * rng.uniform(0.3, 0.9)]]], np.float32)
    centre = cv2.perspectiveTransform(place, matrix)[0, 0].astype(int).tolist()
    length = picture.shape[0] / 24
    axes = (round(length * rng.uniform(0.9, 1.6)), round(length * rng.uniform(0.4, 0.6)))
    cv2.ellipse(
        picture, centre, axes, rng.normal(0, 25), 0, 360, int(rng.uniform(60, 170)), -1, cv2.LINE_AA
    )


def _light(camera, shape, rng):
    """Brightness over the picture, 0–255: a lamp on one side, dark corners, somebody's shadow."""
    rows, columns = np.mgrid[-1:1:96j, -1:1:72j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (rows * np.sin(angle) + columns * np.cos(angle)) / 2.9 + 0.5
    field = camera.white * (1 - camera.light * slope)
    field *= 1 - rng.uniform(0, 0.2) * (rows**2 + columns**2) / 2
    if camera.shadow:
        veil = np.zeros(rows.shape, np.uint8)
        centre = rng.uniform(0, 1, 2) * (72, 96)
        for _ in range(rng.integers(1, 5)):
            place = centre + rng.normal(0, 9, 2)
            axes = rng.uniform(6, 34, 2).astype(int).tolist()
            cv2.ellipse(
                veil, place.astype(int).tolist(), axes, rng.uniform(0, 180), 0, 360, 255, -1
            )
        veil = cv2.GaussianBlur(veil, (0, 0), rng.uniform(0.8, 3))
        field *= 1 - camera.shadow * veil / 255
    return cv2.resize(
        np.clip(field, 20, 255).astype(np.uint8), shape[::-1], interpolation=cv2.INTER_CUBIC
    )


def _motion(length, rng):
    size = int(length) | 1
    kernel = np.zeros((size + 2, size + 2), np.float32)
    middle, angle = (size + 1) / 2, rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(np.round(middle + sign * reach).astype(int).tolist()) for sign in (1, -1)]
    cv2.line(kernel, *ends, 1, 1, cv2.LINE_AA)
    return kernel / kernel.sum()


def _wood(size, rng):
    grain = cv2.resize(
        rng.normal(size=(90, 6)).astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC
    )
    return np.clip(rng.uniform(70, 150) + 22 * grain, 0, 255).astype(np.uint8)


def _dark(size, rng):
    return np.full(size, int(rng.uniform(15, 60)), np.uint8)


def _cloth(size, rng):
    threads = np.resize(rng.normal(rng.uniform(90, 190), 25, (64, 64)), (64, 64))
    tile = cv2.resize(np.clip(threads, 0, 255).astype(np.uint8), (256, 256))
    return np.tile(tile, (size[0] // 256 + 1, size[1] // 256 + 1))[: size[0], : size[1]].copy()


def _tiles(size, rng):
    desk = np.full(size, int(rng.uniform(150, 225)), np.uint8)
    pitch, start = int(rng.uniform(500, 1200)), int(rng.uniform(0, 500))
    desk[start::pitch] = desk[:, start::pitch] = 90
    desk[start + 1 :: pitch] = desk[:, start + 1 :: pitch] = 90
    return desk


DESKS = {"wood": _wood, "dark": _dark, "cloth": _cloth, "tiles": _tiles}
