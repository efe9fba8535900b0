"""Keeping the papers."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.documents import count_pages
from partnerships.models import Document


@transaction.atomic
def keep_document(*, agreement, file, by):
    """Keep an uploaded scan (a Django File) exactly as it came, with its SHA-256."""
    if file.size > settings.AGREEMENT_SCAN_MAX_BYTES:
        raise ValidationError(
            {
                "file": _(
                    "Berkas lebih besar dari %(limit)s MB. Pindai dengan resolusi lebih rendah."
                )
                % {"limit": settings.AGREEMENT_SCAN_MAX_BYTES // 2**20}
            }
        )
    try:
        pages = count_pages(file)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    file.seek(0)
    content = file.read()
    document = Document(
        agreement=agreement,
        filename=file.name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        byte_count=len(content),
        page_count=pages,
        uploaded_by=by,
    )
    document.full_clean(exclude=["file"])
    document.file.save(
        f"agreements/{agreement.pk}/{document.sha256}", ContentFile(content), save=False
    )
    document.save()
    audit.record(
        "document.kept", document, by=by, facility=agreement.facility, sha256=document.sha256
    )
    return document
