"""What an upload must be before it is kept: one PDF, JPEG or PNG, whole, plain, and nothing else."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.documents.media import media_type_of
from partnerships.documents.pdfs import count_pages
from partnerships.documents.pictures import check_picture
from partnerships.documents.stowaways import carries_stowaway
from partnerships.models.documents import PDF


@dataclass(frozen=True)
class Inspected:
    media_type: str
    page_count: int


def inspect(file):
    """What the uploaded `file` (a Django File) is; ValidationError says what is wrong and how to mend it.

    Its first bytes decide, never its name: a name is only what somebody called it.
    """
    content = _read(file)
    media_type = media_type_of(content)
    if media_type is None:
        raise ValidationError(
            _(
                "Berkas ini bukan PDF, JPEG, atau PNG. "
                "Simpan ulang sebagai PDF (dokumen) atau JPEG (foto)."
            )
        )
    if carries_stowaway(content):
        raise ValidationError(
            _(
                "Berkas ini membawa isi lain di dalamnya (arsip atau program). Pindai ulang naskahnya."
            )
        )
    if media_type == PDF:
        return Inspected(media_type, count_pages(content))
    check_picture(content, media_type)
    return Inspected(media_type, page_count=1)


def _read(file):
    limit = settings.AGREEMENT_SCAN_MAX_BYTES
    file.seek(0)
    content = file.read(limit + 1)
    if not content:
        raise ValidationError(_("Berkas ini kosong. Pindai ulang naskahnya."))
    if len(content) > limit:
        raise ValidationError(
            _("Berkas lebih besar dari %(limit)s MB. Pindai dengan resolusi lebih rendah.")
            % {"limit": limit // 2**20}
        )
    return content
