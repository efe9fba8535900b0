"""What the machine looks for on a printed sheet, and its rules, as two SVG of the whole page in millimetres."""

from base64 import b64encode
from functools import cache

import segno
from django.utils.safestring import mark_safe

from participants.paper.layout import CODES
from participants.paper.markers import modules

QUIET = 4  # modules around a QR
INK, GREY = "#000", "#55696f"
RULE, HEAD_RULE = 0.2, 0.4
# Letters of single strokes, each 1.6 by 2 mm around its middle.
LETTERS = {
    "H": "m-.75 -1v2m1.5 -2v2m-1.5 -1h1.5",
    "S": "m.7 -.6c-.1 -.3 -.4 -.45 -.7 -.45c-.9 0 -.95 .95 0 1.05c1 .1 .95 1.05 0 1.05c-.35 0 -.65 -.15 -.75 -.5",
    "I": "m0 -1v2",
    "A": "m-.8 1l.8 -2l.8 2m-.27 -.68h-1.06",
    "T": "m-.75 -1h1.5m-.75 0v2",
}
LETTER_LINE = 0.22
# A letter's middle, left of its box: nearer to that than to the one before.
LETTER_BEFORE = 2.1
# A guest writes the name on a line this far above the foot of the row, clear of the number and the boxes.
GUEST_LINE, GUEST_MARGIN = 1.9, 1.5


def drawing(layout, *, code, people):
    """What differs from page to page: `code` (without dashes) in both QR, lines for guests below `people` rows."""
    return mark_safe(
        _svg(
            layout,
            _filled(_codes(layout, code)) + _ruled(_guest_lines(layout, people), RULE, dots=True),
        )
    )


@cache
def same_on_all(layout):
    """The URL of the rest; as a picture of its own it is drawn once for a whole list of pages."""
    markers = "".join(
        _squares(modules(one.id), one.area.x, one.area.y, one.area.width) for one in layout.markers
    )
    content = (
        _filled(markers)
        + _ruled(_boxes(layout), layout.line, INK)
        + _ruled(_letters(layout), LETTER_LINE, INK)
        + _ruled(_rules(layout), RULE)
        + _ruled(_beside_boxes(layout, layout.rows_top), HEAD_RULE, INK)
    )
    return f"data:image/svg+xml;base64,{b64encode(_svg(layout, content).encode()).decode()}"


def _svg(layout, content):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:g} {layout.height:g}"'
        f' shape-rendering="crispEdges">{content}</svg>'
    )


def _filled(path):
    return f'<path fill="{INK}" d="{path}"/>'


def _ruled(path, width, colour=GREY, *, dots=False):
    dashes = ' stroke-dasharray="0.4 0.8"' if dots else ""
    return f'<path fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes} d="{path}"/>'


def _squares(rows, x, y, size):
    """The black modules of `rows`, each run of them one rectangle; one path, so no seams between them."""
    side, path = size / len(rows), []
    for down, row in enumerate(rows):
        start = None
        for across, is_black in enumerate([*row, False]):
            if is_black and start is None:
                start = across
            elif not is_black and start is not None:
                left, top, width = x + start * side, y + down * side, (across - start) * side
                path.append(f"M{left:.4f} {top:.4f}h{width:.4f}v{side:.4f}h-{width:.4f}z")
                start = None
    return "".join(path)


def _codes(layout, code):
    """Level Q: a pen or a fold over a quarter of it does no harm."""
    matrix = segno.make_qr(code, error="q", boost_error=False).matrix
    rows = [[bool(module) for module in row] for row in matrix]
    module = layout.code_size / (len(rows) + 2 * QUIET)
    quiet = QUIET * module
    return "".join(
        _squares(rows, area.x + quiet, area.y + quiet, area.width - 2 * quiet)
        for area in layout.codes
    )


def _boxes(layout):
    """Their outlines lie inside the 5 mm."""
    half, inner = layout.line / 2, layout.box - layout.line
    areas = (
        layout.box_area(row, column) for row in range(layout.rows) for column in range(len(CODES))
    )
    return "".join(
        f"M{area.x + half:.3f} {area.y + half:.3f}h{inner:g}v{inner:g}h-{inner:g}z"
        for area in areas
    )


def _letters(layout):
    """Drawn and not written: a hundred words on a page take longer to set than all else on it."""
    path = ""
    for row in range(layout.rows):
        for column, code in enumerate(CODES):
            box = layout.box_area(row, column)
            middle = box.y + box.height / 2
            path += f"M{box.x - LETTER_BEFORE:.3f} {middle:.3f}{LETTERS[code]}"
    return path


def _rules(layout):
    """Below each row, but not between the boxes, whose outlines are the guide there; and the signatures' edge."""
    below = (_beside_boxes(layout, layout.row_top(row + 1)) for row in range(layout.rows))
    edge = f"M{layout.sign_left:g} {layout.rows_top:g}V{layout.rows_bottom:g}"
    return "".join(below) + edge


def _beside_boxes(layout, y):
    return f"M{layout.left:g} {y:g}H{layout.boxes_left:g}M{layout.boxes_right:g} {y:g}H{layout.right:g}"


def _guest_lines(layout, people):
    left = layout.left + layout.number_width + GUEST_MARGIN
    right = layout.boxes_left - GUEST_MARGIN
    return "".join(
        f"M{left:g} {layout.row_top(row + 1) - GUEST_LINE:.3f}H{right:g}"
        for row in range(people, layout.rows)
    )
