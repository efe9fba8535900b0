"""Is this PDF, byte for byte, one that we sealed?

Two witnesses, and both must agree: the ledger knows the hash of the file, and the signature inside holds
under a root we trust for all of the file. A signature alone says too little: it stays valid when somebody
appends a revision that shows something else (readers such as pdfsig then print "Valid" for what was signed
before), and the digits around it can be changed without breaking it. A hash alone says that the bytes are
those in the ledger, not that a signer stood behind them.

The hash is asked first, so that a stranger's file is never parsed.
"""

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from django.db.models import F, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, LedgerEntry, SignerIdentity
from certificates.signing import pem

LARGEST = 10 * 1024 * 1024
# Where a signature says that its revision ends.
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+\d{1,9}\s+(\d{1,9})\s+(\d{1,9})\s*\]")
REVISIONS_MAX = 8


class Verdict(TextChoices):
    GENUINE = "genuine", _("Asli: persis seperti saat disegel.")
    EXTENDED = "extended", _("Berubah: ada yang ditambahkan sesudah berkas ini ditandatangani.")
    UNKNOWN = "unknown", _("Tidak dikenal: bukan berkas yang kami segel, atau isinya diubah.")
    UNSIGNED = "unsigned", _("Tercatat, tetapi tidak bertanda tangan elektronik.")
    BROKEN = "broken", _("Tercatat, tetapi tanda tangan elektroniknya tidak sah.")
    NOT_PDF = "not_pdf", _("Ini bukan berkas PDF.")
    ENCRYPTED = (
        "encrypted",
        _("Berkas ini dikunci kata sandi; sertifikat kami tidak pernah dikunci."),
    )
    TOO_LARGE = "too_large", _("Berkas ini terlalu besar; sertifikat kami jauh lebih kecil.")


@dataclass(frozen=True)
class Result:
    """What a file turned out to be; `certificate` is the one it is, or the one it was made from."""

    verdict: Verdict
    sha256: str
    certificate: Certificate | None = None
    signer: str = ""

    @property
    def is_genuine(self):
        return self.verdict == Verdict.GENUINE

    @property
    def is_good(self):
        """Genuine, and the certificate is in force."""
        return self.is_genuine and self.certificate.status == Certificate.Status.SEALED


class BadSignature(Exception):
    """No signature of ours over the whole of the file."""


class NoSignature(BadSignature):
    """None at all."""


def check_pdf(content):
    """The Result for the bytes of a file, whoever made it."""
    sha256 = hashlib.sha256(content).hexdigest()
    if len(content) > LARGEST:
        return Result(Verdict.TOO_LARGE, sha256)
    if not content.startswith(b"%PDF-"):
        return Result(Verdict.NOT_PDF, sha256)
    entry = sealed_as(sha256)
    if entry is None:
        return _stranger(content, sha256)
    try:
        signer = signature_in(content, trust_roots(), entry.at)
    except NoSignature:
        return Result(Verdict.UNSIGNED, sha256, entry.certificate)
    except BadSignature:
        return Result(Verdict.BROKEN, sha256, entry.certificate)
    return Result(Verdict.GENUINE, sha256, entry.certificate, signer)


def sealed_as(sha256):
    """The ledger's entry of the seal with that hash, if the certificate says so too."""
    return (
        LedgerEntry.objects.filter(
            kind=LedgerEntry.Kind.SEAL, sha256=sha256, certificate__sha256=F("sha256")
        )
        .select_related("certificate")
        .first()
    )


def signature_in(content, roots, at):
    """Who signed the whole of a PDF, as the name in the certificate. Raises BadSignature.

    `at` is when it was sealed, by the ledger: the signer's certificate had to be valid then, not today.
    """
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        signature, status = _validated(content, roots, at)
    except BadSignature:
        raise
    except Exception as error:  # the library meets whatever a file can hold
        raise BadSignature from error
    if not status.bottom_line or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise BadSignature
    return signature.signer_cert.subject.human_friendly


def _validated(content, roots, at):
    """(the only signature in the file, what pyHanko finds about it); the library loads on first use."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from certificates.signing.pades import finished

    signatures = PdfFileReader(BytesIO(content)).embedded_signatures
    if not signatures:
        raise NoSignature
    (signature,) = signatures
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    usages = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    status = finished(async_validate_pdf_signature(signature, context, key_usage_settings=usages))
    return signature, status


def is_drawing_of(content, number, *, like):
    """Whether a file is titled with that number, and signed by one of ours if `like`, the new drawing, is."""
    from pypdf import PdfReader

    try:
        if BYTE_RANGE.search(like):
            signature_in(content, trust_roots(), timezone.now())
        title = PdfReader(BytesIO(content)).metadata.title
    except Exception:  # the library meets whatever a file can hold
        return False
    return bool(title) and title.endswith(f", {number}")


def trust_roots():
    """The last certificate of every chain under which we ever signed, retired ones too."""
    identities = SignerIdentity.objects.values_list("certificate", "chain")
    return [pem.read(chain or leaf)[-1] for leaf, chain in identities]


def _stranger(content, sha256):
    """Why a file is none of ours, without parsing it: it may have been made to do harm."""
    for match in islice(BYTE_RANGE.finditer(content), REVISIONS_MAX):
        end = sum(map(int, match.groups()))
        if end < len(content):
            revision = hashlib.sha256(memoryview(content)[:end]).hexdigest()
            if entry := sealed_as(revision):
                return Result(Verdict.EXTENDED, sha256, entry.certificate)
    if re.search(rb"/Encrypt\b", content):
        return Result(Verdict.ENCRYPTED, sha256)
    return Result(Verdict.UNKNOWN, sha256)
