"""A whole timetable at once, and moving on what follows."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts.models import AuditEvent
from programs import services
from programs.models import Batch, Session
from programs.queries import hours_by_unit
from programs.timetable import Slot
from tests import factories
from tests.programs.pages import kept
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

WORKDAYS = frozenset({1, 2, 3, 4, 5})
MORNING = (Slot(time(8), time(11)),)


@pytest.fixture
def batch(training):
    """Two units of 1 JP theory and 3 JP practice each, from Wednesday 17 to 31 December, nothing booked."""
    training.batch.sessions.all().delete()
    return training.batch


@pytest.fixture
def pattern(training, batch):
    def make(**changes):
        fields = {
            "starts_on": batch.starts_on,
            "weekdays": WORKDAYS,
            "slots": MORNING,
            "room": factories.RoomFactory(facility=batch.facility),
            "instructors": dict.fromkeys(
                (unit.pk for unit in training.units), training.cast.teacher
            ),
        }
        return services.Pattern(**fields | changes)

    return make


@pytest.fixture
def generate(training, batch, pattern):
    return lambda **changes: services.generate_timetable(
        batch=batch, pattern=pattern(**changes), by=training.cast.officer
    )


def days(batch):
    return [one.takes_place_on.day for one in batch.sessions.alive()]


def misfit_of(generate, **changes):
    with pytest.raises(ValidationError) as refused:
        generate(**changes)
    return refused.value.messages


class TestGenerate:
    def test_the_whole_curriculum_theory_first(self, batch, generate):
        generate()
        assert [(one.takes_place_on.day, one.hours, one.theory_hours)
                for one in batch.sessions.all()] == [(17, 4, 1), (18, 4, 1)]  # fmt: skip
        assert [(row.unplanned, row.planned_theory) for row in hours_by_unit(batch)] == [(0, 1)] * 2

    def test_a_holiday_is_stepped_over_and_leave_unless_wished(self, batch, generate, training):
        batch.starts_on = date(2025, 12, 25)
        batch.save()
        generate(starts_on=batch.starts_on)
        assert days(batch) == [29, 30]
        batch.sessions.all().delete()
        generate(starts_on=batch.starts_on, with_joint_leave=True)
        assert days(batch) == [26, 29]

    def test_the_facilitys_own_closed_days_too(self, batch, generate):
        factories.DayRuleFactory(facility=batch.facility, falls_on=date(2025, 12, 17))
        generate()
        assert days(batch) == [18, 19]

    def test_only_what_is_not_booked_yet(self, training, batch, generate):
        factories.SessionFactory(
            batch=batch, unit=training.units[0], instructor=training.cast.teacher
        )
        generate()
        assert days(batch) == [17, 18]
        assert misfit_of(generate) == ["Semua JP kurikulum ini sudah terjadwal."]

    @pytest.mark.parametrize("taken", ["room", "instructor", "people"])
    def test_around_whatever_is_taken(self, training, batch, generate, taken):
        other = factories.BatchFactory(agreement=training.agreement)
        fields = {"batch": other, "room": factories.RoomFactory(facility=batch.facility, name="B")}
        if taken == "room":
            fields["room"] = factories.RoomFactory(facility=batch.facility)
        if taken == "instructor":
            fields["instructor"] = training.cast.teacher
        if taken == "people":
            factories.EnrollmentFactory(batch=other, inmate=training.enrollments[0].inmate)
        factories.SessionFactory(**fields)
        generate()
        assert days(batch) == [18, 19]

    def test_what_does_not_fit_is_named_with_the_remedy(self, batch, generate):
        batch.ends_on = batch.starts_on
        batch.save()
        assert misfit_of(generate) == [
            "4 JP tidak muat: Adonan roti. Perpanjang angkatan sampai 18 Desember 2025, "
            "atau tambah hari, jam, atau ruang lain."
        ]
        assert not batch.sessions.exists()

    def test_sunday_alone_never_fits_in_a_year_of_them(self, batch, generate):
        batch.ends_on = batch.starts_on
        batch.save()
        assert (
            "Perpanjang angkatan sampai 28 Desember 2025"
            in misfit_of(generate, weekdays=frozenset({7}))[0]
        )

    def test_a_room_or_teacher_of_others_is_refused(self, batch, generate):
        assert misfit_of(generate, room=factories.RoomFactory()) == ["Ruang ini milik Lapas lain."]
        stranger = factories.InstructorFactory(name="Tamu")
        units = batch.curriculum.units.all()
        assert misfit_of(generate, instructors=dict.fromkeys((u.pk for u in units), stranger)) == [
            "Tamu bukan dari mitra angkatan."
        ]

    def test_160_jp_cost_as_few_questions_as_8(self, training, batch, generate):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                sessions = generate()
            batch.sessions.all().delete()
            return len(sessions), len(seen)

        few = queries()
        training.curriculum.units.update(theory_hours=20, practice_hours=60)
        batch.ends_on = batch.starts_on + timedelta(days=90)
        batch.save()
        assert [few, queries()] == [(2, few[1]), (40, few[1])]

    def test_one_line_in_the_trail(self, generate):
        generate()
        line = AuditEvent.objects.get()
        assert (line.action, line.details) == ("timetable.generated", {"sessions": 2, "hours": 8})


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def both(self, training, batch, pattern, generate):
        return at_once(
            *[
                lambda: generate(batch=batch, pattern=pattern(), by=training.cast.officer)
            ] * 2
        )  # fmt: skip

    def test_the_timetable_is_booked_once(self, training, batch, pattern, monkeypatch):
        meet_after(monkeypatch, services.timetable, "draft_timetable", racers=2, patience=0.5)
        self.both(training, batch, pattern, services.generate_timetable)
        assert days(batch) == [17, 18]

    def test_canary_without_the_lock_it_is_booked_twice(
        self, training, batch, pattern, monkeypatch
    ):
        generate = without_guard(monkeypatch, services.generate_timetable)
        meet_after(monkeypatch, services.timetable, "draft_timetable", racers=2, patience=30)
        self.both(training, batch, pattern, generate)
        assert days(batch) == [17, 17, 18, 18]


class TestMoveWithFollowing:
    @pytest.fixture
    def move(self, training, time_machine):
        time_machine.move_to("2025-12-10T01:00:00Z")

        def go(session, day, **changes):
            return services.reschedule(
                session=session,
                takes_place_on=date(2025, 12, day),
                with_following=True,
                by=training.cast.officer,
                **changes,
            )

        return go

    @pytest.fixture
    def booked(self, training, batch, generate):
        """On the 17th, 18th and 19th, and after the weekend on the 22nd, 23rd and 24th."""
        training.curriculum.units.update(theory_hours=2, practice_hours=10)
        generate()
        return list(batch.sessions.all())

    def test_all_that_follows_moves_on_by_as_many_teaching_days(self, batch, booked, move):
        move(booked[1], 19)
        assert days(batch) == [17, 19, 22, 23, 24, 29]

    def test_a_catch_up_stays_where_it_is(self, batch, booked, move):
        Session.objects.filter(pk=booked[5].pk).update(
            kind="catch_up", starts_at=time(17), ends_at=time(20)
        )
        move(booked[1], 19)
        assert days(batch) == [17, 19, 22, 23, 24, 24]

    def test_over_christmas_and_the_weekend(self, batch, booked, move):
        move(booked[2], 23)
        assert days(batch) == [17, 18, 23, 24, 29, 30]
        move(Session.objects.get(pk=booked[2].pk), 24)
        assert days(batch) == [17, 18, 24, 29, 30, 31]

    def test_and_comes_forward_again(self, batch, booked, move):
        move(booked[1], 23)
        move(Session.objects.get(pk=booked[1].pk), 18)
        assert days(batch) == [17, 18, 19, 22, 23, 24]

    def test_all_or_nothing(self, batch, booked, move):
        with pytest.raises(ValidationError) as refused:
            move(booked[1], 30)
        assert refused.value.messages == [
            "Pertemuan 6 Januari 2026: Tanggal ini di luar hari pertama dan hari terakhir angkatan."
        ]
        assert days(batch) == [17, 18, 19, 22, 23, 24]

    def test_what_was_held_stays(self, training, batch, booked, move, time_machine):
        time_machine.move_to("2025-12-18T10:00:00Z")
        training.mark(booked[0], "HHH")
        with pytest.raises(ValidationError):
            move(Session.objects.get(pk=booked[0].pk), 23)
        assert days(batch) == [17, 18, 19, 22, 23, 24]


class TestReplacement:
    @pytest.fixture
    def cancelled(self, training):
        return services.cancel_session(
            session=training.session,
            cancel_reason="Kunjungan",
            cancel_cause="facility",
            by=training.cast.officer,
        )

    def test_the_form_starts_from_what_was_cancelled_and_keeps_the_tie(
        self, training, cancelled, browse
    ):
        officer = browse(training.cast.officer)
        url = reverse("programs:session_create", args=[training.batch.pk])
        url += f"?replaces={cancelled.pk}"
        assert f'href="{url}"' in officer.get(training.batch.get_absolute_url()).text
        shown = kept(officer.get(url), ["starts_at", "unit", "room", "instructor", "hours"])
        assert shown["unit"] == str(cancelled.unit_id)
        officer.post(url, shown | {"takes_place_on": "19-12-2025", "ends_at": "11.00"})
        cancelled.refresh_from_db()
        assert cancelled.replaced_by.takes_place_on == date(2025, 12, 19)
        assert "diganti pada 19 Des" in officer.get(training.batch.get_absolute_url()).text

    def test_one_replacement_and_only_of_a_cancelled_one(self, training, cancelled):
        fields = {
            "batch": training.batch,
            "unit": training.units[0],
            "instructor": training.cast.teacher,
            "takes_place_on": date(2025, 12, 19),
            "starts_at": time(8),
            "ends_at": time(11),
            "hours": 4,
            "room": training.session.room,
            "by": training.cast.officer,
        }
        with pytest.raises(ValidationError):
            services.schedule_session(**fields, replaces=training.sessions[1])
        services.schedule_session(**fields, replaces=cancelled)
        fields["takes_place_on"] = date(2025, 12, 22)
        with pytest.raises(ValidationError) as refused:
            services.schedule_session(**fields, replaces=cancelled)
        assert refused.value.messages == ["Pertemuan itu sudah punya pengganti."]


class TestTimetableCreate:
    @pytest.fixture
    def url(self, batch):
        return reverse("programs:timetable_create", args=[batch.pk])

    @pytest.fixture
    def typed(self, training, batch):
        return {
            "starts_on": "17-12-2025",
            "weekdays": ["1", "2", "3", "4", "5"],
            "slots": "08.00-11.00",
            "room": str(factories.RoomFactory(facility=batch.facility).pk),
            "instructor": str(training.cast.teacher.pk),
        }

    def test_looking_books_nothing(self, batch, url, typed, browse, training):
        page = browse(training.cast.officer).post(url, typed | {"look": ""})
        assert [one.day.day for one in page.context["layout"].meetings] == [17, 18]
        assert not batch.sessions.exists()

    def test_booking_leads_to_the_calendar(self, batch, url, typed, browse, training):
        response = browse(training.cast.officer).post(url, typed | {"book": ""})
        assert response.url == (reverse("programs:timetable", args=[batch.pk]) + "?day=2025-12-17")
        assert days(batch) == [17, 18]

    def test_an_other_teacher_for_one_unit(self, batch, url, typed, browse, training):
        guest = factories.InstructorFactory(partner=training.cast.school)
        last = training.units[-1]
        typed |= {f"instructor-{last.pk}": str(guest.pk), "book": ""}
        browse(training.cast.officer).post(url, typed)
        teachers = [one.instructor for one in batch.sessions.all()]
        assert teachers == [training.cast.teacher, guest]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("slots", "25.00-26.00"),
            ("slots", "08.00"),
            ("slots", "11.00-08.00"),
            ("slots", "22.00-01.00"),
            ("slots", "08.00-11.00, 10.00-12.00"),
            ("slots", "06.00-23.00"),
            ("slots", "pagi"),
            ("weekdays", []),
            ("weekdays", ["8"]),
            ("starts_on", "12/25/2025"),
            ("room", "999999"),
        ],
    )
    def test_bad_input_is_said_beside_its_field_and_kept(
        self, batch, url, typed, browse, training, field, value
    ):
        page = browse(training.cast.officer).post(url, typed | {field: value, "book": ""})
        assert list(page.context["form"].errors) == [field]
        others = ["slots", "starts_on", "room", "instructor"]
        expected = {name: (typed | {field: value})[name] for name in others}
        shown = kept(page, others)
        assert {**expected, "room": shown.get("room")} == {"room": None, **shown}
        assert not batch.sessions.exists()

    @pytest.mark.parametrize(
        "text",
        [
            "08.00–11.00, 12.30–14.45",
            "12:30 - 14:45; 08:00 - 11:00",
            "08.00 s.d. 11.00,12.30 sampai 14.45",
        ],
    )
    def test_slots_as_offices_write_them(self, url, typed, browse, training, text):
        page = browse(training.cast.officer).post(url, typed | {"slots": text, "look": ""})
        assert page.context["form"].cleaned_data["slots"] == (
            Slot(time(8), time(11)),
            Slot(time(12, 30), time(14, 45)),
        )


class TestTimetablePage:
    @pytest.mark.parametrize("view", ["week", "month", "list"])
    def test_one_and_three_meetings_cost_the_same(self, training, browse, view):
        client = browse(training.cast.officer)
        url = reverse("programs:timetable", args=[training.batch.pk])
        training.sessions[1].delete()

        def cost():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url, {"view": view, "day": "2025-12-17"}).status_code == 200
            return len(seen)

        one = cost()
        for day in (18, 19):
            factories.SessionFactory(batch=training.batch, takes_place_on=date(2025, 12, day))
        assert cost() == one

    def test_a_week_shows_what_troubles_it(self, training, browse):
        factories.DayRuleFactory(facility=training.cast.jember, falls_on=date(2025, 12, 18))
        type(training.agreement).objects.update(starts_on=date(2025, 12, 18))
        url = reverse("programs:timetable", args=[training.batch.pk])
        week = browse(training.cast.officer).get(url, {"day": "2025-12-17"}).context["week"]
        troubles = [block.trouble for column in week.columns for block in column.blocks]
        assert troubles == ["di luar perjanjian", "Razia"]

    @pytest.mark.parametrize("day", ["", "kemarin", "2025-13-40", "9999-12-31"])
    def test_a_nonsense_day_is_answered(self, training, browse, day):
        url = reverse("programs:timetable", args=[training.batch.pk])
        assert browse(training.cast.officer).get(url, {"day": day}).status_code == 200


class TestOnPaperAndForTheSchool:
    def test_the_calendar_file_reads_back(self, training, browse):
        services.cancel_session(
            session=training.sessions[1],
            cancel_reason="Hujan",
            cancel_cause="other",
            by=training.cast.officer,
        )
        url = reverse("programs:timetable_calendar", args=[training.batch.pk])
        calendar = Calendar.from_ical(browse(training.cast.coordinator).get(url).content)
        events = calendar.walk("VEVENT")
        assert [(one.decoded("dtstart").isoformat(), str(one["status"])) for one in events] == [
            ("2025-12-17T08:00:00+07:00", "CONFIRMED"),
            ("2025-12-18T08:00:00+07:00", "CANCELLED"),
        ]
        assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == ["Asia/Jakarta"]

    @pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("f4", (215, 330))])
    def test_the_print_has_the_letterhead_and_the_paper(self, training, browse, paper, size):
        from io import BytesIO

        from pypdf import PdfReader

        url = reverse("programs:timetable_print", args=[training.batch.pk])
        response = browse(training.cast.officer).get(url, {"paper": paper})
        (page,) = PdfReader(BytesIO(response.content)).pages
        assert tuple(round(float(one) * 25.4 / 72) for one in page.mediabox[2:]) == size
        words = " ".join(page.extract_text().split())
        assert [one for one in ("JEMBER", "Higiene dan sanitasi", "Rabu, 17 Des 2025")
                if one not in words] == []  # fmt: skip


def test_people_are_not_in_two_classes_at_once(training):
    """The fourth kind of clash, beside class, room and instructor."""
    other = factories.BatchFactory(agreement=training.agreement)
    factories.UnitFactory(curriculum=other.curriculum)
    fields = {
        "batch": other,
        "unit": other.curriculum.units.first(),
        "instructor": factories.InstructorFactory(partner=training.cast.school),
        "takes_place_on": date(2025, 12, 17),
        "starts_at": time(10),
        "ends_at": time(12),
        "hours": 2,
        "room": factories.RoomFactory(facility=training.cast.jember, name="Aula"),
        "by": training.cast.officer,
    }
    enrollment = factories.EnrollmentFactory(batch=other, inmate=training.enrollments[0].inmate)
    with pytest.raises(ValidationError) as refused:
        services.schedule_session(**fields)
    assert refused.value.message_dict == {
        "takes_place_on": ["Sebagian pesertanya mengikuti angkatan lain pada jam itu."]
    }
    enrollment.ended_on, enrollment.end_reason = date(2025, 12, 17), "released"
    enrollment.save()
    assert services.schedule_session(**fields).batch == other
    assert Batch.objects.sharing_people_with(other).count() == 0
