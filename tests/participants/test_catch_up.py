"""Catch-ups: planned for whom hours are owed, marked like any sheet, and counted once."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.models import CatchUpPlace, Enrollment, ReadingTrail
from participants.queries.ledger import hours_of
from participants.services import Mark
from programs.models import Batch, Session
from programs.queries import hours_by_unit
from programs.services import cancel_session, reschedule
from reports.promises import ledger_of
from tests import factories
from tests.core.counting import queries_of
from tests.participants.classes import catch_up
from tests.programs.pages import fields_of
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december():
    """Monday 22 December 2025."""
    with time_machine.travel(datetime(2025, 12, 22, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def owed(training):
    """In the first unit Achmad is owed 4 JP and Sutrisno missed 4; nobody has anything in the second."""
    training.mark(training.sessions[1], "HHH")
    achmad, sutrisno, mohammad = training.enrollments
    marks = {
        achmad.pk: Mark("I", "facility", 0),
        sutrisno.pk: Mark("A", "participant", 0),
        mohammad.pk: Mark("H", "", 0),
    }
    services.record_attendance(
        session=training.session, marks=marks, nonce="nonce-owed", by=training.cast.officer
    )
    return training


def fields(training, **changes):
    return {
        "takes_place_on": date(2025, 12, 22),
        "starts_at": time(8),
        "ends_at": time(11),
        "hours": 4,
        "room": training.session.room,
        "instructor": training.cast.teacher,
    } | changes


def schedule(training, people, *, unit=0, **changes):
    return services.schedule_catch_up(
        batch=training.batch,
        unit=training.units[unit],
        enrollments=people,
        by=training.cast.officer,
        **fields(training, **changes),
    )


def refusal(training, people, **more):
    """{field: words} of a catch-up that is refused, and nothing of which stays."""
    before = Session.objects.count()
    with pytest.raises(ValidationError) as refused:
        schedule(training, people, **more)
    assert (Session.objects.count(), CatchUpPlace.objects.count()) == (before, 0)
    return refused.value.message_dict


class TestScheduleCatchUp:
    def test_its_sheet_is_for_the_invited_alone(self, owed):
        achmad, sutrisno, _ = owed.enrollments
        session = schedule(owed, [achmad, sutrisno])
        assert session.is_catch_up
        assert list(Enrollment.objects.on_roster_of(session)) == [achmad, sutrisno]
        (event,) = AuditEvent.objects.filter(action="catch_up.planned")
        assert (event.by, event.details["people"]) == (owed.cast.officer, [achmad.pk, sutrisno.pk])

    def test_once_marked_it_repays_and_recovers(self, owed):
        achmad, sutrisno, mohammad = owed.enrollments
        session = schedule(owed, [achmad, sutrisno])
        marks = {one.pk: Mark("H", "", 0) for one in (achmad, sutrisno)}
        services.record_attendance(
            session=session, marks=marks, nonce="nonce-late", by=owed.cast.instructor
        )
        hours = hours_of(owed.enrollments)
        assert [
            (hours[one.pk].attended, hours[one.pk].counted, hours[one.pk].debt)
            for one in (achmad, sutrisno, mohammad)
        ] == [(8, 8, 0)] * 3

    def test_who_was_not_invited_cannot_be_marked(self, owed):
        session = schedule(owed, owed.enrollments[:1])
        marks = {owed.enrollments[2].pk: Mark("H", "", 0)}
        with pytest.raises(PermissionDenied):
            services.record_attendance(
                session=session, marks=marks, nonce="nonce-late", by=owed.cast.officer
            )

    def test_refuses_who_has_nothing_to_make_up(self, owed):
        words = "Tidak punya jam yang perlu disusulkan pada unit ini: "
        assert refusal(owed, owed.enrollments) == {
            "enrollments": [words + f"{owed.enrollments[2].inmate}."]
        }
        assert refusal(owed, owed.enrollments[:1], unit=1) == {
            "enrollments": [words + "Achmad Fauzi."]
        }

    def test_refuses_who_takes_no_part_on_that_day(self, owed):
        achmad, sutrisno, _ = owed.enrollments
        factories.SuspensionFactory(enrollment=achmad, starts_on=date(2025, 12, 20))
        Enrollment.objects.filter(pk=sutrisno.pk).update(
            ended_on=date(2025, 12, 21), end_reason="released"
        )
        assert refusal(owed, [achmad, sutrisno]) == {
            "enrollments": ["Tidak ikut pada 22 Desember 2025: Achmad Fauzi, Sutrisno."]
        }

    def test_refuses_nobody_at_all_and_people_of_other_classes(self, owed):
        stranger = factories.EnrollmentFactory()
        assert refusal(owed, []) == {"enrollments": ["Pilih paling sedikit satu orang."]}
        assert refusal(owed, [owed.enrollments[0], stranger]) == {
            "enrollments": ["Ada yang bukan peserta angkatan ini."]
        }

    def test_refuses_what_no_meeting_may_be(self, owed):
        assert "hours" in refusal(owed, owed.enrollments[:1], hours=9)
        assert "takes_place_on" in refusal(
            owed, owed.enrollments[:1], takes_place_on=date(2025, 12, 18)
        )

    def test_refuses_once_the_batch_is_finished(self, owed):
        Batch.objects.update(state="finished")
        with pytest.raises(ValidationError, match="keadaan: selesai"):
            schedule(owed, owed.enrollments[:1])
        assert not Session.objects.filter(kind="catch_up").exists()


class TestUpdateCatchUp:
    def test_invites_one_more_and_lets_one_go(self, owed):
        achmad, sutrisno, _ = owed.enrollments
        session = schedule(owed, [achmad])
        services.update_catch_up(session=session, enrollments=[sutrisno], by=owed.cast.officer)
        assert list(Enrollment.objects.on_roster_of(session)) == [sutrisno]
        (event,) = AuditEvent.objects.filter(action="catch_up.changed")
        assert (event.details["added"], event.details["removed"]) == ([sutrisno.pk], [achmad.pk])

    def test_keeps_who_was_repaid_meanwhile_but_takes_no_such_anew(self, owed):
        achmad, _, mohammad = owed.enrollments
        session = schedule(owed, [achmad])
        achmad.attendances.update(code="H", cause="")
        services.update_catch_up(session=session, enrollments=[achmad], by=owed.cast.officer)
        with pytest.raises(ValidationError, match="Mohammad"):
            services.update_catch_up(
                session=session, enrollments=[achmad, mohammad], by=owed.cast.officer
            )

    def test_moves_with_those_invited(self, owed):
        session = schedule(owed, owed.enrollments[:1])
        services.update_catch_up(
            session=session,
            enrollments=owed.enrollments[:1],
            by=owed.cast.officer,
            **fields(owed, takes_place_on=date(2025, 12, 24)),
        )
        session.refresh_from_db()
        assert session.takes_place_on == date(2025, 12, 24)
        (event,) = AuditEvent.objects.filter(action="session.moved")
        assert event.details["changed"] == {"takes_place_on": ["2025-12-22", "2025-12-24"]}

    def test_does_not_move_to_a_day_on_which_an_invited_person_takes_no_part(self, owed):
        achmad, sutrisno, _ = owed.enrollments
        session = schedule(owed, [achmad, sutrisno])
        day = date(2025, 12, 24)
        factories.SuspensionFactory(enrollment=sutrisno, starts_on=day, ends_on=day)
        with pytest.raises(ValidationError) as refused:
            services.update_catch_up(
                session=session,
                enrollments=[achmad, sutrisno],
                by=owed.cast.officer,
                **fields(owed, takes_place_on=day),
            )
        assert refused.value.message_dict == {
            "enrollments": ["Tidak ikut pada 24 Desember 2025: Sutrisno."]
        }
        session.refresh_from_db()
        assert session.takes_place_on == date(2025, 12, 22)

    def test_stays_in_its_unit(self, owed):
        session = schedule(owed, owed.enrollments[:1])
        with pytest.raises(ValidationError, match="Unit susulan tidak berubah"):
            services.update_catch_up(
                session=session,
                enrollments=owed.enrollments[:1],
                by=owed.cast.officer,
                unit=owed.units[1],
            )

    def test_the_timetable_moves_none(self, owed):
        session = schedule(owed, owed.enrollments[:1])
        with pytest.raises(ValidationError, match="Ubah susulan"):
            reschedule(session=session, takes_place_on=date(2025, 12, 24), by=owed.cast.officer)

    @pytest.mark.parametrize("status", ["held", "cancelled"])
    def test_is_over_once_it_was_held_or_cancelled(self, owed, status):
        session = catch_up(owed, owed.enrollments[:1], status=status)
        with pytest.raises(ValidationError, match="sudah terlaksana atau batal"):
            services.update_catch_up(
                session=session, enrollments=owed.enrollments[:2], by=owed.cast.officer
            )

    def test_of_an_ordinary_meeting_nobody_is_invited(self, owed):
        session = factories.SessionFactory(batch=owed.batch, unit=owed.units[0])
        with pytest.raises(ValidationError, match="bukan susulan"):
            services.update_catch_up(
                session=session, enrollments=owed.enrollments[:1], by=owed.cast.officer
            )


class TestHours:
    """A catch-up teaches again what the curriculum asks for once."""

    def test_no_meter_counts_it_but_the_schools_promise_does(self, owed):
        before = [(one.planned, one.held) for one in hours_by_unit(owed.batch)]
        catch_up(owed, owed.enrollments[:1], status="held")
        assert [(one.planned, one.held) for one in hours_by_unit(owed.batch)] == before
        batch = Batch.objects.with_hours().get(pk=owed.batch.pk)
        assert (batch.planned_hours, batch.held_hours) == (8, 8)
        assert ledger_of(owed.agreement, date(2025, 12, 22)).counts.hours == 12

    def test_home_draws_the_curriculums_hours(self, owed, browse):
        catch_up(owed, owed.enrollments[:1], day=29)
        page = browse(owed.cast.officer).get("/")
        (row,) = page.context["running"]
        assert len(row.blocks) == 2


class TestCatchUpCreate:
    @pytest.fixture
    def url(self, owed):
        return reverse("participants:catch_up_create", args=[owed.batch.pk])

    def typed(self, training, people, **changes):
        return {
            "takes_place_on": "22-12-2025",
            "starts_at": "08.00",
            "ends_at": "11.00",
            "hours": "4",
            "room": training.session.room.pk,
            "instructor": training.cast.teacher.pk,
            "enrollments": [one.pk for one in people],
        } | changes

    def test_ticks_the_owed_and_offers_the_others(self, owed, browse, url):
        page = browse(owed.cast.officer).get(url)
        assert page.context["unit"] == owed.units[0]
        assert [(claim.enrollment.position, ticked) for claim, ticked in page.context["rows"]] == [
            (1, True),
            (2, False),
        ]
        noted = ReadingTrail.objects.filter(page="catch_up_create")
        assert {one.inmate for one in noted} == {one.inmate for one in owed.enrollments[:2]}

    def test_who_is_invited_already_is_not_ticked_again(self, owed, browse, url):
        catch_up(owed, owed.enrollments[:1], day=29)
        page = browse(owed.cast.officer).get(url)
        assert [ticked for _claim, ticked in page.context["rows"]] == [False, False]
        assert "sudah diundang:" in page.content.decode()

    def test_schedules_it(self, owed, browse, url):
        typed = self.typed(owed, owed.enrollments[:1], takes_place_on="23-12-2025")
        answer = browse(owed.cast.officer).post(url, typed)
        assert answer.url == owed.batch.get_absolute_url()
        session = Session.objects.get(kind="catch_up")
        assert (session.unit, session.hours) == (owed.units[0], 4)
        assert session.catch_up_places.get().enrollment == owed.enrollments[0]
        page = browse(owed.cast.officer).get(answer.url)
        assert reverse("participants:catch_up_update", args=[session.pk]) in page.content.decode()

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"hours": "9"}, ["hours"]),
            ({"takes_place_on": "18-12-2025"}, ["instructor", "room", "takes_place_on"]),
            ({"takes_place_on": "25-12-2025"}, ["takes_place_on"]),
            ({"ends_at": "07.00"}, ["ends_at"]),
            ({"enrollments": []}, ["enrollments"]),
            ({"enrollments": ["99999999999999999999"]}, ["enrollments"]),
        ],
    )
    def test_a_refusal_stands_beside_its_field_and_nothing_is_lost(
        self, owed, browse, url, change, fields
    ):
        typed = self.typed(owed, owed.enrollments[1:2], **change)
        page = browse(owed.cast.officer).post(url, typed)
        assert sorted(page.context["form"].errors) == fields
        assert not Session.objects.filter(kind="catch_up").exists()
        assert page.context["form"]["starts_at"].value() == "08.00"
        ticks = [ticked for _claim, ticked in page.context["rows"]]
        assert ticks == [False, "enrollments" not in change]

    def test_a_class_in_which_nobody_is_owed_says_so(self, training, browse):
        url = reverse("participants:catch_up_create", args=[training.batch.pk])
        page = browse(training.cast.officer).get(url)
        assert (page.context["unit"], page.context["rows"]) == (None, [])
        assert browse(training.cast.officer).post(url, {}).status_code == 200

    @pytest.mark.parametrize("unit", ["0", "999999999999999999"])
    def test_a_unit_of_another_curriculum_is_not_found(self, owed, browse, url, unit):
        assert browse(owed.cast.officer).get(url, {"unit": unit}).status_code == 404

    def test_costs_the_same_for_one_and_two(self, owed, browse, url):
        officer, counts = browse(owed.cast.officer), []
        counts.append(queries_of(officer, url))
        owed.enrollments[1].attendances.update(code="H", cause="")
        counts.append(queries_of(officer, url))
        assert counts[0] == counts[1]


class TestCatchUpUpdate:
    def test_shows_and_changes_who_is_invited(self, owed, browse):
        session = catch_up(owed, owed.enrollments[:1], day=29)
        url = reverse("participants:catch_up_update", args=[session.pk])
        officer = browse(owed.cast.officer)
        assert [ticked for _claim, ticked in officer.get(url).context["rows"]] == [True, False]
        page = fields_of(officer.get(url))
        officer.post(
            url, page | {"enrollments": [owed.enrollments[1].pk], "takes_place_on": "24-12-2025"}
        )
        session.refresh_from_db()
        assert session.takes_place_on == date(2025, 12, 24)
        assert session.catch_up_places.get().enrollment == owed.enrollments[1]

    def test_a_refusal_keeps_the_ticks(self, owed, browse):
        session = catch_up(owed, owed.enrollments[:1], day=29)
        cancel_session(
            session=session, cancel_reason="Razia", cancel_cause="facility", by=owed.cast.officer
        )
        url = reverse("participants:catch_up_update", args=[session.pk])
        officer = browse(owed.cast.officer)
        typed = fields_of(officer.get(url)) | {"enrollments": [owed.enrollments[1].pk]}
        page = officer.post(url, typed)
        assert [ticked for _claim, ticked in page.context["rows"]] == [False, True]
        assert "sudah terlaksana atau batal" in page.content.decode()

    def test_the_page_of_ordinary_meetings_leads_here(self, owed, browse):
        session = catch_up(owed, owed.enrollments[:1], day=29)
        page = browse(owed.cast.officer).get(reverse("programs:session_update", args=[session.pk]))
        assert page.url == reverse("participants:catch_up_update", args=[session.pk])

    def test_an_ordinary_meeting_leads_back_to_its_batch(self, owed, browse):
        url = reverse("participants:catch_up_update", args=[owed.session.pk])
        assert browse(owed.cast.officer).get(url).url == owed.batch.get_absolute_url()


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    """Both have seen who is invited before either writes."""

    def invite(self, training, monkeypatch, patience, update):
        session = catch_up(training, training.enrollments[:1], day=29)
        meet_after(monkeypatch, Enrollment, "takes_part_on", racers=2, patience=patience)

        def act():
            return update(
                session=Session.objects.get(pk=session.pk),
                enrollments=training.enrollments[1:2],
                by=training.cast.officer,
            )

        return [one for one in at_once(act, act) if isinstance(one, Exception)]

    def test_invite_somebody_once(self, owed, monkeypatch):
        assert self.invite(owed, monkeypatch, 0.3, services.update_catch_up) == []
        assert CatchUpPlace.objects.count() == 1

    def test_would_not_without_the_lock(self, owed, monkeypatch):
        update = without_guard(monkeypatch, services.update_catch_up)
        (error,) = self.invite(owed, monkeypatch, 10, update)
        assert isinstance(error, IntegrityError)
