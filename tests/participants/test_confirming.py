"""A page that was read becomes marks, and only by an officer's word on every row of it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from participants import services
from participants.models import AnnouncedAbsence, Attendance, ScanPage, Submission
from participants.queries.scan_page import page_rows
from participants.services import confirming
from programs.services import cancel_session, move_session
from tests import factories
from tests.participants.scanned import confirm, scan_of
from tests.participants.sheets import marks
from tests.programs.races import at_once, meet_after

pytestmark = pytest.mark.django_db

PRESENT = ("H", "", 1)
ILL = ("S", "participant", 1)


@pytest.fixture
def by(cast):
    return cast.officer


class TestConfirmPage:
    def test_the_answers_are_the_marks(self, training, by):
        page = scan_of(training, "H2.")
        outcome = confirm(page, "HS-", by=by)
        assert (outcome.written, marks(training.session)) == (2, [PRESENT, ILL])
        assert set(Attendance.objects.values_list("source", "marked_by")) == {("paper", by.pk)}
        page.refresh_from_db()
        assert (page.state, page.answers) == ("confirmed", {"1": "H", "2": "S", "3": ""})
        assert (page.present_count, page.confirmed_by) == (1, by)

    def test_the_trail_counts_what_the_machine_was_sure_of(self, training, by):
        page = scan_of(training, "HH2")
        confirm(page, "HAS", by=by)
        line = AuditEvent.objects.get(action="scan.confirmed")
        assert (line.facility, line.subject_id) == (training.cast.jember, str(page.pk))
        assert line.details == {
            "sheet": page.sheet_id, "sure": 2, "doubtful": 1, "changed_sure": 1, "again": False,
        }  # fmt: skip

    def test_what_paper_does_not_say_stays_as_it_was(self, training, by):
        """Minutes, a remark and a cause typed on the screen; a cause that was announced."""
        Attendance.objects.create(
            session=training.session, enrollment=training.enrollments[0], code="T",
            cause="facility", minutes_late=20, remark="Menunggu kunci", marked_by=by,
        )  # fmt: skip
        factories.AnnouncedAbsenceFactory(
            inmate=training.enrollments[1].inmate, reason=AnnouncedAbsence.Reason.COURT
        )
        confirm(scan_of(training, "TIS"), "TIS", by=by)
        first = Attendance.objects.get(enrollment=training.enrollments[0])
        assert (first.facts, first.version) == (("T", "facility", 20, "Menunggu kunci"), 1)
        assert marks(training.session)[1:] == [("I", "facility", 1), ILL]

    def test_a_row_without_a_mark_leaves_the_stored_one(self, training, by):
        training.mark(training.session, "SHH")
        outcome = confirm(scan_of(training, ".HH"), "-HH", by=by)
        assert (outcome.written, marks(training.session)[0]) == (0, ILL)

    def test_a_second_sending_is_harmless(self, training, by):
        page = scan_of(training, "HHH")
        confirm(page, "HHH", by=by)
        assert confirm(page, "SSS", by=by).is_replay
        assert marks(training.session) == [PRESENT] * 3
        assert AuditEvent.objects.filter(action="scan.confirmed").count() == 1

    def test_another_page_sent_with_the_same_nonce_is_another_one(self, training, by):
        confirm(scan_of(training, "H", people=training.enrollments[:1]), "H", by=by)
        second = scan_of(training, "S", people=training.enrollments[1:2])
        assert confirm(second, "S", by=by).written == 1
        assert marks(training.session) == [PRESENT, ILL]


class TestRefusals:
    """Nothing is stored, and the page waits as before."""

    def check(self, page, codes, words, **more):
        with pytest.raises(ValidationError) as refused:
            confirm(page, codes, **more)
        assert refused.value.messages == [words]
        state = page.state
        page.refresh_from_db()
        assert (page.state, page.answers) == (state, {})
        assert not Submission.objects.exists()

    def test_a_row_not_answered(self, training, by):
        words = (
            "2 baris belum dijawab: nomor 2, 3. "
            "Pilih H, S, I, A, T, atau – untuk membiarkannya tanpa tanda."
        )
        self.check(scan_of(training, "H2."), "H  ", words, by=by)

    def test_a_count_that_differs(self, training, by):
        words = "Di kertas tertulis 3 H, jawaban di sini 2. Periksa, atau tulis alasannya."
        self.check(scan_of(training, "HHS"), "HHS", words, count=3, by=by)

    def test_a_count_not_written(self, training, by):
        words = "Tulis jumlah tanda H di kaki lembar, atau alasannya bila tidak tertulis."
        self.check(scan_of(training, "HHS"), "HHS", words, present_count=None, by=by)

    def test_a_page_for_guests_has_nothing_to_count(self, training, by):
        page = scan_of(training, "H", people=[])
        assert confirm(page, "", present_count=None, by=by).written == 0

    def test_a_reason_does_for_the_count(self, training, by):
        page = scan_of(training, "HHS")
        confirm(page, "HHS", count=3, count_note="Tamu ikut dihitung", by=by)
        page.refresh_from_db()
        assert (page.present_count, page.count_note) == (3, "Tamu ikut dihitung")

    @pytest.mark.parametrize(
        ("state", "more", "word"),
        [
            ("refused", {"refusal": "blank"}, "tidak terbaca"),
            ("waiting", {}, "menunggu dibaca"),
            ("set_aside", {"set_aside_reason": "Ganda", "set_aside_at": "2026-01-01T00:00Z"}, "disisihkan"),
        ],
    )  # fmt: skip
    def test_a_page_that_is_not_read(self, training, by, state, more, word):
        if state == "set_aside":
            more = more | {"set_aside_by": by}
        page = scan_of(training, "HHH", state=state, **more)
        words = f"Halaman ini {word}, jadi tidak bisa dikonfirmasi."
        self.check(page, "HHH", words, by=by)

    def test_locked(self, training, by):
        training.mark(training.session, "HHH")
        services.lock_attendance(session=training.session, by=by)
        Submission.objects.all().delete()
        words = "Daftar hadir ini sudah dikunci. Petugas bisa membukanya dengan alasan."
        self.check(scan_of(training, "SHH"), "SHH", words, by=by)

    def test_cancelled(self, training, by):
        cancel_session(session=training.session, cancel_reason="Hujan", cancel_cause="other", by=by)
        words = "Pertemuan ini dibatalkan, jadi tidak punya daftar hadir."
        self.check(scan_of(training, "HHH"), "HHH", words, by=by)

    def test_not_begun(self, training, by, time_machine):
        time_machine.move_to("2025-12-17T00:59:00Z")
        words = "Pertemuan ini baru dimulai pada 17 Desember 2025 pukul 08.00."
        self.check(scan_of(training, "HHH"), "HHH", words, by=by)

    def test_closed_by_the_rule(self, training, by, time_machine):
        training.cast.jember.sheet_days = 2
        training.cast.jember.save()
        time_machine.move_to("2025-12-20T03:00:00Z")
        words = (
            "Daftar hadir ini ditutup menurut aturan Lapas; hari terakhir mengisinya 19 Desember 2025. "
            "Petugas bisa membukanya dengan alasan."
        )
        self.check(scan_of(training, "HHH"), "HHH", words, by=by)

    def test_moved_since_the_page_was_drawn(self, training, by):
        page = scan_of(training, "HHH")
        shown = training.session.takes_place_on
        move_session(session=training.session, takes_place_on=date(2025, 12, 19), by=by)
        words = (
            "Pertemuan ini dipindah dari 17 Desember 2025 ke 19 Desember 2025; "
            "isian di bawah untuk hari yang lama, belum tersimpan."
        )
        self.check(page, "HHH", words, day=shown, by=by)

    def test_somebody_who_left_meanwhile(self, training, by):
        page = scan_of(training, "HHH")
        training.enrollments[2].joined_on = date(2025, 12, 18)
        training.enrollments[2].save()
        words = (
            "Daftar pesertanya berubah sesudah halaman ini dibuka; belum ada yang disimpan. "
            "Periksa lagi, lalu konfirmasi."
        )
        self.check(page, "HHH", words, by=by)

    def test_another_sheet_since_the_page_was_drawn(self, training, by):
        page = scan_of(training, "HHH")
        stale = ScanPage.objects.get(pk=page.pk)
        page.sheet = factories.PrintedSheetFactory(session=training.sessions[1])
        page.save()
        words = "Halaman ini sementara itu dibaca sebagai lembar lain. Periksa lagi dari awal."
        self.check(stale, "HHH", words, by=by)


class TestConflicts:
    def test_a_mark_changed_meanwhile_is_shown_and_nothing_written(self, training, by):
        page = scan_of(training, "HHH")
        training.mark(training.session, "  S")
        outcome = confirm(page, "HHH", nonce="nonce-first", by=by)
        (conflict,) = outcome.conflicts.values()
        assert (conflict.theirs.code, conflict.yours.code) == ("S", "H")
        page.refresh_from_db()
        assert (page.state, marks(training.session)) == ("read", [ILL])

    def test_a_confirmation_meanwhile_is_told(self, training, by, cast):
        page = scan_of(training, "HHH")
        stale = ScanPage.objects.get(pk=page.pk)
        confirm(page, "HHH", by=by)
        with pytest.raises(ValidationError, match="Ratna Wulandari sudah mengonfirmasi") as told:
            confirm(stale, "HHS", nonce="nonce-second", by=cast.officer)
        assert told.value.code == "confirmed"
        assert marks(training.session) == [PRESENT] * 3


class TestConfirmedAgain:
    """After the roster was corrected."""

    @pytest.fixture
    def page(self, training, by):
        """The third joined only the day after, the officer said; the page was confirmed without them."""
        third = training.enrollments[2]
        third.joined_on = date(2025, 12, 18)
        third.save()
        page = scan_of(training, "HSA")
        confirm(page, "HS", by=by)
        return ScanPage.objects.get(pk=page.pk)

    def test_the_missing_row_becomes_a_mark_and_the_others_stay(self, training, by, page):
        training.enrollments[2].joined_on = training.batch.starts_on
        training.enrollments[2].save()
        rows = {row.place: row.answer for row in page_rows(page).rows}
        assert rows == {1: "H", 2: "S", 3: "A"}
        confirm(page, "HSA", nonce="nonce-again", by=by)
        assert marks(training.session) == [PRESENT, ILL, ("A", "participant", 1)]
        again = AuditEvent.objects.filter(action="scan.confirmed").latest("pk").details
        assert (again["sure"], again["again"]) == (1, True)

    def test_a_row_that_goes_later_keeps_its_answer(self, training, by, page):
        second = training.enrollments[1]
        second.joined_on = date(2025, 12, 18)
        second.save()
        confirm(page, "H", nonce="nonce-again", by=by)
        page.refresh_from_db()
        assert page.answers == {"1": "H", "2": "S"}
        assert marks(training.session) == [PRESENT, ILL]


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    def both(self, training):
        page = scan_of(training, "H2H")

        def answering(codes):
            # Own objects, as in a request of its own.
            fresh = ScanPage.objects.get(pk=page.pk)
            return lambda: confirm(fresh, codes, nonce=f"nonce-{codes}", by=training.cast.officer)

        answers = at_once(answering("HHH"), answering("H-H"))
        page.refresh_from_db()
        return answers, page

    def test_one_wins_and_the_other_is_told(self, training, monkeypatch):
        meet_after(monkeypatch, confirming, "_check_count", racers=2, patience=0.3)
        answers, page = self.both(training)
        assert sorted(type(one).__name__ for one in answers) == ["SheetOutcome", "ValidationError"]
        won = next(one for one in answers if not isinstance(one, Exception))
        assert won.written == list(page.answers.values()).count("H")
        assert AuditEvent.objects.filter(action="scan.confirmed").count() == 1

    def test_canary_without_the_lock_both_think_they_won(self, training, monkeypatch):
        """The marks keep their own lock; that nobody was told is the damage."""
        monkeypatch.setattr(services, "confirm_page", services.confirm_page.__wrapped__)
        monkeypatch.setattr(confirming, "locked", lambda session: session)
        monkeypatch.setattr(confirming, "_locked_page", lambda page: page)
        meet_after(monkeypatch, confirming, "_check_count", racers=2, patience=30)
        answers, _page = self.both(training)
        assert [type(one).__name__ for one in answers] == ["SheetOutcome", "SheetOutcome"]
        assert AuditEvent.objects.filter(action="scan.confirmed").count() == 2
