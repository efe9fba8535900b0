"""Certificates as text, the way the database keeps them."""

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def read(text):
    """The certificates in a text, as pyHanko takes them; none in an empty one. Raises ValueError."""
    found = x509.load_pem_x509_certificates(text.encode()) if text else []
    return [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in found]


def write(certificates):
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates).decode()
