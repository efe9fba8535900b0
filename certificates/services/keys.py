from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from certificates import keyring
from certificates.models import IssuerKey


@dataclass(frozen=True)
class SecretKey:
    """An Ed25519 key of ours with its id (4 bytes in hex)."""

    kid: str
    secret: Ed25519PrivateKey

    @property
    def public_bytes(self):
        return self.secret.public_key().public_bytes_raw()


def issuer_key():
    """The SecretKey that signs today; made on first use."""
    return current_key() or _make()


def current_key():
    """The SecretKey that signs today; None before anything was issued."""
    current = IssuerKey.objects.filter(retired_on=None).order_by("-pk").first()
    return _read(current.kid) if current else None


def strangers():
    """Every IssuerKey whose secret does not lie here: lost before a restore, or written into the database by hand.

    They go on proving what they signed: an auditor has to know each of them.
    """
    return [key for key in IssuerKey.objects.all() if not _lies_here(key)]


def _lies_here(key):
    try:
        return _read(key.kid).public_bytes.hex() == key.public_key
    except keyring.KeyMissing:
        return False


def _make():
    with keyring.locked(), transaction.atomic():
        if current := current_key():
            return current
        secret = Ed25519PrivateKey.generate()
        public = secret.public_key().public_bytes_raw()
        kid = keyring.kid_of(public)
        keyring.write(_name(kid), secret.private_bytes_raw())
        IssuerKey.objects.create(kid=kid, public_key=public.hex())
    return SecretKey(kid, secret)


def _read(kid):
    return SecretKey(kid, keyring.ed25519(_name(kid)))


def _name(kid):
    return f"issuer-{kid}.key"
