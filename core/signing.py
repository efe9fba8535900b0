"""Signs what leaves the house, so that another installation can prove who wrote it: Ed25519.

A signature is for one purpose: what was signed as one thing never passes for another.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

# Made once: a ledger of 100,000 entries is written this way each time it is checked.
_in_one_way = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


@dataclass(frozen=True)
class Signature:
    """Who signed (the id of the key) and the 64 bytes, in base64."""

    key_id: str
    value: str


def canonical(thing):
    """The one way to write plain data (no floats) as JSON bytes, so that the same says the same."""
    return _in_one_way(thing).encode()


def sign(purpose, content):
    """The Signature of this installation under `content`, bytes, for `purpose`."""
    value = _own_key(settings.SIGNING_KEY).sign(_message(purpose, content))
    return Signature(key_id(public_key()), base64.b64encode(value).decode())


def verify(purpose, content, signature):
    """Whether we, or somebody in TRUSTED_SIGNERS, signed just these bytes for just this purpose."""
    known = {key_id(public_key()): public_key(), **settings.TRUSTED_SIGNERS}
    try:
        key = Ed25519PublicKey.from_public_bytes(known[signature.key_id])
        key.verify(base64.b64decode(signature.value, validate=True), _message(purpose, content))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def is_known(signer):
    """Whether we would believe a signature of the key with that id."""
    return signer == key_id(public_key()) or signer in settings.TRUSTED_SIGNERS


def public_key():
    """The 32 bytes that others need to check what we sign."""
    return _own_key(settings.SIGNING_KEY).public_key().public_bytes_raw()


def key_id(key):
    """16 signs that name a public key, and that no other key has."""
    return hashlib.sha256(key).hexdigest()[:16]


@cache
def _own_key(secret):
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(f"Ed25519 {secret}".encode()).digest()
    )


def _message(purpose, content):
    return b"LapasApp\0%s\0%s" % (purpose.encode(), content)
