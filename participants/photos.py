"""Faces for the registry: whatever camera they come from, a small JPEG with nothing but its pixels."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from partnerships.documents.media import media_type_of
from partnerships.documents.sandbox import Undrawable, ask
from partnerships.models.documents import JPEG, PNG

MOST_BYTES = 5 * 2**20
MOST_PIXELS = 40_000_000


def small_jpeg(file):
    """The picture in the uploaded `file` (a Django File), drawn anew; ValidationError says what is wrong.

    Its first bytes decide what it is, never its name. It is drawn in a process of its own.
    """
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("Foto lebih besar dari %(limit)s MB. Perkecil dulu, lalu unggah lagi.")
            % {"limit": MOST_BYTES // 2**20}
        )
    if media_type_of(content) not in (JPEG, PNG):
        raise ValidationError(_("Berkas ini bukan foto. Pakai foto JPEG atau PNG."))
    try:
        _refuse_huge(content)
        return ask(content, "photo")
    except (Undrawable, OSError, SyntaxError, ValueError):
        raise ValidationError(_("Foto ini rusak atau terpotong. Ambil foto ulang.")) from None


def _refuse_huge(content):
    """By what its head says, before a pixel is drawn: a few bytes may claim a wall of them."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            is_huge = picture.width * picture.height > MOST_PIXELS
    except Image.DecompressionBombError:
        is_huge = True
    if is_huge:
        raise ValidationError(
            _("Foto ini lebih dari %(limit)s megapiksel. Perkecil dulu, lalu unggah lagi.")
            % {"limit": MOST_PIXELS // 10**6}
        )
