"""Draws the vector artwork of the certificate look "modern": its panels, its strip, its emblems.

    python -m scripts.draw_modern [static folder]

Lengths, units and the habit of drawing a repeat once are those of draw_guilloche.py.
"""

import sys
from collections.abc import Callable, Iterator
from math import cos, pi, sin
from pathlib import Path

from scripts.draw_guilloche import (
    AMBER,
    CREST_TO_TROUGH,
    GREEN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    UNITS,
    Curve,
    emblem,
    emblem_cog,
    emblem_leaf,
    emblem_wheat,
    joined,
    lobed,
    ring,
    stroke,
    svg,
    trace,
    use,
)

PANEL = "#0B3540"
TEAL, PALE_TEAL, STRIP_TEAL = "#3F8B90", "#79B5B4", "#9FBFC1"

Box = tuple[float, float, float, float]  # left, top, width, height
FRONT_PANEL: Box = (8, 8, 70, 194)
BACK_PANEL: Box = (8, 8, 281, 26)
FRONT_STRIP: Box = (92, 198, 187, 2.8)
BACK_STRIP: Box = (16, 198, 265, 2.8)

FOLDS = 12
PETALS = 8


def petals(radius: float) -> str:
    """A twelfth of nested curves r = R s(1 + .2 cos(12t + .24k)), each turned a little further."""
    sizes = [radius * (0.2 + 0.8 * k / (PETALS - 1)) for k in range(PETALS)]
    return "".join(lobed(size, 0.2 * size, 12, 0.24 * k, FOLDS) for k, size in enumerate(sizes))


def flower() -> tuple[str, ...]:
    """The flower between its two amber rings; the outer of them 50 mm from the centre."""
    return (
        stroke(petals(40), TEAL, 0.17),
        stroke(ring(44, 5.9, 24, strands=4, folds=FOLDS), AMBER, 0.21),
        stroke(ring(21, 5.2, 36, strands=3, folds=FOLDS), AMBER, 0.17),
    )


def veil() -> str:
    return stroke(ring(53.9, 3.2, 36, strands=4, folds=FOLDS), PALE_TEAL, 0.14)


def turned(name: str, x: float, y: float, scale: float = 1) -> str:
    turns = "".join(use(name, f"rotate({turn})") for turn in range(0, 360, 360 // FOLDS))
    place = f"translate({joined(round(x * UNITS), round(y * UNITS))})"
    size = f" scale({scale:g})" if scale != 1 else ""
    return f'<g transform="{place}{size}">{turns}</g>'


def wave(length: float, swing: float) -> str:
    """One wave of four strands, each from its own crest into the next wave."""
    data, bend = "", 2 * pi / length
    for k in range(4):
        shift = pi / 2 * k
        curve = Curve(
            at=lambda x, shift=shift: (x, swing * cos(bend * x - shift)),
            slope=lambda x, shift=shift: (1, -swing * bend * sin(bend * x - shift)),
        )
        data += trace(curve, shift / bend, shift / bend + length, 2, CREST_TO_TROUGH)
    return data


WAVE = 3.75  # a whole number of units


def strip(box: Box) -> Iterator[str]:
    left, top, width, height = box
    middle = round((top + height / 2) * UNITS)
    for k in range(-1, round(width / WAVE) + 1):
        yield use("wave", f"translate({joined(round((left + k * WAVE) * UNITS), middle)})")


def rectangle(box: Box, colour: str = "") -> str:
    x, y, width, height = (round(length * UNITS) for length in box)
    fill = f' fill="{colour}"' if colour else ""
    return f'<path d="M{x} {y}h{width}v{height}h-{width}z"{fill}/>'


def clipped(name: str, body: str) -> str:
    return f'<g clip-path="url(#{name})">{body}</g>'


def clip(name: str, box: Box) -> str:
    return f'<clipPath id="{name}">{rectangle(box)}</clipPath>'


def leaf(panel: Box, strip_box: Box, artwork: str, pattern: str) -> str:
    """A page: the panel with its pattern, cut at the panel's edge, and the strip at the foot."""
    _, _, _, height = strip_box
    strand = stroke(wave(WAVE, height / 2 - 0.06), STRIP_TEAL, 0.12)
    parts = (
        f'<defs>{artwork}<g id="wave">{strand}</g>{clip("panel", panel)}{clip("foot", strip_box)}</defs>',
        rectangle(panel, PANEL),
        clipped("panel", pattern),
        clipped("foot", "".join(strip(strip_box))),
    )
    return svg(PAGE_WIDTH, PAGE_HEIGHT, "\n".join(parts))


def front() -> str:
    twelfth = "".join((*flower(), veil()))
    return leaf(
        FRONT_PANEL, FRONT_STRIP, f'<g id="twelfth">{twelfth}</g>', turned("twelfth", 43, 94)
    )


def back() -> str:
    twelfth = "".join(flower())
    return leaf(
        BACK_PANEL,
        BACK_STRIP,
        f'<g id="twelfth">{twelfth}</g>',
        turned("twelfth", 266, 34, scale=0.7),
    )


def light(figure: str) -> str:
    """Our emblem for a dark panel: its rim in the panel's own colour, so that the disc stands free."""
    return emblem(figure).replace(GREEN, PANEL)


ARTWORK: dict[str, Callable[[], str]] = {
    "img/certificate/modern-front.svg": front,
    "img/certificate/modern-back.svg": back,
    "img/emblem-wheat-light.svg": lambda: light(emblem_wheat()),
    "img/emblem-cog-light.svg": lambda: light(emblem_cog()),
    "img/emblem-leaf-light.svg": lambda: light(emblem_leaf()),
}


def main(static: Path) -> None:
    for name, draw in ARTWORK.items():
        target = static / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(draw(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else Path(__file__).resolve().parent.parent / "static"
    )
