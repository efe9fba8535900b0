"""A signed claim without a database: a key of our own, a certificate to sign for, and what it may become."""

import base64
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import keyring
from certificates.models import Certificate, IssuerKey
from certificates.services.keys import SecretKey
from tests.certificates.paper import ARIF

PUBLIC_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYY"


def secret_key(seed=1):
    secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SecretKey(keyring.kid_of(secret.public_key().public_bytes_raw()), secret)


def public_half(key, **state):
    return {key.kid: IssuerKey(kid=key.kid, public_key=key.public_bytes.hex(), **state)}


def certificate(content=ARIF, **differing):
    said = {"pk": 1234, "public_id": PUBLIC_ID, "content": content, **differing}
    return SimpleNamespace(**said, verify_url=Certificate(public_id=said["public_id"]).verify_url)


def bytes_of(text):
    claim = text.partition("#")[2]
    return base64.b32decode(claim + "=" * (-len(claim) % 8))


def with_bytes(text, raw):
    return f"{text.partition('#')[0]}#{base64.b32encode(raw).decode().rstrip('=')}"
