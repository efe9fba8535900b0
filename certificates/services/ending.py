from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from certificates.models import Certificate, LedgerEntry
from certificates.services import ledger
from certificates.services.ledger import keep_head
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

    What has ended already stays as it ended. Duplicates still in work are voided, and so is the replacement
    of what is revoked: nothing of it appears any more, unless somebody asks for a replacement anew.
    """
    family = Q(pk=certificate.pk) | Q(duplicate_of=certificate.pk)
    if status == Certificate.Status.REVOKED:
        family |= Q(replaces=certificate.pk, status__in=Certificate.IN_WORK)
    for one in Certificate.objects.filter(family).select_for_update(no_key=True).order_by("pk"):
        if one.status == Certificate.Status.SEALED:
            one.status, one.end_reason, one.ended_at = status, reason, timezone.now()
            one.save(update_fields=["status", "end_reason", "ended_at"])
            ledger.append(certificate=one, kind=ENTRIES[status])
            audit.record(f"certificate.{status}", one, by=by, reason=reason)
        elif one.pk != certificate.pk and one.status in Certificate.IN_WORK:
            take_back(one, FIRST_ENDED, by)
    transaction.on_commit(keep_head, robust=True)
