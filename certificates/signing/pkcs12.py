"""What a school brings along: a PKCS#12 file with its own key and certificate."""

import re
from dataclasses import dataclass

from asn1crypto import x509 as asn1
from asn1crypto.pkcs12 import Pfx
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

LARGEST = 128 * 1024
LEAST_BITS, MOST_BITS = 2048, 8192
LONGEST_CHAIN = 5
# What somebody can read who opens a file of bytes, as narrow and as wide letters.
NARROW = re.compile(rb"[\x20-\x7e\xa0-\xff]{3,}")
WIDE = re.compile(rb"(?:\0[\x20-\x7e\xa0-\xff]){3,}")


@dataclass(frozen=True)
class Bundle:
    """A key with its certificate and those above it, from the issuer up."""

    key: RSAPrivateKey | None  # None: it lies elsewhere
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self):
        return self.certificate.fingerprint(SHA256()).hex()

    @property
    def names(self):
        """Every name that whoever opens the signature can read, in extensions of any kind too."""
        for one in (self.certificate, *self.chain):
            yield from (one.subject.rfc4514_string(), one.issuer.rfc4514_string())
            extensions = _extensions(one)
            yield from (run.decode("latin-1") for run in NARROW.findall(extensions))
            yield from (run.decode("utf-16-be") for run in WIDE.findall(extensions))


def _extensions(certificate):
    """Their DER: addresses, policies and notices stand in it in plain letters."""
    whole = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    return whole["tbs_certificate"]["extensions"].dump()


def read(content, password):
    """The Bundle in a PKCS#12 file, fit to sign with. Raises ValidationError on "file" or "password"."""
    if len(content) > LARGEST:
        raise _refused(_("Berkas ini terlalu besar. Berkas .p12 paling besar 128 KB."))
    if not _looks_like_pkcs12(content):
        raise _refused(
            _("Ini bukan berkas PKCS#12. Pilih berkas .p12 atau .pfx yang diterima sekolah.")
        )
    key, certificate, others = _opened(content, password)
    if key is None:
        raise _refused(_("Berkas ini tidak memuat kunci. Minta ekspor beserta kunci pribadinya."))
    if certificate is None:
        raise _refused(_("Berkas ini tidak memuat sertifikat yang cocok dengan kuncinya."))
    _check_key(key)
    _check_certificate(certificate)
    bundle = Bundle(key, certificate, _chain(certificate, others))
    try:
        list(bundle.names)
    except ValueError:
        raise _refused(_("Sertifikat di dalam berkas ini rusak. Minta ekspor ulang.")) from None
    return bundle


def _opened(content, password):
    try:
        bundle = load_pkcs12(content, password.encode() or None)
    except UnsupportedAlgorithm:
        raise _refused(_("Enkripsi berkas ini tidak dikenal. Minta ekspor ulang.")) from None
    except (ValueError, TypeError):
        raise ValidationError({"password": _("Kata sandi berkas ini salah.")}) from None
    certificate = bundle.cert and bundle.cert.certificate
    return bundle.key, certificate, [one.certificate for one in bundle.additional_certs]


def _looks_like_pkcs12(content):
    try:
        return Pfx.load(content)["version"].native == "v3"
    except (ValueError, TypeError, RecursionError):
        return False


def _check_key(key):
    if not isinstance(key, RSAPrivateKey):
        raise _refused(
            _(
                "Kuncinya bukan RSA. Kunci P-256 atau Ed25519 menjadikan berkas PDF 2.0, yang bukan lagi"
                " arsip PDF/A-3. Minta sertifikat dengan kunci RSA 2048 bit atau lebih."
            )
        )
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise _refused(
            _("Kunci RSA ini %(bits)s bit. Pakai kunci 2048 sampai 8192 bit.")
            % {"bits": key.key_size}
        )


def _check_certificate(certificate):
    now = timezone.now()
    if certificate.not_valid_after_utc <= now:
        raise _refused(
            _("Sertifikat ini sudah berakhir pada %(day)s. Minta yang baru.")
            % {"day": _day(certificate.not_valid_after_utc)}
        )
    if certificate.not_valid_before_utc > now:
        raise _refused(
            _("Sertifikat ini baru berlaku pada %(day)s.")
            % {"day": _day(certificate.not_valid_before_utc)}
        )


def _chain(certificate, others):
    """The certificates above, from the issuer up, as far as the file has them; strangers are left out."""
    chain, last = [], certificate
    while last.issuer != last.subject and len(chain) < LONGEST_CHAIN:
        above = next((one for one in others if _issued(one, last)), None)
        if above is None or above in chain:
            break
        chain.append(above)
        last = above
    return tuple(chain)


def _issued(above, below):
    try:
        below.verify_directly_issued_by(above)
    except Exception:  # whatever a strange key or algorithm brings up
        return False
    return True


def _day(moment):
    return date_format(timezone.localdate(moment))


def _refused(message):
    return ValidationError({"file": message})
