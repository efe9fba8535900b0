"""How the entries of the ledger hang together: each hash covers its entry and the hash before."""

import hashlib
import hmac
from datetime import UTC

from core.signing import canonical

GENESIS = "0" * 64
COUNTER = "#ledger"  # its NumberSeries; no series of numbers can be called so


def link_hash(entry):
    """The hash of a LedgerEntry (or anything with its fields), in hex."""
    said = [
        entry.index,
        entry.kind,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.public_id,
        entry.number,
        entry.commitment,
        entry.sha256,
        entry.previous,
    ]
    return hashlib.sha256(canonical(said)).hexdigest()


def commitment(certificate, end_reason=""):
    """What stands in the ledger for what it says, of whom, and why it ended; without its salt it tells nothing."""
    said = [certificate.content, certificate.enrollment_id, end_reason]
    return hmac.new(bytes.fromhex(certificate.salt), canonical(said), hashlib.sha256).hexdigest()
