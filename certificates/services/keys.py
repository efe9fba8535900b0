from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
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


@transaction.atomic
def retire_key(*, kid, is_compromised=False, by):
    """Sign nothing more with a key: today is its last day. Its successor is there when this returns.

    What a retired key signed up to its last day stays proven; nothing that a compromised one ever signed does.
    A key that was retired may turn out compromised later. Returns the IssuerKey.
    """
    key = IssuerKey.objects.select_for_update(no_key=True).filter(kid=kid).first()
    if key is None:
        raise ValidationError(_("Tidak ada kunci %(kid)s.") % {"kid": kid})
    if key.retired_on and key.is_compromised >= is_compromised:
        raise ValidationError(_("Kunci %(kid)s sudah berhenti dipakai.") % {"kid": kid})
    key.retired_on = key.retired_on or timezone.localdate()
    key.is_compromised = is_compromised
    key.save(update_fields=["retired_on", "is_compromised"])
    issuer_key()
    audit.record("issuer_key.retired", key, by=by, is_compromised=is_compromised)
    return key


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
    return SecretKey(kid, Ed25519PrivateKey.from_private_bytes(keyring.read(_name(kid))))


def _name(kid):
    return f"issuer-{kid}.key"
