"""The pages around scans: what the officer uploads, what became of it, and what it lets nobody else see."""

import re
from datetime import timedelta
from io import BytesIO
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent, User
from participants import tasks
from participants.models import PrintedSheet, ReadingTrail, ScanPage, ScanUpload
from participants.paper.process import Seen
from participants.services import scan_reading
from participants.sheetcode import code_of
from reports.worklist import worklist
from tests import factories
from tests.factories import reading_of
from tests.partnerships.scans import pdf, upload

pytestmark = pytest.mark.django_db

LIST = "/participants/scans/"


@pytest.fixture
def officer(training, browse):
    return browse(training.cast.officer)


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    """Sees blank pages, unless a test says otherwise: reader(code="…")."""

    def sees(code="", refusal=""):
        facts = reading_of("HH") | {"code": code, "refusal": refusal}
        monkeypatch.setattr(scan_reading, "look", lambda *_: Seen(facts, b"\xff\xd8gambar"))

    sees(refusal="blank")
    return sees


def sheet_of(session, **more):
    return factories.PrintedSheetFactory(session=session, **more)


def page_of(training, state="read", **more):
    """A page of Jember, of the sheet of a meeting or of none."""
    file = factories.ScanFileFactory(
        upload__facility=training.cast.jember, upload__uploaded_by=training.cast.officer
    )
    about = {"file": file, "state": state}
    if state == "refused":
        about |= {"sheet": None, "refusal": "blank", "reading": {}}
    else:
        about["sheet"] = sheet_of(training.session)
    return factories.ScanPageFactory(**about | more)


def to(name, page):
    return reverse(f"participants:scan_{name}", args=[page.pk])


class TestUpload:
    def send(self, officer, *files):
        return officer.post(LIST, {"files": files})

    def test_the_job_begins_and_its_page_opens(self, officer, training, reader):
        sheet = sheet_of(training.session)
        reader(code=code_of(sheet.pk).replace("-", ""))
        answer = self.send(officer, upload(pdf(), "Senin.pdf"))
        kept = ScanUpload.objects.get()
        assert answer.url == kept.get_absolute_url()
        page = officer.get(answer.url)
        [lines] = [one.lines for one in page.context["contents"].sessions]
        assert [line.page.sheet for line in lines] == [sheet]
        assert f'href="{lines[0].page.get_absolute_url()}"' in page.text

    def test_the_refused_file_stands_beside_the_good_one(self, officer):
        answer = self.send(officer, upload(b"", "kosong.pdf"), upload(pdf(), "Senin.pdf"))
        page = officer.get(answer.url)
        section = re.search(r"<h2>Berkas yang tidak diambil.*?</section>", page.text, re.S)[0]
        assert "kosong.pdf" in section
        assert "Berkas ini kosong." in section
        assert "Senin.pdf" not in section

    def test_none_good_is_said_beside_the_field(self, officer):
        page = self.send(officer, upload(b"", "kosong.pdf"))
        assert page.status_code == 422
        assert page.context["form"].errors == {
            "files": ["kosong.pdf: Berkas ini kosong. Pindai ulang kertasnya."]
        }

    def test_nothing_chosen(self, officer):
        page = officer.post(LIST, {"nothing": "else"})
        assert page.context["form"].errors == {"files": ["Pilih berkasnya dulu."]}

    def test_the_same_again_leads_to_where_it_is(self, officer):
        first = self.send(officer, upload(pdf(), "Senin.pdf")).url
        page = self.send(officer, upload(pdf(), "Selasa.pdf"))
        assert f'<a href="{first}">' in page.text
        assert ScanUpload.objects.count() == 1


class TestProgress:
    @pytest.fixture
    def waiting(self, training):
        file = factories.ScanFileFactory(upload__facility=training.cast.jember, page_count=2)
        page_of(training, "refused", file=file, number=1)
        ScanPage.objects.create(file=file, number=2)
        return file.upload

    def test_how_far_the_job_is(self, officer, waiting):
        page = officer.get(waiting.get_absolute_url(), headers={"HX-Request": "true"})
        assert "1 dari 2 halaman sudah dibaca" in page.text
        assert "<html" not in page.text

    def test_the_page_comes_anew_once_it_is_done(self, officer, waiting):
        ScanPage.objects.filter(state="waiting").delete()
        page = officer.get(waiting.get_absolute_url(), headers={"HX-Request": "true"})
        assert page.headers["HX-Refresh"] == "true"

    def test_a_killed_job_is_begun_again(self, officer, waiting):
        ScanUpload.objects.update(uploaded_at=timezone.now() - timedelta(minutes=4))
        url = waiting.get_absolute_url()
        assert "Pembacaan terhenti; 1 halaman belum dibaca." in officer.get(url).text
        assert officer.post(url).url == url
        assert not ScanPage.objects.filter(state="waiting").exists()

    def test_while_it_runs_it_is_not(self, officer, waiting):
        page = officer.post(waiting.get_absolute_url(), follow=True)
        assert "Halaman-halamannya sedang dibaca." in page.text


class TestPages:
    def test_a_refused_page_says_why_and_how_to_mend_it(self, officer, training):
        page = page_of(training, "refused", refusal="no_code", paper="a4")
        text = officer.get(page.file.upload.get_absolute_url()).text
        assert "Kode lembarnya tidak terbaca" in text
        assert "Ketik kode di samping gambar QR; tidak perlu dipindai ulang." in text
        assert f'href="{to("page_name", page)}"' in text

    def test_typing_its_code_leads_to_its_confirmation(self, officer, training):
        page = page_of(training, "refused", refusal="no_code", paper="a4", reading=reading_of())
        sheet = sheet_of(training.session)
        wrong = officer.post(to("page_name", page), {"code": "0000"})
        assert wrong.context["form"].errors == {
            "code": ["Kode ini salah ketik. Samakan dengan huruf di samping gambar QR."]
        }
        answer = officer.post(to("page_name", page), {"code": code_of(sheet.pk)})
        assert answer.url == page.get_absolute_url()

    def test_a_missing_sheet_and_a_double_are_named(self, officer, training):
        sheet = sheet_of(training.session, page=1, page_count=2)
        double, page = (page_of(training, sheet=sheet) for _ in range(2))
        text = officer.get(page.file.upload.get_absolute_url()).text
        assert "Lembar 2 dari 2 belum ada" in text
        assert f'<a href="{double.get_absolute_url()}">Lembar yang sama: halaman 1' in text

    def test_set_aside_with_a_reason_and_taken_back(self, officer, training):
        page = page_of(training)
        assert officer.post(to("page_set_aside", page), {"reason": " "}).context["form"].errors == {
            "reason": ["Tulis alasannya dulu."]
        }
        answer = officer.post(to("page_set_aside", page), {"reason": "salah foto"}, follow=True)
        assert "salah foto" in answer.text
        officer.post(to("page_restore", page))
        page.refresh_from_db()
        assert page.state == "read"

    def test_a_page_that_was_never_read_is_read_when_it_is_taken_back(self, officer, training):
        file = factories.ScanFileFactory(upload__facility=training.cast.jember)
        page = ScanPage.objects.create(file=file, number=1)
        officer.post(to("page_set_aside", page), {"reason": "salah foto"})
        officer.post(to("page_restore", page))
        page.refresh_from_db()
        assert page.refusal == "blank"

    def test_read_again_by_the_job(self, officer, training, reader):
        page = page_of(training, "refused")
        reader(code=code_of(sheet_of(training.session).pk))
        answer = officer.post(to("page_reread", page))
        assert answer.url == page.file.upload.get_absolute_url()
        page.refresh_from_db()
        assert page.state == "read"

    def test_until_then_its_upload_shows_the_progress(self, officer, training, monkeypatch):
        page = page_of(training, "refused")
        ScanUpload.objects.update(read_at=timezone.now() - timedelta(days=3))
        monkeypatch.setattr(tasks, "read_scans", Mock())
        text = officer.post(to("page_reread", page), follow=True).text
        assert "0 dari 1 halaman sudah dibaca" in text
        tasks.read_scans.enqueue.assert_called_once_with(page.file.upload_id)

    @pytest.mark.parametrize(
        ("act", "words"),
        [
            ("page_reread", "Halaman ini tidak bisa dibaca ulang sekarang."),
            ("page_restore", "Halaman ini tidak disisihkan."),
        ],
    )
    def test_what_cannot_be_done_is_said(self, officer, training, act, words):
        file = factories.ScanFileFactory(upload__facility=training.cast.jember)
        page = ScanPage.objects.create(file=file, number=1)
        assert words in officer.post(to(act, page), follow=True).text

    def test_a_sheet_of_another_lapas_tells_nothing(self, training, browse, reader):
        """Whichever of its sheets it is: the page is the same to the last byte."""
        url = page_of(training, "refused").file.upload.get_absolute_url()
        told = []
        for batch in ("Las A1", "Pertukangan kayu B7"):
            there = factories.SessionFactory(batch__facility=training.cast.metro, batch__name=batch)
            reader(code=code_of(sheet_of(there).pk))
            officer = browse(training.cast.officer)
            officer.post(to("page_reread", ScanPage.objects.get()))
            text = officer.get(url).text
            assert "Bukan lembar Lapas ini" in text
            told.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))
        assert told[0] == told[1]


class TestFiles:
    def test_the_original_file_and_the_note_that_it_was_read(self, officer, training):
        page = page_of(training)
        answer = officer.get(to("file_download", page.file))
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="pindaian.pdf"'
        [note] = ReadingTrail.objects.all()
        assert (note.page, note.batch) == ("scan_file_download", training.batch)

    def test_the_picture_shows_names_so_it_is_noted(self, officer, training):
        answer = officer.get(to("page_picture", page_of(training)))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ReadingTrail.objects.get().page == "scan_page_picture"

    @pytest.mark.parametrize("refusal", ["no_code", "foreign", "two_sheets"])
    def test_of_whom_it_shows_nobody_knows_so_the_look_itself_is_noted(
        self, officer, training, refusal
    ):
        page = page_of(training, "refused", refusal=refusal)
        officer.get(to("page_picture", page))
        officer.get(to("file_download", page.file))
        events = AuditEvent.objects.filter(by=training.cast.officer).order_by("pk")
        assert list(events.values_list("action", "subject_type", "subject_id", "facility")) == [
            ("scan.viewed", "participants.scanpage", str(page.pk), training.cast.jember.pk),
            (
                "scan.downloaded",
                "participants.scanfile",
                str(page.file_id),
                training.cast.jember.pk,
            ),
        ]
        assert not ReadingTrail.objects.exists()

    def test_a_file_of_known_and_unknown_pages_leaves_both_notes(self, officer, training):
        page = page_of(training)
        page_of(training, "refused", file=page.file, number=2)
        officer.get(to("file_download", page.file))
        assert ReadingTrail.objects.get().batch == training.batch
        assert AuditEvent.objects.filter(action="scan.downloaded").count() == 1

    @pytest.mark.parametrize("picture", ["", "scans/hilang.jpg"])
    def test_a_page_without_its_picture(self, officer, training, picture):
        page = page_of(training, picture=picture)
        assert officer.get(to("page_picture", page)).status_code == 404


class TestList:
    def test_empty_it_teaches(self, officer):
        assert "Belum ada pindaian" in officer.get(LIST).text

    def listed(self, officer, **query):
        return [line.page for line in officer.get(LIST, query).context["lines"]]

    def test_what_waits_the_earliest_meeting_first(self, officer, training):
        first, second = training.sessions
        later, earlier = (page_of(training, sheet=sheet_of(one)) for one in (second, first))
        refused = page_of(training, "refused")
        assert self.listed(officer) == [earlier, later]
        assert self.listed(officer, sort="-day") == [later, earlier]
        assert self.listed(officer, state="refused") == [refused]
        assert self.listed(officer, state="nonsens") == [earlier, later]

    def test_narrowed_by_batch_and_words(self, officer, training):
        page = page_of(training)
        other = factories.SessionFactory(batch__facility=training.cast.jember)
        elsewhere = page_of(training, sheet=sheet_of(other))
        assert self.listed(officer, batch=training.batch.pk) == [page]
        assert self.listed(officer, q="bakery a1") == [page]
        assert elsewhere in self.listed(officer, batch="1e9")
        assert "Tidak ada yang cocok." in officer.get(LIST, {"q": "zzz"}).text

    def test_as_a_spreadsheet(self, officer, training):
        page_of(training)
        PrintedSheet.objects.update(enrollments=[one.pk for one in training.enrollments])
        page_of(training, "refused")
        heading, row = self.cells(officer, export="xlsx")
        assert heading[2:7] == ["Angkatan", "Unit", "Lembar", "Dari", "Baris ragu"]
        assert row[2:7] == ["Produksi Bakery A1", "Higiene dan sanitasi", 1, 1, 3]
        _heading, refused = self.cells(officer, export="xlsx", state="refused")
        assert refused[8] == "Halaman kosong"

    def cells(self, officer, **query):
        file = BytesIO(officer.get(LIST, query).content)
        return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()

    @pytest.mark.parametrize("which", ["list", "upload"])
    def test_as_many_queries_for_one_row_as_for_three(self, training, browse, which):
        first = page_of(training)
        url = LIST if which == "list" else first.file.upload.get_absolute_url()
        counts = []
        for more in (0, 2):
            for number in range(more):
                session = factories.SessionFactory(batch__facility=training.cast.jember)
                about = {"file": first.file, "number": 2 + number} if which == "upload" else {}
                page_of(training, sheet=sheet_of(session), **about)
            officer = browse(training.cast.officer)
            with CaptureQueriesContext(connection) as captured:
                assert officer.get(url).status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestWorklist:
    def tasks(self, user):
        tasks = worklist(User.objects.get(pk=user.pk))
        return [(one.what, one.url) for one in tasks if one.icon == "file-earmark-image"]

    def test_what_waits_and_what_could_not_be_read(self, training, cast):
        for state in ("read", "read", "refused", "confirmed", "set_aside"):
            by = {"confirmed": {"confirmed_at": timezone.now(), "confirmed_by": cast.officer}}
            by["set_aside"] = {
                "set_aside_at": timezone.now(),
                "set_aside_by": cast.officer,
                "set_aside_reason": "salah foto",
            }
            page_of(training, state, **by.get(state, {}))
        assert self.tasks(cast.officer) == [
            ("2 lembar pindaian menunggu konfirmasi", LIST),
            ("1 halaman pindaian tidak terbaca", f"{LIST}?state=refused"),
        ]
        assert self.tasks(cast.instructor) == self.tasks(cast.stranger) == []
