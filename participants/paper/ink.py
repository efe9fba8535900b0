"""How much ink lies in each box of a sheet, and of what shape."""

from dataclasses import dataclass, fields

import cv2
import numpy as np

from participants.paper.boxes import STROKE, Boxes
from participants.paper.frame import PIXELS_PER_MM
from participants.paper.layout import CODES
from participants.paper.light import TRACE

NARROW_MM = 0.9
# A strike-through goes beyond both sides of its box, and is level or nearly so.
STRIKE_BEYOND_MM = 1.6
STRIKE_SLOPES = (-0.36, -0.24, -0.12, 0, 0.12, 0.24, 0.36)
STRIKE_WIDTH = np.ones((7, 3), np.uint8)


@dataclass(frozen=True)
class Ink:
    """What is measured of every box, arrays of rows × 5; lengths in mm, areas in mm²."""

    amount: np.ndarray  # darkness summed over the inside
    trace: np.ndarray  # largest connected piece inside that is at least a trace
    peak: np.ndarray  # darkness of the darkest tenth of the strokes
    span: np.ndarray  # longer side of what the strokes span inside
    fill: np.ndarray  # share of the rectangle around them that they fill; 0 of a narrow one
    pieces: np.ndarray  # how many pieces they are in
    upright: np.ndarray  # strokes that an upright line meets, on average
    level: np.ndarray  # strokes that a level line meets, on average
    struck: np.ndarray  # share of a level line, from side to side and beyond, that is ink
    below: np.ndarray  # how far strokes leave the box downwards
    large: np.ndarray  # longer side of what they span in all; a fold goes on and on
    solid: np.ndarray  # the widest ink in and close to the box
    outside: np.ndarray  # strokes nearest to this box that enter none
    outline: np.ndarray  # share of the printed outline that is there


def measure(dark, layout):
    """The Ink of every box of a sheet, whose darkness is `dark`."""
    boxes = Boxes(dark, layout)
    figures = [
        [_figures(boxes, row, column) for column in range(len(CODES))] for row in range(layout.rows)
    ]
    return Ink(
        **{
            one.name: np.array([[box[one.name] for box in row] for row in figures], np.float32)
            for one in fields(Ink)
        }
    )


def _figures(boxes, row, column):
    """One box's, by the names of Ink's fields."""
    x, y = boxes.places[row][column]
    ink = boxes.strokes[boxes.inside(x, y)]
    is_stroke = ink > boxes.stroke
    pieces = boxes.stats[list(boxes.entering[row][column])]
    return {
        "amount": ink.sum() / PIXELS_PER_MM**2,
        "trace": _largest(ink > boxes.trace) / PIXELS_PER_MM**2,
        "peak": _peak(ink, is_stroke),
        "span": max(_sides(is_stroke)) / PIXELS_PER_MM,
        "fill": _fill(is_stroke),
        "pieces": _count_pieces(is_stroke),
        "upright": _met(is_stroke),
        "level": _met(is_stroke.T),
        "struck": _struck(boxes, x, y) if is_stroke.any() else 0,
        "below": _below(pieces, y + boxes.size) / PIXELS_PER_MM,
        "large": _large(pieces) / PIXELS_PER_MM,
        "solid": _solid(boxes, x, y) / PIXELS_PER_MM,
        "outside": boxes.outside.get((row, column), 0) / PIXELS_PER_MM**2,
        "outline": _outline(boxes, x, y),
    }


def _largest(mask):
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return stats[1:, cv2.CC_STAT_AREA].max(initial=0)


def _peak(ink, is_stroke):
    return np.percentile(ink[is_stroke], 90) if is_stroke.any() else 0


def _sides(mask):
    """(height, width) of the rectangle around all that is set."""
    edges = mask.any(axis=1), mask.any(axis=0)
    return [int(np.ptp(one[0])) + 1 if len(one[0]) else 0 for one in map(np.nonzero, edges)]


def _fill(mask):
    height, width = _sides(mask)
    is_narrow = min(height, width) < NARROW_MM * PIXELS_PER_MM
    return 0 if is_narrow else mask.sum() / (height * width)


def _count_pieces(mask):
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2]
    return (stats[1:, cv2.CC_STAT_AREA] >= 4).sum()


def _met(mask):
    """Strokes that an upright line meets, averaged over the lines that meet any."""
    begins = mask[1:] & ~mask[:-1]
    lines = mask.any(axis=0).sum()
    return (begins.sum() + mask[0].sum()) / lines if lines else 0


def _struck(boxes, x, y):
    """The best of some lines that are level or nearly so; what is printed is left out of it."""
    beyond = round(STRIKE_BEYOND_MM * PIXELS_PER_MM)
    area = np.s_[y - beyond : y + boxes.size + beyond, x - beyond : x + boxes.size + beyond]
    strokes = cv2.dilate((boxes.strokes[area] > boxes.stroke).astype(np.float32), STRIKE_WIDTH)
    free = 1 - boxes.printed[area].astype(np.float32)
    height, width = strokes.shape
    best = 0
    for slope in STRIKE_SLOPES:
        shear = np.float32([[1, 0, 0], [slope, 1, -slope * width / 2]])
        inked = cv2.warpAffine(strokes * free, shear, (width, height))
        counted = cv2.warpAffine(free, shear, (width, height))
        lines = inked.sum(axis=1) / np.maximum(counted.sum(axis=1), width / 2)
        best = max(best, lines[beyond:-beyond].max())
    return best


def _below(pieces, foot):
    """Pixels by which the strokes in the box go on below its foot."""
    feet = pieces[:, cv2.CC_STAT_TOP] + pieces[:, cv2.CC_STAT_HEIGHT]
    return max(feet.max(initial=0) - foot, 0)


def _large(pieces):
    return pieces[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0)


def _solid(boxes, x, y):
    near = PIXELS_PER_MM
    box = boxes.dark[y - near : y + boxes.size + near, x - near : x + boxes.size + near]
    is_ink = np.pad(box > max(boxes.stroke, STROKE / 2), 1)
    return 2 * cv2.distanceTransform(is_ink.astype(np.uint8), cv2.DIST_L2, 3).max()


def _outline(boxes, x, y):
    edge = boxes.edge
    box = boxes.dark[y - edge : y + boxes.size + edge, x - edge : x + boxes.size + edge]
    thick = 2 * edge + 2
    sides = [
        box[:thick].max(axis=0),
        box[-thick:].max(axis=0),
        box[:, :thick].max(axis=1),
        box[:, -thick:].max(axis=1),
    ]
    return (np.concatenate(sides) > TRACE).mean()
