"""Our own authority: an RSA-3072 key that vouches for one certificate a school, and signing with a key at hand.

RSA and SHA-256 are pinned: P-256 and Ed25519 make a PDF 2.0 of the file, which is no PDF/A-3 any more.
"""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.utils import timezone

from certificates.signing import pem

KEY_SIZE = 3072
# Neutral: whoever opens the signature reads it.
AUTHORITY = "Otoritas Tanda Tangan Sertifikat Pelatihan"
AUTHORITY_LASTS = timedelta(days=30 * 365)
LEAF_LASTS = timedelta(days=10 * 365)
CLOCKS_DIFFER = timedelta(hours=1)
NAME_MAX = 64  # X.520
USAGES = (
    *"digital_signature content_commitment key_encipherment data_encipherment key_agreement".split(),
    *"key_cert_sign crl_sign encipher_only decipher_only".split(),
)
USAGES_OF_AUTHORITY = ("key_cert_sign", "crl_sign")
USAGES_OF_LEAF = ("digital_signature", "content_commitment")


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)


def new_authority():
    """PEM of a new key and its self-signed certificate, to be kept in one file."""
    key, name = new_key(), _name(AUTHORITY)
    ends_at = timezone.now() + AUTHORITY_LASTS
    certificate = _build(name, name, key.public_key(), ends_at, is_authority=True)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.sign(key, SHA256()).public_bytes(Encoding.PEM)


def new_leaf(school, public_key, authority):
    """(certificate of a key in the school's name, that of the authority); `authority` is PEM as kept."""
    above = x509.load_pem_x509_certificate(authority)
    authority_key = load_pem_private_key(authority, password=None)
    ends_at = min(timezone.now() + LEAF_LASTS, above.not_valid_after_utc)
    name = _name(common_name(school))
    leaf = _build(name, above.subject, public_key, ends_at, is_authority=False).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
        critical=False,
    )
    return leaf.sign(authority_key, SHA256()), above


def common_name(school):
    """A school's name as far as a certificate has room for it."""
    return school[:NAME_MAX].strip()


def secret_bytes(key):
    """A private key as its file holds it; the file's mode protects it."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def local_signer(leaf, chain, secret):
    """A PadesSigner with a key at hand; certificates in PEM, the key parsed here and never again."""
    from certificates.signing.pades import PadesSigner

    key = load_der_private_key(secret, password=None)
    return PadesSigner(
        pem.read(leaf)[0],
        tuple(pem.read(chain)),
        lambda data, public_id: key.sign(data, padding.PKCS1v15(), SHA256()),
    )


def _build(subject, issuer, public_key, ends_at, *, is_authority):
    """A certificate to be signed: only for certificates (an authority), or only for documents."""
    usages = dict.fromkeys(USAGES, False)
    for one in USAGES_OF_AUTHORITY if is_authority else USAGES_OF_LEAF:
        usages[one] = True
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(timezone.now() - CLOCKS_DIFFER)
        .not_valid_after(ends_at)
        .add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None),
            critical=True,
        )
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(text):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, text),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )
