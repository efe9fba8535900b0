"""Scans from upload to the officer's desk: what is taken, what each page is, and nothing read into trouble."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent
from participants import services, tasks
from participants.models import PrintedSheet, ScanPage, ScanUpload
from participants.paper.process import Seen
from participants.queries.scan_uploads import ADVICE, contents_of
from participants.services import scan_reading, scans
from participants.sheetcode import code_of
from tests import factories
from tests.factories import reading_of
from tests.paper.sheets import plain_sheet
from tests.partnerships.scans import archive, claiming, pdf, photo, upload
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

State, Refusal = ScanPage.State, ScanPage.Refusal


def printed(session, page=1, page_count=1, paper="a4"):
    return factories.PrintedSheetFactory(
        session=session, page=page, page_count=page_count, paper=paper
    )


def seen(sheet=None, *, said="", refusal="", code="", picture=b"\xff\xd8gambar"):
    """What the reader says of a page; its QR is the sheet's."""
    code = code or (code_of(sheet.pk).replace("-", "") if sheet else "")
    return Seen(reading_of(said) | {"code": code, "refusal": refusal}, picture)


@pytest.fixture
def sees(monkeypatch):
    """Let the reader see these, page by page, and whatever was seen last from then on."""

    def see(*pages):
        answers = list(pages)

        def look(content, number):
            return answers.pop(0) if len(answers) > 1 else answers[0]

        monkeypatch.setattr(scan_reading, "look", look)

    return see


@pytest.fixture
def keep(training):
    def keep(*files, by=None):
        by = by or training.cast.officer
        return services.keep_scans(files=files, facility=by.facility, by=by)

    return keep


@pytest.fixture
def read(training, sees):
    """Read an upload of one file with as many pages as are seen."""

    def read(*pages):
        sees(*pages)
        waiting = waiting_pages(training, len(pages))
        services.read_upload(upload=waiting[0].file.upload)
        return list(ScanPage.objects.filter(file=waiting[0].file))

    return read


def waiting_pages(training, count=1):
    kept = factories.ScanFileFactory(
        upload__facility=training.cast.jember, upload__uploaded_by=training.cast.officer
    )
    return [ScanPage.objects.create(file=kept, number=number) for number in range(1, count + 1)]


def trail(action):
    return [event.details for event in AuditEvent.objects.filter(action=action).order_by("pk")]


class TestKeep:
    def test_several_files_as_they_came(self, keep):
        content = pdf(2)
        kept = keep(upload(content, "Senin.pdf"), upload(photo(), "Selasa.jpg"))
        files = [(one.filename, one.media_type, one.page_count) for one in kept.files.all()]
        assert files == [("Senin.pdf", "application/pdf", 2), ("Selasa.jpg", "image/jpeg", 1)]
        assert Path(kept.files.first().file.path).read_bytes() == content
        pages = ScanPage.objects.values_list("file__filename", "number", "state")
        assert list(pages) == [
            ("Senin.pdf", 1, "waiting"),
            ("Senin.pdf", 2, "waiting"),
            ("Selasa.jpg", 1, "waiting"),
        ]

    def test_the_bad_ones_are_named_and_the_good_one_is_taken(self, keep):
        bad = {
            "huge.png": claiming(20_000, 20_000),
            "program.pdf": pdf(javascript=True),
            "two things.jpg": photo() + archive(),
            "locked.pdf": pdf(password="rahasia"),
            "empty.pdf": b"",
            "cat.gif": b"GIF89a",
        }
        kept = keep(*[upload(content, name) for name, content in bad.items()], upload(pdf(), "a"))
        assert [(one["name"], one["reason"].split(".")[0]) for one in kept.refused_files] == [
            ("huge.png", "Gambar ini lebih dari 60 megapiksel"),
            ("program.pdf", "PDF ini berisi program atau lampiran (/JS, /JavaScript)"),
            ("two things.jpg", "Berkas ini membawa isi lain di dalamnya (arsip atau program)"),
            ("locked.pdf", "PDF ini terkunci kata sandi"),
            ("empty.pdf", "Berkas ini kosong"),
            ("cat.gif", "Berkas ini bukan PDF, JPEG, PNG, atau TIFF"),
        ]
        assert [one.filename for one in kept.files.all()] == ["a"]

    def test_none_good_keeps_nothing(self, keep):
        with pytest.raises(ValidationError) as refused:
            keep(upload(b"", "kosong.pdf"), upload(b"GIF89a", "kucing.gif"))
        assert refused.value.message_dict == {
            "files": [
                "kosong.pdf: Berkas ini kosong. Pindai ulang kertasnya.",
                "kucing.gif: Berkas ini bukan PDF, JPEG, PNG, atau TIFF. "
                "Simpan ulang sebagai PDF (pindaian) atau JPEG (foto).",
            ]
        }
        assert not ScanUpload.objects.exists()

    def test_the_same_file_again_is_told_where_it_is(self, keep):
        first = keep(upload(pdf(), "Senin.pdf"))
        with pytest.raises(ValidationError) as refused:
            keep(upload(pdf(), "Senin lagi.pdf"))
        [error] = refused.value.error_dict["files"]
        assert error.params["upload"] == first.pk
        assert re.fullmatch(
            r"Sudah diunggah .+ oleh Ratna Wulandari; tidak dibaca lagi\.",
            error.params["reason"],
        )

    def test_another_lapas_is_not_told(self, keep, cast):
        keep(upload(pdf()))
        assert keep(upload(pdf()), by=cast.stranger).refused_files == []

    def test_the_same_file_twice_at_once_is_taken_once(self, keep):
        kept = keep(upload(pdf(), "a.pdf"), upload(pdf(), "b.pdf"))
        assert [one.filename for one in kept.files.all()] == ["a.pdf"]
        assert kept.refused_files == [
            {"name": "b.pdf", "reason": "Sama persis dengan a.pdf.", "upload": None}
        ]

    def test_fifty_pages_together(self, keep, monkeypatch):
        monkeypatch.setattr(scans, "MOST_PAGES", 3)
        kept = keep(
            upload(pdf(4), "tebal.pdf"), upload(pdf(2), "a.pdf"), upload(pdf(3), "b.pdf"),
            upload(photo(), "c.jpg"),
        )  # fmt: skip
        assert [one.filename for one in kept.files.all()] == ["a.pdf", "c.jpg"]
        assert [(one["name"], one["reason"]) for one in kept.refused_files] == [
            (
                "tebal.pdf",
                "Berisi 4 halaman, paling banyak 3. Bagi menjadi beberapa berkas.",
            ),
            (
                "b.pdf",
                "Bersama berkas sebelumnya lebih dari 3 halaman. Unggah sesudah ini, tersendiri.",
            ),
        ]


class TestRead:
    def test_each_page_finds_its_session_whatever_the_order(self, training, read):
        first, second = (printed(session) for session in training.sessions)
        pages = read(seen(second, said="HHS"), seen(first, said="HH."))
        assert [(one.state, one.sheet) for one in pages] == [("read", second), ("read", first)]
        assert Path(pages[0].picture.path).read_bytes() == b"\xff\xd8gambar"
        assert not training.session.attendances.exists()

    @pytest.mark.parametrize("refusal", ["blank", "mirrored", "two_sheets", "coarse"])
    def test_what_the_reader_refuses(self, read, refusal):
        [page] = read(seen(refusal=refusal))
        assert (page.state, page.refusal, page.sheet) == ("refused", refusal, None)

    def test_without_a_code_its_boxes_are_kept(self, read):
        [page] = read(seen(said="HHH"))
        assert (page.refusal, page.reading["rows"][0]["code"]) == ("no_code", "H")

    def test_a_code_that_is_none_of_ours(self, training, read):
        sheet = printed(training.session)
        code = code_of(sheet.pk).replace("-", "")
        forged = code[:-1] + ("1" if code.endswith("0") else "0")
        never_printed = code_of(sheet.pk + 1).replace("-", "")
        pages = read(seen(code=forged), seen(code=never_printed))
        assert [(one.refusal, one.reading) for one in pages] == [("forged", {}), ("forged", {})]

    def test_a_sheet_of_another_lapas_leaves_nothing_but_the_picture(self, cast, read):
        elsewhere = factories.SessionFactory(batch__facility=cast.metro)
        [page] = read(seen(printed(elsewhere), said="HSI"))
        assert (page.refusal, page.sheet, page.reading, page.paper) == ("foreign", None, {}, "")
        assert trail("scan.read") == [{"refusal": "foreign", "sheet": None}]

    def test_the_code_of_one_paper_on_another(self, training, read):
        [page] = read(seen(printed(training.session, paper="f4")))
        assert (page.refusal, page.sheet) == ("other_layout", None)

    def test_a_file_that_is_gone_does_not_stop_the_others(self, training):
        [page] = waiting_pages(training)
        Path(page.file.file.path).unlink()
        services.read_upload(upload=page.file.upload)
        assert ScanPage.objects.get().refusal == "damaged"

    def test_a_killed_job_goes_on_with_the_pages_that_wait(self, training, monkeypatch):
        sheet, looked = printed(training.session), []

        def look(content, number):
            looked.append(number)
            if looked == [1, 2]:
                raise KeyboardInterrupt
            return seen(sheet)

        monkeypatch.setattr(scan_reading, "look", look)
        kept = waiting_pages(training, 3)[0].file.upload
        with pytest.raises(KeyboardInterrupt):
            services.read_upload(upload=kept)
        tasks.read_scans.enqueue(kept.pk)
        assert looked == [1, 2, 2, 3]
        assert set(ScanPage.objects.values_list("state", flat=True)) == {"read"}

    @pytest.mark.parametrize(
        ("refusal", "looked_at"), [("damaged", [1, 2, 1, 2]), ("huge", [1, 2, 3, 1, 2, 3])]
    )
    def test_a_file_over_which_the_reader_dies_twice_is_read_no_further(
        self, training, monkeypatch, refusal, looked_at
    ):
        """Half a minute a page would hold the worker; the next file has its own two tries."""
        looked, files = [], [waiting_pages(training, 3)[0].file for _ in range(2)]
        files[1].upload = files[0].upload
        files[1].save()

        def look(content, number):
            looked.append(number)
            return seen(refusal=refusal, picture=b"")

        monkeypatch.setattr(scan_reading, "look", look)
        services.read_upload(upload=files[0].upload)
        assert looked == looked_at
        assert list(ScanPage.objects.values_list("refusal", flat=True)) == [refusal] * 6

    def test_a_late_result_leaves_alone_what_was_set_aside_meanwhile(self, training, monkeypatch):
        [page] = waiting_pages(training)

        def look(content, number):
            services.set_aside_page(page=page, reason="salah foto", by=training.cast.officer)
            return seen(printed(training.session))

        monkeypatch.setattr(scan_reading, "look", look)
        services.read_upload(upload=page.file.upload)
        assert ScanPage.objects.get().state == "set_aside"

    def test_resuming_is_for_what_has_stalled(self, training, cast, sees):
        kept = waiting_pages(training)[0].file.upload
        with pytest.raises(ValidationError, match="sedang dibaca"):
            services.resume_reading(upload=kept, by=cast.officer)
        ScanUpload.objects.update(uploaded_at=timezone.now() - timedelta(minutes=4))
        assert not services.resume_reading(upload=kept, by=cast.officer).has_stalled
        sees(seen(refusal="blank"))
        services.read_upload(upload=kept)
        with pytest.raises(ValidationError, match="sudah dibaca"):
            services.resume_reading(upload=kept, by=cast.officer)


class TestFromPaper:
    def test_a_page_on_paper_finds_its_session_through_the_real_reader(self, training, keep):
        sheet = printed(training.session)
        printed_page = plain_sheet("a4", code_of(sheet.pk).replace("-", ""), 3)
        file = BytesIO()
        # As an office scanner sends it: two pages in one TIFF, the other one its empty back.
        pages = [
            Image.fromarray(one[::2, ::2]) for one in (printed_page.image, blank(printed_page))
        ]
        pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
        kept = keep(upload(file.getvalue(), "pindaian.tif"))
        tasks.read_scans.enqueue(kept.pk)
        page, back = ScanPage.objects.all()
        assert (page.state, page.sheet, len(page.reading["rows"])) == ("read", sheet, 22)
        assert Image.open(page.picture.path).size == (1260, 1782)
        assert (back.state, back.refusal) == ("refused", "blank")


def blank(page):
    return page.image.copy() * 0 + 250


class TestName:
    @pytest.fixture
    def page(self, read):
        return read(seen(said="HHH"))[0]

    def name(self, page, sheet, code=""):
        by = page.file.upload.uploaded_by
        return services.name_page(page=page, code=code or code_of(sheet.pk), by=by)

    def test_the_code_in_letters_makes_it_a_page_of_its_sheet(self, training, page):
        sheet = printed(training.session)
        self.name(page, sheet, code=f" {code_of(sheet.pk).lower()} ")
        page.refresh_from_db()
        assert (page.state, page.refusal, page.sheet) == ("read", "", sheet)
        assert trail("scan.named") == [{"sheet": sheet.pk}]

    @pytest.mark.parametrize(
        ("which", "words"),
        [
            ("mistyped", "Kode ini salah ketik. Samakan dengan huruf di samping gambar QR."),
            ("foreign", "Kode ini bukan milik lembar Lapas ini. Periksa kertasnya."),
            (
                "f4",
                "Kode ini milik lembar F4, bentuknya lain dari gambar ini. Periksa kertasnya.",
            ),
        ],
    )
    def test_another_code_is_refused_beside_its_field(self, training, page, which, words):
        elsewhere = factories.SessionFactory(batch__facility=training.cast.metro)
        sheet = printed(elsewhere if which == "foreign" else training.session, paper="f4")
        with pytest.raises(ValidationError) as refused:
            self.name(page, sheet, code="0000-1234" if which == "mistyped" else "")
        assert refused.value.message_dict == {"code": [words]}

    def test_a_page_that_was_refused_for_something_else_needs_none(self, training, read):
        [page] = read(seen(refusal="bent"))
        with pytest.raises(ValidationError, match="tidak perlu diketik"):
            self.name(page, printed(training.session))


class TestReread:
    def confirmed(self, page, by):
        ScanPage.objects.filter(pk=page.pk).update(
            state="confirmed", answers={"1": "H"}, present_count=1, confirmed_by=by,
            confirmed_at=timezone.now(),
        )  # fmt: skip
        return ScanPage.objects.get(pk=page.pk)

    def again(self, page, by):
        """The page after the job that the officer has asked for."""
        page = services.reread_page(page=page, by=by)
        services.read_upload(upload=page.file.upload)
        return ScanPage.objects.get(pk=page.pk)

    def test_a_refused_page_may_turn_out_readable(self, training, read, sees, cast):
        [page] = read(seen(refusal="damaged", picture=b""))
        sheet = printed(training.session)
        sees(seen(sheet))
        page = self.again(page, cast.officer)
        assert (page.state, page.sheet, page.refusal) == ("read", sheet, "")

    def test_it_waits_for_the_job_however_old_its_upload_is(self, read, sees, cast):
        [page] = read(seen(refusal="coarse"))
        ScanUpload.objects.update(read_at=timezone.now() - timedelta(days=3))
        sees()  # whoever looked now would fall over
        services.reread_page(page=page, by=cast.officer)
        page = ScanPage.objects.get()
        assert (page.state, page.refusal, page.file.upload.has_stalled) == ("waiting", "", False)

    def test_a_confirmed_one_waits_again_its_confirmation_is_in_the_trail(
        self, training, read, sees, cast
    ):
        training.mark(training.session, "HSA")
        [page] = read(seen(printed(training.session), said="HSA"))
        page = self.again(self.confirmed(page, cast.officer), cast.officer)
        assert (page.state, page.answers, page.confirmed_by) == ("read", {}, None)
        [told] = trail("scan.reread")
        assert (told["was"], told["answers"], told["present_count"]) == ("confirmed", {"1": "H"}, 1)
        assert told["confirmed_by"] == cast.officer.pk
        assert training.session.attendances.count() == 3

    def test_a_confirmed_one_that_fails_now_stays_with_its_picture(
        self, training, read, sees, cast
    ):
        [page] = read(seen(printed(training.session)))
        sees(seen(refusal="coarse", picture=b"\xff\xd8baru"))
        page = self.again(self.confirmed(page, cast.officer), cast.officer)
        assert (page.state, page.answers, page.refusal) == ("confirmed", {"1": "H"}, "")
        kept = Path(page.picture.path)
        assert kept.read_bytes() == b"\xff\xd8gambar"
        assert list(kept.parent.iterdir()) == [kept]
        assert trail("scan.reread_failed") == [{"refusal": "coarse", "sheet": page.sheet_id}]

    def test_nobody_could_confirm_it_again_on_a_locked_sheet(self, training, read, cast):
        training.mark(training.session, "HSA")
        [page] = read(seen(printed(training.session)))
        page = self.confirmed(page, cast.officer)
        services.lock_attendance(session=training.session, by=cast.officer)
        with pytest.raises(ValidationError) as refused:
            self.again(page, cast.officer)
        assert refused.value.messages == [
            "Daftar hadir pertemuan ini tidak menerima tanda sekarang, jadi konfirmasinya tidak bisa "
            "diulang. Buka kuncinya dulu, lalu baca lagi."
        ]
        assert ScanPage.objects.get().state == "confirmed"

    def test_nor_on_one_that_was_locked_while_the_page_waited(self, training, read, cast):
        training.mark(training.session, "HSA")
        [page] = read(seen(printed(training.session)))
        page = self.confirmed(page, cast.officer)
        page = services.reread_page(page=page, by=cast.officer)
        services.lock_attendance(session=training.session, by=cast.officer)
        services.read_upload(upload=page.file.upload)
        page.refresh_from_db()
        assert (page.state, page.answers) == ("confirmed", {"1": "H"})

    def test_a_page_that_was_not_confirmed_may_be_read_on_a_locked_sheet(
        self, training, read, cast
    ):
        training.mark(training.session, "HSA")
        [page] = read(seen(printed(training.session)))
        services.lock_attendance(session=training.session, by=cast.officer)
        assert self.again(page, cast.officer).state == "read"

    def test_the_code_that_was_typed_outlasts_it(self, training, read, cast):
        [page] = read(seen(said="HHH"))
        sheet = printed(training.session)
        page = services.name_page(page=page, code=code_of(sheet.pk), by=cast.officer)
        page = self.again(page, cast.officer)
        assert (page.state, page.sheet) == ("read", sheet)

    @pytest.mark.django_db(transaction=True)
    def test_the_older_picture_goes(self, read, sees, cast):
        [page] = read(seen(refusal="coarse", picture=b"\xff\xd8lama"))
        older = Path(page.picture.path)
        sees(seen(refusal="coarse", picture=b"\xff\xd8baru"))
        page = self.again(page, cast.officer)
        assert (Path(page.picture.path).read_bytes(), older.exists()) == (b"\xff\xd8baru", False)

    def test_whoever_was_confirmed_meanwhile_is_left_alone(self, training, read, cast):
        [page] = read(seen(printed(training.session)))
        self.confirmed(page, cast.officer)
        with pytest.raises(ValidationError, match="baru saja berubah"):
            services.reread_page(page=page, by=cast.officer)
        assert ScanPage.objects.get().state == "confirmed"

    @pytest.mark.parametrize("state", ["waiting", "set_aside"])
    def test_not_of_a_page_that_waits_or_is_set_aside(self, training, cast, state):
        [page] = waiting_pages(training)
        if state == "set_aside":
            page = services.set_aside_page(page=page, reason="salah", by=cast.officer)
        with pytest.raises(ValidationError, match="tidak bisa dibaca ulang sekarang"):
            services.reread_page(page=page, by=cast.officer)


class TestSetAside:
    @pytest.mark.parametrize("state", ["read", "refused", "waiting"])
    def test_and_back_to_what_it_was(self, training, read, cast, state):
        if state == "waiting":
            [page] = waiting_pages(training)
        else:
            is_read = state == "read"
            [page] = read(seen(printed(training.session)) if is_read else seen(refusal="blank"))
        page = services.set_aside_page(page=page, reason="  sisi  belakang ", by=cast.officer)
        assert (page.state, page.set_aside_reason) == ("set_aside", "sisi belakang")
        page = services.restore_page(page=page, by=cast.officer)
        assert (page.state, page.set_aside_by) == (state, None)
        assert trail("scan.set_aside") == [{"reason": "sisi belakang"}]
        assert trail("scan.restored") == [{}]

    def test_one_that_waits_again_has_not_stalled(self, training, cast):
        [page] = waiting_pages(training)
        page = services.set_aside_page(page=page, reason="salah", by=cast.officer)
        ScanUpload.objects.update(uploaded_at=timezone.now() - timedelta(days=3))
        services.restore_page(page=page, by=cast.officer)
        assert not ScanUpload.objects.get().has_stalled

    def test_not_what_was_confirmed(self, training, read, cast):
        [page] = read(seen(printed(training.session)))
        page = TestReread().confirmed(page, cast.officer)
        with pytest.raises(ValidationError, match="sudah dikonfirmasi"):
            services.set_aside_page(page=page, reason="salah", by=cast.officer)
        page = services.reread_page(page=page, by=cast.officer)
        with pytest.raises(ValidationError, match="sudah dikonfirmasi"):
            services.set_aside_page(page=page, reason="salah", by=cast.officer)

    def test_nothing_to_take_back(self, read, cast):
        [page] = read(seen(refusal="blank"))
        with pytest.raises(ValidationError, match="tidak disisihkan"):
            services.restore_page(page=page, by=cast.officer)


class TestContents:
    def of(self, pages):
        return contents_of(pages[0].file.upload)

    def test_sorted_by_session_with_what_is_missing(self, training, read):
        first, second = training.sessions
        tomorrow = printed(second)
        two, three = (printed(first, page, 3) for page in (2, 3))
        contents = self.of(read(seen(tomorrow), seen(three), seen(two), seen(refusal="blank")))
        assert [
            (one.session, [line.page.sheet for line in one.lines], [s.page for s in one.missing])
            for one in contents.sessions
        ] == [(first, [two, three], [1]), (second, [tomorrow], [])]
        assert contents.is_mixed
        assert [one.page.refusal for one in contents.refused] == ["blank"]

    def test_what_came_with_another_upload_is_not_missing(self, training, read):
        one, two = (printed(training.session, page, 2) for page in (1, 2))
        read(seen(one))
        contents = self.of(read(seen(two)))
        assert (contents.sessions[0].missing, contents.is_mixed) == ([], False)

    def test_doubles_know_each_other(self, training, read):
        sheet = printed(training.session)
        [earlier] = read(seen(sheet))
        pages = read(seen(sheet), seen(sheet))
        lines = self.of(pages).sessions[0].lines
        assert [line.doubles for line in lines] == [[earlier, pages[1]], [earlier, pages[0]]]

    def test_doubtful_rows_are_those_of_people(self, training, read):
        sheet = printed(training.session)
        PrintedSheet.objects.update(enrollments=[one.pk for one in training.enrollments])
        [line] = self.of(read(seen(sheet, said="H2.H"))).sessions[0].lines
        assert (line.doubtful_count, line.guest_count) == (2, 1)

    def test_every_refusal_has_its_advice(self):
        assert ADVICE.keys() == set(Refusal)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_jobs_read_no_page_twice_into_trouble(self, training, sees, monkeypatch):
        assert self.two_jobs(training, sees, monkeypatch, scan_reading._take) == 1

    def test_without_the_lock_they_do(self, training, sees, monkeypatch):
        take = without_guard(monkeypatch, scan_reading._take)
        assert self.two_jobs(training, sees, monkeypatch, take) == 2

    def two_jobs(self, training, sees, monkeypatch, take):
        """How often the only page was taken."""
        sees(seen(printed(training.session)))
        [page] = waiting_pages(training)
        meet_after(monkeypatch, scan_reading, "_sheet_of", racers=2, patience=0.5)
        at_once(*[lambda: take(page, scan_reading.look(b"", 1))] * 2)
        return len(trail("scan.read"))

    def test_a_double_click_keeps_the_file_once(self, training, monkeypatch):
        assert self.two_clicks(training, monkeypatch, scans._keep) == 1

    def test_without_the_lock_twice(self, training, monkeypatch):
        assert self.two_clicks(training, monkeypatch, without_guard(monkeypatch, scans._keep)) == 2

    def two_clicks(self, training, monkeypatch, keep):
        """How many uploads there are afterwards."""
        meet_after(monkeypatch, scans, "_sifted", racers=2, patience=0.5)
        by = training.cast.officer
        content = pdf()
        facts = {
            "filename": "a.pdf", "media_type": "application/pdf", "page_count": 1,
            "sha256": "0" * 64, "byte_count": len(content), "uploaded_by": by,
        }  # fmt: skip
        at_once(*[lambda: keep([(content, dict(facts))], [], by.facility, by)] * 2)
        return ScanUpload.objects.count()
