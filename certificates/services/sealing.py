import hashlib
import os
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import audit
from certificates import signing
from certificates.documents import certificate_pdfs
from certificates.models import Certificate, LedgerEntry
from certificates.papers import paper_of
from certificates.services import ledger
from certificates.services.ending import end
from certificates.services.keys import issuer_key


def seal_numbered(*, batch, by):
    """Draw, sign and seal what has its number; goes on where an earlier run stopped."""
    waiting = list(
        Certificate.objects.of(batch)
        .filter(status=Certificate.Status.NUMBERED)
        .select_related("enrollment__batch__facility", "enrollment__batch__agreement__partner")
        .order_by("series", "sequence")
    )
    if not waiting:
        return
    key, signer = issuer_key(), signing.signer_for(batch.agreement.partner)
    pdfs = certificate_pdfs(paper_of(certificate, key) for certificate in waiting)
    for certificate, pdf in zip(waiting, pdfs, strict=True):
        seal(certificate=certificate, pdf=signer.sign(pdf, certificate), by=by)


def seal(*, certificate, pdf, by):
    """Keep the bytes for ever, then say so in the database. Whoever comes second changes nothing."""
    path = certificate.path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{uuid4().hex}.tmp")
    with draft.open("wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # refuses to overwrite: the first bytes stay
    except FileExistsError:
        pdf = path.read_bytes()
    draft.unlink()
    _sync_folder(path.parent)
    sha256 = hashlib.sha256(pdf).hexdigest()
    with transaction.atomic():
        locked = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        if locked.status != Certificate.Status.NUMBERED:
            return
        if locked.replaces_id:
            end(
                certificate=locked.replaces,
                status=Certificate.Status.SUPERSEDED,
                reason=locked.replacement_reason,
                by=by,
            )
        locked.status, locked.sealed_at = Certificate.Status.SEALED, timezone.now()
        locked.sha256, locked.byte_count = sha256, len(pdf)
        locked.save(update_fields=["status", "sealed_at", "sha256", "byte_count"])
        ledger.append(certificate=locked, kind=LedgerEntry.Kind.SEAL, sha256=sha256)
        audit.record("certificate.sealed", certificate, by=by)


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
