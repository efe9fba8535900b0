"""A PAdES B-B signature in a PDF, the same for every way to come by the raw signature.

Everything that goes under the signature follows from the certificate's row: no clock, no chance. So a
second try asks for the very same hash, and an outside signer that is asked twice has one thing to sign.
"""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from zoneinfo import ZoneInfo

from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.signing import SigningFailed

FIELD = "Tanda-Tangan"
METADATA = PdfSignatureMetadata(
    field_name=FIELD,
    md_algorithm="sha256",
    subfilter=SigSeedSubFilter.PADES,
    certify=True,  # the first and only signature: nothing whatever may be added after it
    docmdp_permissions=MDPPerm.NO_CHANGES,
)
# What a CMS container holds beside certificates and signature: attributes, names, serial numbers.
FRAME = 1200


@dataclass(frozen=True)
class PadesSigner:
    """Signs in the name of `leaf`; `raw(data, public_id)` gives the RSA PKCS#1 v1.5 SHA-256 signature of bytes.

    `chain` are the certificates above the leaf, from its issuer up.
    """

    leaf: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    raw: Callable[[bytes, str], bytes]

    def sign(self, pdf, certificate):
        return self.sign_at(pdf, certificate.numbered_at, certificate.public_id)

    def sign_at(self, pdf, at, public_id):
        """The signed file, that says to have been signed at that moment: the day it got its number."""
        hand = _Hand(self, lambda data: self.raw(data, public_id))
        signer = PdfSigner(METADATA, hand, new_field_spec=SigFieldSpec(FIELD))
        try:
            return finished(_signed(signer, pdf, at, self.digits_reserved)).getvalue()
        except (SigningError, PdfError) as error:
            raise SigningFailed(
                _("Berkas ini tidak bisa ditandatangani: %(why)s. Nomor sertifikat tetap.")
                % {"why": error}
            ) from error

    @cached_property
    def digits_reserved(self):
        """Hex digits left free for the signature. Without the figure pyHanko signs twice, to see how long it is."""
        certificates = sum(len(one.dump()) for one in (self.leaf, *self.chain))
        return 2 * (certificates + self.leaf.public_key.byte_size + FRAME)

    @cached_property
    def store(self):
        store = SimpleCertificateStore()
        store.register_multiple(self.chain)
        return store


class _Hand(CmsSigner):
    """What pyHanko asks for a raw signature."""

    def __init__(self, signer, raw):
        super().__init__(signing_cert=signer.leaf, cert_registry=signer.store)
        self.raw = raw

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        return self.raw(data)


class _Update(IncrementalPdfFileWriter):
    """A revision after the drawing that takes its id from the file and leaves the metadata as drawn.

    They are part of PDF/A, and hold neither a clock nor the names of our tools.
    """

    def __init__(self, pdf):
        super().__init__(BytesIO(pdf))
        second = ByteStringObject(hashlib.sha256(pdf).digest()[:16])
        first = self._document_id[0] if "/ID" in self.prev.trailer else second
        self._document_id = ArrayObject([first, second])

    def _update_meta(self):
        pass


async def _signed(signer, pdf, at, digits):
    session = signer.init_signing_session(writer := _Update(pdf))
    session.system_time = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    signer.init_signing_session = lambda *args, **kwargs: session
    return await signer.async_sign_pdf(writer, bytes_reserved=digits)


def finished(coroutine):
    """What a coroutine returns, also when the caller's thread has a loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
