"""Who signs for a school: our own authority, or the key that the school brings along."""

import stat
from contextlib import nullcontext
from datetime import timedelta
from threading import Barrier

import pytest
from cryptography import x509
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from certificates import keyring, services, verification
from certificates.models import SignerIdentity
from certificates.services import identities
from certificates.signing import SigningFailed, own, pem
from tests import factories
from tests.certificates import signers, stages
from tests.core.counting import queries_of

ADDRESS = x509.UniformResourceIdentifier("http://lapas-jember.go.id/ca.crl")
NOTICE = x509.UserNotice(None, "Hanya untuk Lapas Jember")
SPEAKING = [
    x509.CRLDistributionPoints([x509.DistributionPoint([ADDRESS], None, None, None)]),
    x509.AuthorityInformationAccess(
        [x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS, ADDRESS)]
    ),
    x509.IssuerAlternativeName([x509.DNSName("lapas-jember.go.id")]),
    x509.SubjectAlternativeName([x509.DNSName("lapas-jember.go.id")]),
    x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.4"), [NOTICE])]),
    x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.2.3.5"), b"\x1e\x0a" + "Lapas".encode("utf-16-be")
    ),
]


@pytest.fixture(autouse=True)
def signing(settings, monkeypatch):
    settings.PDF_SIGNER = "own"
    signers.made_once(monkeypatch)
    monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", signers.blank_pdfs)
    yield
    identities._local_signer.cache_clear()


def bring(cast, content, password=signers.PASSWORD):
    return services.import_identity(
        partner=cast.school, file=ContentFile(content), password=password, by=cast.admin
    )


def refusal(cast, content, password=signers.PASSWORD):
    """(field, words) of the refusal."""
    with pytest.raises(ValidationError) as refused:
        bring(cast, content, password)
    ((field, (words,)),) = refused.value.message_dict.items()
    return field, words


class TestImport:
    def test_the_school_s_own_key_signs_from_now_on(self, approved, settings):
        identity = bring(approved.cast, signers.schools_p12())
        one, *_ = stages.issue(approved)
        result = verification.check_pdf(one.path.read_bytes())
        assert result.is_good
        assert result.signer.startswith("Common Name: Kepala SMK Negeri 3 Jember")
        assert SignerIdentity.objects.get() == identity
        key = settings.KEY_ROOT / f"signer-{identity.fingerprint}.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600

    def test_takes_the_place_of_ours_which_still_proves_old_files(self, approved):
        one, *_ = stages.issue(approved)
        bring(approved.cast, signers.schools_p12())
        assert SignerIdentity.objects.filter(retired_at=None).get().source == "imported"
        assert verification.check_pdf(one.path.read_bytes()).is_good

    def test_leaves_a_trace_without_the_password(self, cast):
        bring(cast, signers.schools_p12())
        event = AuditEvent.objects.get(action="signer_identity.imported")
        assert (event.by, event.details) == (cast.admin, {"partner": "SMK Negeri 3 Jember"})

    def test_the_chain_is_put_in_order_and_strangers_left_out(self, cast):
        stranger = signers.certificate(signers.key(2), signers.named("Orang lain"))
        root_name = signers.named("Balai", "Balai")
        root = signers.certificate(signers.key(1), root_name, usage=None, days=3650)
        leaf = signers.certificate(
            signers.key(0), signers.named("SMK"), issuer=root_name, issuer_key=signers.key(1)
        )
        identity = bring(cast, signers.p12(signers.key(0), leaf, [stranger, root]))
        assert identity.chain == pem.write([root])

    def test_self_signed_is_its_own_root(self, approved):
        leaf = signers.certificate(signers.key(0), signers.named("SMK Negeri 3 Jember"))
        bring(approved.cast, signers.p12(signers.key(0), leaf))
        one, *_ = stages.issue(approved)
        assert verification.check_pdf(one.path.read_bytes()).is_good

    def test_the_same_again_is_refused_while_it_is_in_use(self, cast):
        file = signers.schools_p12()
        first = bring(cast, file)
        assert refusal(cast, file) == (
            "file",
            "Sertifikat ini sudah dipakai SMK Negeri 3 Jember.",
        )
        services.retire_identity(partner=cast.school, by=cast.admin)
        assert bring(cast, file) == first

    def test_another_school_s_is_refused(self, cast):
        file = signers.schools_p12()
        bring(cast, file)
        cast.school = factories.PartnerFactory(facilities=[cast.jember])
        assert refusal(cast, file)[0] == "file"

    @pytest.mark.parametrize("length", [0, 100])
    def test_a_key_file_that_was_cut_short_gives_way(self, cast, settings, length):
        identity = bring(cast, file := signers.schools_p12())
        services.retire_identity(partner=cast.school, by=cast.admin)
        path = settings.KEY_ROOT / f"signer-{identity.fingerprint}.key"
        whole = path.read_bytes()
        path.write_bytes(whole[:length])
        bring(cast, file)
        assert path.read_bytes() == whole


class TestRefusals:
    @pytest.mark.parametrize("kind", ["P-256", "Ed25519"])
    def test_a_curve_would_break_the_archive_format(self, cast, kind):
        field, words = refusal(cast, signers.of_curve(kind))
        assert field == "file"
        assert words.startswith("Kuncinya bukan RSA. Kunci P-256 atau Ed25519 menjadikan berkas")

    def test_a_short_key(self, cast):
        short = signers.key(0, 1024)
        file = signers.p12(short, signers.certificate(short, signers.named("SMK")))
        assert refusal(cast, file)[1].startswith("Kunci RSA ini 1024 bit.")

    def test_expired(self, cast):
        field, words = refusal(cast, signers.schools_p12(begins=-30, days=10))
        assert (field, words[:32]) == ("file", "Sertifikat ini sudah berakhir pa")

    def test_not_yet(self, cast):
        assert "baru berlaku pada" in refusal(cast, signers.schools_p12(begins=3))[1]

    @pytest.mark.parametrize("password", ["salah", ""])
    def test_a_wrong_password(self, cast, password):
        assert refusal(cast, signers.schools_p12(), password) == (
            "password",
            "Kata sandi berkas ini salah.",
        )

    def test_no_key(self, cast):
        leaf = signers.certificate(signers.key(0), signers.named("SMK"))
        file = signers.pkcs12.serialize_key_and_certificates(
            None, None, None, [leaf], signers.BestAvailableEncryption(signers.PASSWORD.encode())
        )
        assert "tidak memuat kunci" in refusal(cast, file)[1]

    def test_no_certificate_of_that_key(self, cast):
        file = signers.pkcs12.serialize_key_and_certificates(
            None,
            signers.key(0),
            None,
            None,
            signers.BestAvailableEncryption(signers.PASSWORD.encode()),
        )
        assert "tidak memuat sertifikat" in refusal(cast, file)[1]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"PK\x03\x04 a spreadsheet", "Ini bukan berkas PKCS#12."),
            (b"0\x80" * 50_000, "Ini bukan berkas PKCS#12."),
            (b"0" * 200_000, "Berkas ini terlalu besar."),
        ],
        ids=["spreadsheet", "nested", "huge"],
    )
    def test_something_else(self, cast, content, words):
        assert refusal(cast, content)[1].startswith(words)

    @pytest.mark.parametrize("name", ["Lapas Kelas IIA Jember", "Kepala Rutan"])
    def test_a_name_that_betrays(self, cast, name):
        assert "memuat kata “" in refusal(cast, signers.schools_p12(name))[1]

    @pytest.mark.parametrize("extension", SPEAKING, ids=lambda one: type(one).__name__)
    def test_an_extension_that_betrays(self, cast, extension):
        file = signers.schools_p12(extensions=[extension])
        assert "memuat kata “" in refusal(cast, file)[1]

    def test_an_extension_that_tells_nothing(self, cast):
        harmless = x509.SubjectAlternativeName([x509.DNSName("smkn3-jember.sch.id")])
        assert bring(cast, signers.schools_p12(extensions=[harmless])).pk

    def test_a_certificate_for_something_else(self, cast):
        """Only a trial signature shows that no check would accept it."""
        file = signers.schools_p12(usage=False)
        assert refusal(cast, file)[1].startswith("Tanda tangan percobaan")

    def test_without_the_trial_it_would_come_in(self, cast, monkeypatch):
        monkeypatch.setattr(verification, "signature_in", lambda *args: "")
        assert bring(cast, signers.schools_p12(usage=False)).pk

    def test_nothing_is_left_behind(self, cast, settings):
        refusal(cast, signers.schools_p12("Lapas Jember"))
        assert (SignerIdentity.objects.count(), settings.KEY_ROOT.exists()) == (0, False)


class TestLostKeys:
    """Of the authority, of the school; each as a file without a key in it."""

    @pytest.mark.parametrize(
        ("pattern", "content"),
        [("signer-*.key", b""), ("signer-*.key", b"-----BEGIN"), ("signing-authority.pem", b"")],
    )
    def test_nothing_is_signed_and_somebody_is_told(self, cast, settings, pattern, content):
        identities._identity(cast.school)
        (path,) = settings.KEY_ROOT.glob(pattern)
        path.write_bytes(content)
        partner = factories.PartnerFactory(facilities=[cast.jember])
        with pytest.raises(SigningFailed, match="Pulihkan folder kunci dari cadangan"):
            services.signer_for(cast.school if "signer" in pattern else partner)


class TestEnd:
    def test_an_expired_key_of_the_school_signs_nothing(self, approved):
        bring(approved.cast, signers.schools_p12())
        SignerIdentity.objects.update(expires_at=timezone.now() - timedelta(days=1))
        with pytest.raises(SigningFailed, match="berakhir pada"):
            services.signer_for(approved.agreement.partner)

    def test_retired_ours_takes_over(self, cast):
        bring(cast, signers.schools_p12())
        services.retire_identity(partner=cast.school, by=cast.admin)
        services.signer_for(cast.school)
        assert SignerIdentity.objects.current().get().source == "own"

    def test_nothing_to_retire(self, cast):
        with pytest.raises(ValidationError, match="tidak memiliki tanda tangan"):
            services.retire_identity(partner=cast.school, by=cast.admin)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    """Both are the first to sign for a school."""

    @pytest.fixture
    def first_to_sign(self, cast):
        identities._make(
            factories.PartnerFactory(facilities=[cast.jember])
        )  # there is an authority
        return lambda: identities._identity(cast.school)

    def test_make_one_key_between_them(self, cast, first_to_sign):
        one, other = stages.at_once(first_to_sign, first_to_sign)
        assert one == other
        assert cast.school.signer_identities.count() == 1

    def test_without_the_lock_they_make_two(self, cast, first_to_sign, monkeypatch):
        meeting, made = Barrier(2), own.new_key
        monkeypatch.setattr(keyring, "locked", nullcontext)
        monkeypatch.setattr(own, "new_key", lambda: (meeting.wait(10) and made()) or made())
        stages.at_once(first_to_sign, first_to_sign)
        assert cast.school.signer_identities.count() == 2


LIST = "/certificates/signing/"


class TestPages:
    @pytest.fixture
    def client(self, browse, cast):
        return browse(cast.admin)

    def upload(self, client, cast, content, password=signers.PASSWORD):
        return client.post(
            reverse("certificates:identity_import", args=[cast.school.pk]),
            {"file": SimpleUploadedFile("kepala.p12", content), "password": password},
        )

    def test_imported_in_the_browser(self, client, cast):
        answer = self.upload(client, cast, signers.schools_p12())
        assert (answer.status_code, answer["Location"]) == (302, LIST)
        page = client.get(LIST).content.decode()
        assert "CN=Kepala SMK Negeri 3 Jember" in page
        assert "milik sekolah" in page

    def test_a_wrong_password_stands_beside_its_field(self, client, cast):
        form = self.upload(client, cast, signers.schools_p12(), "salah").context["form"]
        assert form.errors == {"password": ["Kata sandi berkas ini salah."]}
        assert "Pilih berkasnya sekali lagi" in str(form.fields["file"].help_text)

    def test_the_password_does_not_come_back(self, client, cast):
        page = self.upload(client, cast, signers.of_curve("P-256"), "rahasia sekolah")
        assert b"rahasia sekolah" not in page.content

    def test_without_a_file(self, client, cast):
        url = reverse("certificates:identity_import", args=[cast.school.pk])
        assert list(client.post(url, {"password": "x"}).context["form"].errors) == ["file"]

    @pytest.mark.parametrize(
        ("days", "word"), [(400, None), (30, "segera berakhir"), (-1, "sudah berakhir")]
    )
    def test_warns_of_the_end_of_a_school_s_key(self, client, cast, days, word):
        bring(cast, signers.schools_p12())
        SignerIdentity.objects.update(expires_at=timezone.now() + timedelta(days=days))
        page = client.get(LIST).content.decode()
        words = [one for one in ("segera berakhir", "sudah berakhir") if one in page]
        assert words == [one for one in [word] if one]

    def test_retired_in_the_browser(self, client, cast):
        bring(cast, signers.schools_p12())
        client.post(reverse("certificates:identity_retire", args=[cast.school.pk]))
        page = client.get(LIST).content.decode()
        assert "Dibuat otomatis pada penerbitan pertama" in page
        assert "1 tanda tangan terdahulu" in page

    @pytest.mark.parametrize(
        ("signer", "words"),
        [("none", "tidak menandatangani PDF"), ("https://bsre.example", "https://bsre.example")],
    )
    def test_says_when_the_list_is_not_used(self, client, settings, signer, words):
        settings.PDF_SIGNER = signer
        assert words in client.get(LIST).content.decode()

    def test_as_many_queries_for_three_schools_as_for_one(self, client, cast):
        identities._identity(cast.school)
        one = queries_of(client, LIST)
        for _ in range(2):
            identities._identity(factories.PartnerFactory(facilities=[cast.jember]))
        assert queries_of(client, LIST) == one
