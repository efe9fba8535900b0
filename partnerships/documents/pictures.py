"""What a photograph or a scanned picture must be: whole, of bearable size, without programs or a tail."""

import json
import re
import struct
import zlib
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from partnerships.documents.sandbox import Undrawable, ask
from partnerships.documents.stowaways import PROGRAMS, carries_program
from partnerships.models.documents import JPEG, PNG

MOST_PIXELS = 60_000_000
# Of a scan: telephones take pictures of 108 million, and the reader unpacks a JPEG smaller.
MOST_PIXELS_OF_SCANNED_JPEG = 120_000_000
MOST_PICTURES = 300  # of a TIFF
# A progressive JPEG comes in about ten passes; thousands would keep the decoder busy for minutes.
MOST_PASSES = 100
MOST_REMARKS = 5_000

FORMATS = {JPEG: "JPEG", PNG: "PNG"}
# In its remarks a picture has no business with these either; "%PDF-" makes it open as a PDF as well.
PROGRAMS_IN_REMARKS = (*PROGRAMS, b"<svg", b"%pdf-")
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError),
    *(AttributeError, struct.error, zlib.error, Undrawable),
)

# The next marker of a JPEG: not the stuffing of its pixels (FF00), not a restart (FFD0 to FFD7).
MARKER = re.compile(rb"\xff{1,8}([^\x00\xff\xd0-\xd7])")
START_OF_PASS, END_OF_JPEG = 0xDA, 0xD9


def check_picture(content, media_type, most_pixels=MOST_PIXELS):
    """Refuse what is not one whole picture and nothing else; ValidationError says how to mend it."""
    try:
        remarks, tail = (_jpeg_parts if media_type == JPEG else _png_parts)(content)
        with Image.open(BytesIO(content), formats=[FORMATS[media_type]]) as picture:
            if picture.width * picture.height > most_pixels:
                raise _too_many_pixels(most_pixels)
            is_one_picture = not getattr(picture, "is_animated", False)
        remarks.append(ask(content, "remarks"))
    except Image.DecompressionBombError:
        raise _too_many_pixels(most_pixels) from None
    except UNREADABLE:
        raise ValidationError(
            _("Gambar ini rusak atau terpotong. Pindai atau foto ulang kertasnya.")
        ) from None
    if tail.strip(b"\0") or not is_one_picture:
        raise ValidationError(
            _(
                "Ada data lain di belakang gambar ini. "
                "Buka gambarnya, simpan ulang sebagai JPEG, lalu unggah hasilnya."
            )
        )
    if carries_program(b"\n".join(remarks), PROGRAMS_IN_REMARKS):
        raise ValidationError(
            _(
                "Keterangan di dalam gambar ini berisi program. "
                "Buka gambarnya, simpan ulang sebagai JPEG, lalu unggah hasilnya."
            )
        )


def count_pictures(content):
    """Pages of an acceptable TIFF, none of which is decoded; ValidationError says how to mend it."""
    try:
        pages = json.loads(ask(content, "pages", str(MOST_PICTURES)))
    except Undrawable:
        raise ValidationError(
            _("Gambar ini rusak atau terpotong. Pindai atau foto ulang kertasnya.")
        ) from None
    if len(pages) > MOST_PICTURES:
        raise ValidationError(
            _("TIFF ini berisi lebih dari %(limit)s halaman. Bagi menjadi beberapa berkas.")
            % {"limit": MOST_PICTURES}
        )
    if any(width * height > MOST_PIXELS for width, height in pages):
        raise _too_many_pixels(MOST_PIXELS)
    if b"%PDF-" in content:  # its parts may stand anywhere, those of a PDF between them
        raise ValidationError(
            _("Berkas ini TIFF dan PDF sekaligus. Simpan ulang sebagai PDF, lalu unggah hasilnya.")
        )
    return len(pages)


def _too_many_pixels(most):
    return ValidationError(
        _(
            "Gambar ini lebih dari %(limit)s megapiksel. "
            "Perkecil, atau pindai dengan resolusi lebih rendah."
        )
        % {"limit": most // 10**6}
    )


def _jpeg_parts(content):
    """(the segments beside the pixels, what follows the end); ValueError when the end does not come."""
    remarks, position, passes, marker_from = [], 2, 0, MARKER.match
    while passes <= MOST_PASSES and len(remarks) <= MOST_REMARKS:
        marker = marker_from(content, position)
        if marker is None:
            break
        kind, position = marker[1][0], marker.end()
        if kind == END_OF_JPEG:
            return remarks, content[position:]
        length = int.from_bytes(content[position : position + 2])
        remarks.append(content[position + 2 : position + length])
        position += max(length, 2)
        passes += kind == START_OF_PASS
        # Only a pass's pixels may stand between a segment and the next marker.
        marker_from = MARKER.search if kind == START_OF_PASS else MARKER.match
    raise ValueError("no end of the picture")


def _png_parts(content):
    """(the chunks beside the pixels, what follows the end); ValueError when the end does not come."""
    remarks, position = [], 8
    while position + 12 <= len(content) and len(remarks) <= MOST_REMARKS:
        length, kind = struct.unpack_from(">I4s", content, position)
        data = content[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IEND":
            return remarks, data + content[position:]
        if kind != b"IDAT":
            remarks.append(data)
    raise ValueError("no end of the picture")
