"""Opens one page of an upload as a grey picture, looking at its size before a pixel is unpacked."""

import warnings
from io import BytesIO
from itertools import islice

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from participants.paper.frame import Refused

# A sheet needs no more; a scan of 600 dpi is halved on the way.
LONGEST_SIDE = 3600
# F4 at 600 dpi has 40 million pixels; a telephone's picture up to 108, which JPEG unpacks smaller.
MOST_PIXELS = 60_000_000
MOST_JPEG_PIXELS = 120_000_000
MOST_PICTURES = 50
LEAST_PICTURE = 40_000  # pixels
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError)


def open_page(content, number):
    """(grey, whether it is stored as black and white alone) of page `number`, from 1, of a PDF, JPEG, PNG or TIFF.

    `grey` is uint8, height × width. Raises Refused.
    """
    if b"%PDF-" in content[:1024]:
        return _of_pdf(content, number)
    return _of_picture(content, number)


def _of_pdf(content, number):
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            page = pdf[number - 1]
            pictures = _pictures(page)
            drawn = page.render(scale=_scale(page, pictures), grayscale=True, draw_annots=False)
            grey = drawn.to_numpy().reshape(drawn.height, -1)[:, : drawn.width].copy()
            return grey, {one.bits_per_pixel for one in pictures} == {1}
    except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError):
        raise Refused("damaged") from None


def _pictures(page):
    """What PDFium knows of the page's pictures; a stamp or a logo of the scanner is none."""
    found = page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    facts = [one.get_metadata() for one in islice(found, MOST_PICTURES)]
    return [one for one in facts if one.width * one.height > LEAST_PICTURE]


def _scale(page, pictures):
    """As fine as it was scanned: drawn larger, a coarse scan would look like a good one."""
    most = LONGEST_SIDE / max(page.get_size())
    dpi = max((one.horizontal_dpi for one in pictures), default=0)
    return min(dpi / 72 or most, most)


def _of_picture(content, number):
    Image.MAX_IMAGE_PIXELS = None  # we look ourselves, and say so
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(content), formats=("JPEG", "PNG", "TIFF")) as picture:
                picture.seek(number - 1)
                _refuse_huge(picture)
                picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
                grey = _shrunk(ImageOps.exif_transpose(_grey(picture)))
                return np.asarray(grey), picture.mode == "1"
        except DAMAGED:
            raise Refused("damaged") from None


def _refuse_huge(picture):
    most = MOST_JPEG_PIXELS if picture.format == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise Refused("huge")


def _grey(picture):
    """What is transparent is paper; 16 bits are told by their upper 8."""
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        white = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(white, layers).convert("L")
    return picture.convert("L")


def _shrunk(picture):
    scale = LONGEST_SIDE / max(picture.size)
    if scale >= 1:
        return picture
    size = [max(round(side * scale), 1) for side in picture.size]
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2)
