import base64
from itertools import pairwise

import segno
from segno.consts import MODE_ALPHANUMERIC, MODE_BYTE

QR_MASK = 3
QUIET_ZONE = 4  # modules


def qr_picture(text: str, ink: str) -> str:
    """The QR code as the URL of an SVG, level M, white quiet zone included; core.pdf knows its shape.

    The address is all capitals, which packs it into the alphanumeric mode; so is a fragment after
    "#", the one character which that mode lacks.
    """
    address, hash_sign, fragment = text.partition("#")
    segments = [(address, MODE_ALPHANUMERIC)]
    if fragment:
        segments += [(hash_sign, MODE_BYTE), (fragment, MODE_ALPHANUMERIC)]
    # Any mask can be read; trying all eight for the evenest picture costs more than the code itself.
    code = segno.make_qr(segments, error="m", boost_error=False, mask=QR_MASK)
    size = code.symbol_size(border=QUIET_ZONE)[0]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path stroke="{ink}" stroke-width="1.03" d="{module_lines(code.matrix, QUIET_ZONE)}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def module_lines(matrix, border):
    """Dark modules as strokes along their rows, a hair wider than a row: viewers else show pale seams."""
    data = []
    rows = [[bool(module) for module in row] for row in matrix]
    for y, row in enumerate(rows):
        edges = [
            x for x, (left, right) in enumerate(pairwise([False, *row, False])) if left != right
        ]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            data.append(f"M{start + border} {y + border + 0.5}h{end - start}")
    return "".join(data)
