"""The QR code proves its paper without asking anybody, and nothing else passes for it."""

import json
from datetime import date
from io import StringIO

import cbor2
import pypdfium2
import pytest
import segno
import zxingcpp
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from segno.consts import MODE_ALPHANUMERIC, MODE_BYTE

from accounts.models import AuditEvent
from certificates import documents, proof, services
from certificates.documents import Paper
from certificates.models import Certificate, IssuerKey
from certificates.proof import Fault
from tests.certificates.paper import ARIF, CAST, like_arif
from tests.certificates.proofs import (
    PUBLIC_ID,
    bytes_of,
    certificate,
    public_half,
    secret_key,
    with_bytes,
)

KEY = secret_key()
KEYS = public_half(KEY)
TEXT = proof.qr_text(certificate(), KEY)


def fault_of(text, keys=KEYS):
    """The fault of a text; None when it proves its claim."""
    try:
        proof.read(text, keys)
    except proof.Refused as refused:
        return refused.fault
    return None


def flips(raw):
    """The bytes with each of their bits turned, one at a time."""
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bytes(flipped)


def code_of(text):
    address, sign, claim = text.partition("#")
    segments = [(address, MODE_ALPHANUMERIC), (sign, MODE_BYTE), (claim, MODE_ALPHANUMERIC)]
    return segno.make_qr(segments, error="m", boost_error=False, mask=3)


class TestClaim:
    def test_says_what_the_paper_says(self):
        assert proof.read(TEXT, KEYS) == proof.Claim(
            public_id=PUBLIC_ID, kid=KEY.kid, index=1234, number="001/BKR/SMKN3-JBR/XII/2025",
            name="Arif Budi Santoso", kind="training", program="Produksi Bakery", hours=80,
            starts_on=date(2025, 12, 17), ends_on=date(2025, 12, 31), issued_on=date(2025, 12, 31),
            school="SMK Negeri 3 Jember", predicate="Sangat Baik", is_duplicate=False, is_specimen=True,
        )  # fmt: skip

    @pytest.mark.parametrize("content", CAST.values(), ids=CAST)
    def test_agrees_with_its_content_however_long(self, content):
        claim = proof.read(proof.qr_text(certificate(content), KEY), KEYS)
        assert claim.agrees_with(content)
        assert not claim.agrees_with({**content, "hours": 81})
        assert (claim.number, claim.name) == (content["number"], content["name"])

    def test_too_long_for_paper_is_cut_in_program_and_school(self):
        content = CAST["60 letters and degrees"]
        claim = proof.read(proof.qr_text(certificate(content), KEY), KEYS)
        assert content["program"].startswith(claim.program.removesuffix("…"))
        assert len(claim.program) < len(content["program"])
        assert claim.school == content["school"]["name"]

    def test_a_duplicate_says_so(self):
        first = {"number": "001/BKR/SMKN3-JBR/XII/2025", "issued_on": "2025-12-31"}
        text = proof.qr_text(certificate(like_arif(duplicate_of=first)), KEY)
        assert proof.read(text, KEYS).is_duplicate

    def test_small_letters_are_the_same_address(self):
        address, _, claim = TEXT.partition("#")
        same = [
            TEXT.lower(),
            f"{address.lower()}#{claim}",
            f"{address.title()}#{claim}",
            f" {TEXT}\n",
        ]
        assert [fault_of(text) for text in same] == [None] * 4

    def test_a_sample_is_as_large_and_proves_nothing(self):
        for content in CAST.values():
            real = proof.qr_text(certificate(content), KEY).partition("#")[2]
            sample = proof.sample(content).rpartition("#")[2]
            assert 0 <= len(sample) - len(real) <= 4
        sample = proof.sample(like_arif(verify_url=TEXT.partition("#")[0]))
        assert fault_of(sample) == Fault.UNKNOWN_KEY
        assert bytes_of(sample)[-64:] == bytes(64)

    @pytest.mark.parametrize(
        ("name", "most"), [("arif", 11), ("capitals", 13), ("60 letters and degrees", 13)]
    )
    def test_the_code_stays_coarse_enough_for_paper(self, name, most):
        assert code_of(proof.qr_text(certificate(CAST[name]), KEY)).version <= most


class TestRefused:
    def test_every_single_bit_flipped(self):
        raw = bytes_of(TEXT)
        forged = [fault_of(with_bytes(TEXT, flipped)) for flipped in flips(raw)]
        assert len(forged) >= 300
        assert forged.count(None) == 0

    def test_every_letter_changed(self):
        """Also those bits of the last letter that stand for no byte."""
        start = TEXT.index("#") + 1
        changed = [
            TEXT[:place] + letter + TEXT[place + 1 :]
            for place in range(start, len(TEXT))
            for letter in "A7a"
            if letter != TEXT[place]
        ]
        assert [fault_of(text) for text in changed].count(None) == 0

    def test_without_the_check_flips_would_pass(self, monkeypatch):
        monkeypatch.setattr(proof, "is_signed", lambda key, message, signature: True)
        passed = [fault_of(with_bytes(TEXT, flipped)) for flipped in flips(bytes_of(TEXT))].count(
            None
        )
        assert passed > 300

    def test_moved_to_another_address(self):
        other = certificate(public_id="B" * 25 + "A").verify_url
        assert fault_of(f"{other}#{TEXT.partition('#')[2]}") == Fault.FORGED

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", Fault.NOT_OURS),
            ("https://sertifikat.example/", Fault.NOT_OURS),
            ("WIFI:S:kantin;;", Fault.NOT_OURS),
            (TEXT.replace("/V/", "/X/"), Fault.NOT_OURS),
            (TEXT.replace(PUBLIC_ID, PUBLIC_ID[:-1]), Fault.NOT_OURS),
            (TEXT.partition("#")[0], Fault.NO_CLAIM),
            (TEXT[:-8] + TEXT[-7:], Fault.MALFORMED),
            (TEXT[:-8], Fault.FORGED),
            (f"{TEXT}A", Fault.MALFORMED),
            (f"{TEXT.partition('#')[0]}#AE", Fault.MALFORMED),
            (with_bytes(TEXT, b"\2" + bytes_of(TEXT)[1:]), Fault.MALFORMED),
            (TEXT.replace("#", "#1"), Fault.MALFORMED),
        ],
    )
    def test_named(self, text, fault):
        assert fault_of(text) == fault

    def test_signed_nonsense(self):
        head = proof.VERSION + bytes.fromhex(KEY.kid)
        for payload in (b"\xff", cbor2.dumps([1, 2]), cbor2.dumps({"name": "Arif"})):
            signature = KEY.secret.sign(proof._signed(head, PUBLIC_ID, payload))
            assert fault_of(with_bytes(TEXT, head + payload + signature)) == Fault.MALFORMED

    def test_keys(self):
        retired, before = date(2025, 12, 31), date(2025, 12, 30)
        assert fault_of(TEXT, public_half(secret_key(2))) == Fault.UNKNOWN_KEY
        stranger = public_half(secret_key(2))[secret_key(2).kid]
        assert fault_of(TEXT, {KEY.kid: stranger}) == Fault.FORGED
        assert fault_of(TEXT, public_half(KEY, retired_on=retired)) is None
        assert fault_of(TEXT, public_half(KEY, retired_on=before)) == Fault.RETIRED_KEY
        leaked = public_half(KEY, retired_on=retired, is_compromised=True)
        assert fault_of(TEXT, leaked) == Fault.COMPROMISED_KEY


def test_read_from_the_drawn_page():
    """At the resolutions of a fax, an office printer and a photograph."""
    longest = CAST["60 letters and degrees"]
    texts = [TEXT, proof.qr_text(certificate(longest), KEY)]
    papers = [Paper(ARIF, qr=texts[0]), Paper(longest, qr=texts[1])]
    pages = [pypdfium2.PdfDocument(pdf)[0] for pdf in documents.certificate_pdfs(papers)]
    for dpi in (100, 150, 200, 300):
        drawn = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pages]
        read = [[one.text for one in zxingcpp.read_barcodes(picture)] for picture in drawn]
        assert read == [[texts[0]], [texts[1]]], dpi


class TestKeys:
    def test_a_retired_key_has_its_successor_at_once(self, db):
        old = services.issuer_key()
        retired = services.retire_key(kid=old.kid, by=None)
        assert retired.retired_on is not None
        assert services.issuer_key().kid != old.kid
        assert IssuerKey.objects.filter(retired_on=None).count() == 1
        assert AuditEvent.objects.filter(action="issuer_key.retired", subject=old.kid).count() == 1

    def test_retired_first_and_found_compromised_later(self, db):
        old = services.issuer_key()
        first = services.retire_key(kid=old.kid, by=None)
        with pytest.raises(ValidationError):
            services.retire_key(kid=old.kid, by=None)
        later = services.retire_key(kid=old.kid, is_compromised=True, by=None)
        assert (later.retired_on, later.is_compromised) == (first.retired_on, True)
        assert IssuerKey.objects.count() == 2

    def test_by_command(self, db):
        out = StringIO()
        old = services.issuer_key().kid
        call_command("retire_key", old, "--compromised", "--json", stdout=out)
        assert json.loads(out.getvalue())["kid"] == old
        assert IssuerKey.objects.get(kid=old).is_compromised
        with pytest.raises(CommandError, match="00000000"):
            call_command("retire_key", "00000000")


class TestVerifyQr:
    def run(self, text):
        """(exit code, result)"""
        out = StringIO()
        try:
            call_command("verify_qr", text, "--json", stdout=out)
        except SystemExit as left:
            return left.code, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    def test_genuine_and_in_force(self, sealed):
        code, result = self.run(proof.qr_text(sealed[0], services.issuer_key()))
        assert (code, result["status"], result["agrees"]) == (0, "sealed", True)
        assert result["claim"]["number"] == sealed[0].number

    def test_genuine_and_revoked(self, sealed):
        services.end(certificate=sealed[0], status="revoked", reason="mistake", by=None)
        code, result = self.run(proof.qr_text(sealed[0], services.issuer_key()))
        assert (code, result["status"], result["fault"]) == (1, "revoked", None)

    def test_forged(self, sealed):
        text = proof.qr_text(sealed[0], services.issuer_key())
        raw = bytearray(bytes_of(text))
        raw[20] ^= 1
        assert self.run(with_bytes(text, bytes(raw)))[1]["fault"] == "forged"

    def test_says_another_thing_than_we_do(self, sealed):
        """Only whoever has the key could write that, or change our table."""
        text = proof.qr_text(sealed[0], services.issuer_key())
        content = sealed[0].content | {"hours": 800}
        Certificate.objects.filter(pk=sealed[0].pk).update(content=content)
        code, result = self.run(text)
        assert (code, result["agrees"]) == (1, False)
