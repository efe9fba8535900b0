"""Draws an emblem anew, in a process of its own: `python -I emblem_drawing.py < file > png`.

Nothing of the upload but its pixels goes on. This Pillow is strict: it takes no half picture for one.
"""

import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

MOST_SIDE = 600
MOST_BYTES = 60_000
COLOURS = 256
SHRINKING = 0.8

MEMORY_BYTES = 2**30
SECONDS = 15


def pixels(content):
    """The picture upright, in plain colours; transparent where it was."""
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        picture.load()
        if picture.mode.startswith("I"):  # 65536 shades of grey, which Pillow would cut off at 255
            picture = picture.point(lambda shade: shade / 256).convert("L")
        upright = ImageOps.exif_transpose(picture)
        is_transparent = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if is_transparent else "RGB")
    plain.info.clear()  # or remarks would be written again
    return plain


def small_png(picture):
    """As PNG of at most MOST_BYTES: rather with fewer colours than smaller."""
    side = MOST_SIDE
    while True:
        drawn = picture.copy()
        drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
        for image in (drawn, drawn.quantize(COLOURS, Image.Quantize.FASTOCTREE)):
            file = BytesIO()
            image.save(file, "PNG", optimize=True)
            if file.tell() <= MOST_BYTES:
                return file.getvalue()
        side = int(side * SHRINKING)


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(small_png(pixels(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
