"""Shapes that a hand makes in and round a box: lists of strokes in mm, the middle of the box at (0, 0)."""

import numpy as np

HALF = 2.5  # of a box
REACH = HALF + 3  # a mark overshoots its box by so much at most


def tick(rng, size, slant):
    """✓ in many tempers; its foot is in the box, whatever its size: long or no left arm, sharp or round."""
    foot = np.array([rng.normal(-0.5, 0.5), rng.normal(1.2, 0.6)]).clip(-2.0, 2.2)
    start = foot - [rng.uniform(0.08, 0.36) * size, rng.uniform(0.06, 0.34) * size]
    end = foot - [-rng.uniform(0.35, 0.85) * size, rng.uniform(0.5, 1.05) * size]
    rise = curve(foot, end, rng.normal(0.02, 0.07))
    if rng.random() < 0.07:
        return [drawn(rise, rng, slant)]
    fall = curve(start, foot, rng.normal(-0.05, 0.1))
    if rng.random() < 0.35:  # a round foot
        corner = spline([fall[-4], foot + np.array([0.1, 0.1]), rise[3]])
        return [drawn(np.vstack([fall[:-4], corner, rise[4:]]), rng, slant)]
    return [drawn(np.vstack([fall, rise]), rng, slant)]


def cross(rng, size, slant):
    """✗: two strokes, or now and then one that turns back at its foot."""
    reach = rng.uniform(0.3, 0.58, 4) * size
    one = curve([-reach[0], -reach[0]], [reach[1], reach[1]], rng.normal(0, 0.06))
    two = curve([reach[2], -reach[2]], [-reach[3], reach[3]], rng.normal(0, 0.06))
    if rng.random() < 0.12:
        loop = spline([one[-1], one[-1] + rng.normal(0, 0.6, 2), two[0]])
        return [drawn(np.vstack([one, loop, two]), rng, slant)]
    return [drawn(one, rng, slant), drawn(two, rng, slant)]


def slash(rng, size, slant):
    reach = rng.uniform(0.3, 0.65, 2) * size
    stroke = curve([reach[0] * 0.8, -reach[0]], [-reach[1] * 0.8, reach[1]], rng.normal(0, 0.06))
    return [drawn(stroke, rng, slant)]


def dot(rng, size, _slant):
    count = rng.integers(4, 14)
    return [rng.normal(0, 0.06 * size, (count, 2)) + rng.normal(0, 0.4, 2)]


def filled(rng, size, slant):
    """The box hatched full, by and large."""
    lines = rng.integers(5, 14)
    half = np.clip(0.42 * size, 1.4, 2.5)
    ends = np.where(np.arange(lines) % 2, half, -half) + rng.normal(0, 0.2, lines)
    points = np.stack([ends, np.linspace(-half, half, lines)], 1) @ _turned(
        rng.choice([0, 0.6, 1.57])
    )
    return [drawn(points, rng, slant / 3).clip(-3.3, 3.3)]


def ring(rng, _size, slant):
    """A circle round the box instead of a mark in it."""
    angles = np.linspace(rng.uniform(0, 6), rng.uniform(11.5, 13.5), 40)
    reach = rng.uniform(3.1, 4.2, 2)
    points = np.stack([np.cos(angles) * reach[0], np.sin(angles) * reach[1]], 1)
    return [drawn(points, rng, slant / 3)]


SIGNS = {"tick": tick, "cross": cross, "slash": slash, "dot": dot, "filled": filled}


def struck_line(rng, _size, _slant):
    reach, heights = rng.uniform(3.2, 5.4, 2), rng.normal(0, 0.7, 2)
    stroke = curve([-reach[0], heights[0]], [reach[1], heights[1]], rng.normal(0, 0.04))
    return [drawn(stroke, rng, 0)]


def struck_twice(rng, size, slant):
    gap = [0, rng.uniform(0.8, 1.6)]
    return [struck_line(rng, size, slant)[0] - gap, struck_line(rng, size, slant)[0]]


def scribble(rng, _size, _slant):
    points = rng.uniform(-3.2, 3.2, (rng.integers(6, 16), 2))
    return [drawn(spline(points), rng, 0)]


def waves(rng, _size, _slant):
    turns = rng.integers(5, 10)
    ends = np.where(np.arange(turns) % 2, 2.3, -2.3) + rng.normal(0, 0.5, turns)
    return [drawn(spline(np.stack([np.linspace(-3, 3, turns), ends], 1)), rng, 0)]


def struck_cross(rng, _size, slant):
    return cross(rng, rng.uniform(6, 9), slant)


def struck_slash(rng, _size, slant):
    """The other way than a tick rises, or nobody could tell."""
    return [stroke * [-1, 1] for stroke in slash(rng, rng.uniform(8, 11), slant)]


# Which strike leaves no doubt for a person who looks: a cross over a slash would be a cross.
STRIKES = {
    "tick": [struck_line, struck_line, struck_twice, scribble, waves, struck_cross, struck_slash],
    "cross": [struck_line, struck_line, struck_twice, scribble, waves],
    "slash": [struck_line, struck_twice, scribble, waves],
    "dot": [struck_line, struck_twice, scribble, waves],
    "filled": [struck_line, struck_twice, struck_cross],
}


def curve(start, end, bulge):
    """From one point to the other, bent to the side by `bulge` of its length."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    aside = (end - start)[::-1] * [1, -1] * bulge
    at = np.linspace(0, 1, 12)[:, None]
    return start + (end - start) * at + aside * 4 * at * (1 - at)


def spline(points, steps=6):
    """A smooth way through all `points` (Catmull and Rom)."""
    points = np.asarray(points, float)
    padded = np.vstack([points[:1], points, points[-1:]])[:, None]
    before, here, there, after = (padded[shift : len(points) - 1 + shift] for shift in range(4))
    at = np.linspace(0, 1, steps, endpoint=False)[:, None]
    way = here + 0.5 * at * (
        there
        - before
        + at
        * (2 * before - 5 * here + 4 * there - after + at * (3 * (here - there) + after - before))
    )
    return np.vstack([way.reshape(-1, 2), points[-1:]])


def drawn(points, rng, slant):
    """Slanted, and never quite where the hand wanted it."""
    points = points @ np.array([[1, 0], [-slant, 1]])
    tremble = np.cumsum(rng.normal(0, 0.05, points.shape), axis=0)
    return np.clip(points + tremble - tremble.mean(axis=0), -REACH, REACH)


def _turned(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
