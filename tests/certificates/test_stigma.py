"""Words that would tell where somebody was trained: found wherever a stranger may read, and nowhere else."""

import json
from functools import partial
from io import BytesIO

import pypdf
import pytest

from certificates import services, stigma
from certificates.models import Certificate, Design
from certificates.stigma import betrayals, found_in, public_texts, words_for
from core.pdf import Attachment
from tests import factories
from tests.certificates import stages
from tests.certificates.paper import ARIF, drawn, like_arif

PERMISSION = {"can_name_facility": True, "naming_reason": "Diminta peserta."}
SILENT = ("certificates.services.linting.Linter.passes", lambda linter, certificate, paper: True)


def words_in(text, words=stigma.WORDS):
    return [one.word for one in betrayals([text], words)]


class TestBetrayals:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("Lapas Kelas IIA Jember", "Lapas"),
            ("dibuat dengan LapasApp", "LapasApp"),
            ("sertifikat.lapasjember.example", "lapasjember"),
            ("Warga  Binaan", "Warga  Binaan"),
            ("ＬＡＰＡＳ", "LAPAS"),
            ("Nomor register 12", "register"),
            ("Nomor B.I 214/2025", "B.I 214/2025"),
            ("BI.N. 123/2020", "BI.N. 123/2020"),
            ("BIIa", "BIIa"),
            ("A.III", "A.III"),
            ("penghuni Blok B/3", "Blok B/3"),
            ("Blok Hunian", "Blok Hunian"),
            ("Kanwil Jawa Timur", "Kanwil"),
            ("Rumah Tahanan Negara", "Rumah Tahanan"),
            ("Lembaga Permasyarakatan", "Permasyarakatan"),
            ("Kemenkumham", "Kemenkumham"),
            ("Nusa Kambangan", "Nusa Kambangan"),
            ("rumahtahanan", "rumahtahanan"),
            ("wargabinaan", "wargabinaan"),
        ],
    )
    def test_finds(self, text, word):
        assert words_in(text) == [word]

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("La\u00adpas Jember", "Lapas"),
            ("La\u200bpas Jember", "Lapas"),
            ("La\u0301pas Jember", "Lapas"),
            ("Lapas\u034f", "Lapas"),
            ("La\ufe0fpas", "Lapas"),
            ("warga\u00adbinaan", "wargabinaan"),
            ("warga\u00a0binaan", "warga binaan"),
        ],
    )
    def test_finds_what_the_eye_sees(self, text, word):
        assert words_in(text) == [word]

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("di L A P A S Jember", "L A P A S"),
            ("L.A.P.A.S.", "L.A.P.A.S"),
            ("W.B.P.", "W.B.P"),
            ("La pas Jember", "La pas"),
            ("nara-pidana", "nara-pidana"),
            ("pen jara", "pen jara"),
        ],
    )
    def test_finds_words_pulled_apart(self, text, word):
        assert words_in(text) == [word]

    @pytest.mark.parametrize(
        ("text", "word"),
        [("rutan_jember", "rutan"), ("Rutan2", "Rutan"), ("LPKA1", "LPKA"), ("eks_napi", "napi")],
    )
    def test_a_digit_or_a_line_ends_a_word(self, text, word):
        assert words_in(text) == [word]

    @pytest.mark.parametrize(
        "text",
        [
            "Kelapa sawit, lapangan, lapisan, pelapis papan",
            "Membersihkan dengan lap as roda",
            "La Pasta Bakery",
            "Bila pas ukurannya",
            "CV Lapan Sembilan, SMK Bina Pasundan",
            "Drs. L. A. Pasaribu, N. A. Pitoyo",
            "Pena jaringan, menara pidato",
            "Pemberdayaan masyarakat",
            "Bagi warga. Binaan industri",
            "Nusa Tenggara Timur",
            "C.24LPP01.001.1",
            "Rutannya, rutanu",
            "SMK Blok Agung Banyuwangi",
            "Merakit blok mesin dan blok silinder",
            "Mengukur tahanan isolasi dan tahanan pentanahan",
            "Mengoperasikan cash register",
            "Kanwil Kemenag Provinsi Jawa Timur",
            "Dinas Pendidikan Kabupaten Jember",
            "Membaca gambar secara berurutan",
            "Drs. A.I. Napitupulu, S.Pd., M.M.",
            "Yamaha Motor B.V.",
            "001/BKR/SMKN3-JBR/XII/2025",
            "C.24LAS01.001.1",
        ],
    )
    def test_leaves_alone(self, text):
        assert words_in(text) == []


class TestWordsFor:
    @pytest.fixture
    def jember(self, db):
        return factories.FacilityFactory(
            code="LAPAS-JEMBER", city="Jember", address="Jl. PB Sudirman No. 13, Jember"
        )

    @pytest.mark.parametrize(
        "text",
        ["Jalan PB Sudirman Nomor 13", "jl pb. sudirman 13", "PB Sudirman No.13, Jember 68118"],
    )
    def test_a_street_is_known_in_every_spelling(self, jember, text):
        assert len(words_in(text, words_for(jember))) == 1

    @pytest.mark.parametrize(
        "text", ["Jalan PB Sudirman 130", "Jalan PB Sudirman 50", "SMK PB Sudirman", "Jember"]
    )
    def test_the_street_alone_and_the_town_are_no_secret(self, jember, text):
        assert words_in(text, words_for(jember)) == []

    def test_a_code_like_a_schools_tells_nothing(self, db):
        facility = factories.FacilityFactory(code="JBR")
        assert words_in("001/BKR/SMKN3-JBR/XII/2025", words_for(facility)) == []

    def test_an_added_word_with_an_accent(self, jember):
        factories.ForbiddenWordFactory(facility=jember, word="Café")
        assert words_in("Café Jember", words_for(jember)) == ["Cafe"]

    def test_added_words_count_for_their_facility_and_for_all(self, jember):
        factories.ForbiddenWordFactory(facility=jember, word="Kampung Baru")
        factories.ForbiddenWordFactory(facility=factories.FacilityFactory(), word="Kali Lama")
        factories.ForbiddenWordFactory(word="Pulau Seberang")
        text = "Kampung Baru, Kali Lama, Pulau Seberang"
        assert words_in(text, words_for(jember)) == ["Kampung Baru", "Pulau Seberang"]


class TestPublicTexts:
    """Each place in turn holds the word, and that place is named."""

    @pytest.mark.parametrize(
        ("content", "more", "place"),
        [
            ({"standard": "Menurut lapas."}, {}, "lembar sertifikat"),
            ({"number": "001/LAPAS/2025"}, {}, "nomor"),
            ({"verify_host": "lapas.example"}, {}, "alamat pemeriksaan"),
            ({}, {"filename": "lapas-001.pdf"}, "nama berkas"),
            ({}, {"signer": "CN=Lapas Jember"}, "nama penanda tangan elektronik"),
            ({}, {"attachments": [Attachment("lapas.json", b"{}", None)]}, "lampiran"),
            ({}, {"attachments": [Attachment("a", b'{"issuer": "Lapas"}', None)]}, "lampiran"),
        ],
    )
    def test_names_the_place(self, content, more, place):
        places = public_texts(like_arif(**content), **more)
        assert found_in(places, stigma.WORDS)[0].place == place

    def test_says_what_the_file_says_of_itself(self):
        file = pypdf.PdfReader(BytesIO(drawn(is_specimen=False)))
        told = {file.metadata.title, file.metadata.author}
        assert told == set(public_texts(ARIF)["keterangan PDF"])

    def test_nobody_is_refused_for_their_own_name(self):
        attached = {"name": "Sipir Remisi", "proof": {"proofValue": "zlapasQ"}}
        content = like_arif(name="Sipir Remisi")
        attachment = Attachment("credential.json", json.dumps(attached).encode(), None)
        assert found_in(public_texts(content, attachments=[attachment]), stigma.WORDS) == []

    def test_a_random_address_may_hold_any_letters(self):
        address = "HTTPS://SERTIFIKAT.EXAMPLE/V/LAPASPENJARAABCDEFGHIJKLMN"
        attachment = Attachment("a.json", json.dumps({"id": address.lower()}).encode(), None)
        places = public_texts(like_arif(verify_url=address), attachments=[attachment])
        assert found_in(places, stigma.WORDS) == []


@pytest.mark.django_db
class TestBeforeSealing:
    """A word that came up after the head approved: the number stays, the seal does not come."""

    @pytest.fixture
    def bakery_forbidden(self, approved, cheap):
        from certificates.services.issuing import _number_approved

        _number_approved(approved.batch, approved.cast.certificate_admin)
        factories.ForbiddenWordFactory(facility=approved.cast.jember, word="Bakery")
        return approved

    def issue(self, training):
        from certificates.services import issue_batch

        return issue_batch(batch=training.batch, by=training.cast.certificate_admin)

    def test_stays_numbered_and_says_which_word_stands_where(self, bakery_forbidden):
        issued = self.issue(bakery_forbidden)
        statuses = Certificate.objects.values_list("status", flat=True)
        assert (issued.sealed, set(statuses)) == ([], {"numbered"})
        assert issued.skipped[0].startswith(
            "001/BKR/SMKN3-JBR/XII/2025 belum disegel: “Bakery” pada lembar sertifikat:"
        )

    def test_without_the_look_it_would_go_out(self, bakery_forbidden, monkeypatch):
        monkeypatch.setattr(*SILENT)
        assert len(self.issue(bakery_forbidden).sealed) == 3

    def test_is_sealed_when_the_agreement_chose_to_show_it(self, finished, cheap):
        Design.objects.create(
            agreement=finished.agreement,
            created_by=finished.cast.certificate_admin,
            can_name_facility=True,
            naming_reason="Diminta peserta.",
        )
        factories.ForbiddenWordFactory(facility=finished.cast.jember, word="Bakery")
        assert len(stages.all_the_way(finished)) == 3

    @pytest.mark.parametrize(
        ("newest", "status"), [({}, "numbered"), (PERMISSION, "sealed")], ids=["withdrawn", "kept"]
    )
    def test_a_duplicate_is_not_sealed_under_a_permission_withdrawn_since(
        self, finished, cheap, newest, status
    ):
        cast = finished.cast
        design = partial(
            Design.objects.create, agreement=finished.agreement, created_by=cast.certificate_admin
        )
        design(version=1, **PERMISSION)
        factories.ForbiddenWordFactory(facility=cast.jember, word="Bakery")
        first, *_ = stages.all_the_way(finished)
        design(version=2, **newest)
        copy = services.duplicate(
            certificate=first,
            explanation="Lembarnya hilang",
            dated_on=stages.LAST_DAY,
            by=cast.certificate_admin,
        )
        stages.approve(finished)
        issued = self.issue(finished)
        copy.refresh_from_db()
        assert copy.status == status
        refused = f"{copy.number} belum disegel, izinnya ditarik oleh desain yang lebih baru"
        assert [one.split(":")[0] for one in issued.skipped] == [refused] * (status == "numbered")

    def test_the_checks_of_the_batch_see_the_number_too(self, finished):
        from certificates.queries import readiness

        factories.ForbiddenWordFactory(facility=finished.cast.jember, word="SMKN3-JBR")
        blockers = readiness(finished.batch).blockers
        assert [one.what for one in blockers] == [
            "Kata “SMKN3-JBR” akan tercetak: 001/BKR/SMKN3-JBR/XII/2025",
            "Kata “SMKN3-JBR” akan tercetak:"
            " Sertifikat Pelatihan Produksi Bakery, 001/BKR/SMKN3-JBR/XII/2025",
            "Kata “SMKN3-JBR” akan tercetak:"
            " Surat Keterangan Produksi Bakery, 001/BKR/SMKN3-JBR/XII/2025",
        ]
