from django.utils import timezone

from certificates.chain import GENESIS, commitment, link_hash
from certificates.models import LedgerEntry, NumberSeries

COUNTER = "#ledger"  # no series of numbers can be called so


def append(*, certificate, kind, sha256=""):
    """The next LedgerEntry, in the caller's transaction and as its last lock."""
    index = NumberSeries.objects.take(COUNTER).last
    before = LedgerEntry.objects.filter(index=index - 1).values_list("hash", flat=True).first()
    entry = LedgerEntry(
        index=index,
        kind=kind,
        certificate=certificate,
        at=timezone.now(),
        public_id=certificate.public_id,
        number=certificate.number,
        commitment=commitment(certificate.content, certificate.salt),
        sha256=sha256,
        previous=before or GENESIS,
    )
    entry.hash = link_hash(entry)
    entry.save(force_insert=True)
    return entry
