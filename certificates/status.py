"""Status lists: which certificates are no longer in force, for those who check without asking one by one.

A list has a bit for each of 131,072 certificates, in the order of their primary keys; revoked and superseded
ones are set. It is a W3C BitstringStatusListCredential, signed as eddsa-jcs-2022 says.
static/js/verify/statuslist.js reads it in the browser.
"""

import base64
import gzip
import hashlib
from datetime import UTC, timedelta

from django.conf import settings

from certificates.credential import STATUS_LIST_SIZE
from certificates.linked_data import CREDENTIALS, base58, did_key
from certificates.models import Certificate
from core.signing import canonical

VALID_FOR = timedelta(hours=1)


def status_list(page, key, now):
    """The signed list number `page` as plain data, true at `now`; None when no certificate has a place in it."""
    first = page * STATUS_LIST_SIZE
    if not Certificate.objects.filter(pk__gte=first).exists():
        return None
    ended = Certificate.objects.filter(
        pk__gte=first, pk__lt=first + STATUS_LIST_SIZE, status__in=Certificate.ENDED
    )
    return signed(
        _credential(page, _bits(ended.values_list("pk", flat=True), first), key, now), key
    )


def signed(document, key):
    """The document with its proof by `key`, a SecretKey."""
    method = did_key(key.public_bytes)
    proof = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": document["validFrom"],
        "verificationMethod": f"{method}#{method.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
    }
    # canonical() writes what RFC 8785 asks for: these documents hold neither floats nor odd names.
    hashes = [hashlib.sha256(canonical(part)).digest() for part in (proof, document)]
    return document | {
        "proof": proof | {"proofValue": f"z{base58(key.secret.sign(b''.join(hashes)))}"}
    }


def _credential(page, bits, key, now):
    address = f"{settings.PUBLIC_BASE_URL}/v/status/{page}"
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_key(key.public_bytes),
        "validFrom": _instant(now),
        "validUntil": _instant(now + VALID_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{_packed(bits)}",
        },
    }


def _bits(indexes, first):
    """A bit for each certificate, the first one in the highest place of the first byte."""
    bits = bytearray(STATUS_LIST_SIZE // 8)
    for index in indexes:
        byte, place = divmod(index - first, 8)
        bits[byte] |= 0x80 >> place
    return bytes(bits)


def _packed(bits):
    return base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


def _instant(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
