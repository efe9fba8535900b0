"""What else a pen leaves on the sheet: signatures, names, figures, remarks. None of it is a mark."""

import cv2
import numpy as np

from tests.paper.marks import spline
from tests.paper.pens import ink
from tests.paper.sheets import SCALE

WORDS = [
    "sakit",
    "izin keluarga",
    "terlambat 10 mnt",
    "pindah blok",
    "cek lagi",
    "ok",
    "nama salah ?",
]
GUESTS = ["Slamet R.", "Ujang bin Dadang", "Yohanes K.", "Made W.", "Tn. Hasan", "Rudi"]


def signature(page, x, y, width, pen, rng):
    """A tall beginning, loops that grow flat, from `x` (mm) to the right round the height `y`; often a flourish."""
    turns = int(rng.integers(5, 14))
    heights = np.where(np.arange(turns) % 2, 1.0, -1.0) * rng.gamma(2.2, 0.6, turns)
    heights[: 1 + turns // 6] *= rng.uniform(1.2, 2.2)
    run = np.linspace(0, width, turns) + rng.normal(0, width / turns * rng.uniform(0.2, 1.1), turns)
    points = np.stack([x + run, y + heights.clip(-4, 4)], 1)
    ink(page, spline(points), pen, rng)
    if rng.random() < 0.55:
        start = [x + width * rng.uniform(-0.1, 0.4), y + rng.uniform(-0.5, 2.5)]
        bend = [x + width * rng.uniform(0.4, 0.8), y + rng.uniform(-2, 3.5)]
        ink(page, spline([start, bend, [x + width, y + rng.uniform(-1, 2)]]), pen, rng)


def words(page, text, x, y, size, pen, rng):
    """`text` in a script letter of `size` mm from (x, y), the foot of its first letter."""
    factor = size * SCALE / 21
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, factor, 4)
    patch = np.zeros((height + below + 40, width + 40), np.uint8)
    thick = max(2, round(pen.width * SCALE))
    place = (15, height + 15)
    cv2.putText(
        patch, text, place, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, factor, 255, thick, cv2.LINE_AA
    )
    turn = cv2.getRotationMatrix2D((0, patch.shape[0] / 2), rng.normal(0, 2), 1)
    patch = cv2.warpAffine(patch, turn, patch.shape[::-1])
    left, top = round(x * SCALE), round(y * SCALE) - height - 15
    under = page[max(top, 0) : top + patch.shape[0], max(left, 0) : left + patch.shape[1]]
    under[:] = under * (1 - patch[: under.shape[0], : under.shape[1]] * (pen.dark / 255))


def beside_the_rows(page, layout, people, hand, rng):
    """Signatures of the people, in their column or wide of it."""
    if not hand.signs:
        return
    for row in range(people):
        if rng.random() < 0.06:
            continue
        pen = hand.pens[0] if rng.random() < 0.7 else hand.pen(rng)
        start = layout.sign_left + rng.uniform(0.5, 5) - hand.wide * rng.random() ** 2
        width = min(rng.uniform(10, 24), layout.right - start + 3)
        middle = layout.row_top(row) + layout.pitch / 2 + rng.normal(0, 0.6)
        signature(page, start, middle, max(width, 6), pen, rng)


def at_the_foot(page, layout, count, hand, rng):
    """The count of H and the signatures of the instructor and, now and then, of an officer."""
    pen, foot = hand.pens[0], layout.height - layout.margin
    if rng.random() < 0.85:
        words(page, str(count), layout.left + 56, foot - 14, rng.uniform(3, 5), pen, rng)
    signature(page, layout.left + 83, foot - 9, rng.uniform(18, 34), pen, rng)
    if rng.random() < 0.4:
        signature(page, layout.left + 130, foot - 9, rng.uniform(18, 34), hand.pens[-1], rng)


def in_the_margins(page, layout, hand, rng):
    """Now and then a remark, beside a row or over the table."""
    if rng.random() < (0.5 if hand.kind == "nasty" else 0.12):
        row = rng.integers(layout.rows)
        y = layout.row_top(row) + layout.pitch * 0.7
        x = rng.choice([layout.left - 14, layout.boxes_right + 1, layout.left + 40])
        words(page, str(rng.choice(WORDS)), float(x), y, rng.uniform(2.2, 3.5), hand.pen(rng), rng)


def guest_name(page, layout, row, hand, rng):
    y = layout.row_top(row) + layout.pitch * 0.72
    x = layout.left + layout.number_width + rng.uniform(0, 6)
    words(page, str(rng.choice(GUESTS)), x, y, rng.uniform(2.5, 3.8), hand.pens[0], rng)
