import hashlib
import logging
import os

from django.db import transaction
from django.utils import timezone

from accounts import audit
from certificates.documents import certificate_pdfs
from certificates.models import Certificate, LedgerEntry
from certificates.papers import paper_of
from certificates.services import drafts, ledger
from certificates.services.ending import end
from certificates.services.identities import signer_for
from certificates.services.keys import issuer_key
from certificates.services.linting import Linter
from certificates.verification import is_drawing_of

logger = logging.getLogger(__name__)


def seal_numbered(*, batch, by):
    """Draw, sign and seal what has its number; goes on where an earlier run stopped.

    What would tell a stranger where its holder was trained stays numbered; returns which words stand
    where, in words.
    """
    drafts.sweep()
    waiting = list(
        Certificate.objects.of(batch)
        .filter(status=Certificate.Status.NUMBERED)
        .select_related("enrollment__batch__facility", "enrollment__batch__agreement__partner")
        .order_by("series", "sequence")
    )
    if not waiting:
        return []
    key, signer = issuer_key(), signer_for(batch.agreement.partner)
    linter = Linter(batch)
    clean = []

    def papers():
        for certificate in waiting:
            paper = paper_of(certificate, key)
            if linter.passes(certificate, paper):
                clean.append(certificate)
                yield paper

    for place, pdf in enumerate(certificate_pdfs(papers())):
        seal(certificate=clean[place], pdf=signer.sign(pdf, clean[place]), by=by)
    return linter.refusals


def seal(*, certificate, pdf, by):
    """Keep the bytes for ever, then say so in the database. Whoever comes second changes nothing."""
    with drafts.draft(pdf) as draft, transaction.atomic():
        locked = _locked(certificate)
        if locked.status != Certificate.Status.NUMBERED:
            return
        pdf = _keep(locked, draft, pdf)
        if locked.replaces_id:
            end(
                certificate=locked.replaces,
                status=Certificate.Status.SUPERSEDED,
                reason=locked.replacement_reason,
                by=by,
            )
        locked.status, locked.sealed_at = Certificate.Status.SEALED, timezone.now()
        locked.sha256, locked.byte_count = hashlib.sha256(pdf).hexdigest(), len(pdf)
        locked.save(update_fields=["status", "sealed_at", "sha256", "byte_count"])
        ledger.append(certificate=locked, kind=LedgerEntry.Kind.SEAL, sha256=locked.sha256)
        audit.record("certificate.sealed", certificate, by=by)


def _locked(certificate):
    """The certificate as it is now; what it replaces is locked first, as whoever revokes that locks them."""
    family = Certificate.objects.filter(pk__in=[certificate.pk, certificate.replaces_id])
    return {one.pk: one for one in family.select_for_update(no_key=True).order_by("pk")}[
        certificate.pk
    ]


def _keep(certificate, draft, pdf):
    """Give the draft its name; returns the bytes that bear it now, safe on the disk.

    What a run that was killed left there stays, if it is this certificate's.
    """
    path = certificate.path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(draft, path)
    except FileExistsError:
        there = path.read_bytes()
        if there == pdf or is_drawing_of(there, certificate.number, like=pdf):
            pdf = there
        else:
            logger.error("%s is not what was drawn for it, and is set aside.", path)
            drafts.set_aside(path)
            os.link(draft, path)
    _sync_folder(path.parent)
    return pdf


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
