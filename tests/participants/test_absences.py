"""The Lapas says ahead who will not come: once, for days that make sense, and to few."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from participants import services
from participants.models import AnnouncedAbsence, ReadingTrail
from participants.queries.sheets import meetings_missed
from participants.services import absences
from tests import factories
from tests.participants.classes import catch_up
from tests.programs.pages import kept
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december():
    """Monday 15 December 2025."""
    with time_machine.travel(datetime(2025, 12, 15, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def achmad(training):
    return training.enrollments[0].inmate


@pytest.fixture
def typed():
    return {
        "reason": "court",
        "starts_on": "17-12-2025",
        "ends_on": "",
        "starts_at": "",
        "ends_at": "",
        "note": "PN Jember",
    }


@pytest.fixture
def announce(training, achmad, typed, browse):
    officer = browse(training.cast.officer)
    url = f"{reverse('participants:absence_create')}?inmate={achmad.pk}"
    return lambda **changes: officer.post(url, typed | changes)


class TestAbsenceCreate:
    def test_that_day_alone_all_day(self, training, achmad, announce):
        assert announce().url == reverse("participants:absence_list")
        one = AnnouncedAbsence.objects.get()
        assert (one.inmate, one.starts_on, one.ends_on, one.starts_at, one.announced_by) == (
            achmad,
            date(2025, 12, 17),
            date(2025, 12, 17),
            None,
            training.cast.officer,
        )

    def test_the_trail_is_of_the_person_and_keeps_the_reason_out(self, achmad, announce):
        announce()
        line = AuditEvent.objects.get(action="absence.announced")
        assert (line.subject, line.subject_type, line.details) == (
            str(achmad),
            "participants.inmate",
            {"on": "2025-12-17"},
        )

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("starts_on", {"starts_on": ""}),
            ("starts_on", {"starts_on": "31-02-2026"}),
            ("ends_on", {"ends_on": "16-12-2025"}),
            ("ends_on", {"ends_on": "15-02-2026"}),
            ("starts_on", {"starts_on": "07-12-2025"}),
            ("starts_on", {"starts_on": "17-12-2062"}),
            ("ends_at", {"starts_at": "10.00", "ends_at": "09.00"}),
            ("ends_at", {"starts_at": "10.00"}),
            ("ends_at", {"ends_at": "10.00"}),
            ("starts_at", {"starts_at": "25.00", "ends_at": "26.00"}),
            ("reason", {"reason": "illness"}),
            ("note", {"note": "x" * 121}),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_all_typed(self, announce, typed, field, changes):
        response = announce(**changes)
        assert field in response.context["form"].errors
        assert not AnnouncedAbsence.objects.exists()
        is_choice = field == "reason"
        assert is_choice or kept(response, typed) == typed | changes

    def test_a_week_ago_can_still_be_noted(self, announce):
        assert announce(starts_on="08-12-2025").status_code == 302

    def test_nobody_who_has_left(self, achmad, announce):
        achmad.departed_on, achmad.departure = date(2025, 12, 14), "released"
        achmad.save()
        assert announce().context["form"].non_field_errors() == [
            "Achmad Fauzi tercatat keluar dari Lapas ini."
        ]

    @pytest.mark.parametrize("wanted", ["0", "9" * 30, "abc"])
    def test_nobody_who_is_not(self, training, browse, wanted):
        url = reverse("participants:absence_create")
        assert browse(training.cast.officer).get(url, {"inmate": wanted}).status_code == 404

    def test_nobody_of_another_prison(self, training, achmad, browse, typed):
        url = f"{reverse('participants:absence_create')}?inmate={achmad.pk}"
        assert browse(training.cast.stranger).post(url, typed).status_code == 404
        assert not AnnouncedAbsence.objects.exists()

    def test_finds_the_person_first(self, training, achmad, browse):
        factories.InmateFactory(facility=training.cast.metro, name="Achmad dari Metro")
        page = browse(training.cast.officer).get(
            reverse("participants:absence_create"), {"q": "achmad"}
        )
        assert page.context["people"] == [achmad]
        seen = ReadingTrail.objects.get(page="absence_create")
        assert (seen.inmate, seen.how, seen.query) == (achmad, "searched", "achmad")


class TestTwice:
    """Announced: the 17th, 09.00 to 10.00."""

    @pytest.fixture(autouse=True)
    def first(self, achmad):
        factories.AnnouncedAbsenceFactory(inmate=achmad, starts_at=time(9), ends_at=time(10))

    @pytest.mark.parametrize(
        ("changes", "is_taken"),
        [
            ({}, False),
            ({"starts_at": "09.59", "ends_at": "11.00"}, False),
            ({"starts_on": "16-12-2025", "ends_on": "18-12-2025"}, False),
            ({"starts_at": "10.00", "ends_at": "11.00"}, True),
            ({"starts_on": "18-12-2025"}, True),
        ],
    )
    def test_the_same_hour(self, announce, changes, is_taken):
        response = announce(**changes)
        assert AnnouncedAbsence.objects.count() == 1 + is_taken
        if not is_taken:
            assert response.context["form"].errors == {
                "starts_on": ["Sudah ada pemberitahuan pada hari itu: Kunjungan, 17 Desember 2025."]
            }

    def test_a_withdrawn_one_makes_room(self, training, announce):
        services.withdraw_absence(absence=AnnouncedAbsence.objects.get(), by=training.cast.officer)
        assert announce().status_code == 302


class TestAbsenceWithdraw:
    @pytest.fixture
    def visit(self, achmad):
        return factories.AnnouncedAbsenceFactory(inmate=achmad)

    @pytest.fixture
    def withdraw(self, training, visit, browse):
        officer = browse(training.cast.officer)
        url = reverse("participants:absence_withdraw", args=[visit.pk])

        def withdraw():
            page = officer.post(url, follow=True)
            return [str(one) for one in page.context["messages"]]

        return withdraw

    def test_is_kept_with_who_and_when(self, training, visit, withdraw):
        assert withdraw() == ["Pemberitahuan untuk Achmad Fauzi dibatalkan."]
        visit.refresh_from_db()
        assert visit.withdrawn_by == training.cast.officer
        assert not visit.covers(training.session)

    def test_twice_keeps_the_first(self, visit, withdraw):
        withdraw()
        assert withdraw() == ["Pemberitahuan ini sudah dibatalkan."]
        assert AuditEvent.objects.filter(action="absence.withdrawn").count() == 1

    def test_not_once_the_day_is_over(self, training, visit):
        the_day_after = time_machine.travel(datetime(2025, 12, 18, 3, tzinfo=UTC), tick=False)
        with the_day_after, pytest.raises(ValidationError, match="Harinya sudah lewat"):
            services.withdraw_absence(absence=visit, by=training.cast.officer)
        visit.refresh_from_db()
        assert visit.withdrawn_at is None


class TestAbsenceList:
    @pytest.fixture
    def rows(self, training, browse):
        client = browse(training.cast.head)

        def rows(**query):
            page = client.get(reverse("participants:absence_list"), query)
            return [(str(one.inmate), one.starts_on.day) for one, _missed in page.context["rows"]]

        return rows

    @pytest.fixture
    def several(self, training):
        first, second, _third = (one.inmate for one in training.enrollments)
        make = factories.AnnouncedAbsenceFactory
        make(inmate=first, starts_on=date(2025, 12, 20))
        make(inmate=second, starts_on=date(2025, 12, 10))
        make(inmate=second, starts_on=date(2025, 12, 14), ends_on=date(2025, 12, 16))
        withdrawn = make(inmate=first, starts_on=date(2025, 12, 21))
        services.withdraw_absence(absence=withdrawn, by=training.cast.officer)
        make(inmate=factories.InmateFactory(facility=training.cast.metro, name="Orang Metro"))

    def test_what_is_to_come_first(self, several, rows):
        assert rows() == [("Sutrisno", 14), ("Achmad Fauzi", 20)]
        assert rows(state="past") == [("Sutrisno", 10)]
        assert rows(state="withdrawn") == [("Achmad Fauzi", 21)]

    def test_of_a_day_or_a_name(self, several, rows):
        assert rows(on="16-12-2025") == [("Sutrisno", 14)]
        assert rows(on="10-12-2025") == [("Sutrisno", 10)]
        assert rows(q="achmad") == [("Achmad Fauzi", 20)]

    def test_names_the_meetings_they_miss(self, training, achmad, browse):
        factories.AnnouncedAbsenceFactory(
            inmate=achmad, ends_on=date(2025, 12, 18), starts_at=time(7), ends_at=time(9)
        )
        factories.SessionFactory(
            batch=training.batch, takes_place_on=date(2025, 12, 17), starts_at=time(13), ends_at=time(16)
        )  # fmt: skip
        page = browse(training.cast.officer).get(reverse("participants:absence_list"))
        ((_absence, missed),) = page.context["rows"]
        assert missed == training.sessions

    def test_only_meetings_to_which_they_would_come(self, training, achmad, browse):
        absence = factories.AnnouncedAbsenceFactory(
            inmate=achmad, starts_on=date(2025, 12, 17), ends_on=date(2025, 12, 20)
        )
        theirs = catch_up(training, training.enrollments[:1], day=19)
        catch_up(training, training.enrollments[1:], day=20)
        factories.SuspensionFactory(
            enrollment=training.enrollments[0], starts_on=date(2025, 12, 18), ends_on=date(2025, 12, 18)
        )  # fmt: skip
        assert meetings_missed([absence]) == {absence.pk: [training.session, theirs]}
        training.enrollments[0].joined_on = date(2025, 12, 18)
        training.enrollments[0].save()
        assert meetings_missed([absence]) == {absence.pk: [theirs]}

    def test_three_cost_as_much_as_one(self, training, browse):
        officer, counts = browse(training.cast.officer), []
        url = reverse("participants:absence_list")
        officer.get(url)
        for people in (training.enrollments[:1], training.enrollments[1:]):
            for one in people:
                factories.AnnouncedAbsenceFactory(inmate=one.inmate)
            with CaptureQueriesContext(connection) as seen:
                officer.get(url)
            counts.append(len(seen))
        assert counts[0] == counts[1]

    def test_the_spreadsheet_is_noted_for_each_person(self, several, training, browse):
        url = reverse("participants:absence_list")
        response = browse(training.cast.officer).get(url, {"export": "xlsx"})
        assert (
            response.headers["Content-Disposition"] == 'attachment; filename="pemberitahuan.xlsx"'
        )
        exported = ReadingTrail.objects.filter(how="exported", page="absence_list")
        assert sorted(exported.values_list("inmate__name", flat=True)) == [
            "Achmad Fauzi",
            "Sutrisno",
        ]


class TestInmateDetail:
    def test_only_who_sees_restricted_facts_learns_of_it(self, training, achmad, browse):
        factories.AnnouncedAbsenceFactory(inmate=achmad, note="Keluarga dari Kalisat")
        told = {
            role: b"Keluarga dari Kalisat"
            in browse(training.cast.by_role()[role]).get(achmad.get_absolute_url()).content
            for role in (Role.OFFICER, Role.HEAD, Role.CERTIFICATE_ADMIN, Role.AUDITOR)
        }
        assert told == {
            Role.OFFICER: True,
            Role.HEAD: True,
            Role.CERTIFICATE_ADMIN: False,
            Role.AUDITOR: False,
        }


@pytest.mark.django_db(transaction=True)
class TestTwoDesksAtOnce:
    """Both have seen that nothing was announced yet."""

    def both(self, training, achmad, announce=services.announce_absence):
        def act():
            return announce(
                inmate=achmad,
                starts_on=date(2025, 12, 17),
                reason="court",
                by=training.cast.officer,
            )

        return at_once(act, act)

    def test_one_is_told(self, training, achmad, monkeypatch):
        meet_after(monkeypatch, absences, "_refuse_odd_days", racers=2, patience=0.5)
        answers = self.both(training, achmad)
        (refusal,) = [one for one in answers if isinstance(one, ValidationError)]
        assert list(refusal.message_dict) == ["starts_on"]
        assert AnnouncedAbsence.objects.count() == 1

    def test_canary_without_the_lock_it_stands_twice(self, training, achmad, monkeypatch):
        announce = without_guard(monkeypatch, services.announce_absence)
        meet_after(monkeypatch, absences, "_refuse_twice", racers=2, patience=30)
        self.both(training, achmad, announce)
        assert AnnouncedAbsence.objects.count() == 2
