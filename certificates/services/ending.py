from django.db import transaction
from django.utils import timezone

from accounts import audit
from certificates.models import Certificate, LedgerEntry
from certificates.services import ledger
from certificates.services.voiding import take_back

ENTRIES = {
    Certificate.Status.REVOKED: LedgerEntry.Kind.REVOKE,
    Certificate.Status.SUPERSEDED: LedgerEntry.Kind.SUPERSEDE,
}
# Data and not words of the screen, like every reason that stands in the register.
FIRST_ENDED = "Sertifikat pertamanya tidak berlaku lagi."


@transaction.atomic
def end(*, certificate, status, reason, by):
    """Take a certificate and its duplicates out of force, visible at once; a duplicate may end alone.

    What has ended already stays as it ended. Duplicates still in work are voided: no copy of it appears
    any more.
    """
    family = Certificate.objects.filter(pk=certificate.pk) | Certificate.objects.filter(
        duplicate_of=certificate.pk
    )
    for one in family.select_for_update(no_key=True).order_by("pk"):
        if one.status == Certificate.Status.SEALED:
            one.status, one.end_reason, one.ended_at = status, reason, timezone.now()
            one.save(update_fields=["status", "end_reason", "ended_at"])
            ledger.append(certificate=one, kind=ENTRIES[status])
            audit.record(f"certificate.{status}", one, by=by, reason=reason)
        elif one.is_duplicate and one.status in Certificate.IN_WORK:
            take_back(one, FIRST_ENDED, by)
