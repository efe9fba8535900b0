"""Signed heads of the ledger: how long the chain was at a moment, and the hash it ended with.

The chain alone does not notice that its end was cut off, or that somebody wrote the whole of it
anew. A head that lies where the database's master cannot reach it does.
"""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from certificates import keyring
from certificates.models import IssuerKey
from core.signing import canonical

# Nothing else that these keys sign begins like this.
DOMAIN = b"certificate ledger head\0"


class HeadRefused(ValueError):
    """A file that is no head, or whose signature proves nothing; the message says which."""


class KeyLeaked(HeadRefused):
    """Signed by a key of ours that is known to be compromised: anybody may have written it."""


@dataclass(frozen=True)
class Head:
    """`count` entries, the last of them with `hash`, `at` that time (ISO, UTC); `kid` names the key."""

    count: int
    hash: str
    at: str
    kid: str
    signature: str = ""  # 64 bytes in hex

    @property
    def message(self):
        said = asdict(self)
        del said["signature"]
        return DOMAIN + canonical(said)

    @property
    def filename(self):
        return f"head-{self.count:09d}-{self.hash[:16]}.json"


def signed(count, hash_, at, key):
    """The Head of a chain, signed by `key`, a SecretKey."""
    plain = Head(count, hash_, at.astimezone(UTC).isoformat(timespec="seconds"), key.kid)
    return Head(**asdict(plain) | {"signature": key.secret.sign(plain.message).hex()})


def write(head, path):
    """On the disk before this returns, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".head-")
    with os.fdopen(handle, "wb") as file:
        file.write(canonical(asdict(head)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)


def read(path, keys):
    """The Head in a file, proven by one of `keys`. Raises HeadRefused, OSError."""
    try:
        said = json.loads(path.read_bytes())
        head = Head(**said)
        if [type(one) for one in asdict(head).values()] != [int, *[str] * 4] or head.count < 0:
            raise ValueError("no head")
        signature, message = bytes.fromhex(head.signature), head.message
    except (ValueError, TypeError, RecursionError) as fault:
        raise HeadRefused(f"{path.name} is no head of a ledger.") from fault
    if head.kid not in keys:
        raise HeadRefused(f"{path.name} is signed by {head.kid}, which is no key to be trusted.")
    if keys[head.kid] is None:
        raise KeyLeaked(f"{path.name} is passed over: its key {head.kid} is compromised.")
    try:
        Ed25519PublicKey.from_public_bytes(keys[head.kid]).verify(signature, message)
    except InvalidSignature:
        raise HeadRefused(f"{path.name} was altered: its signature does not hold.") from None
    return head


def kept():
    """The files of all heads kept here, from the shortest chain up."""
    return sorted(settings.LEDGER_HEAD_DIR.glob("head-*.json"))


def newest(keys):
    """The Head of the longest chain kept here; None at first. Raises HeadRefused, OSError."""
    for path in reversed(kept()):
        try:
            head = read(path, keys)
        except KeyLeaked:
            continue
        if path.name != head.filename:
            raise HeadRefused(f"{path.name} is not called {head.filename}, as what it holds.")
        return head
    return None


def trusted_keys():
    """{kid: 32 bytes} of the keys that prove a head; None of those that are known to have leaked.

    Keys whose secret lies here count whatever the database says: its master could forget a key.
    """
    known = IssuerKey.objects.values_list("kid", "public_key", "is_compromised")
    keys = {kid: bytes.fromhex(public) for kid, public, _ in known} | keys_here()
    return keys | {kid: None for kid, _, is_compromised in known if is_compromised}


def keys_here():
    """{kid: 32 bytes} of the keys whose secret lies here; a file that cannot be read is none."""
    keys = {}
    for path in settings.KEY_ROOT.glob("issuer-*.key"):
        with suppress(OSError, ValueError):
            secret = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
            public = secret.public_key().public_bytes_raw()
            keys[keyring.kid_of(public)] = public
    return keys
