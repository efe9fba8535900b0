from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from certificates.models import Certificate, LedgerEntry
from certificates.queries.life import bar_to_cancelling, bar_to_voiding
from certificates.services import ledger
from certificates.services.ledger import keep_head
from certificates.services.preparing import lock_batch
from participants.services import close_enrollment, reopen_enrollment


@transaction.atomic
def void(*, certificate, reason, by):
    """Take back what is not sealed yet; a number stays in the register, and its person may be prepared again.

    ValidationError when it was sealed meanwhile, or is a replacement whose corrections would stay behind.
    """
    lock_batch(certificate.enrollment.batch)
    certificate = locked_certificate(certificate)
    if bar := bar_to_voiding(certificate) or bar_to_cancelling(certificate):
        raise ValidationError(bar)
    was_numbered, was_replacement = certificate.number is not None, bool(certificate.replaces_id)
    take_back(certificate, reason, by)
    if was_numbered and not (was_replacement or certificate.is_duplicate):
        reopen_enrollment(enrollment=certificate.enrollment)
    transaction.on_commit(keep_head, robust=True)
    return certificate


def locked_certificate(certificate):
    """The certificate as it is now, locked, with its person and batch at hand."""
    return (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrollment__inmate", "enrollment__batch__facility", "duplicate_of")
        .get(pk=certificate.pk)
    )


def take_back(certificate, reason, by):
    """Void a locked certificate; what it was to replace may get another replacement.

    A file that was drawn for it and never sealed goes, for it bears a name.
    """
    details = {"reason": reason, "was": certificate.status}
    if certificate.replaces_id:
        details["replaced"] = str(certificate.replaces)
        close_enrollment(enrollment=certificate.enrollment)
    certificate.status = Certificate.Status.VOID
    certificate.voided_at, certificate.voided_by = timezone.now(), by
    certificate.void_reason = reason
    certificate.replaces, certificate.replacement_reason = None, ""
    # Not the constraints: the database keeps them, and nobody typed these.
    certificate.clean_fields(exclude=[one.name for one in Certificate._meta.fields if one.null])
    certificate.save(
        update_fields=[
            "status",
            "voided_at",
            "voided_by",
            "void_reason",
            "replaces",
            "replacement_reason",
        ]
    )
    if certificate.number:
        ledger.append(certificate=certificate, kind=LedgerEntry.Kind.VOID)
        remove = partial(certificate.path.unlink, missing_ok=True)
        transaction.on_commit(remove, robust=True)
    audit.record("certificate.voided", certificate, by=by, **details)
