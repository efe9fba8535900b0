"""What an upload must be before it is kept: one PDF or picture, whole, plain, and nothing else."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.documents.media import PAPERS, media_type_of
from partnerships.documents.pdfs import count_pages
from partnerships.documents.pictures import (
    MOST_PIXELS,
    MOST_PIXELS_OF_SCANNED_JPEG,
    check_picture,
    count_pictures,
)
from partnerships.documents.stowaways import carries_stowaway
from partnerships.models.documents import JPEG, PDF, TIFF


@dataclass(frozen=True)
class Inspected:
    media_type: str
    page_count: int


def inspect(file, *, kinds=PAPERS):
    """What the uploaded `file` (a Django File) is; ValidationError says what is wrong and how to mend it.

    `kinds` are the media types that are taken: PAPERS or SCANS. Its first bytes decide, never its name: a
    name is only what somebody called it.
    """
    content = _read(file)
    media_type = media_type_of(content)
    if media_type not in kinds:
        raise _of_another_kind(kinds)
    if carries_stowaway(content):
        raise ValidationError(
            _(
                "Berkas ini membawa isi lain di dalamnya (arsip atau program). Pindai ulang kertasnya."
            )
        )
    if media_type == PDF:
        return Inspected(media_type, count_pages(content))
    if media_type == TIFF:
        return Inspected(media_type, count_pictures(content))
    is_scanned_jpeg = media_type == JPEG and TIFF in kinds
    most_pixels = MOST_PIXELS_OF_SCANNED_JPEG if is_scanned_jpeg else MOST_PIXELS
    check_picture(content, media_type, most_pixels)
    return Inspected(media_type, page_count=1)


def _of_another_kind(kinds):
    if TIFF in kinds:
        return ValidationError(
            _(
                "Berkas ini bukan PDF, JPEG, PNG, atau TIFF. "
                "Simpan ulang sebagai PDF (pindaian) atau JPEG (foto)."
            )
        )
    return ValidationError(
        _(
            "Berkas ini bukan PDF, JPEG, atau PNG. "
            "Simpan ulang sebagai PDF (dokumen) atau JPEG (foto)."
        )
    )


def _read(file):
    limit = settings.AGREEMENT_SCAN_MAX_BYTES
    file.seek(0)
    content = file.read(limit + 1)
    if not content:
        raise ValidationError(_("Berkas ini kosong. Pindai ulang kertasnya."))
    if len(content) > limit:
        raise ValidationError(
            _("Berkas lebih besar dari %(limit)s MB. Pindai dengan resolusi lebih rendah.")
            % {"limit": limit // 2**20}
        )
    return content
