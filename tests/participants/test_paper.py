"""The round trip of the paper sheet: filled in with a pen, keyed back, its scan kept."""

import hashlib
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from participants import quickline, services
from participants.forms import paper as paper_form
from participants.models import (
    AnnouncedAbsence,
    Attendance,
    Enrollment,
    Inmate,
    PaperScan,
    ReadingTrail,
    Submission,
)
from participants.queries.paper import paper_rows
from participants.sheetcode import code_of
from programs.models import Session
from programs.services import cancel_session
from tests import factories
from tests.participants.sheets import marks
from tests.partnerships.scans import archive, pdf, photo, upload
from tests.programs.pages import fields_of

pytestmark = pytest.mark.django_db

PRESENT = ("H", "", 1)
UNKNOWN_CODE = (
    "Kode ini tidak dikenal: salah ketik, atau lembar lama. "
    "Samakan dengan huruf di samping gambar QR, atau kosongkan."
)


@pytest.fixture
def url(training):
    return reverse("participants:attendance_paper", args=[training.session.pk])


@pytest.fixture
def send(training, browse, url):
    """Key the first meeting's sheet as the instructor, on a page opened just now: send("1-3h")."""
    instructor = browse(training.cast.instructor)

    def send(line="", *, page=None, **more):
        page = page or fields_of(instructor.get(url))
        return instructor.post(url, page | {"line": line} | more)

    return send


@pytest.fixture
def stored(training):
    return lambda: marks(training.session)


def errors(response):
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def said(response):
    return [str(one) for one in response.wsgi_request._messages]


def enlarge(training, numbers):
    """More people in the class, at these places of the paper."""
    here = {"facility": training.cast.jember}
    people = [factories.InmateFactory.build(**here) for _ in numbers]
    Inmate.objects.bulk_create(people)
    about = {"joined_on": training.batch.starts_on, "enrolled_by": training.cast.officer}
    Enrollment.objects.bulk_create(
        Enrollment(batch=training.batch, inmate=one, position=number, **about)
        for one, number in zip(people, numbers, strict=True)
    )


def announce(training, number, **more):
    """That person is called away by the Lapas on the first meeting's day."""
    day = training.session.takes_place_on
    return AnnouncedAbsence.objects.create(
        inmate=training.enrollments[number - 1].inmate,
        announced_by=training.cast.officer,
        **{"starts_on": day, "ends_on": day, "reason": "court"} | more,
    )


class TestRoundTrip:
    def test_what_the_pen_wrote_is_what_is_stored(self, training, send, browse, stored):
        """From the screen's marks to the line that a person reads off the paper, and back in another class."""
        on_paper = [("S", "facility", 1), PRESENT, ("T", "participant", 1)]
        line = quickline.write(
            {
                row.number: quickline.Said(code, cause=cause)
                for row, (code, cause, _) in zip(
                    paper_rows(training.session, training.batch.enrollments.in_paper_order()),
                    on_paper,
                    strict=True,
                )
            }
        )
        assert line == "1s/l 2h 3t/p"
        counts = {"count_H": "1", "count_S": "1", "count_I": "0", "count_T": "1"}
        sheet = factories.PrintedSheetFactory(session=training.session)
        response = send(line, code=code_of(sheet.pk), **counts)
        assert response.url == training.session.get_absolute_url()
        assert stored() == on_paper
        assert set(Attendance.objects.values_list("source", flat=True)) == {"paper"}
        page = browse(training.cast.instructor).get(
            reverse("participants:attendance_paper", args=[training.session.pk])
        )
        assert page.context["line"] == "1s/l 2h 3t"
        line = AuditEvent.objects.get(action="attendance.recorded")
        assert line.details["source"] == "paper"

    def test_what_was_stored_already_is_said_to_be(self, training, send, stored):
        training.mark(training.session, "SHH")
        assert said(send("1s 2h")) == ["Semua tanda itu sudah tersimpan."]
        assert [version for *_, version in stored()] == [1, 1, 1]

    def test_who_is_not_in_the_line_stays(self, training, send, stored):
        training.mark(training.session, "SHH")
        send("2a")
        assert stored() == [("S", "participant", 1), ("A", "participant", 2), PRESENT]

    def test_the_rest_is_who_has_no_mark_yet(self, training, send, stored):
        training.mark(training.session, "S  ")
        send("3t15 sisa h")
        assert stored() == [("S", "participant", 1), PRESENT, ("T", "participant", 1)]
        assert Attendance.objects.get(code="T").minutes_late == 15

    def test_what_the_line_leaves_open_stays_as_it_was(self, training, send):
        """A remark, a cause and minutes that were typed on the screen are not on the paper."""
        Attendance.objects.create(
            session=training.session, enrollment=training.enrollments[0], code="T",
            cause="facility", minutes_late=20, remark="Menunggu kunci", marked_by=training.cast.officer,
        )  # fmt: skip
        send("1t 2h")
        first = Attendance.objects.get(enrollment=training.enrollments[0])
        assert (first.facts, first.version) == (("T", "facility", 20, "Menunggu kunci"), 1)
        send("1a")
        first.refresh_from_db()
        assert first.facts == ("A", "participant", None, "Menunggu kunci")

    def test_a_cause_not_written_is_the_one_announced(self, training, send, stored):
        for number in (1, 2):
            announce(training, number)
        announce(training, 3, withdrawn_by=training.cast.officer, withdrawn_at="2025-12-17T00:00Z")
        send("1i 2i/p 3i")
        assert [cause for _, cause, _ in stored()] == ["facility", "participant", "participant"]


class TestRefusals:
    """Nothing is stored, and what was typed stays on the page."""

    def check(self, response, typed, **expected):
        assert response.status_code == 422
        assert errors(response) == expected
        assert fields_of(response)["line"] == typed
        assert not Submission.objects.exists()
        assert not PaperScan.objects.exists()

    def test_a_count_that_differs(self, send):
        response = send("1-2h 3s", count_H="3", count_S="1", count_A="0", count_T="1")
        self.check(
            response,
            "1-2h 3s",
            count_H=["Di kertas ada 3 H, yang diketik 2."],
            count_T=["Di kertas ada 1 T, yang diketik 0."],
        )
        assert fields_of(response)["count_H"] == "3"

    def test_with_the_rest_the_whole_sheet_is_counted(self, training, send):
        training.mark(training.session, "S  ")
        Submission.objects.all().delete()
        self.check(
            send("sisa h", count_H="3", count_S="1"),
            "sisa h",
            count_H=["Di kertas ada 3 H, yang diketik 2."],
        )

    def test_a_row_that_is_not_there(self, training, send):
        enlarge(training, range(4, 41))
        response = send("1-40h 41h")
        self.check(
            response,
            "1-40h 41h",
            line=["“41h”: nomor 41 tidak ada, daftar ini sampai nomor 40."],
        )
        assert sum(row["mark"] is not None for row in response.context["rows"]) == 40

    def test_no_line_and_no_scan(self, send):
        self.check(send(""), "", line=["Ketik tanda dari kertas, misalnya 1-12h 13s."])

    @pytest.mark.parametrize("text", ["ABCD-EFGH-JKMN-PQRS", "x", "0000-0100-0000-0000"])
    def test_a_code_that_is_none(self, send, text):
        self.check(send("1h", code=text), "1h", code=[UNKNOWN_CODE])

    def test_the_code_of_a_sheet_that_is_not_there(self, send):
        """Our own, from before a restore."""
        self.check(send("1h", code=code_of(404)), "1h", code=[UNKNOWN_CODE])

    def test_the_code_of_another_day(self, training, send):
        words = (
            "Kode ini milik daftar hadir Produksi Bakery A1 tanggal 18 Desember 2025 pukul 08.00, "
            "bukan pertemuan ini."
        )
        other = factories.PrintedSheetFactory(session=training.sessions[1])
        self.check(send("1h", code=code_of(other.pk)), "1h", code=[words])

    def test_of_another_prison_not_even_the_day_is_told(self, send):
        foreign = factories.PrintedSheetFactory(session__takes_place_on=date(2025, 12, 24))
        words = (
            "Kode ini tidak dikenal: salah ketik, atau lembar lama. "
            "Samakan dengan huruf di samping gambar QR, atau kosongkan."
        )
        self.check(send("1h", code=code_of(foreign.pk)), "1h", code=[words])

    def test_cancelled(self, training, send):
        cancel_session(
            session=training.session, cancel_reason="Hujan", cancel_cause="other",
            by=training.cast.officer,
        )  # fmt: skip
        words = "Pertemuan ini dibatalkan, jadi tidak punya daftar hadir."
        self.check(send("1-3h", file=upload(pdf())), "1-3h", __all__=[words])

    def test_locked(self, training, send, stored):
        training.mark(training.session, "HHH")
        services.lock_attendance(session=training.session, by=training.cast.officer)
        Submission.objects.all().delete()
        words = "Daftar hadir ini sudah dikunci. Petugas bisa membukanya dengan alasan."
        self.check(send("1s"), "1s", __all__=[words])
        assert stored() == [PRESENT] * 3

    def test_not_begun(self, send, time_machine):
        time_machine.move_to("2025-12-17T00:59:00Z")
        words = "Pertemuan ini baru dimulai pada 17 Desember 2025 pukul 08.00."
        self.check(send("1-3h"), "1-3h", __all__=[words])

    def test_closed_by_the_rule(self, training, send, time_machine):
        training.cast.jember.sheet_days = 2
        training.cast.jember.save()
        time_machine.move_to("2025-12-20T03:00:00Z")
        words = (
            "Daftar hadir ini ditutup menurut aturan Lapas; hari terakhir mengisinya 19 Desember 2025. "
            "Petugas bisa membukanya dengan alasan."
        )
        self.check(send("1-3h"), "1-3h", __all__=[words])

    def test_a_line_that_is_too_long_is_not_read(self, send, monkeypatch):
        read = []
        monkeypatch.setattr(
            paper_form, "parse", lambda text, numbers: read.append(text) or quickline.Line()
        )
        page = send("x " * 1001, count_H="3")
        assert list(errors(page)) == ["line"]
        assert read[-1] == ""

    def test_moved_meanwhile(self, training, send, browse, url, stored):
        page = fields_of(browse(training.cast.instructor).get(url))
        Session.objects.filter(pk=training.session.pk).update(takes_place_on=date(2025, 12, 20))
        words = (
            "Pertemuan ini dipindah dari 17 Desember 2025 ke 20 Desember 2025; isian di bawah untuk "
            "hari yang lama, belum tersimpan."
        )
        checked = send("1-3h", page=page, check="1")
        assert fields_of(checked)["day"] == "2025-12-17"
        refused = send("1-3h", page=page)
        self.check(refused, "1-3h", __all__=[words])
        send("1-3h", page=fields_of(refused))
        assert stored() == [PRESENT] * 3

    @pytest.mark.parametrize(
        "forged", [{"nonce": "short"}, {"version-1": "x"}, {"day": "17-12-2025"}]
    )
    def test_what_no_page_of_ours_sends(self, training, send, forged):
        forged = {
            name.replace("1", str(training.enrollments[0].pk)): forged[name] for name in forged
        }
        assert send("1h", **forged).status_code == 400
        assert not Submission.objects.exists()


class TestCheck:
    def test_shows_the_line_beside_the_roster_and_stores_nothing(self, training, send, stored):
        training.mark(training.session, "S  ")
        response = send("1-2h", check="1")
        assert response.status_code == 200
        shown = [
            (row["stored"] and row["stored"]["code"], row["mark"] and row["mark"]["code"], row["is_changed"])
            for row in response.context["rows"]
        ]  # fmt: skip
        assert shown == [("S", "H", True), (None, "H", False), (None, None, False)]
        assert stored() == [("S", "participant", 1)]
        assert "Baru diperiksa, belum disimpan." in response.content.decode()

    def test_saving_what_was_checked(self, send, stored):
        assert (
            send("", page=fields_of(send("1-3h", check="1")) | {"line": "1-3h"}).status_code == 422
        )
        assert send("1-3h", page=fields_of(send("1-3h", check="1"))).status_code == 302
        assert stored() == [PRESENT] * 3

    def test_the_scan_has_to_be_chosen_again_and_that_is_said(self, send):
        words = "Pilih berkasnya sekali lagi: peramban tidak menyimpan pilihan berkas."
        without, chosen = send("1h", check="1"), send("1h", check="1", file=upload(pdf()))
        assert [words in one.content.decode() for one in (without, chosen)] == [False, True]
        assert not PaperScan.objects.exists()


class TestReplay:
    def test_the_same_form_again_doubles_nothing(self, training, browse, url, send, stored):
        page = fields_of(browse(training.cast.instructor).get(url))
        send("1-3h", page=page, file=upload(pdf()))
        lines = AuditEvent.objects.count()
        again = send("1-3s", page=page, file=upload(photo()))
        assert (
            said(again)[-1] == "Isian ini sudah diterima sebelumnya; tidak ada yang ditulis lagi."
        )
        assert stored() == [PRESENT] * 3
        assert (PaperScan.objects.count(), AuditEvent.objects.count()) == (1, lines)


class TestConflict:
    @pytest.fixture
    def overtaken(self, training, browse, url, send):
        """The page was opened before the officer saved HSH; now the instructor keys what is on paper."""
        page = fields_of(browse(training.cast.instructor).get(url))
        training.mark(training.session, "HSH", by=training.cast.officer)
        return send("1h sisa h", page=page, file=upload(pdf()))

    def test_shows_both_and_stores_nothing(self, overtaken, stored):
        assert overtaken.status_code == 409
        assert stored() == [PRESENT, ("S", "participant", 1), PRESENT]
        assert not PaperScan.objects.exists()
        second = overtaken.context["rows"][1]
        assert [second["stored"]["code"], second["mark"]["code"]] == ["S", "H"]
        assert "Ratna Wulandari menyimpan yang lain" in overtaken.content.decode()

    def test_the_number_in_the_line_wins_the_next_time(self, overtaken, send, stored):
        assert send("1h 2h", page=fields_of(overtaken)).status_code == 302
        assert stored() == [PRESENT, ("H", "", 2), PRESENT]

    def test_without_it_what_is_stored_stays(self, overtaken, send, stored):
        assert send("1h sisa h", page=fields_of(overtaken)).status_code == 302
        assert stored() == [PRESENT, ("S", "participant", 1), PRESENT]

    def test_an_error_does_not_renew_what_the_page_has_seen(
        self, training, browse, url, send, stored
    ):
        """Else a slip of the pen would make the line win over a mark that nobody was shown."""
        page = fields_of(browse(training.cast.instructor).get(url))
        training.mark(training.session, "HSH", by=training.cast.officer)
        slip = send("1-3h 41h", page=page)
        assert slip.status_code == 422
        assert send("1-3h", page=fields_of(slip)).status_code == 409
        assert stored()[1] == ("S", "participant", 1)


class TestScan:
    @pytest.mark.parametrize(
        ("content", "name", "media_type"),
        [(pdf(2), "lembar.pdf", "application/pdf"), (photo(), "IMG.exe", "image/jpeg")],
    )
    def test_is_kept_byte_for_byte(self, training, send, browse, content, name, media_type):
        send("1-3h", file=upload(content, name))
        scan = PaperScan.objects.get()
        digest = hashlib.sha256(content).hexdigest()
        assert scan.file.name == f"scans/{training.session.pk}/{digest}"
        line = AuditEvent.objects.get(action="scan.kept")
        assert line.details == {"session": training.session.pk, "sha256": digest}
        response = browse(training.cast.auditor).get(
            reverse("participants:scan_download", args=[scan.pk])
        )
        assert b"".join(response.streaming_content) == content
        assert response.headers["Content-Type"] == media_type
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert ReadingTrail.objects.get(page="scan_download").batch == training.batch

    @pytest.mark.parametrize(
        "content", [b"", archive(), b"<svg/>", pdf(javascript=True), photo("GIF")]
    )
    def test_of_another_kind_is_refused_and_the_marks_wait(self, send, stored, content):
        response = send("1-3h", file=upload(content))
        assert (response.status_code, list(errors(response))) == (422, ["file"])
        assert fields_of(response)["line"] == "1-3h"
        assert (stored(), PaperScan.objects.count()) == ([], 0)

    def test_the_same_twice_is_said(self, send, stored):
        send("1h", file=upload(pdf()))
        response = send("2h", file=upload(pdf()))
        assert errors(response) == {"file": ["Pindaian yang sama sudah terlampir."]}
        assert stored() == [PRESENT]

    def test_alone_is_kept_without_marks(self, training, send):
        assert said(send("", file=upload(photo()))) == ["Pindaiannya terlampir."]
        training.session.refresh_from_db()
        assert training.session.status == Session.Status.PLANNED
        assert PaperScan.objects.count() == 1

    def test_is_no_business_of_another_class_or_prison(self, training, browse):
        scan = factories.PaperScanFactory(session=training.session)
        url = reverse("participants:scan_download", args=[scan.pk])
        colleague = factories.UserFactory(role="instructor", facility=training.cast.jember)
        people = [training.cast.instructor, colleague, training.cast.stranger]
        assert [browse(one).get(url).status_code for one in people] == [200, 404, 404]


class TestQueries:
    def test_twenty_cost_as_many_as_three(self, training, browse, url):
        counts, officer = [], browse(training.cast.officer)
        Session.objects.filter(pk=training.session.pk).update(status="held")
        for more in ([], range(4, 21)):
            enlarge(training, more)
            Attendance.objects.all().delete()
            with CaptureQueriesContext(connection) as opening:
                page = fields_of(officer.get(url))
            with CaptureQueriesContext(connection) as saving:
                assert officer.post(url, page | {"line": "sisa h"}).status_code == 302
            counts.append((len(opening), len(saving)))
        assert Attendance.objects.count() == Enrollment.objects.count() == 20
        assert counts[0] == counts[1]
