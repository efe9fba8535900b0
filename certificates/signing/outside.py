"""An outside signer over HTTP: it gets a hash, never the document, and gives a signature.

`GET  <url>/certificates/<school's code>` answers `{"certificate": PEM, "chain": PEM}`
`POST <url>/signatures` with `Idempotency-Key` and `{"signer": code, "algorithm": "sha256", "hash": hex}`
answers `{"signature": base64 of RSA PKCS#1 v1.5, "certificate": PEM}`.

The key is the certificate's public id and the start of the hash. A certificate is drawn and signed the same
way every time, so a request that is sent again is one that the signer knows; should a newer drawing give
another hash, it is not held to the signature of the old one.
"""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.signing import SigningFailed, pem

TRIES = 3
PAUSE = 0.5  # seconds before the second try, twice that before the third
ANSWER_MAX = 64 * 1024


class NoAnswer(Exception):
    """Nothing usable came back; a final one is not asked again."""

    def __init__(self, why, *, is_final=False):
        super().__init__(why)
        self.is_final = is_final


@dataclass(frozen=True)
class Announced:
    """The certificate under which an outside signer will sign for a school, and those above it, in PEM."""

    certificate: str
    chain: str

    @property
    def pem(self):
        return f"{self.certificate}\n{self.chain}"


def announced(code):
    """Announced for the school with that code. Raises SigningFailed."""

    def read(answer):
        certificate, chain = answer["certificate"], answer.get("chain", "")
        pem.read(chain)  # a ValueError unless PEM
        (leaf,) = x509.load_pem_x509_certificates(certificate.encode())
        if not isinstance(leaf.public_key(), RSAPublicKey):
            raise ValueError("not RSA")
        if not leaf.not_valid_before_utc <= timezone.now() < leaf.not_valid_after_utc:
            raise ValueError("not valid today")
        return Announced(certificate, chain)

    return _ask(f"certificates/{quote(code, safe='')}", read)


def outside_signer(code, identity):
    """A PadesSigner whose raw signature comes from outside; `identity` is what was Announced."""
    from certificates.signing.pades import PadesSigner

    key = x509.load_pem_x509_certificate(identity.certificate.encode()).public_key()
    (leaf,) = pem.read(identity.certificate)

    def raw(data, public_id):
        digest = hashlib.sha256(data).hexdigest()
        asked = {"signer": code, "algorithm": "sha256", "hash": digest}

        def read(answer):
            """Believed only when it fits the hash we sent and the certificate that was announced."""
            if pem.read(answer["certificate"])[0].dump() != leaf.dump():
                raise ValueError("another certificate")
            signature = base64.b64decode(answer["signature"], validate=True)
            key.verify(signature, data, PKCS1v15(), SHA256())
            return signature

        return _ask("signatures", read, asked, idempotency_key=f"{public_id}-{digest[:16]}")

    return PadesSigner(leaf, tuple(pem.read(identity.chain)), raw)


def _ask(place, read, asked=None, *, idempotency_key=""):
    """What `read` makes of the answer; the same question again when none came. Raises SigningFailed."""
    request = Request(  # noqa: S310, the settings admit http and https alone
        f"{settings.PDF_SIGNER}/{place}",
        data=json.dumps(asked).encode() if asked else None,
        headers={"Content-Type": "application/json", "Idempotency-Key": idempotency_key},
    )
    for attempt in range(TRIES):
        time.sleep(PAUSE * attempt)
        try:
            return _once(request, read)
        except NoAnswer as error:
            failure = error
            if error.is_final:
                break
    raise SigningFailed(
        _("Penanda tangan luar %(why)s. Nomor sertifikat tetap; tekan Terbitkan lagi nanti.")
        % {"why": failure}
    )


def _once(request, read):
    try:
        content = _content(request)
    except HTTPError as error:
        with error:
            is_theirs = error.code >= 500 or error.code in (408, 425, 429)
        raise NoAnswer(
            _("menjawab dengan galat %(code)s") % {"code": error.code}, is_final=not is_theirs
        ) from None
    except TimeoutError:
        raise NoAnswer(_("tidak menjawab pada waktunya")) from None
    except (OSError, HTTPException):
        raise NoAnswer(_("tidak terhubung atau terputus di tengah jawaban")) from None
    try:
        return read(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        raise NoAnswer(_("memberi jawaban yang tidak sah")) from None


def _content(request):
    """The whole answer within the time limit, however slowly it drips. Raises what the network does."""
    give_up_at = time.monotonic() + settings.PDF_SIGNER_TIMEOUT
    with _opener.open(request, timeout=settings.PDF_SIGNER_TIMEOUT) as response:
        parts, size = [], 0
        while part := response.read1(ANSWER_MAX):
            parts.append(part)
            size += len(part)
            if size > ANSWER_MAX:
                break  # cut off, so that it is no answer
            if time.monotonic() > give_up_at:
                raise TimeoutError
        if response.length:
            raise HTTPException("cut off")
        return b"".join(parts)


class _NoRedirect(HTTPRedirectHandler):
    """A hash goes to the address in the settings and nowhere else."""

    def redirect_request(self, *args, **kwargs):
        return None


_opener = build_opener(_NoRedirect)
