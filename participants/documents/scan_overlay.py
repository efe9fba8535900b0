"""What was read, drawn over the picture of its page: places in millimetres of the printed layout."""

from dataclasses import dataclass

from participants.paper.layout import CODES, LAYOUTS, Area

AROUND = 1.0  # of a row's boxes, so that ink beside them is seen


@dataclass(frozen=True)
class Outline:
    """One row of the picture: `kind` is sure, doubt, guest or gone.

    `sign` ends at `x`, left of the table: there it hides neither print nor what a pen left beside a box.
    """

    place: int
    kind: str
    sign: str
    area: str
    x: str
    y: str


@dataclass(frozen=True)
class Overlay:
    """SVG attributes as text, so that no language writes a comma into them."""

    width: str
    height: str
    outlines: list


def overlay(page, rows):
    """The Overlay of a ScanPage and its PageRows."""
    layout = LAYOUTS[page.sheet.paper]
    outlines = [
        *(_outline(layout, row, "sure" if row.is_sure else "doubt") for row in rows.rows),
        *(_outline(layout, row, "gone") for row in rows.gone),
        *(_outline(layout, row, "guest") for row in rows.guests),
    ]
    return Overlay(f"{layout.width:g}", f"{layout.height:g}", outlines)


def crop(paper, place):
    """The viewBox of a row's boxes, with a little of what is around."""
    layout = LAYOUTS[paper]
    area = _boxes(layout, place)
    return (
        f"{area.x - AROUND:g} {area.y - AROUND:g} "
        f"{area.width + 2 * AROUND:g} {area.height + 2 * AROUND:g}"
    )


def _outline(layout, row, kind):
    boxes = _boxes(layout, row.place)
    area = boxes
    if kind == "sure":
        area = layout.box_area(row.place - 1, CODES.index(row.code))
    return Outline(
        place=row.place,
        kind=kind,
        sign={"sure": row.code, "doubt": "?", "guest": "+", "gone": "×"}[kind],
        area=_path(area),
        x=f"{layout.left - 0.5:g}",
        y=f"{boxes.y + boxes.height / 2 + 1.3:g}",
    )


def _boxes(layout, place):
    return Area(
        layout.boxes_left,
        layout.row_top(place - 1),
        layout.boxes_right - layout.boxes_left,
        layout.pitch,
    )


def _path(area):
    return f"M{area.x:g} {area.y:g}H{area.right:g}V{area.bottom:g}H{area.x:g}Z"
