"""Draws pages, in a process of its own: `python -I drawing.py WHAT < file > answer`.

WHAT is sizes, page NUMBER, attachments, remarks, photo, or pages MOST (of a TIFF).
An uploaded file may be made to crash or to exhaust whoever opens it. Here that costs one picture and
not the site: memory and time have their limits, and nothing of Django or of its settings is at hand.
This PDFium is built without JavaScript and XFA: pages are drawn, nothing in them runs. And this Pillow
is strict: beside WeasyPrint, which tells it so for the whole process, it takes half a picture for one.
"""

import base64
import json
import resource
import sys
from io import BytesIO
from math import ceil

import pypdfium2
from PIL import Image

WIDTH = 1000
MOST_HEIGHT = 4000
# Paper with two inks and a stamp needs no more, and is sent in a third of the bytes.
COLOURS = 64

# A face on a page and on paper.
PHOTO_SIZE, PHOTO_QUALITY = (480, 640), 85

MOST_ATTACHMENTS = 5
MOST_ATTACHMENT_BYTES = 2**20

MEMORY_BYTES = 2**30
SECONDS = 10

# How a camera says that it was not held upright (EXIF 0x0112), and the turn that mends it.
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = (5, 6, 7, 8)


def scale_of(width, height):
    """From page to preview: `WIDTH` pixels across, unless that made it taller than `MOST_HEIGHT`."""
    return min(WIDTH / width, MOST_HEIGHT / height)


def scaled(width, height, scale):
    """(width, height) in whole pixels, rounded up as PDFium does, at least one."""
    return max(ceil(width * scale), 1), max(ceil(height * scale), 1)


def pdf_sizes(content):
    with pypdfium2.PdfDocument(content) as pdf:
        sizes = [pdf.get_page_size(index) for index in range(len(pdf))]
    return [scaled(*size, scale_of(*size)) for size in sizes]


def pdf_page(content, number):
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()  # or the picture of an electronic signature, a form field, would be missing
        page = pdf[number - 1]
        return page.render(scale=scale_of(*page.get_size())).to_pil().convert("RGB")


def pdf_attachments(content):
    """[name, base64] of the files inside; of a longer one as much as shows that it is too long."""
    with pypdfium2.PdfDocument(content) as pdf:
        found = map(pdf.get_attachment, range(min(pdf.count_attachments(), MOST_ATTACHMENTS)))
        return [
            (
                one.get_name(),
                base64.b64encode(bytes(one.get_data())[:MOST_ATTACHMENT_BYTES]).decode(),
            )
            for one in found
        ]


def orientation(picture):
    try:
        return picture.getexif().get(ORIENTATION)
    except (SyntaxError, ValueError, OSError):
        return None  # damaged remarks, sound pixels


def picture_size(picture):
    """Of the picture held upright, and never enlarged."""
    width, height = picture.size
    if orientation(picture) in ON_ITS_SIDE:
        width, height = height, width
    return scaled(width, height, min(scale_of(width, height), 1))


def picture_page(picture):
    """The picture upright, on white paper where it is transparent."""
    size, turn = picture_size(picture), TURNS.get(orientation(picture))
    if picture.mode.startswith("I"):  # 65536 shades of grey, which Pillow would cut off at 255
        picture = picture.point(lambda shade: shade / 256).convert("L")
    upright = picture if turn is None else picture.transpose(turn)
    if upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGBA")
    small = upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode != "RGBA":
        return small.convert("RGB")
    paper = Image.new("RGB", size, "white")
    paper.paste(small, mask=small)
    return paper


def remarks(picture):
    """What stands in it beside the pixels, compressed texts among it; the pixels must all be there."""
    picture.load()
    texts = [text for pair in picture.info.items() for text in pair]
    return b"\n".join(
        text if isinstance(text, bytes) else str(text).encode(errors="replace") for text in texts
    )


def photo(picture):
    """Upright and small, as JPEG; nothing of the file but its pixels."""
    face = picture_page(picture)
    face.thumbnail(PHOTO_SIZE)
    face.info.clear()  # or a JPEG's comment would be written again
    file = BytesIO()
    face.save(file, "JPEG", quality=PHOTO_QUALITY)
    return file.getvalue()


def tiff_sizes(content, most):
    """[width, height] in pixels of each page as its header says, of one more than `most` at the most."""
    Image.MAX_IMAGE_PIXELS = None  # nothing is decoded here
    found = []
    with Image.open(BytesIO(content), formats=["TIFF"]) as picture:
        while len(found) <= most:
            found.append(picture.size)
            try:
                picture.seek(len(found))
            except EOFError:
                break
    return found


def png(image):
    reduced = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = BytesIO()
    reduced.save(file, "PNG")
    return file.getvalue()


def of_pdf(content, what, number):
    if what == "page":
        return png(pdf_page(content, number))
    ask = {"sizes": pdf_sizes, "attachments": pdf_attachments}[what]
    return json.dumps(ask(content)).encode()


def of_picture(content, what):
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        if what == "remarks":
            return remarks(picture)
        if what == "photo":
            return photo(picture)
        if what == "sizes":
            return json.dumps([picture_size(picture)]).encode()
        return png(picture_page(picture))


def answer(content, what, number=None):
    """The sizes of all pages as JSON, one page as PNG, a picture's remarks, or it as a small JPEG; in bytes."""
    if content.startswith((b"\xff\xd8", b"\x89PNG")):
        return of_picture(content, what)
    if what == "pages":
        return json.dumps(tiff_sizes(content, int(number))).encode()
    return of_pdf(content, what, number and int(number))


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), *sys.argv[1:]))


if __name__ == "__main__":
    main()
