"""Rooms and special days of a facility."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import DayRule, Room
from tests import factories
from tests.core.counting import queries_of
from tests.core.refusals import refused_by
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

ROOMS = reverse("programs:room_list")
NEW_ROOM = reverse("programs:room_create")
DAYS = reverse("programs:day_list")
NEW_DAY = reverse("programs:day_create")


class TestRooms:
    def test_room_once_per_facility_whatever_the_case(self, cast):
        factories.RoomFactory(facility=cast.jember, name="Aula")
        with refused_by("room_once_per_facility"):
            Room.objects.create(facility=cast.jember, name="AULA")
        Room.objects.create(facility=cast.metro, name="AULA")

    def test_typed_with_stray_spaces_it_is_the_same_room(self, cast, browse):
        factories.RoomFactory(facility=cast.jember, name="Ruang Boga")
        typed = {"name": "  ruang   boga ", "capacity": "20"}
        page = browse(cast.officer).post(NEW_ROOM, typed)
        assert page.context["form"].errors == {"name": ["Ruang ini sudah tercatat."]}
        assert kept(page, typed) == typed

    def test_a_room_with_meetings_to_come_stays_open(self, training, browse, time_machine):
        time_machine.move_to("2025-12-17T01:00:00Z")
        room, officer = training.session.room, browse(training.cast.officer)
        url = reverse("programs:room_close", args=[room.pk])
        officer.post(url)
        room.refresh_from_db()
        assert room.closed_at is None
        training.batch.sessions.all().delete()
        officer.post(url)
        room.refresh_from_db()
        assert room.closed_at
        assert list(officer.get(ROOMS).context["page"]) == []

    def test_ones_own_rooms_at_the_same_cost(self, training, browse):
        officer = browse(training.cast.officer)
        few = queries_of(officer, ROOMS)
        for name in "ABC":
            factories.RoomFactory(facility=training.cast.jember, name=name)
        factories.RoomFactory(facility=training.cast.metro, name="Milik Metro")
        assert queries_of(officer, ROOMS) == few
        assert [str(one) for one in officer.get(ROOMS).context["page"]] == [
            "A", "B", "C", "Ruang Praktik Boga",
        ]  # fmt: skip


class TestDays:
    def test_day_rule_once_per_facility_and_day(self, cast):
        factories.DayRuleFactory(facility=cast.jember)
        with refused_by("day_rule_once_per_facility_and_day"):
            DayRule.objects.create(facility=cast.jember, falls_on=date(2025, 12, 29), reason="x")
        factories.DayRuleFactory(facility=cast.metro)

    def test_a_span_is_closed_day_by_day_and_said_again_replaces(self, cast, browse):
        officer = browse(cast.officer)
        typed = {"starts_on": "30-12-2025", "ends_on": "2-1-2026", "reason": "Razia"}
        officer.post(NEW_DAY, typed)
        officer.post(NEW_DAY, typed | {"ends_on": "", "reason": "Apel"})
        rules = DayRule.objects.values_list("falls_on", "reason")
        assert [(day.day, reason) for day, reason in rules] == [
            (30, "Apel"), (31, "Razia"), (1, "Razia"), (2, "Razia"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("ends_on", "field"),
        [("29-12-2025", "ends_on"), ("1-12-2026", "ends_on"), ("x", "ends_on")],
    )
    def test_backwards_too_long_or_nonsense_is_refused(self, cast, browse, ends_on, field):
        typed = {"starts_on": "30-12-2025", "ends_on": ends_on, "reason": "Razia"}
        page = browse(cast.officer).post(NEW_DAY, typed)
        assert list(page.context["form"].errors) == [field]
        assert kept(page, typed) == typed
        assert not DayRule.objects.exists()

    def test_the_year_shows_the_nation_and_the_word_of_the_house(self, cast, browse):
        rule = factories.DayRuleFactory(
            facility=cast.jember, falls_on=date(2025, 12, 25), is_open=True, reason="Ujian"
        )
        factories.DayRuleFactory(facility=cast.metro, falls_on=date(2025, 12, 24))
        page = browse(cast.officer).get(DAYS, {"year": "2025"})
        december = {one.day.day: (one.kind, own) for one, own in page.context["days"]
                    if one.day.month == 12}  # fmt: skip
        assert december == {25: ("opened", rule), 26: ("joint_leave", None)}

    @pytest.mark.parametrize("year", ["", "kemarin", "99999999", "٢٠٢٥"])
    def test_a_nonsense_year_is_this_year(self, cast, browse, year, time_machine):
        time_machine.move_to("2026-05-05T01:00:00Z")
        assert browse(cast.officer).get(DAYS, {"year": year}).context["year"] == 2026

    def test_a_closed_day_under_a_planned_meeting_is_said(self, training, browse, time_machine):
        time_machine.move_to("2025-12-16T01:00:00Z")
        typed = {"starts_on": "18-12-2025", "ends_on": "", "reason": "Razia"}
        page = browse(training.cast.officer).post(NEW_DAY, typed, follow=True)
        assert [str(one) for one in page.context["messages"]][1:] == [
            "Ada pertemuan pada hari yang ditutup. Pindahkan dari jadwalnya."
        ]

    def test_what_is_taken_back_stays_in_the_trail(self, cast, browse):
        rule = factories.DayRuleFactory(facility=cast.jember)
        browse(cast.officer).post(reverse("programs:day_remove", args=[rule.pk]))
        assert not DayRule.objects.exists()
        assert AuditEvent.objects.get().details == {"is_open": False, "reason": "Razia"}


class TestMeetingsOnThem:
    def book(self, training, day):
        return services.move_session(
            session=training.session, takes_place_on=date(2025, 12, day), by=training.cast.officer
        )

    def test_none_on_a_national_holiday_until_the_house_opens_it(self, training):
        with pytest.raises(ValidationError) as refused:
            self.book(training, 25)
        assert refused.value.message_dict == {
            "takes_place_on": [
                "Hari itu libur: Hari Raya Natal. Bila tetap ada pelatihan, catat di kalender Lapas."
            ]
        }
        factories.DayRuleFactory(
            facility=training.cast.jember, falls_on=date(2025, 12, 25), is_open=True
        )
        assert self.book(training, 25).takes_place_on.day == 25

    def test_on_joint_leave_it_may_be(self, training):
        assert self.book(training, 26).takes_place_on.day == 26

    def test_not_on_a_day_the_house_closed(self, training):
        factories.DayRuleFactory(facility=training.cast.jember, falls_on=date(2025, 12, 29))
        with pytest.raises(ValidationError):
            self.book(training, 29)
