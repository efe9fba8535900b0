"""Keeping the papers."""

import hashlib
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.documents import PAPERS, inspect
from partnerships.models import Agreement, Document

# Data and not words of the screen: the language of whoever uploads must not make two papers of one.
TITLE_OF_SIGNED = {
    Agreement.Kind.MOU: "MoU bertanda tangan",
    Agreement.Kind.PKS: "PKS bertanda tangan",
    Agreement.Kind.ADDENDUM: "Adendum bertanda tangan",
}


def look_into(file, *, kinds=PAPERS, by):
    """(content, the fields of a KeptFile but for `file`) of an uploaded Django File.

    Raises ValidationError on "file" for whatever is no harmless PDF, JPEG or PNG, or one of other `kinds`.
    Takes its time: call it before any lock.
    """
    try:
        inspected = inspect(file, kinds=kinds)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    file.seek(0)
    content = file.read()
    return content, {
        "filename": _printable(file.name)[-200:],
        "media_type": inspected.media_type,
        "page_count": inspected.page_count,
        "sha256": hashlib.sha256(content).hexdigest(),
        "byte_count": len(content),
        "uploaded_by": by,
    }


def keep_document(*, agreement, kind, title, file, by):
    """Keep an uploaded `file` (a Django File) exactly as it came, as the next version of its title.

    Without a title, the signed paper is called by the agreement's kind and any other by its file.
    """
    content, facts = look_into(file, by=by)
    title = " ".join(title.split()) or _default_title(agreement, kind, file.name)
    return _keep(Document(kind=kind, title=title, **facts), content, agreement, by)


@transaction.atomic
def _keep(document, content, agreement, by):
    """Apart from the look into the file, which takes its time and must not hold the lock."""
    document.agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    _number(document)
    document.full_clean(exclude=["file"])
    name = f"agreements/{agreement.pk}/{document.sha256}"
    document.file.save(name, ContentFile(content), save=False)
    document.save()
    audit.record(
        "document.kept",
        document,
        by=by,
        facility=document.agreement.facility,
        title=document.title,
        version=document.version,
        sha256=document.sha256,
    )
    return document


def _number(document):
    """Make it the next version of the paper of that title, or the first of a new one."""
    latest = document.agreement.documents.of_title(document.title).first()
    if latest is None:
        return
    if latest.kind != document.kind:
        raise ValidationError(
            {
                "title": _(
                    "Judul ini sudah dipakai untuk %(kind)s. Pilih jenis itu atau judul lain."
                )
                % {"kind": latest.get_kind_display()}
            }
        )
    document.title, document.version = latest.title, latest.version + 1


def _default_title(agreement, kind, filename):
    if kind == Document.Kind.SIGNED:
        return TITLE_OF_SIGNED[agreement.kind]
    return _printable(PurePath(filename).stem)[:120]


def _printable(text):
    """Without line breaks and without marks that turn the reading direction of a file's name."""
    return "".join(letter for letter in text if letter.isprintable())
