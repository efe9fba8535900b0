"""Keeping a paper: byte for byte, by its title, version after version."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import AuditEvent
from partnerships import services
from partnerships.models import Document
from partnerships.services import documents
from tests.factories import AgreementFactory
from tests.partnerships.scans import changed_pdf, pdf, photo, upload
from tests.programs.races import at_once, meet_after, without_guard


class TestKeepDocument:
    @pytest.fixture
    def keep(self, agreement, cast):
        """keep(content, name, kind=…, title=…) on the agreement, by the officer."""

        def keep(content, name="PKS.pdf", **more):
            fields = {"agreement": agreement, "kind": "signed", "title": "", "by": cast.officer}
            return services.keep_document(**fields | more, file=upload(content, name))

        return keep

    @pytest.mark.parametrize("scan", [changed_pdf(pdf(2), "ditandatangani"), photo(), photo("PNG")])
    def test_it_is_kept_byte_for_byte(self, keep, scan):
        document = Document.objects.get(pk=keep(scan).pk)

        assert document.file.open().read() == scan
        assert document.sha256 == hashlib.sha256(scan).hexdigest()
        assert document.byte_count == len(scan)
        assert AuditEvent.objects.get().details == {
            "title": "PKS bertanda tangan",
            "version": 1,
            "sha256": document.sha256,
        }

    def test_the_readers_name_for_it_is_no_path_on_the_server(self, agreement, keep):
        document = keep(pdf(), "Perjanjian (final).pdf")

        assert document.filename == "Perjanjian (final).pdf"
        assert document.file.name == f"agreements/{agreement.pk}/{document.sha256}"

    def test_marks_that_turn_a_name_round_are_left_out(self, keep):
        assert keep(pdf(), "laporan\u202efdp.exe").filename == "laporanfdp.exe"

    @pytest.mark.parametrize(
        ("content", "name", "leaves_as"),
        [
            (pdf(), "PKS.PDF", "PKS.PDF"),
            (photo(), "foto.jpeg", "foto.jpeg"),
            (photo(), "foto.exe", "foto.exe.jpg"),
            (photo("PNG"), "PKS.pdf", "PKS.pdf.png"),
        ],
    )
    def test_a_name_that_lies_about_the_content(self, keep, content, name, leaves_as):
        document = keep(content, name)

        assert (document.filename, document.download_name) == (name, leaves_as)

    def test_the_same_file_twice(self, agreement, keep):
        keep(pdf())
        with pytest.raises(ValidationError, match="Berkas yang sama sudah ada"):
            keep(pdf(), "nama lain.pdf", title="Judul lain")

        assert agreement.documents.count() == 1
        assert keep(pdf(), agreement=AgreementFactory())

    def test_too_large(self, keep, settings):
        settings.AGREEMENT_SCAN_MAX_BYTES = len(pdf())
        keep(pdf())
        settings.AGREEMENT_SCAN_MAX_BYTES -= 1

        with pytest.raises(ValidationError, match="Pindai dengan resolusi lebih rendah"):
            keep(pdf(), agreement=AgreementFactory())

    def test_a_bad_scan_leaves_nothing_behind(self, keep, settings):
        with pytest.raises(ValidationError) as refusal:
            keep(b"PK\x03\x04")

        assert list(refusal.value.message_dict) == ["file"]
        assert not settings.MEDIA_ROOT.exists()
        assert not AuditEvent.objects.exists()


class TestVersions:
    @pytest.fixture
    def keep(self, agreement, cast):
        """keep(pages, title, kind=…): one more paper, told from the others by its number of pages."""

        def keep(pages, title="", kind="signed", name="SCAN0001.pdf"):
            file = upload(pdf(pages), name)
            return services.keep_document(
                agreement=agreement, kind=kind, title=title, file=file, by=cast.officer
            )

        return keep

    def test_the_same_title_again_is_the_next_version_and_the_old_one_stays(self, agreement, keep):
        first, second = keep(1, "PKS bertanda tangan"), keep(2, " pks  Bertanda Tangan")

        assert (second.title, second.version) == ("PKS bertanda tangan", 2)
        assert list(agreement.documents.of_title("PKS bertanda tangan")) == [second, first]
        assert list(agreement.documents.current()) == [second]
        assert first.file.open().read() == pdf(1)

    def test_without_a_title_the_signed_paper_is_called_what_it_is(self, agreement, keep):
        """Scanners call everything SCAN0001; and English on the screen makes no second paper."""
        first = keep(1)
        with translation.override("en"):
            second = keep(2)

        assert [first.title, second.title] == ["PKS bertanda tangan"] * 2
        assert second.version == 2

    def test_without_a_title_anything_else_is_called_by_its_file(self, keep):
        assert keep(1, kind="annex", name="Kurikulum v2.1.pdf").title == "Kurikulum v2.1"

    def test_a_title_belongs_to_one_kind_of_paper(self, keep, agreement):
        keep(1, "PKS")
        with pytest.raises(ValidationError) as refusal:
            keep(2, "pks", kind="annex")

        assert refusal.value.message_dict == {
            "title": [
                "Judul ini sudah dipakai untuk Naskah bertanda tangan. "
                "Pilih jenis itu atau judul lain."
            ]
        }
        assert [one.title for one in agreement.documents.current()] == ["PKS"]

    def test_signed_papers_come_first(self, agreement, keep):
        keep(1, "Lampiran A", kind="annex")
        keep(2, "Berita acara", kind="minutes")
        keep(3, "PKS")

        titles = [one.title for one in agreement.documents.current()]
        assert titles == ["PKS", "Lampiran A", "Berita acara"]

    def test_other_agreements_count_for_themselves(self, cast, keep):
        keep(1)
        elsewhere = services.keep_document(
            agreement=AgreementFactory(),
            kind="signed",
            title="",
            file=upload(pdf()),
            by=cast.officer,
        )

        assert elsewhere.version == 1


@pytest.mark.django_db(transaction=True)
class TestTwoUploadsAtOnce:
    @pytest.fixture
    def acts(self, agreement, cast):
        def act(pages):
            file = upload(pdf(pages))
            return lambda: services.keep_document(
                agreement=agreement, kind="signed", title="PKS", file=file, by=cast.officer
            )

        return [act(1), act(2)]

    def test_are_two_versions(self, agreement, acts, monkeypatch):
        meet_after(monkeypatch, documents, "_number", racers=2, patience=0.5)
        at_once(*acts)

        assert sorted(one.version for one in agreement.documents.all()) == [1, 2]

    def test_without_the_lock_both_want_to_be_the_first(self, agreement, acts, monkeypatch):
        monkeypatch.setattr(documents, "_keep", without_guard(monkeypatch, documents._keep))
        meet_after(monkeypatch, documents, "_number", racers=2, patience=10)
        answers = at_once(*acts)

        assert [one.version for one in agreement.documents.all()] == [1]
        assert sum(isinstance(one, Exception) for one in answers) == 1
