"""Draws the artwork of the certificate with letterhead: its frames and the emblems in its inks.

    python -m scripts.draw_kop [static folder]

Curves and measures are those of draw_guilloche.py.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.draw_guilloche import (
    BRONZE,
    GREEN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    ROSETTE,
    TILE,
    UNITS,
    emblem,
    emblem_cog,
    emblem_leaf,
    emblem_wheat,
    line_round,
    ring,
    stroke,
    svg,
    tile_pair,
    tile_strands,
    use,
)

NAVY, MAROON, COPPER = "#1F2A44", "#7A2E2A", "#8A5A2B"
PALE_NAVY, PALE_MAROON = "#DCE1EA", "#EDDDDA"
INNER = 10.6


def frame(*parts: str) -> str:
    lines = line_round(9.05, 0.9, NAVY) + line_round(INNER, 0.2, NAVY)
    return svg(PAGE_WIDTH, PAGE_HEIGHT, "\n".join((*parts, lines)))


BAND_CENTRE, REPEATS = 194.2, 25


def band() -> str:
    """One band along the foot, cut where the inner line stands."""
    tile = stroke(tile_strands(), NAVY, 0.1) + stroke(tile_pair(), MAROON, 0.2)
    left = round((PAGE_WIDTH - REPEATS * TILE) / 2 * UNITS)
    y = round(BAND_CENTRE * UNITS)
    x, top, width, height = (
        round(length * UNITS) for length in (INNER, BAND_CENTRE - 4, PAGE_WIDTH - 2 * INNER, 8)
    )
    tiles = "".join(
        use("tile", f"translate({left + repeat * TILE * UNITS} {y})") for repeat in range(REPEATS)
    )
    return (
        f'<defs><g id="tile">{tile}</g><clipPath id="foot">'
        f'<path d="M{x} {top}h{width}v{height}H{x}z"/></clipPath></defs>\n'
        f'<g clip-path="url(#foot)">{tiles}</g>'
    )


ROSETTE_CENTRE, ROSETTE_SIZE = (PAGE_WIDTH / 2, 118.6), 0.94


def rosette() -> str:
    size = ROSETTE_SIZE
    rings = [
        ring(size * radius, size * swing, waves, size * slow, folds=12)
        for radius, swing, waves, slow in ROSETTE
    ]
    navy, maroon = "".join(rings[::2]), "".join(rings[1::2])
    petal = stroke(navy, PALE_NAVY, 0.15) + stroke(maroon, PALE_MAROON, 0.15)
    x, y = (round(length * UNITS) for length in ROSETTE_CENTRE)
    petals = "".join(use("petal", f"rotate({turn})") for turn in range(15, 360, 30))
    return f'<defs><g id="petal">{petal}</g></defs>\n<g transform="translate({x} {y})">{petals}</g>'


def inked(drawn: str) -> str:
    """One of our emblems, in the inks of this look."""
    return drawn.replace(GREEN, NAVY).replace(BRONZE, COPPER)


ARTWORK: dict[str, Callable[[], str]] = {
    "img/certificate/kop-front.svg": lambda: frame(rosette(), band()),
    "img/certificate/kop-back.svg": lambda: frame(band()),
    "img/emblem-wheat-navy.svg": lambda: inked(emblem(emblem_wheat())),
    "img/emblem-cog-navy.svg": lambda: inked(emblem(emblem_cog())),
    "img/emblem-leaf-navy.svg": lambda: inked(emblem(emblem_leaf())),
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
