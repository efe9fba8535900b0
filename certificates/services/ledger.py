import logging
from contextlib import suppress

from django.conf import settings
from django.utils import timezone

from certificates import heads
from certificates.chain import COUNTER, GENESIS, commitment, link_hash
from certificates.keyring import KeyMissing
from certificates.models import LedgerEntry, NumberSeries
from certificates.services.keys import issuer_key

logger = logging.getLogger(__name__)


class ChainBroken(RuntimeError):
    """The ledger does not continue the chain that a kept head has seen; it gets no new head."""


def append(*, certificate, kind, sha256=""):
    """The next LedgerEntry, in the caller's transaction and as its last lock."""
    index = NumberSeries.objects.take(COUNTER).last
    before = LedgerEntry.objects.filter(index=index - 1).values_list("hash", flat=True).first()
    entry = LedgerEntry(
        index=index,
        kind=kind,
        certificate=certificate,
        at=getattr(certificate, LedgerEntry.MOMENTS[kind]),
        public_id=certificate.public_id,
        number=certificate.number,
        commitment=commitment(certificate, certificate.end_reason),
        sha256=sha256,
        previous=before or GENESIS,
    )
    entry.hash = link_hash(entry)
    entry.save(force_insert=True)
    return entry


def export_head(path=None):
    """Sign how the ledger ends now and keep that in `path`, or among the heads kept here. Returns its path.

    Raises ChainBroken when the ledger no longer holds what the newest kept head, or the one in `path`, has
    seen: whoever rewrote it gets no signature of ours.
    """
    keys = heads.trusted_keys()
    newest = heads.newest(keys)
    if newest:
        _refuse_another_chain(newest, newest.filename)
    if path:
        with suppress(FileNotFoundError, heads.KeyLeaked):
            _refuse_another_chain(heads.read(path, keys), path)
    last = LedgerEntry.objects.order_by("-index").first()
    count, hash_ = (last.index, last.hash) if last else (0, GENESIS)
    head = heads.signed(count, hash_, timezone.now(), issuer_key())
    if path is None:
        path = settings.LEDGER_HEAD_DIR / head.filename
        if newest and newest.filename == head.filename:
            return path  # what was signed earlier proves more
    heads.write(head, path)
    return path


def keep_head():
    """After whatever the ledger tells: what hinders it is for the operator, and must not stop the certificates."""
    try:
        export_head()
    except (ChainBroken, KeyMissing, OSError, ValueError):  # of a head or key that cannot be read
        logger.critical("The ledger got no new head. Run manage.py verify_ledger.", exc_info=True)


def _refuse_another_chain(head, name):
    there = LedgerEntry.objects.filter(index=head.count).values_list("hash", flat=True).first()
    if (there or GENESIS) != head.hash:
        raise ChainBroken(f"The ledger does not continue {name}.")
