"""Emblems that are uploaded: whatever file they come in, a small PNG with nothing but its pixels."""

import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from core.sandbox import GaveUp, run
from partnerships.documents.media import media_type_of
from partnerships.documents.stowaways import carries_stowaway
from partnerships.models.documents import JPEG, PNG

DRAWING = Path(__file__).with_name("emblem_drawing.py")
PATIENCE_SECONDS = 20
MOST_BYTES = 5 * 2**20
MOST_PIXELS = 40_000_000
LEAST_SIDE = 120  # printed 16 mm wide: below that it would look like stairs
SIZE_IN_PNG = slice(16, 24)


@dataclass(frozen=True)
class Drawn:
    png: bytes
    width: int
    height: int


def drawn_anew(file):
    """The emblem in the uploaded `file` (a Django File) as Drawn; ValidationError says what is wrong.

    Its first bytes decide what it is, never its name. It is drawn in a process of its own.
    """
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    _check_kind(content)
    try:
        _check_head(content)
        png = run(DRAWING, content, patience=PATIENCE_SECONDS)
    except (GaveUp, OSError, SyntaxError, ValueError, struct.error):
        raise ValidationError(
            _("Gambar ini rusak atau terpotong. Unggah salinan lain yang bisa dibuka.")
        ) from None
    return Drawn(png, *struct.unpack(">II", png[SIZE_IN_PNG]))


def _check_kind(content):
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("Berkas lebih besar dari %(limit)s MB. Perkecil gambarnya, lalu unggah lagi.")
            % {"limit": MOST_BYTES // 2**20}
        )
    if media_type_of(content) not in (JPEG, PNG):
        if b"<svg" in content[:4096].lower():
            raise ValidationError(
                _("Berkas ini gambar SVG, apa pun nama berkasnya. Ekspor dulu sebagai PNG.")
            )
        raise ValidationError(_("Berkas ini bukan gambar PNG atau JPEG. Simpan ulang sebagai PNG."))
    if carries_stowaway(content):
        raise ValidationError(
            _(
                "Berkas ini membawa isi lain di dalamnya (arsip atau program)."
                " Buka gambarnya, simpan ulang sebagai PNG, lalu unggah hasilnya."
            )
        )


def _check_head(content):
    """By what its head says, before a pixel is drawn: a few bytes may claim a wall of them."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            width, height, mode = *picture.size, picture.mode
            is_animated = getattr(picture, "is_animated", False)
    except Image.DecompressionBombError:
        width = height = MOST_PIXELS
        mode, is_animated = "", False
    if refusal := _refusal(width, height, mode, is_animated):
        raise ValidationError(refusal)


def _refusal(width, height, mode, is_animated):
    if width * height > MOST_PIXELS:
        return _("Gambar ini lebih dari %(limit)s megapiksel. Perkecil dulu, lalu unggah lagi.") % {
            "limit": MOST_PIXELS // 10**6
        }
    if is_animated:
        return _("Gambar ini bergerak. Simpan satu gambarnya saja sebagai PNG.")
    if mode == "CMYK":
        return _(
            "JPEG ini memakai warna cetak (CMYK), yang berubah bila dikonversi begitu saja."
            " Simpan ulang dengan warna RGB, sebaiknya sebagai PNG."
        )
    if max(width, height) < LEAST_SIDE:
        return _(
            "Gambar ini terlalu kecil untuk dicetak: sisi terpanjangnya kurang dari %(px)s px."
        ) % {"px": LEAST_SIDE}
    return None
