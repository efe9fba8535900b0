"""Scheduling: nobody, no room and no class is in two places at once."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import Session
from programs.services import sessions
from tests import factories
from tests.programs.pages import kept
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(training):
    """A second bakery class of the same prison and school."""
    return factories.BatchFactory(agreement=training.agreement, curriculum=training.curriculum)


@pytest.fixture
def elsewhere(training):
    """A class of the same school in another prison."""
    agreement = factories.AgreementFactory(
        facility=training.cast.metro, partner=training.cast.school
    )
    batch = factories.BatchFactory(agreement=agreement)
    factories.UnitFactory(curriculum=batch.curriculum)
    return batch


@pytest.fixture
def typed(training):
    """A third meeting as the officer types it, all of it right."""
    return {
        "takes_place_on": "19-12-2025",
        "starts_at": "08.00",
        "ends_at": "11.00",
        "hours": "4",
        "unit": str(training.units[0].pk),
        "room": str(training.session.room.pk),
        "instructor": str(training.cast.teacher.pk),
    }


@pytest.fixture
def book(training, typed, browse):
    """Type a meeting into the form: book(hours="2") gives the answer."""
    officer = browse(training.cast.officer)
    url = reverse("programs:session_create", args=[training.batch.pk])
    return lambda **changes: officer.post(url, typed | changes)


def meeting(batch, **changes):
    """A meeting of `batch` at the same time as the first one of the training, in a room of its own."""
    room = factories.RoomFactory(facility=batch.facility, name="Ruang lain")
    return {
        "batch": batch,
        "unit": batch.curriculum.units.first(),
        "instructor": factories.InstructorFactory(partner=batch.agreement.partner),
        "takes_place_on": date(2025, 12, 17),
        "starts_at": time(8),
        "ends_at": time(11),
        "hours": 4,
        "room": room,
    } | changes


def refused(**fields):
    """The fields beside which the refusal stands."""
    with pytest.raises(ValidationError) as refusal:
        services.schedule_session(**fields)
    return list(refusal.value.message_dict)


class TestSessionCreate:
    def test_books_and_goes_back_to_the_batch(self, training, book):
        response = book()
        assert response.url == training.batch.get_absolute_url()
        session = training.batch.sessions.last()
        assert (session.takes_place_on, session.room) == (date(2025, 12, 19), training.session.room)

    def test_the_next_form_starts_from_the_last_meeting(self, training, book, browse):
        url = reverse("programs:session_create", args=[training.batch.pk])
        kitchen = str(factories.RoomFactory(facility=training.batch.facility, name="Dapur").pk)
        assert book(again="", room=kitchen).url == url
        page = browse(training.cast.officer).get(url)
        expected = {"starts_at": "08.00", "ends_at": "11.00", "hours": "4", "room": kitchen}
        assert kept(page, expected) == expected
        assert kept(page, ["takes_place_on"]) == {"takes_place_on": ""}

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("takes_place_on", {"takes_place_on": "16-12-2025"}),
            ("takes_place_on", {"takes_place_on": "01-01-2026"}),
            ("takes_place_on", {"takes_place_on": "12/25/2025"}),
            ("starts_at", {"starts_at": "25:00"}),
            ("ends_at", {"ends_at": "25:00"}),
            ("ends_at", {"ends_at": "11"}),
            ("ends_at", {"starts_at": "22.00", "ends_at": "01.00"}),
            ("ends_at", {"ends_at": "08.00"}),
            ("hours", {"hours": "5"}),
            ("hours", {"hours": "0"}),
            ("hours", {"starts_at": "00.00", "ends_at": "23.59", "hours": "17"}),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_all_typed(
        self, training, typed, book, field, changes
    ):
        response = book(**changes)
        assert list(response.context["form"].errors) == [field]
        assert kept(response, typed) == typed | changes
        assert training.batch.sessions.count() == 2

    def test_a_day_holds_at_most_sixteen_hours(self, training, book):
        book(starts_at="00.00", ends_at="23.59", hours="16")
        assert training.batch.sessions.last().hours == 16

    @pytest.mark.parametrize("field", ["unit", "instructor"])
    def test_nobody_elses_unit_or_instructor_can_be_chosen(self, training, book, field):
        foreign = {"unit": factories.UnitFactory(), "instructor": factories.InstructorFactory()}
        assert list(book(**{field: foreign[field].pk}).context["form"].errors) == [field]
        assert training.batch.sessions.count() == 2


class TestScheduleSession:
    def test_a_unit_of_another_curriculum_is_refused(self, training, other):
        fields = meeting(other, unit=factories.UnitFactory(), by=training.cast.officer)
        assert refused(**fields) == ["unit"]

    def test_an_instructor_of_another_partner_is_refused(self, training, other):
        fields = meeting(other, instructor=factories.InstructorFactory(), by=training.cast.officer)
        assert refused(**fields) == ["instructor"]

    def test_an_instructor_is_in_one_place_at_a_time(self, training, other):
        fields = meeting(other, instructor=training.cast.teacher, by=training.cast.officer)
        assert refused(**fields) == ["instructor"]

    def test_not_even_in_two_prisons(self, training, elsewhere):
        fields = meeting(elsewhere, instructor=training.cast.teacher, by=training.cast.stranger)
        assert refused(**fields) == ["instructor"]

    def test_a_room_holds_one_class_at_a_time(self, training, other):
        fields = meeting(other, room=training.session.room, by=training.cast.officer)
        assert refused(**fields) == ["room"]

    def test_a_room_of_another_prison_is_refused(self, training, elsewhere):
        fields = meeting(elsewhere, room=training.session.room, by=training.cast.stranger)
        assert refused(**fields) == ["room"]

    def test_a_closed_room_is_refused(self, training, other):
        fields = meeting(other, by=training.cast.officer)
        services.close_room(room=fields["room"], by=training.cast.officer)
        fields["room"].refresh_from_db()
        assert refused(**fields) == ["room"]

    def test_the_class_itself_is_in_one_place_at_a_time(self, training):
        fields = meeting(training.batch, by=training.cast.officer)
        assert refused(**fields) == ["takes_place_on"]

    def test_all_clashes_are_told_at_once(self, training):
        fields = meeting(
            training.batch,
            room=training.session.room,
            instructor=training.cast.teacher,
            by=training.cast.officer,
        )
        assert refused(**fields) == ["takes_place_on", "instructor", "room"]

    @pytest.mark.parametrize(
        ("starts_at", "ends_at"),
        [((10, 59), (12, 0)), ((7, 0), (8, 1)), ((9, 0), (10, 0)), ((7, 0), (12, 0))],
    )
    def test_a_shared_minute_is_a_clash(self, training, other, starts_at, ends_at):
        fields = meeting(
            other,
            instructor=training.cast.teacher,
            starts_at=time(*starts_at),
            ends_at=time(*ends_at),
            hours=1,
            by=training.cast.officer,
        )
        assert refused(**fields) == ["instructor"]

    @pytest.mark.parametrize(("starts_at", "ends_at"), [(6, 8), (11, 13)])
    def test_back_to_back_is_none(self, training, starts_at, ends_at):
        fields = meeting(
            training.batch,
            instructor=training.cast.teacher,
            room=training.session.room,
            starts_at=time(starts_at),
            ends_at=time(ends_at),
            hours=2,
            by=training.cast.officer,
        )
        assert services.schedule_session(**fields).pk

    def test_a_cancelled_meeting_makes_room(self, training):
        by = training.cast.officer
        services.cancel_session(
            session=training.session, cancel_reason="Hujan", cancel_cause="other", by=by
        )
        fields = meeting(training.batch, instructor=training.cast.teacher, by=by)
        assert services.schedule_session(**fields | {"room": training.session.room}).pk

    def test_a_refused_meeting_leaves_no_line_in_the_trail(self, training):
        refused(**meeting(training.batch, by=training.cast.officer))
        assert not AuditEvent.objects.filter(action="session.scheduled").exists()


class TestSessionUpdate:
    @pytest.fixture
    def move(self, training, typed, browse):
        officer = browse(training.cast.officer)
        url = reverse("programs:session_update", args=[training.session.pk])
        return lambda **changes: officer.post(url, typed | changes)

    def test_does_not_clash_with_itself(self, training, move):
        assert move(takes_place_on="17-12-2025", starts_at="09.00", hours="2").status_code == 302
        training.session.refresh_from_db()
        assert training.session.starts_at == time(9)

    def test_clashes_with_the_others(self, training, typed, move):
        response = move(takes_place_on="18-12-2025")
        errors = ["takes_place_on", "instructor", "room"]
        assert list(response.context["form"].errors) == errors
        assert kept(response, typed) == typed | {"takes_place_on": "18-12-2025"}
        training.session.refresh_from_db()
        assert training.session.takes_place_on == date(2025, 12, 17)

    def test_a_held_meeting_stays_where_it_was(self, training, move):
        training.mark(training.session, "HHH")
        response = move()
        assert response.context["form"].non_field_errors() == [
            "Pertemuan ini sudah terlaksana atau batal, jadi jadwalnya tidak berubah lagi."
        ]
        training.session.refresh_from_db()
        assert training.session.takes_place_on == date(2025, 12, 17)


class TestSessionCancel:
    @pytest.fixture
    def cancel(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("programs:session_cancel", args=[training.session.pk])
        return lambda reason: officer.post(url, {"cancel_reason": reason, "cancel_cause": "other"})

    def test_with_a_reason(self, training, cancel):
        cancel("Listrik padam")
        training.session.refresh_from_db()
        assert training.session.status == Session.Status.CANCELLED
        assert AuditEvent.objects.get().details == {
            "reason": "Listrik padam",
            "cause": "other",
        }

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_not_without(self, training, cancel, reason):
        assert list(cancel(reason).context["form"].errors) == ["cancel_reason"]
        training.session.refresh_from_db()
        assert training.session.status == Session.Status.PLANNED

    def test_not_once_it_was_held(self, training, cancel):
        training.mark(training.session, "HHH")
        assert cancel("Hujan").context["form"].non_field_errors() == [
            "Pertemuan ini sudah terlaksana atau batal, jadi jadwalnya tidak berubah lagi."
        ]
        training.session.refresh_from_db()
        assert training.session.status == Session.Status.HELD


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtOnce:
    """Both have read that the room, or the teacher, is free before either has written."""

    def same_room(self, training, other, schedule=services.schedule_session):
        hall = factories.RoomFactory(facility=training.batch.facility, name="Aula")
        plans = [
            meeting(batch, takes_place_on=date(2025, 12, 19), room=hall, by=training.cast.officer)
            for batch in (training.batch, other)
        ]
        return at_once(*(lambda plan=plan: schedule(**plan) for plan in plans))

    def same_teacher(self, training, elsewhere, schedule=services.schedule_session):
        teacher = {"takes_place_on": date(2025, 12, 19), "instructor": training.cast.teacher}
        plans = [
            meeting(training.batch, **teacher, by=training.cast.officer),
            meeting(elsewhere, **teacher, by=training.cast.stranger),
        ]
        return at_once(*(lambda plan=plan: schedule(**plan) for plan in plans))

    def test_one_gets_the_room(self, training, other, monkeypatch):
        meet_after(monkeypatch, sessions, "_refuse_double_booking", racers=2, patience=0.5)
        answers = self.same_room(training, other)
        (refusal,) = [one for one in answers if isinstance(one, ValidationError)]
        assert list(refusal.message_dict) == ["room"]
        assert Session.objects.filter(room__name="Aula").count() == 1

    def test_canary_without_the_lock_both_would(self, training, other, monkeypatch):
        schedule = without_guard(monkeypatch, services.schedule_session)
        meet_after(monkeypatch, sessions, "_refuse_double_booking", racers=2, patience=30)
        self.same_room(training, other, schedule)
        assert Session.objects.filter(room__name="Aula").count() == 2

    def test_one_prison_gets_the_teacher(self, training, elsewhere, monkeypatch):
        meet_after(monkeypatch, sessions, "_refuse_double_booking", racers=2, patience=0.5)
        answers = self.same_teacher(training, elsewhere)
        (refusal,) = [one for one in answers if isinstance(one, ValidationError)]
        assert list(refusal.message_dict) == ["instructor"]
        assert Session.objects.filter(takes_place_on=date(2025, 12, 19)).count() == 1

    def test_canary_without_the_lock_both_prisons_would(self, training, elsewhere, monkeypatch):
        schedule = without_guard(monkeypatch, services.schedule_session)
        meet_after(monkeypatch, sessions, "_refuse_double_booking", racers=2, patience=30)
        self.same_teacher(training, elsewhere, schedule)
        assert Session.objects.filter(takes_place_on=date(2025, 12, 19)).count() == 2
