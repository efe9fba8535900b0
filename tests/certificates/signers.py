"""Keys made once for all tests, PKCS#12 files good and bad, and an outside signer that behaves as told."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import cycle

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    load_pem_private_key,
    pkcs12,
)
from pypdf import PdfWriter

from certificates.signing import own

PASSWORD = "rahasia sekolah"


@cache
def key(number, size=3072):
    """The same key for the same number: making one takes a quarter of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


def made_once(monkeypatch):
    """Keys from the shelf for whoever asks for a new one."""
    shelf = cycle(range(3))
    monkeypatch.setattr(own, "new_key", lambda: key(next(shelf)))


def authority(number=2):
    """An authority as it is kept, with a key from the shelf."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "new_key", lambda: key(number))
        return own.new_authority()


def blank_pdf(title="001"):
    file, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": title})
    writer.write(file)
    return file.getvalue()


def blank_pdfs(papers):
    """Stands in for the drawing, with real PDFs."""
    for paper in papers:
        yield blank_pdf(paper.content["number"])


def named(common_name, school="SMK Negeri 3 Jember"):
    oids = x509.oid.NameOID
    return x509.Name(
        [
            x509.NameAttribute(oids.ORGANIZATION_NAME, school),
            x509.NameAttribute(oids.COMMON_NAME, common_name),
        ]
    )


def certificate(
    secret, name, *, issuer=None, issuer_key=None, begins=-1, days=365, usage=True, extensions=()
):
    """A certificate of `secret`, with more extensions; self-signed without an issuer."""
    now = datetime.now(UTC)
    ca = issuer is None and usage is None
    usages = dict.fromkeys(own.USAGES, False) | {
        "digital_signature": bool(usage),
        "key_cert_sign": not usage,
    }
    signs_with = issuer_key or secret
    is_eddsa = isinstance(signs_with, ed25519.Ed25519PrivateKey)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer or name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=begins + days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signs_with, None if is_eddsa else SHA256())


def p12(secret, leaf, above=(), *, password=PASSWORD):
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(None, secret, leaf, above, encryption)


def schools_p12(common_name="Kepala SMK Negeri 3 Jember", **more):
    """A school's key under the root of somebody who vouches for it."""
    root_name = named("Balai Sertifikasi", "Balai Sertifikasi")
    root = certificate(key(1), root_name, usage=None, days=3650)
    leaf = certificate(key(0), named(common_name), issuer=root_name, issuer_key=key(1), **more)
    return p12(key(0), leaf, [root])


def of_curve(kind):
    secret = {"P-256": lambda: ec.generate_private_key(ec.SECP256R1())}.get(
        kind, ed25519.Ed25519PrivateKey.generate
    )()
    return p12(secret, certificate(secret, named("SMK")))


class Outside:
    """An outside signer; `moods` says how it takes the next requests for a signature, then it is well."""

    def __init__(self):
        self.moods, self.requests, self.announces = [], [], "well"
        self.authority = authority()
        self.key = key(2)
        self.url = ""

    def renew(self, school="SMK Negeri 3 Jember"):
        leaf, root = own.new_leaf(school, self.key.public_key(), self.authority)
        self.leaf, self.root = (one.public_bytes(Encoding.PEM).decode() for one in (leaf, root))

    def good_for_something_else(self):
        """A certificate of its key under the same root, that no check takes for a signature."""
        root = x509.load_pem_x509_certificate(self.authority)
        root_key = load_pem_private_key(self.authority, password=None)
        leaf = certificate(
            self.key, named("SMK"), issuer=root.subject, issuer_key=root_key, usage=False
        )
        return leaf.public_bytes(Encoding.PEM).decode()

    def announcement(self):
        return {"certificate": self.leaf, "chain": self.root}

    def signature(self, asked):
        digest = utils.Prehashed(SHA256())
        return self.key.sign(bytes.fromhex(asked["hash"]), padding.PKCS1v15(), digest)


@contextmanager
def outside_signer():
    """An Outside that listens on this machine while the block lasts."""
    outside = Outside()
    outside.renew()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            if outside.announces == "well":
                self.answer(200, json.dumps(outside.announcement()).encode())
            else:
                self.in_mood(outside.announces, outside.announcement())

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            outside.requests.append((self.headers["Idempotency-Key"], asked))
            mood = outside.moods.pop(0) if outside.moods else "well"
            signature = base64.b64encode(outside.signature(asked)).decode()
            self.in_mood(mood, {"signature": signature, "certificate": outside.leaf})

        def in_mood(self, mood, good):
            body = json.dumps(good).encode()
            if mood == "well":
                self.answer(200, body)
            elif mood == "late":
                time.sleep(0.6)
                self.answer(200, body)
            elif mood == "drips":
                self.head(200, len(body))
                for byte in body[:30]:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.05)
            elif mood == "dies":
                self.head(200, len(body))
                self.wfile.write(body[: len(body) // 2])
            elif mood == "elsewhere":
                self.send_response(307)
                self.send_header("Location", f"{outside.url}/signatures")
                self.end_headers()
            elif isinstance(mood, int):
                self.answer(mood, b"sorry")
            else:
                self.answer(
                    200, mood if isinstance(mood, bytes) else json.dumps(mood(good)).encode()
                )

        def head(self, status, length):
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.end_headers()

        def answer(self, status, body):
            try:
                self.head(status, len(body))
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    outside.url = f"http://127.0.0.1:{server.server_port}/tanda-tangan"
    try:
        yield outside
    finally:
        server.shutdown()
        server.server_close()
