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
    current = IssuerKey.objects.filter(retired_on=None).order_by("-pk").first()
    return _read(current.kid) if current else _make()


def _make():
    with keyring.locked(), transaction.atomic():
        if current := IssuerKey.objects.filter(retired_on=None).order_by("-pk").first():
            return _read(current.kid)
        secret = Ed25519PrivateKey.generate()
        public = secret.public_key().public_bytes_raw()
        kid = keyring.kid_of(public)
        keyring.write(_name(kid), secret.private_bytes_raw())
        IssuerKey.objects.create(kid=kid, public_key=public.hex())
    return SecretKey(kid, secret)


def _read(kid):
    return SecretKey(kid, Ed25519PrivateKey.from_private_bytes(keyring.read(_name(kid))))


def _name(kid):
    return f"issuer-{kid}.key"
