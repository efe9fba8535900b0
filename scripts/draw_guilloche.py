"""Draws all vector artwork: the certificate's frames, rosettes and emblems, the login flower, the mark.

    python scripts/draw_guilloche.py [static folder]

Lengths are millimetres, files hold integers at 40 units a millimetre. What repeats (a wave of the
band, a twelfth of the rosette) is drawn once and placed with <use>: the PDF repeats the same bytes,
which compress to nearly nothing, and the lines stay sharp, which a tiled pattern does not.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path

UNITS = 40
PAGE_WIDTH, PAGE_HEIGHT = 297, 210
GREEN, BRONZE = "#123F3A", "#94651A"
PALE_GREEN, PALE_BRONZE = "#D5E3DD", "#E7DCC2"
TEAL, AMBER, DEEP_TEAL = "#5FA9A6", "#E8A33D", "#2C6468"
MARK_TEAL = "#17525B"

# Best handle for a sine drawn from crest to trough by one Bézier; 1/3 when sampled more densely.
CREST_TO_TROUGH, DENSE = 0.3642, 1 / 3

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A line through at(t), with its true tangent slope(t)."""

    at: Callable[[float], Point]
    slope: Callable[[float], Point]


def polar(radius: Callable[[float], float], change: Callable[[float], float]) -> Curve:
    return Curve(
        at=lambda t: (radius(t) * cos(t), radius(t) * sin(t)),
        slope=lambda t: (
            change(t) * cos(t) - radius(t) * sin(t),
            change(t) * sin(t) + radius(t) * cos(t),
        ),
    )


def trace(
    curve: Curve, start: float, end: float, nodes: int, handle: float, closed: bool = False
) -> str:
    """Path data from start to end in equal steps: equal steps make every handle a mirror image, hence "s"."""
    step = (end - start) / nodes

    def units(point: Point) -> tuple[int, int]:
        return round(point[0] * UNITS), round(point[1] * UNITS)

    def before(t: float, sign: int) -> tuple[int, int]:
        (x, y), (dx, dy) = curve.at(t), curve.slope(t)
        return units((x + sign * dx * step * handle, y + sign * dy * step * handle))

    x, y = units(curve.at(start))
    first = before(start, 1)
    data = f"M{x} {y}c{joined(first[0] - x, first[1] - y)}"
    for node in range(1, nodes + 1):
        t = start + node * step
        control, (to_x, to_y) = before(t, -1), units(curve.at(t))
        numbers = joined(control[0] - x, control[1] - y, to_x - x, to_y - y)
        data += (
            numbers
            if node == 1 and numbers.startswith("-")
            else f"{' ' if node == 1 else 's'}{numbers}"
        )
        x, y = to_x, to_y
    return data + ("z" if closed else "")


def joined(*numbers: int) -> str:
    return " ".join(map(str, numbers)).replace(" -", "-")


def ring(
    radius: float, swing: float, waves: int, slow: float = 0, strands: int = 5, folds: int = 1
) -> str:
    """r(t) = R + A cos(nt + 2πk/m) + B cos(12t), one m-th for each strand; one fold of the full turn."""
    data = ""
    for k in range(strands):
        shift = 2 * pi * k / strands
        curve = polar(
            lambda t, shift=shift: radius + swing * cos(waves * t + shift) + slow * cos(12 * t),
            lambda t, shift=shift: (
                -swing * waves * sin(waves * t + shift) - slow * 12 * sin(12 * t)
            ),
        )
        start = -shift / waves
        data += trace(
            curve,
            start,
            start + 2 * pi / folds,
            2 * waves // folds,
            CREST_TO_TROUGH,
            closed=folds == 1,
        )
    return data


def lobed(radius: float, swing: float, lobes: int, turn: float = 0, folds: int = 1) -> str:
    curve = polar(
        lambda t: radius + swing * cos(lobes * t + turn),
        lambda t: -swing * lobes * sin(lobes * t + turn),
    )
    nodes = lobes * (2 if swing < radius / 8 else 4) // folds
    handle = CREST_TO_TROUGH if swing < radius / 8 else DENSE
    return trace(
        curve, -turn / lobes, 2 * pi / folds - turn / lobes, nodes, handle, closed=folds == 1
    )


TILE, TILE_SWING = 12, 3.3


def tile_strands() -> str:
    """Eight waves that swell and narrow; each runs from its own first crest into the next tile, without a cut."""
    data = ""
    slow = 2 * pi / TILE
    fast = 3 * slow
    for k in range(8):
        shift = 2 * pi * k / 8
        swing = TILE_SWING / 1.42
        curve = Curve(
            at=lambda x, shift=shift: (
                x,
                swing * sin(fast * x + shift) * (1 + 0.42 * cos(slow * x)),
            ),
            slope=lambda x, shift=shift: (
                1,
                swing * fast * cos(fast * x + shift) * (1 + 0.42 * cos(slow * x))
                - swing * 0.42 * slow * sin(fast * x + shift) * sin(slow * x),
            ),
        )
        start = (pi / 2 - shift) % pi / fast
        data += trace(curve, start, start + TILE, 6, CREST_TO_TROUGH)
    return data


def tile_pair() -> str:
    slow = 2 * pi / TILE
    data = ""
    for sign in (1, -1):
        curve = Curve(
            at=lambda x, sign=sign: (x, sign * TILE_SWING * cos(slow * x)),
            slope=lambda x, sign=sign: (1, -sign * TILE_SWING * slow * sin(slow * x)),
        )
        data += trace(curve, 0, TILE, 2, CREST_TO_TROUGH)
    return data


def svg(
    width: float, height: float, body: str, left: float = 0, top: float = 0, unit: str = "mm"
) -> str:
    box = joined(*(round(length * UNITS) for length in (left, top, width, height)))
    box = box.replace("-", " -").strip()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}{unit}" height="{height:g}{unit}"'
        f' viewBox="{box}" fill="none">\n{body}\n</svg>\n'
    )


def stroke(data: str, colour: str, width: float, extra: str = "") -> str:
    return f'<path d="{data}" stroke="{colour}" stroke-width="{width * UNITS:g}"{extra}/>'


def line_round(inset: float, width: float, colour: str) -> str:
    x, w, h = (round(n * UNITS) for n in (inset, PAGE_WIDTH - 2 * inset, PAGE_HEIGHT - 2 * inset))
    return (
        f'<rect x="{x}" y="{x}" width="{w}" height="{h}"'
        f' stroke="{colour}" stroke-width="{width * UNITS:g}"/>'
    )


def use(name: str, transform: str) -> str:
    return f'<use href="#{name}" transform="{transform}"/>'


BAND_CENTRE = 14.5


def band() -> Iterator[str]:
    """The tile's repeats along the four sides; their ragged ends lie under the corners."""
    middle, far_x, far_y = (
        round(n * UNITS) for n in (BAND_CENTRE, PAGE_WIDTH - BAND_CENTRE, PAGE_HEIGHT - BAND_CENTRE)
    )
    across, down = 22, 15
    left = round((PAGE_WIDTH - across * TILE) / 2 * UNITS)
    top = round((PAGE_HEIGHT - down * TILE) / 2 * UNITS)
    for i in range(across):
        x = left + i * TILE * UNITS
        yield use("tile", f"translate({x} {middle})")
        yield use("tile", f"translate({x} {far_y})")
    for i in range(down):
        y = top + i * TILE * UNITS
        yield use("tile", f"matrix(0 1 1 0 {middle} {y})")
        yield use("tile", f"matrix(0 1 1 0 {far_x} {y})")


def corner() -> str:
    return "".join(
        (
            f'<path d="{lobed(7.9, 0.75, 8)}" fill="#FFF" stroke="{GREEN}" stroke-width="18"/>',
            stroke(lobed(7.15, 0.66, 8), BRONZE, 0.2),
            stroke(ring(4.4, 1.75, 12), GREEN, 0.14),
            stroke(ring(1.7, 0.85, 8, strands=3), BRONZE, 0.16),
        )
    )


def corners() -> Iterator[str]:
    near, far_x, far_y = (
        round(n * UNITS) for n in (BAND_CENTRE, PAGE_WIDTH - BAND_CENTRE, PAGE_HEIGHT - BAND_CENTRE)
    )
    for x in (near, far_x):
        for y in (near, far_y):
            yield use("corner", f"translate({x} {y})")


def lines() -> str:
    return (
        line_round(9.8, 0.55, GREEN)
        + line_round(19.2, 0.45, BRONZE)
        + line_round(20.2, 0.18, GREEN)
    )


ROSETTE_CENTRE = (PAGE_WIDTH / 2, 101)
ROSETTE = ((60, 7.5, 48, 3.2), (44, 7, 36, 2.4), (29, 6, 24, 1.6), (15, 5, 12, 0))


def rosette_petal() -> str:
    green, bronze = (
        "".join(ring(*numbers, folds=12) for numbers in ROSETTE[first::2]) for first in (0, 1)
    )
    return stroke(green, PALE_GREEN, 0.16) + stroke(bronze, PALE_BRONZE, 0.16)


def rosette() -> str:
    x, y = (round(n * UNITS) for n in ROSETTE_CENTRE)
    petals = "".join(use("petal", f"rotate({turn})") for turn in range(15, 360, 30))
    return f'<g transform="translate({x} {y})">{petals}</g>'


def frame_front() -> str:
    tile = stroke(tile_strands(), GREEN, 0.1) + stroke(tile_pair(), BRONZE, 0.2)
    parts = (
        f'<defs><g id="tile">{tile}</g><g id="petal">{rosette_petal()}</g><g id="corner">{corner()}</g></defs>',
        rosette(),
        *band(),
        lines(),
        *corners(),
    )
    return svg(PAGE_WIDTH, PAGE_HEIGHT, "\n".join(parts))


def frame_back() -> str:
    parts = (f'<defs><g id="corner">{corner()}</g></defs>', lines(), *corners())
    return svg(PAGE_WIDTH, PAGE_HEIGHT, "\n".join(parts))


def rosette_alone() -> str:
    petals = "".join(use("petal", f"rotate({turn})") for turn in range(15, 360, 30))
    return svg(
        144, 144, f'<defs><g id="petal">{rosette_petal()}</g></defs>{petals}', left=-72, top=-72
    )


def corner_alone() -> str:
    return svg(18, 18, corner(), left=-9, top=-9)


def strip() -> str:
    """One wave of the band, to be repeated sideways by a page's background."""
    tile = stroke(tile_strands(), GREEN, 0.13) + stroke(tile_pair(), BRONZE, 0.24)
    repeats = "".join(use("tile", f"translate({i * TILE * UNITS} 0)") for i in (-1, 0, 1))
    return svg(TILE, 7, f'<defs><g id="tile">{tile}</g></defs>{repeats}', top=-3.5)


def login_flower() -> str:
    """Nested twelve-fold curves, each turned a little, between three woven rings."""
    sizes = [0.25 + 0.75 * k / 12 for k in range(13)]
    petals = "".join(
        lobed(11.2 * size, 2.24 * size, 12, 0.24 * k, folds=12) for k, size in enumerate(sizes)
    )
    star = lobed(1.75, 0.42, 12, folds=12)
    parts = (
        stroke(petals + star, DEEP_TEAL, 0.035),
        stroke(ring(13.2, 0.82, 36, folds=12), TEAL, 0.03),
        stroke(ring(10.4, 1.3, 24, strands=4, folds=12), AMBER, 0.035),
        stroke(ring(4.4, 1.08, 36, strands=4, folds=12), AMBER, 0.028),
    )
    twelfth = f'<defs><g id="twelfth">{"".join(parts)}</g></defs>'
    turns = "".join(use("twelfth", f"rotate({turn})") for turn in range(0, 360, 30))
    return svg(28.4, 28.4, twelfth + turns, left=-14.2, top=-14.2, unit="cm")


def emblem(figure: str) -> str:
    """A round school emblem, 19 mm: rim, a circle of beads, an open book under the figure."""
    beads = f'<circle r="356" stroke="{GREEN}" stroke-width="8" stroke-linecap="round" stroke-dasharray="0 43" stroke-dashoffset="21.5"/>'
    page = "M0 62C-54 24-122 8-196 16V138C-122 130-54 144 0 182"
    text = "M-150 66C-114 64-76 72-46 86M-150 102C-114 100-76 108-46 122"
    half = f'<path d="{page}" stroke-width="15" fill="#FFF"/><path d="{text}" stroke-width="7"/>'
    book = (
        f'<g stroke="{GREEN}" stroke-linejoin="round" stroke-linecap="round">{half}'
        f'<g transform="scale(-1 1)">{half}</g><path d="M0 62V182" stroke-width="7"/></g>'
    )
    rim = (
        f'<circle r="371" fill="#FFF" stroke="{GREEN}" stroke-width="18"/>'
        f'<circle r="336" stroke="{GREEN}" stroke-width="5"/>{beads}'
    )
    foot = f'<path d="M-128 246H128" stroke="{GREEN}" stroke-width="9"/><path d="M-90 274H90" stroke="{BRONZE}" stroke-width="9"/>'
    return svg(19, 19, "\n".join((rim, figure, book, foot)), left=-9.5, top=-9.5)


def emblem_wheat() -> str:
    grain = "M9-{low}C12-{mid} 38-{high} 82-{top}C86-{bend} 66-{under} 9-{low}z"
    side = "".join(
        grain.format(low=y, mid=y + 32, high=y + 48, top=y + 58, bend=y + 18, under=y + 2)
        for y in (24, 72, 120, 168, 216)
    )
    half = f'<path d="{side}"/>'
    return (
        f'<g fill="{BRONZE}">{half}<g transform="scale(-1 1)">{half}</g>'
        f'<path d="M0-308C20-282 20-256 0-232C-20-256-20-282 0-308z"/>'
        f'<path d="M-4-250H4V66H-4z"/></g>'
    )


def emblem_cog() -> str:
    """Twelve teeth around an empty hub, half sunk behind the book."""
    points, teeth = [], 12
    for k in range(teeth):
        middle = 2 * pi * k / teeth - pi / 2
        for radius, turn in ((108, -0.155), (142, -0.1), (142, 0.1), (108, 0.155)):
            points.append(
                (round(radius * cos(middle + turn)), round(radius * sin(middle + turn)) - 148)
            )
    outline = "M" + "L".join(joined(*point) for point in points) + "z"
    return (
        f'<path d="{outline}" fill="{BRONZE}"/>'
        f'<circle cy="-148" r="66" fill="#FFF"/><circle cy="-148" r="46" stroke="{BRONZE}" stroke-width="12"/>'
        f'<circle cy="-148" r="12" fill="{BRONZE}"/>'
    )


def emblem_leaf() -> str:
    """A sprout of two leaves over the book."""
    leaf = "M6-40C10-150 90-226 196-232C200-120 120-44 6-40z"
    vein = "M6-40C60-96 104-142 152-190"
    half = f'<path d="{leaf}" fill="{BRONZE}"/><path d="{vein}" stroke="#FFF" stroke-width="9"/>'
    return f'{half}<g transform="scale(-1 1)">{half}</g><path d="M0-37V66" stroke="{BRONZE}" stroke-width="13"/>'


def mark() -> str:
    """A white L in a teal square, an amber quarter arc in its angle."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 48 48">\n'
        f'<rect width="48" height="48" rx="10" fill="{MARK_TEAL}"/>\n'
        '<path d="M9 11h6.2v23H37v6.2H9z" fill="#FFF"/>\n'
        f'<path d="M20.8 8A19.2 19.2 0 0 1 40 27.4h-6A13.2 13.2 0 0 0 20.8 14z" fill="{AMBER}"/>\n'
        "</svg>\n"
    )


ARTWORK: dict[str, Callable[[], str]] = {
    "img/certificate/frame-front.svg": frame_front,
    "img/certificate/frame-back.svg": frame_back,
    "img/certificate/rosette.svg": rosette_alone,
    "img/certificate/corner.svg": corner_alone,
    "img/emblem-wheat.svg": lambda: emblem(emblem_wheat()),
    "img/emblem-cog.svg": lambda: emblem(emblem_cog()),
    "img/emblem-leaf.svg": lambda: emblem(emblem_leaf()),
    "img/guilloche-strip.svg": strip,
    "img/login-flower.svg": login_flower,
    "img/mark.svg": mark,
    "favicon.svg": mark,
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
