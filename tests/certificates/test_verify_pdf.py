"""`check_pdf` and `manage.py verify_pdf`: only the sealed bytes pass, whatever is done to a copy of them."""

import hashlib
import json
import random
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from certificates import services, verification
from certificates.documents import Paper, certificate_pdfs
from certificates.models import Certificate, LedgerEntry, SignerIdentity
from certificates.signing import own, pem
from certificates.verification import Verdict, check_pdf
from core.pdf import Attachment
from tests.certificates import signers
from tests.certificates.paper import ARIF

AT = datetime(2026, 1, 5, 3, tzinfo=UTC)
SCHOOL = "Common Name: SMK Negeri 3 Jember, Organization: SMK Negeri 3 Jember, Country: ID"


@pytest.fixture(scope="module")
def authority():
    """(our root, the school's certificate, the signer)"""
    with time_machine.travel(AT, tick=False):
        leaf, root = own.new_leaf(
            "SMK Negeri 3 Jember", signers.key(0).public_key(), signers.authority()
        )
    leaf, root = pem.write([leaf]), pem.write([root])
    return root, leaf, own.local_signer(leaf, root, own.secret_bytes(signers.key(0)))


@pytest.fixture(scope="module")
def drawn():
    attachment = Attachment("credential.json", b'{"type": "OpenBadgeCredential"}', AT)
    paper = Paper(ARIF, qr="HTTPS://SERTIFIKAT.EXAMPLE/V/A", attachments=(attachment,))
    return next(certificate_pdfs([paper]))


@pytest.fixture(scope="module")
def signed(authority, drawn):
    """The bytes of a certificate as they are sealed, drawn and signed once for all tests."""
    return authority[2].sign_at(drawn, AT, "A")


@pytest.fixture
def school(approved, authority):
    """The class is numbered and its school's signature is known; nothing is sealed yet."""
    root, leaf, _ = authority
    SignerIdentity.objects.create(
        partner=approved.agreement.partner,
        source="own",
        subject="SMK Negeri 3 Jember",
        fingerprint="0" * 64,
        certificate=leaf,
        chain=root,
        starts_at=AT,
        expires_at=AT + timedelta(days=3650),
    )
    for one in Certificate.objects.of(approved.batch):
        services.assign_number(certificate=one, by=approved.cast.certificate_admin)
    return approved


def sealed_with(training, pdf):
    """A certificate of the class, sealed with these bytes: the ledger knows their hash."""
    waiting = Certificate.objects.of(training.batch).filter(status="numbered")
    services.seal(certificate=(one := waiting.first()), pdf=pdf, by=None)
    one.refresh_from_db()
    return one


@pytest.fixture
def sealed(school, signed):
    return sealed_with(school, signed)


def test_a_drawing_is_known_by_its_number_and_signature(school, drawn, signed):
    number, ours = ARIF["number"], verification.is_drawing_of
    assert ours(drawn, number, like=drawn)
    assert ours(signed, number, like=signed)
    assert not ours(drawn, number, like=signed)
    assert not ours(signed, f"1{number}", like=signed)


def flips(content, count):
    """`count` copies with one bit turned, spread over the whole file and always the same ones."""
    for place in random.Random(6).sample(range(len(content)), count):
        copy = bytearray(content)
        copy[place] ^= 1 << place % 8
        yield bytes(copy)


def updated(change):
    """A copy with a revision appended, as an editor that knows its trade would do it."""

    def edit(content):
        writer = IncrementalPdfFileWriter(BytesIO(content))
        change(writer)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    return edit


@updated
def content_replaced(writer):
    """The page shows what was hidden below: the classic shadow attack."""
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"0 0 500 500 re f")
    )
    writer.update_container(page)


@updated
def annotation_added(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(
                generic.NumberObject(one) for one in (10, 10, 400, 90)
            ),
            pdf_name("/Contents"): generic.TextStringObject("Nama lain"),
        }
    )
    kept = list(page.get("/Annots", []))
    page[pdf_name("/Annots")] = generic.ArrayObject([*kept, writer.add_object(note)])
    writer.update_container(page)


@updated
def form_value_changed(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[pdf_name("/TU")] = generic.TextStringObject("Nama lain")
    writer.update_container(field)


@updated
def page_appended(writer):
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(
                generic.NumberObject(one) for one in (0, 0, 100, 100)
            ),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages[pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


@updated
def attachment_replaced(writer):
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = names[1]["/EF"]["/F"]
    stream._data, stream._encoded_data = b'{"name": "Nama lain"}', None
    writer.update_container(stream)


@updated
def attachment_added(writer):
    file = EmbeddedFileObject.from_file_data(writer, data=b"{}", mime_type="application/json")
    embed_file(writer, FileSpec(file_spec_string="lain.json", embedded_data=file))


@updated
def metadata_changed(writer):
    writer.set_info(
        generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("Nama lain")})
    )


def signature_removed(content):
    return content[: content.rindex(b"%%EOF", 0, content.rindex(b"%%EOF")) + 6]


def something_after_the_end(content):
    return content + b"\n% Nama lain\n"


def case_of_a_digit(content):
    """A letter of the signature's hex digits in the other case: reads the same."""
    start = re.search(rb"/Contents ?<(?=[0-9A-Fa-f]{1000})", content).end()
    place = re.compile(rb"[A-Fa-f]").search(content, start).start()
    return content[:place] + content[place : place + 1].swapcase() + content[place + 1 :]


def digits_after_the_signature(content):
    """The room that the signature left free, filled with something."""
    end = content.index(b"0" * 100 + b">") + 50
    return content[:end] + b"ABCD" + content[end + 4 :]


EDITS = [
    content_replaced,
    annotation_added,
    form_value_changed,
    page_appended,
    attachment_replaced,
    attachment_added,
    metadata_changed,
    signature_removed,
    something_after_the_end,
]
HARMLESS_TO_THE_SIGNATURE = [case_of_a_digit, digits_after_the_signature]
NAMES = "content annotation value page attachment another metadata unsigned trailing case digits"
every_edit = pytest.mark.parametrize(
    "edit", [*EDITS, *HARMLESS_TO_THE_SIGNATURE], ids=NAMES.split()
)


class TestCheck:
    def test_the_sealed_bytes_are_genuine(self, sealed, signed):
        result = check_pdf(signed)
        assert result == verification.Result(
            Verdict.GENUINE, hashlib.sha256(signed).hexdigest(), sealed, SCHOOL
        )
        assert result.is_good

    def test_250_bit_flips_are_refused(self, sealed, signed):
        verdicts = [check_pdf(copy).verdict for copy in flips(signed, 250)]
        assert set(verdicts) <= {Verdict.UNKNOWN, Verdict.NOT_PDF, Verdict.EXTENDED}

    @every_edit
    def test_every_edit_is_refused(self, sealed, signed, edit):
        copy = edit(signed)
        assert copy != signed
        assert not check_pdf(copy).is_genuine

    def test_what_was_appended_is_called_so(self, sealed, signed):
        for edit in EDITS[:7]:
            result = check_pdf(edit(signed))
            assert (result.verdict, result.certificate) == (Verdict.EXTENDED, sealed)

    def test_revoked_is_genuine_but_not_good(self, sealed, signed):
        services.end(certificate=sealed, status=Certificate.Status.REVOKED, reason="fraud", by=None)
        result = check_pdf(signed)
        assert (result.is_genuine, result.is_good) == (True, False)

    def test_after_the_signer_s_certificate_ended(self, sealed, signed):
        """It counts when it was sealed, and the ledger says when that was."""
        with time_machine.travel(AT + timedelta(days=20 * 365), tick=False):
            assert check_pdf(signed).is_good

    def test_a_hash_that_only_the_certificate_has_is_unknown(self, school, signed):
        """Somebody with a pen in the database, but not in the ledger."""
        one = sealed_with(school, b"%PDF-1.7 something else")
        Certificate.objects.filter(pk=one.pk).update(sha256=hashlib.sha256(signed).hexdigest())
        assert check_pdf(signed).verdict == Verdict.UNKNOWN


class TestGuards:
    """Each of the two witnesses refuses what the other lets through."""

    @pytest.mark.parametrize("edit", HARMLESS_TO_THE_SIGNATURE, ids=["case", "digits"])
    def test_without_the_ledger_an_edit_passes(self, sealed, signed, edit, monkeypatch):
        entry = LedgerEntry.objects.get(kind="seal")
        monkeypatch.setattr(verification, "sealed_as", lambda sha256: entry)
        assert check_pdf(edit(signed)).is_genuine

    def test_without_the_ledger_bit_flips_pass(self, sealed, signed, monkeypatch):
        """Those in the room that the signature left free; every other one the signature notices."""
        entry = LedgerEntry.objects.get(kind="seal")
        monkeypatch.setattr(verification, "sealed_as", lambda sha256: entry)
        room = signed.index(b"0" * 300 + b">")
        inside = bytearray(signed)
        inside[room] ^= 1
        assert check_pdf(bytes(inside)).is_genuine

    @pytest.mark.parametrize("edit", EDITS, ids=NAMES.split()[:9])
    def test_what_the_ledger_knows_still_needs_the_signature(self, school, signed, edit):
        """Sealed altered, by whoever got hold of the sealing."""
        assert sealed_with(school, copy := edit(signed)).sha256
        assert check_pdf(copy).verdict in (Verdict.BROKEN, Verdict.UNSIGNED)

    def test_without_the_signature_check_it_would_pass(self, school, signed, monkeypatch):
        monkeypatch.setattr(verification, "signature_in", lambda *args: SCHOOL)
        sealed_with(school, copy := content_replaced(signed))
        assert check_pdf(copy).is_good

    def test_pyhanko_alone_accepts_what_came_later(self, school, signed, monkeypatch):
        """Readers that say "valid" mean the signed revision, whatever stands in the next one."""
        _, status = verification._validated(
            metadata_changed(signed), verification.trust_roots(), AT
        )
        assert (status.intact, status.valid, status.trusted) == (True, True, True)

    def test_a_stranger_s_signature_is_not_ours(self, school, drawn):
        with time_machine.travel(AT, tick=False):
            leaf, root = own.new_leaf(
                "SMK Negeri 3 Jember", signers.key(1).public_key(), signers.authority(0)
            )
        forger = own.local_signer(
            pem.write([leaf]), pem.write([root]), own.secret_bytes(signers.key(1))
        )
        sealed_with(school, forged := forger.sign_at(drawn, AT, "A"))
        assert check_pdf(forged).verdict == Verdict.BROKEN

    def test_unsigned_is_called_so(self, school, drawn):
        sealed_with(school, drawn)
        assert check_pdf(drawn).verdict == Verdict.UNSIGNED


def locked():
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(signers.blank_pdf())))
    writer.encrypt("rahasia")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


DEEP = b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"]" * 100_000 + b"\nendobj\n"
BAD = {
    "empty": (b"", Verdict.NOT_PDF),
    "a picture": (b"\x89PNG\r\n", Verdict.NOT_PDF),
    "PDF in the middle": (b"MZ%PDF-1.7", Verdict.NOT_PDF),
    "locked": (locked(), Verdict.ENCRYPTED),
    "huge": (b"%PDF-1.7" + bytes(verification.LARGEST), Verdict.TOO_LARGE),
    "nested": (DEEP, Verdict.UNKNOWN),
    "cut off": (signers.blank_pdf()[:200], Verdict.UNKNOWN),
    "blank": (signers.blank_pdf(), Verdict.UNKNOWN),
    "ranges": (b"%PDF-1.7" + b"/ByteRange [0 1 9 9]" * 100_000, Verdict.UNKNOWN),
}


@pytest.mark.django_db
class TestBadFiles:
    @pytest.mark.parametrize("case", BAD)
    def test_each_has_a_clear_answer(self, case):
        content, verdict = BAD[case]
        assert check_pdf(content).verdict == verdict

    @pytest.mark.parametrize("case", ["locked", "nested", "cut off"])
    def test_the_library_crashes_on_none_of_them(self, case):
        """They would only get as far when the ledger knew them."""
        with pytest.raises(verification.BadSignature):
            verification.signature_in(BAD[case][0], [], AT)


def said_by(path, *arguments):
    """(exit code, what was printed) of verify_pdf."""
    said = StringIO()
    try:
        call_command("verify_pdf", str(path), *arguments, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue() or str(error)
    return 0, said.getvalue()


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path, signed):
        (tmp_path / "sertifikat.pdf").write_bytes(signed)
        return tmp_path / "sertifikat.pdf"

    def test_good(self, sealed, file):
        code, said = said_by(file)
        assert (code, said.splitlines()) == (
            0,
            [
                "verdict: genuine",
                f"sha256: {sealed.sha256}",
                "number: 001/BKR/SMKN3-JBR/XII/2025",
                "status: in force",
                f"signer: {SCHOOL}",
            ],
        )

    @pytest.mark.parametrize("status", ["revoked", "superseded"])
    def test_no_longer_in_force(self, sealed, file, status):
        services.end(certificate=sealed, status=status, reason="mistake", by=None)
        code, said = said_by(file, "--json")
        assert (code, json.loads(said)["verdict"], json.loads(said)["status"]) == (
            1,
            "genuine",
            status,
        )

    def test_altered(self, sealed, file, signed):
        file.write_bytes(content_replaced(signed))
        code, said = said_by(file, "--json")
        said = json.loads(said)
        assert (code, said["verdict"], said["made_from"]) == (1, "extended", sealed.number)

    def test_missing_or_a_folder(self, db, tmp_path):
        assert [said_by(one)[0] for one in (tmp_path / "none.pdf", tmp_path)] == [2, 2]
