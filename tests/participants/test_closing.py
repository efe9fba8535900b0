"""Sheets that close by the rule of the Lapas, or all at once by hand."""

import json
from datetime import UTC, date, datetime
from threading import Event

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from accounts.models import AuditEvent, Facility
from participants import services
from participants.models import Attendance
from participants.services import Mark, attendance, closing
from programs.models import Session
from tests import factories
from tests.participants.sheets import marks
from tests.programs.races import at_once, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(training):
    """Seven days; the first meeting of 17 December closes when the 24th is over."""
    Facility.objects.update(sheet_days=7)


def standing_on(day):
    return time_machine.travel(datetime(2025, 12, day, 3, tzinfo=UTC), tick=False)


@pytest.fixture
def filled(training):
    """Both sheets are complete on the 18th."""
    with standing_on(18):
        for session in training.sessions:
            training.mark(session, "HHH")


def fresh(session):
    return Session.objects.select_related("batch__facility").get(pk=session.pk)


def days(sessions):
    return [one.takes_place_on.day for one in sessions]


class TestCloseSheets:
    def test_locks_the_day_after_its_last_day(self, training, rule, filled):
        locked = []
        for day in (24, 25, 26):
            with standing_on(day):
                done, left = services.close_sheets()
                locked.append((days(done), left))
        assert locked == [([], []), ([17], []), ([18], [])]
        assert fresh(training.session).locked_by is None

    def test_twice_is_once(self, training, rule, filled):
        with standing_on(26):
            services.close_sheets()
            lines = AuditEvent.objects.count()
            assert services.close_sheets() == ([], [])
        assert AuditEvent.objects.count() == lines

    def test_what_lacks_marks_is_named_and_takes_none(self, training, rule):
        with standing_on(18):
            training.mark(training.session, "HH ")
        with standing_on(25):
            done, left = services.close_sheets()
            assert (done, [(one.pk, why) for one, why in left]) == (
                [],
                [(training.session.pk, "1 orang belum punya tanda.")],
            )
            with pytest.raises(ValidationError, match="hari terakhir mengisinya"):
                training.mark(training.session, "  H")
        assert len(marks(training.session)) == 2

    def test_opened_again_it_has_as_many_days_more(self, training, rule, filled):
        with standing_on(25):
            services.close_sheets()
            services.unlock_attendance(
                session=training.session, reason="Salah baris", by=training.cast.officer
            )
            assert services.close_sheets() == ([], [])
        with time_machine.travel(datetime(2026, 1, 2, 3, tzinfo=UTC), tick=False):
            done, _left = services.close_sheets()
        assert 17 in days(done)

    def test_by_hand_only(self, training, filled):
        with standing_on(31):
            assert services.close_sheets() == ([], [])

    def test_each_prison_by_its_own_rule(self, training, filled):
        Facility.objects.filter(pk=training.cast.metro.pk).update(sheet_days=1)
        with standing_on(31):
            assert services.close_sheets() == ([], [])

    def test_one_opened_meanwhile_stays_open(self, training, rule, filled, monkeypatch):
        """An officer opens it after the command looked it up, and before its turn comes."""
        looked_up = closing._past_their_days

        def and_then_opened():
            sessions = looked_up()
            services.unlock_attendance(
                session=training.session, reason="Salah", by=training.cast.officer
            )
            return sessions

        monkeypatch.setattr(closing, "_past_their_days", and_then_opened)
        with standing_on(25):
            assert services.close_sheets() == ([], [])
        assert not fresh(training.session).is_locked

    def test_canary_without_the_second_look_it_would_be_locked(
        self, training, rule, filled, monkeypatch
    ):
        by_rule = lambda session: services.lock_attendance(session=session, by=None)  # noqa: E731
        monkeypatch.setattr(closing, "_lock_by_rule", by_rule)
        self_same = TestCloseSheets.test_one_opened_meanwhile_stays_open
        with pytest.raises(AssertionError):
            self_same(self, training, rule, filled, monkeypatch)
        assert fresh(training.session).is_locked


class TestCommand:
    def test_json(self, training, rule, capsys):
        with standing_on(18):
            training.mark(training.session, "HHH")
            training.mark(training.sessions[1], "H  ")
        with standing_on(27):
            call_command("close_sheets", "--json")
        first, second = training.sessions
        assert json.loads(capsys.readouterr().out) == {
            "locked": [{"session": first.pk, "batch": "JBR-BKR-A1", "on": "2025-12-17"}],
            "incomplete": [
                {
                    "session": second.pk,
                    "batch": "JBR-BKR-A1",
                    "on": "2025-12-18",
                    "why": "2 orang belum punya tanda.",
                }
            ],
        }

    def test_in_words(self, training, rule, capsys):
        with standing_on(26):
            call_command("close_sheets")
        assert capsys.readouterr().out.splitlines() == [
            "0 locked, 2 incomplete",
            "JBR-BKR-A1 2025-12-17: 3 orang belum punya tanda.",
            "JBR-BKR-A1 2025-12-18: 3 orang belum punya tanda.",
        ]


class TestSheetRuleUpdate:
    @pytest.fixture
    def settle(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("participants:sheet_rule_update")
        return lambda typed, **more: officer.post(url, {"sheet_days": typed} | more)

    def test_of_ones_own_facility_with_a_line_in_the_trail(self, training, settle):
        settle("3")
        assert list(Facility.objects.order_by("pk").values_list("sheet_days", flat=True)) == [
            3,
            None,
        ]
        line = AuditEvent.objects.get(action="facility.sheet_rule_set")
        assert (line.facility, line.details) == (
            training.cast.jember,
            {"changed": {"sheet_days": ["None", "3"]}},
        )

    def test_empty_means_by_hand(self, training, settle, rule):
        settle("", reason="Kertasnya baru sampai")
        assert Facility.objects.get(pk=training.cast.jember.pk).sheet_days is None

    def test_a_longer_term_opens_closed_sheets_only_with_a_reason(self, training, settle, rule):
        with standing_on(18):
            training.mark(training.session, "HHH")
        with standing_on(26):
            page = settle("9")
            assert page.context["form"].errors == {
                "reason": ["1 daftar hadir yang sudah ditutup akan terbuka lagi. Tulis alasannya."]
            }
            assert 'name="reason"' in page.text
            assert [fresh(one).is_closed for one in training.sessions] == [True, True]
            settle("9", reason="Listrik padam")
            assert [fresh(one).is_closed for one in training.sessions] == [True, False]
        line = AuditEvent.objects.get(action="facility.sheet_rule_set")
        assert line.details == {
            "changed": {"sheet_days": ["7", "9"]},
            "reason": "Listrik padam",
            "opened": 1,
        }

    def test_no_reason_opens_what_was_complete(self, training, settle, rule, filled):
        with standing_on(26):
            settle("")
            settle("7")
            settle("60")
        assert [fresh(one).is_locked for one in training.sessions] == [True, True]

    def test_without_closed_sheets_or_for_a_shorter_term_none_is_asked(
        self, training, browse, settle, rule
    ):
        page = browse(training.cast.officer).get(reverse("participants:sheet_rule_update"))
        assert 'name="reason"' not in page.text
        with standing_on(26):
            settle("3")
        with standing_on(20):
            settle("5", reason="tidak perlu")
        assert list(AuditEvent.objects.order_by("pk").values_list("details", flat=True)) == [
            {"changed": {"sheet_days": ["7", "3"]}},
            {"changed": {"sheet_days": ["3", "5"]}},
        ]

    @pytest.mark.parametrize("typed", ["0", "61", "-1", "tujuh", "7,5"])
    def test_what_is_no_number_of_days(self, training, settle, typed):
        assert list(settle(typed).context["form"].errors) == ["sheet_days"]
        assert not AuditEvent.objects.exists()

    def test_the_same_again_is_no_change(self, training, settle, rule):
        settle("7")
        assert not AuditEvent.objects.exists()


class TestAttendanceLockAll:
    @pytest.fixture
    def press(self, training, browse):
        url = reverse("participants:attendance_lock_all", args=[training.batch.pk])

        def press(user):
            page = browse(user).post(url, follow=True)
            return [str(one) for one in page.context["messages"]]

        return press

    def test_says_what_was_left_and_why(self, training, press):
        training.mark(training.session, "HHH")
        training.mark(training.sessions[1], "H  ")
        assert press(training.cast.instructor) == [
            "1 daftar hadir dikunci.",
            "1 belum dikunci. 18 Des: 2 orang belum punya tanda.",
        ]
        assert [fresh(one).locked_by for one in training.sessions] == [
            training.cast.instructor,
            None,
        ]

    def test_what_has_not_begun_is_nobodys_fault(self, training, press):
        with standing_on(17):
            training.mark(training.session, "HHH")
            assert press(training.cast.officer) == ["1 daftar hadir dikunci."]
            assert press(training.cast.officer) == [
                "Semua daftar hadir angkatan ini sudah terkunci."
            ]

    def test_many_of_a_kind_are_not_all_named(self, training, press):
        for day in range(19, 26):
            factories.SessionFactory(batch=training.batch, takes_place_on=date(2025, 12, day))
        assert press(training.cast.officer) == [
            "9 belum dikunci. 17 Des, 18 Des, 19 Des, 20 Des, 21 Des dan 4 lainnya: "
            "3 orang belum punya tanda."
        ]

    def test_one_that_cannot_be_locked_keeps_no_other_open(self, training, press):
        training.mark(training.sessions[1], "HHH")
        press(training.cast.officer)
        assert [fresh(one).is_locked for one in training.sessions] == [False, True]


@pytest.mark.django_db(transaction=True)
class TestTheRuleWhileSomebodySaves:
    """Midnight: her form was let in on the last day, and before it is written the rule comes."""

    def race(self, training, monkeypatch, record=services.record_attendance):
        """The trail's order of the two deeds."""
        training.mark(training.session, "HHH")
        Facility.objects.update(sheet_days=7)
        let_in, is_locked = Event(), Event()
        write, lock = attendance._write_sheet, closing._lock_by_rule
        monkeypatch.setattr(attendance, "_refuse_unwritable", attendance._refuse_without_sheet)

        def write_late(*args):
            let_in.set()
            is_locked.wait(1)
            return write(*args)

        def lock_and_tell(session):
            answer = lock(session)
            is_locked.set()
            return answer

        monkeypatch.setattr(attendance, "_write_sheet", write_late)
        monkeypatch.setattr(closing, "_lock_by_rule", lock_and_tell)

        def save():
            first = training.enrollments[0].pk
            return record(
                session=training.session,
                marks={first: Mark("S", "", 1)},
                nonce="nonce-midnight",
                by=training.cast.officer,
            )

        def close():
            let_in.wait(10)
            return services.close_sheets()

        at_once(save, close)
        deeds = AuditEvent.objects.filter(action__in=["attendance.recorded", "session.locked"])
        return list(deeds.order_by("pk").values_list("action", flat=True))[1:]

    def test_the_rule_waits_and_locks_what_was_saved(self, training, monkeypatch):
        deeds = self.race(training, monkeypatch)
        assert deeds == ["attendance.recorded", "session.locked"]
        assert Attendance.objects.get(code="S").version == 2

    def test_canary_without_the_lock_a_locked_sheet_changes(self, training, monkeypatch):
        record = without_guard(monkeypatch, services.record_attendance)
        deeds = self.race(training, monkeypatch, record)
        assert deeds == ["session.locked", "attendance.recorded"]
