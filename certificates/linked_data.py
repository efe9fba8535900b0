"""Data Integrity proofs (W3C, eddsa-rdfc-2022) under JSON-LD documents, without ever asking the network.

What is signed are the statements that a document makes, in canonical order. pyld needs 5 to 20 ms to
work them out, the more the longer the document; but they follow from its shape alone. So each shape
is worked out once, with numbered places for the texts, and the texts are put in afterwards.
"""

import hashlib
import json
import re
from functools import cache, lru_cache
from pathlib import Path

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
KEPT = Path(__file__).parent / "contexts"
CONTEXTS = {
    CREDENTIALS: KEPT / "credentials-v2.json",
    OPEN_BADGES: KEPT / "open-badges-3.0.3.json",
}

# Members whose texts say what a statement means, not only what it states.
MEANING = {"@context", "type", "proofPurpose"}
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+")
PLACE = re.compile(r"<urn:place:(\d+):>|\"urn:place:(\d+):\"")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class ContextRefused(LookupError):
    """A document names a context that is not kept here."""


def secured(document, key, at):
    """The document with a proof by `key`, a SecretKey, made `at` (an ISO time); the same gives the same bytes."""
    method = did_key(key.public_bytes)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": at,
        "verificationMethod": f"{method}#{method.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
    }
    hashes = [
        hashlib.sha256(statements(part).encode()).digest()
        for part in ({"@context": document["@context"], **proof}, document)
    ]
    signature = key.secret.sign(b"".join(hashes))
    return {**document, "proof": {**proof, "proofValue": f"z{base58(signature)}"}}


def did_key(public_bytes):
    """The name of an Ed25519 key that holds the key itself."""
    return f"did:key:z{base58(bytes([0xED, 0x01]) + public_bytes)}"


def base58(data):
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def statements(document):
    """Canonical N-Quads (RDFC-1.0) of a document in which everything but one node has an id.

    Raises ContextRefused, and ValueError when the order would depend on more than the shape.
    """
    texts = []
    shape = _with_places(document, texts)

    def text(place):
        address, literal = place.groups()
        return f"<{_address(texts[int(address)])}>" if address else _literal(texts[int(literal)])

    # A set of statements: what is said twice is said once.
    return "".join(
        sorted({PLACE.sub(text, line) for line in _lines(json.dumps(shape, sort_keys=True))})
    )


def _with_places(part, texts):
    """The part with a numbered place for each text, which goes into `texts`."""
    if isinstance(part, dict):
        return {
            name: said if name in MEANING else _with_places(said, texts)
            for name, said in part.items()
        }
    if isinstance(part, list):
        return [_with_places(one, texts) for one in part]
    if isinstance(part, str):
        texts.append(part)
        return f"urn:place:{len(texts) - 1}:"
    return part


@lru_cache(maxsize=256)
def _lines(shape):
    lines = plain_statements(json.loads(shape)).splitlines(keepends=True)
    if any("_:c14n1" in line for line in lines):
        raise ValueError("The order of two nodes without an id would depend on what they say.")
    return lines


def plain_statements(document):
    """The same, worked out by pyld from the document as it is."""
    from pyld import jsonld  # slow to load, and most pages never need it

    return jsonld.normalize(
        document,
        {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _kept},
    )


def _kept(address, options=None):
    return {
        "contextUrl": None,
        "documentUrl": address,
        "document": context(address),
        "tag": "static",
    }


@cache
def context(address):
    """The kept JSON-LD context of that address."""
    try:
        return json.loads(CONTEXTS[address].read_bytes())
    except KeyError:
        raise ContextRefused(address) from None


def _address(text):
    if not ADDRESS.fullmatch(text) or set(text) & set('<>"{}|^`\\'):
        raise ValueError(f"Not an absolute address: {text!r}")
    return text


def _literal(text):
    """As N-Quads writes a string; control characters are no part of what people write."""
    if any((ord(letter) < 32 and letter not in "\t\n\r") or letter == "\x7f" for letter in text):
        raise ValueError("A text with control characters.")
    for letter, written in (
        ("\\", "\\\\"),
        ("\t", "\\t"),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ('"', '\\"'),
    ):
        text = text.replace(letter, written)
    return f'"{text}"'
