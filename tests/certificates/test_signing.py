"""The signature in the PDF, and what becomes of a batch while its signer is away."""

import re
import stat
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from accounts.models import AuditEvent
from certificates import services, stigma, verification
from certificates.documents import Paper, certificate_pdfs
from certificates.models import Certificate, LedgerEntry, SignerIdentity
from certificates.services import identities
from certificates.signing import SigningFailed, Unsigned, outside, own
from core.pdf import Attachment
from tests.certificates import signers, stages
from tests.certificates.paper import ARIF

AT = datetime(2026, 1, 5, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def signing(settings, monkeypatch):
    settings.PDF_SIGNER = "own"
    signers.made_once(monkeypatch)
    monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", signers.blank_pdfs)
    yield
    identities._local_signer.cache_clear()


@pytest.fixture(scope="module")
def drawn():
    """A certificate as it is really drawn, with its attachment."""
    attachment = Attachment("credential.json", b"{}", AT)
    paper = Paper(ARIF, qr="HTTPS://SERTIFIKAT.EXAMPLE/V/A", attachments=(attachment,))
    return next(certificate_pdfs([paper]))


@pytest.fixture(scope="module")
def signed(drawn):
    leaf, root = own.new_leaf(
        "SMK Negeri 3 Jember", signers.key(0).public_key(), signers.authority()
    )
    secret = own.secret_bytes(signers.key(0))
    pems = [one.public_bytes(own.Encoding.PEM).decode() for one in (leaf, root)]
    return own.local_signer(*pems, secret).sign_at(drawn, AT, "A")


def states(training):
    return [(one.status, one.number) for one in Certificate.objects.of(training.batch)]


NUMBERS = [f"{number:03d}/BKR/SMKN3-JBR/XII/2025" for number in (1, 2, 3)]
WAITING = [("numbered", number) for number in NUMBERS]
SEALED = [("sealed", number) for number in NUMBERS]


class TestOwnAuthority:
    def test_the_school_signs_and_the_check_agrees(self, approved):
        one, *_ = stages.issue(approved)
        result = verification.check_pdf(one.path.read_bytes())
        assert result.verdict == verification.Verdict.GENUINE
        assert result.signer == (
            "Common Name: SMK Negeri 3 Jember, Organization: SMK Negeri 3 Jember, Country: ID"
        )

    def test_a_batch_has_one_key_made_once_and_readable_by_us_alone(self, approved, settings):
        stages.issue(approved)
        identity = SignerIdentity.objects.get()
        files = sorted(path for path in settings.KEY_ROOT.iterdir() if path.name.startswith("sign"))
        assert [path.name for path in files] == [
            f"signer-{identity.fingerprint}.key",
            "signing-authority.pem",
        ]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert AuditEvent.objects.filter(action="signer_identity.made").count() == 1

    def test_the_same_number_signs_to_the_same_bytes(self, approved):
        services.signer_for(approved.agreement.partner)
        one = Certificate(numbered_at=AT, public_id="A")
        signer = services.signer_for(approved.agreement.partner)
        assert signer.sign(signers.blank_pdf(), one) == signer.sign(signers.blank_pdf(), one)

    def test_a_school_that_changes_its_name_signs_under_the_new_one(self, cast, settings):
        first = identities._identity(cast.school)
        cast.school.name = "SMK Negeri 3 Jember Raya dan Sekitarnya, Bidang Agribisnis dan Boga 1"
        cast.school.save()
        second = identities._identity(cast.school)
        first.refresh_from_db()
        assert first.retired_at is not None
        assert own.common_name(cast.school.name) in second.subject.replace("\\", "")

    def test_renewed_before_it_runs_out(self, cast):
        first = identities._identity(cast.school)
        assert identities._identity(cast.school) == first
        SignerIdentity.objects.update(expires_at=AT)
        assert identities._identity(cast.school) != first

    def test_a_lost_key_is_told_in_words(self, approved, settings):
        identity = identities._identity(approved.agreement.partner)
        (settings.KEY_ROOT / f"signer-{identity.fingerprint}.key").unlink()
        with pytest.raises(SigningFailed, match="Pulihkan folder kunci"):
            services.signer_for(approved.agreement.partner)

    def test_names_betray_nothing(self, approved):
        one, *_ = stages.issue(approved)
        identity = SignerIdentity.objects.get()
        words = stigma.words_for(approved.batch.facility)
        names = " ".join([identity.subject, own.AUTHORITY])
        assert stigma.betrayals([names], words) == []
        assert not re.search(
            rb"lapas|rutan|napi|wbp|penjara|prison|inmate|hanko", one.path.read_bytes(), re.I
        )

    def test_nobody_signs_when_told_so(self, cast, settings):
        settings.PDF_SIGNER = "none"
        assert isinstance(services.signer_for(cast.school), Unsigned)


class TestPdf:
    def test_what_was_drawn_stands_untouched_before_the_signature(self, drawn, signed):
        assert signed.startswith(drawn)
        assert len(signed) - len(drawn) < 11_000

    def test_certified_against_any_change(self, signed):
        (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
        assert signature.docmdp_level == MDPPerm.NO_CHANGES
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert signature.signer_info["digest_algorithm"]["algorithm"].native == "sha256"
        assert signature.signer_info["signature_algorithm"]["algorithm"].native == "sha256_rsa"

    def test_still_pdf_a_3(self, drawn, signed):
        """What ISO 19005-3 asks of a signature: PDF 1.7, a printable field, no digest in the reference."""
        reader = PdfFileReader(BytesIO(signed))
        field = reader.root["/AcroForm"]["/Fields"][0]
        assert reader.input_version == (1, 7)
        assert "/Version" not in reader.root
        assert (field["/F"] & 0b111, list(field["/Rect"])) == (4, [0, 0, 0, 0])
        assert list(reader.root["/Perms"]) == ["/DocMDP"]
        reference = field["/V"]["/Reference"][0]
        assert not {"/DigestMethod", "/DigestValue", "/DigestLocation"} & set(reference)
        before = PdfFileReader(BytesIO(drawn)).root
        for kept in ("/Metadata", "/OutputIntents", "/AF", "/Names"):
            assert reader.root.raw_get(kept) == before.raw_get(kept)

    def test_room_is_enough_but_not_much(self, signed):
        digits = re.search(rb"/Contents ?<([0-9A-Fa-f]{1000,})>", signed)[1]
        assert 200 < len(digits) - len(digits.rstrip(b"0")) < 2000


@pytest.fixture
def away(settings, monkeypatch, signing):
    """An outside signer, asked without long waits."""
    monkeypatch.setattr(outside, "PAUSE", 0)
    settings.PDF_SIGNER_TIMEOUT = 0.3
    with signers.outside_signer() as signer:
        settings.PDF_SIGNER = signer.url
        yield signer


def run(training):
    """One press of the button; what it leaves on the batch page."""
    run = services.start_issuing(batch=training.batch, by=training.cast.certificate_admin)
    services.run_issuing(run=run)
    return run.error


BAD_MOODS = {
    "late": ("late", "tidak menjawab pada waktunya"),
    "drips": ("drips", "tidak menjawab pada waktunya"),
    "500": (500, "menjawab dengan galat 500"),
    "dies": ("dies", "terputus di tengah jawaban"),
    "nonsense": (b"<html>sorry", "memberi jawaban yang tidak sah"),
    "nested": (b"[" * 50_000, "memberi jawaban yang tidak sah"),
    "endless": (b" " * 200_000, "terputus di tengah jawaban"),
    "empty": (lambda good: {}, "memberi jawaban yang tidak sah"),
    "no object": (lambda good: [good], "memberi jawaban yang tidak sah"),
    "another's": (lambda good: good | {"signature": "QUJD"}, "memberi jawaban yang tidak sah"),
    "another leaf": (
        lambda good: good | {"certificate": SELF()},
        "memberi jawaban yang tidak sah",
    ),
}


def SELF():
    one = signers.certificate(signers.key(2), signers.named("SMK"))
    return one.public_bytes(own.Encoding.PEM).decode()


class TestOutsideSigner:
    def test_gets_the_hash_and_nothing_else(self, approved, away):
        stages.issue(approved)
        assert states(approved) == SEALED
        keys, asked = zip(*away.requests, strict=True)
        assert [key[:26] for key in keys] == [
            one.public_id for one in Certificate.objects.of(approved.batch)
        ]
        assert {tuple(one) for one in asked} == {("signer", "algorithm", "hash")}
        assert {len(one["hash"]) for one in asked} == {64}

    def test_its_files_are_genuine_also_when_it_is_gone(self, approved, away, settings):
        one, *_ = stages.issue(approved)
        settings.PDF_SIGNER = "own"
        assert verification.check_pdf(one.path.read_bytes()).is_good

    @pytest.mark.parametrize("case", BAD_MOODS)
    def test_whatever_comes_back_has_its_words(self, away, case):
        mood, why = BAD_MOODS[case]
        signer = outside.outside_signer("SMK", outside.announced("SMK"))
        away.moods = [mood] * outside.TRIES
        with pytest.raises(SigningFailed, match=why):
            signer.sign_at(signers.blank_pdf(), AT, "A")
        assert len(away.requests) == outside.TRIES

    @pytest.mark.parametrize("case", ["late", "500", "dies", "nonsense"])
    def test_numbers_stay_until_a_retry_seals_once(self, approved, away, case):
        mood, why = BAD_MOODS[case]
        away.moods = ["well", *[mood] * outside.TRIES]
        assert re.fullmatch(
            f"Penanda tangan luar .*{why}. Nomor sertifikat tetap; .*", run(approved)
        )
        assert states(approved) == [SEALED[0], *WAITING[1:]]
        assert run(approved) == ""
        assert states(approved) == SEALED
        assert LedgerEntry.objects.filter(kind="seal").count() == 3

    def test_a_try_again_asks_for_the_same_thing(self, approved, away):
        away.moods = [500, "dies"]
        stages.issue(approved)
        assert len(away.requests) == 5
        assert away.requests[0] == away.requests[1] == away.requests[2]

    def test_so_does_another_run_on_another_day(self, approved, away, january):
        away.moods = [500] * outside.TRIES
        run(approved)
        first = away.requests[0]
        run(approved)
        assert away.requests[outside.TRIES] == first

    def test_an_answer_that_came_too_late_and_again_seals_one_file(self, approved, away, settings):
        away.moods = ["late"]
        stages.issue(approved)
        assert len(away.requests) == 4
        files = [one for one in settings.CERTIFICATE_ROOT.rglob("*") if one.is_file()]
        assert {one.suffix for one in files} == {".pdf"}
        assert len(files) == 3
        assert LedgerEntry.objects.filter(kind="seal").count() == 3

    def test_two_signatures_for_one_certificate_keep_the_first(self, approved, away):
        away.moods = [500] * outside.TRIES
        run(approved)
        one = Certificate.objects.of(approved.batch)[0]
        signer = services.signer_for(approved.agreement.partner)
        first = signer.sign(signers.blank_pdf("first"), one)
        services.seal(certificate=one, pdf=first, by=None)
        second = signer.sign(signers.blank_pdf("second"), one)
        services.seal(certificate=one, pdf=second, by=None)
        assert first != second
        assert one.path.read_bytes() == first
        assert LedgerEntry.objects.filter(certificate=one, kind="seal").count() == 1

    def test_a_refusal_is_not_asked_again(self, approved, away):
        away.moods = [403]
        assert "galat 403" in run(approved)
        assert len(away.requests) == 1

    def test_the_hash_follows_no_redirect(self, approved, away):
        away.moods = ["elsewhere"]
        assert "galat 307" in run(approved)
        assert len(away.requests) == 1

    def test_nobody_there(self, approved, away, settings):
        settings.PDF_SIGNER = "http://127.0.0.1:9"
        assert "tidak terhubung" in run(approved)
        assert states(approved) == WAITING

    @pytest.mark.parametrize("mood", [500, "late", "dies", b"{}", lambda good: {"certificate": 1}])
    def test_without_its_certificate_nothing_is_drawn(self, approved, away, mood, monkeypatch):
        monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", None)
        away.announces = mood
        assert run(approved).startswith("Penanda tangan luar ")
        assert states(approved) == WAITING

    def test_a_name_that_betrays_is_refused(self, approved, away):
        away.renew("Lapas Kelas IIA Jember")
        assert "memuat kata “Lapas" in run(approved)
        assert states(approved) == WAITING

    def test_an_expired_certificate_is_refused(self, approved, away):
        expired = signers.certificate(away.key, signers.named("SMK"), begins=-9, days=5)
        away.leaf, away.root = expired.public_bytes(own.Encoding.PEM).decode(), ""
        assert "jawaban yang tidak sah" in run(approved)

    def test_what_the_check_would_refuse_is_not_sealed(self, approved, away):
        """Its signature is right, but the certificate is for something else than signing."""
        away.leaf = away.good_for_something_else()
        assert "tidak lulus pemeriksaan" in run(approved)
        assert states(approved) == WAITING

    def test_without_looking_it_would_be(self, approved, away, monkeypatch):
        away.leaf = away.good_for_something_else()
        monkeypatch.setattr(verification, "signature_in", lambda *args: "")
        run(approved)
        assert states(approved) == SEALED

    def test_the_batch_page_says_it(self, approved, away, browse, cast):
        away.moods = [500] * outside.TRIES
        run(approved)
        url = reverse("certificates:batch", args=[approved.batch.pk])
        page = browse(cast.certificate_admin).get(url).content.decode()
        assert "Penanda tangan luar menjawab dengan galat 500" in page

    def test_the_command_says_it(self, approved, away):
        away.moods = [500] * outside.TRIES
        with pytest.raises(CommandError, match="galat 500") as raised:
            call_command("issue_batch", "JBR-BKR-A1")
        assert raised.value.returncode == 1
