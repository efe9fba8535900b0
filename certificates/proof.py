"""What the QR code holds: the address of the verify page and, behind "#", a signed claim.

The claim is base32 of a version byte, four bytes that name the key, a CBOR array and an Ed25519
signature. A browser never sends what stands behind "#", so names reach no server and no log.
static/js/verify/claim.js reads the same in the browser.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.models import Certificate, IssuerKey

VERSION = b"\1"
# Nothing else that these keys sign begins like this.
DOMAIN = b"certificate claim\0"
KID_BYTES, SIGNATURE_BYTES = 4, 64
ADDRESS = re.compile(r"(?i:https?://[^/?#\s]+/v/)(?P<id>[A-Za-z2-7]{26})(?:#(?P<claim>.*))?")
KINDS = list(Certificate.Kind)
DUPLICATE, SPECIMEN = 1, 2
EPOCH = date(1970, 1, 1)
# In bytes, what a QR code of version 13 has room for: finer ones cannot be read at 100 dpi. Number and
# name are always whole; program and school share what they leave, at least SHARED, and end in "…" if longer.
PAYLOAD, SHARED = 190, 40
CUT = "…"
# A sample counts as the highest certificate that there may ever be, and is never smaller than a real code.
HIGHEST_INDEX = 2**32 - 1


class Fault(StrEnum):
    """Why a text proves nothing."""

    NOT_OURS = "not_ours"  # no address of a verify page
    NO_CLAIM = "no_claim"  # such an address alone
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    COMPROMISED_KEY = "compromised_key"
    FORGED = "forged"  # the signature is not that of this claim at this address
    RETIRED_KEY = "retired_key"  # dated after the key's last day


class Refused(ValueError):
    def __init__(self, fault):
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Claim:
    """What a paper says of itself, proven by its signature. `index` is its place in the status list."""

    public_id: str
    kid: str
    index: int
    number: str
    name: str
    kind: str
    program: str
    hours: int
    starts_on: date
    ends_on: date
    issued_on: date
    school: str
    predicate: str
    is_duplicate: bool
    is_specimen: bool

    def agrees_with(self, content):
        """Whether a certificate's content says the same."""
        return self == _claim(self.public_id, self.kid, _payload(content, self.index))


def qr_text(certificate, key):
    """What the QR code of a numbered certificate holds, signed with `key`."""
    payload = _payload(certificate.content, certificate.pk)
    head = VERSION + bytes.fromhex(key.kid)
    signature = key.secret.sign(_signed(head, certificate.public_id, payload))
    return f"{certificate.verify_url}#{_base32(head + payload + signature)}"


def sample(content):
    """A text as long as a real one that proves nothing."""
    payload = _payload(content, HIGHEST_INDEX)
    claim = VERSION + bytes(KID_BYTES) + payload + bytes(SIGNATURE_BYTES)
    return f"{content['verify_url']}#{_base32(claim)}"


def read(text, keys):
    """The Claim that a QR code's text proves under `keys`, {kid: IssuerKey}. Raises Refused."""
    address = ADDRESS.fullmatch(text.strip())
    if address is None:
        raise Refused(Fault.NOT_OURS)
    public_id = address["id"].upper()
    if not address["claim"]:
        raise Refused(Fault.NO_CLAIM)
    raw = _bytes(address["claim"])
    head, payload = raw[: 1 + KID_BYTES], raw[1 + KID_BYTES : -SIGNATURE_BYTES]
    if head[:1] != VERSION or not payload:
        raise Refused(Fault.MALFORMED)
    key = keys.get(head[1:].hex())
    if key is None:
        raise Refused(Fault.UNKNOWN_KEY)
    if key.is_compromised:
        raise Refused(Fault.COMPROMISED_KEY)
    if not is_signed(key, _signed(head, public_id, payload), raw[-SIGNATURE_BYTES:]):
        raise Refused(Fault.FORGED)
    claim = _claim(public_id, key.kid, payload)
    if key.retired_on and claim.issued_on > key.retired_on:
        raise Refused(Fault.RETIRED_KEY)
    return claim


def known_keys():
    """{kid: IssuerKey} of every key that ever signed here."""
    return {key.kid: key for key in IssuerKey.objects.all()}


def is_signed(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key)).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _signed(head, public_id, payload):
    """What the signature covers; with the address in it, no claim can move to another one."""
    return DOMAIN + head + _bytes(public_id) + payload


def _payload(content, index):
    """The claim's array as CBOR, program and school cut when they are too long for a code of paper."""
    program, school = content["program"], content["school"]["name"]
    whole = cbor2.dumps(_array(content, index, program, school))
    texts = _size(program) + _size(school)
    room = max(SHARED, PAYLOAD - len(whole) + texts)
    program = _cut(program, max(room // 2, room - _size(school)))
    return cbor2.dumps(_array(content, index, program, _cut(school, room - _size(program))))


def _array(content, index, program, school):
    return [
        index,
        content["number"],
        content["name"],
        KINDS.index(content["kind"]),
        program,
        content["hours"],
        *(_day(content[name]) for name in ("starts_on", "ends_on", "issued_on")),
        school,
        content["predicate"],
        DUPLICATE * bool(content["duplicate_of"]) + SPECIMEN * bool(content["is_specimen"]),
    ]


def _cut(text, room):
    if _size(text) <= room:
        return text
    return text.encode()[: room - _size(CUT)].decode(errors="ignore").rstrip() + CUT


def _size(text):
    return len(text.encode())


def _claim(public_id, kid, payload):
    try:
        (
            index,
            number,
            name,
            kind,
            program,
            hours,
            starts,
            ends,
            issued,
            school,
            predicate,
            marks,
        ) = cbor2.loads(payload)
        days = [EPOCH + timedelta(days=one) for one in (starts, ends, issued)]
        kind = str(KINDS[kind])
        is_duplicate, is_specimen = bool(marks & DUPLICATE), bool(marks & SPECIMEN)
    except (cbor2.CBORDecodeError, ValueError, TypeError, IndexError, OverflowError):
        raise Refused(Fault.MALFORMED) from None
    return Claim(
        public_id, kid, index, number, name, kind, program, hours, *days, school, predicate,
        is_duplicate, is_specimen,
    )  # fmt: skip


def _day(text):
    return (date.fromisoformat(text) - EPOCH).days


def _base32(raw):
    return base64.b32encode(raw).decode().rstrip("=")


def _bytes(text):
    """The bytes of base32 in capitals or in small letters, not in both: one spelling each. Raises Refused."""
    upper = text.upper()
    try:
        raw = base64.b32decode(upper + "=" * (-len(upper) % 8))
    except (binascii.Error, ValueError):
        raise Refused(Fault.MALFORMED) from None
    if text not in (upper, upper.lower()) or _base32(raw) != upper:
        raise Refused(Fault.MALFORMED)
    return raw
