"""On which days a facility can teach: the nation's word, and the facility's over it."""

from datetime import date

import pytest
from django.utils import translation

from programs import calendar
from programs.calendar import (
    FACILITY,
    JOINT_LEAVE,
    NATIONAL,
    OPENED,
    SpecialDay,
    open_days,
    special_days,
)
from programs.models import DayRule

pytestmark = pytest.mark.django_db

WORKDAYS = {1, 2, 3, 4, 5}
CHRISTMAS = date(2025, 12, 25)
LEAVE = date(2025, 12, 26)
FITRI = date(2026, 3, 21)


def december(day):
    return date(2025, 12, day)


def march(day):
    return date(2026, 3, day)


def rule(facility, day, reason, *, is_open=False):
    return DayRule.objects.create(facility=facility, falls_on=day, reason=reason, is_open=is_open)


class TestSpecialDays:
    def test_christmas_and_the_leave_after_it(self, cast):
        assert special_days(cast.jember, december(1), december(31)) == {
            CHRISTMAS: SpecialDay(CHRISTMAS, "Hari Raya Natal", NATIONAL),
            LEAVE: SpecialDay(LEAVE, "Cuti Bersama Hari Raya Natal", JOINT_LEAVE),
        }

    @pytest.mark.parametrize(
        ("language", "names"),
        [
            ("id", ["Hari Raya Natal", "Cuti Bersama Hari Raya Natal"]),
            ("en", ["Christmas Day", "Christmas Joint Holiday"]),
            (None, ["Hari Raya Natal", "Cuti Bersama Hari Raya Natal"]),
        ],
    )
    def test_names_follow_the_reader(self, cast, language, names):
        with translation.override(language):
            found = special_days(cast.jember, CHRISTMAS, LEAVE)
        assert [one.name for one in found.values()] == names

    def test_the_rule_speaks_in_its_own_words_over_the_nation(self, cast):
        rule(cast.jember, CHRISTMAS, "Kelas roti Natal", is_open=True)
        rule(cast.jember, LEAVE, "Razia")
        assert special_days(cast.jember, CHRISTMAS, LEAVE) == {
            CHRISTMAS: SpecialDay(CHRISTMAS, "Kelas roti Natal", OPENED),
            LEAVE: SpecialDay(LEAVE, "Razia", FACILITY),
        }

    def test_the_rule_of_another_facility_changes_nothing(self, cast):
        before = special_days(cast.jember, december(1), december(31))
        rule(cast.metro, CHRISTMAS, "Tetap ada kelas", is_open=True)
        rule(cast.metro, december(17), "Razia")
        assert special_days(cast.jember, december(1), december(31)) == before

    def test_both_ends_are_in_and_nothing_beyond(self, cast):
        for day in (16, 17, 18, 19):
            rule(cast.jember, december(day), "Kunjungan")
        assert list(special_days(cast.jember, december(17), december(18))) == [
            december(17),
            december(18),
        ]

    def test_in_order_across_new_year_whoever_said_it(self, cast):
        rule(cast.jember, december(31), "Tutup buku")
        rule(cast.jember, date(2026, 1, 2), "Razia")
        found = special_days(cast.jember, LEAVE, date(2026, 1, 16))
        assert [(day.month, day.day) for day in found] == [
            (12, 26),
            (12, 31),
            (1, 1),
            (1, 2),
            (1, 16),
        ]

    def test_a_holiday_is_stronger_than_the_leave_of_the_same_day(self, cast, monkeypatch):
        """No year so far has both, but the moon may bring it."""
        names = {"government": "Cuti Bersama", "public": "Isra Mikraj"}
        monkeypatch.setattr(
            calendar.holidays,
            "country_holidays",
            lambda *_, categories, **__: {CHRISTMAS: names[categories[0]]},
        )
        assert calendar._national.__wrapped__(2025, "id") == (
            SpecialDay(CHRISTMAS, "Isra Mikraj", NATIONAL),
        )

    def test_the_years_beyond_the_library_are_plain(self, cast):
        assert special_days(cast.jember, date(2150, 1, 1), date(2150, 12, 31)) == {}

    def test_a_span_that_ends_before_it_begins_is_empty(self, cast):
        assert special_days(cast.jember, LEAVE, CHRISTMAS) == {}

    @pytest.mark.parametrize("last", [CHRISTMAS, date(2031, 1, 1)])
    def test_one_query_for_any_span(self, cast, django_assert_num_queries, last):
        rule(cast.jember, CHRISTMAS, "Razia")
        with django_assert_num_queries(1):
            special_days(cast.jember, CHRISTMAS, last)

    @pytest.mark.parametrize(
        ("kind", "closed", "may_be_taught"),
        [
            (NATIONAL, True, False),
            (JOINT_LEAVE, True, True),
            (FACILITY, True, False),
            (OPENED, False, True),
        ],
    )
    def test_what_each_kind_means(self, kind, closed, may_be_taught):
        day = SpecialDay(CHRISTMAS, "Natal", kind)
        assert (day.is_closed, day.may_be_taught) == (closed, may_be_taught)


class TestOpenDays:
    """The week of Christmas 2025: Monday is the 22nd, Thursday the feast, Friday the leave."""

    MONDAY, SUNDAY = december(22), december(28)

    def days(self, cast, **more):
        found = open_days(cast.jember, self.MONDAY, self.SUNDAY, **{"weekdays": WORKDAYS} | more)
        return [day.day for day in found]

    def test_only_the_weekdays_and_none_that_is_closed(self, cast):
        assert self.days(cast) == [22, 23, 24]
        assert self.days(cast, weekdays={2, 6}) == [23, 27]

    def test_joint_leave_is_taught_on_when_asked_for(self, cast):
        assert self.days(cast, with_joint_leave=True) == [22, 23, 24, 26]

    def test_a_raid_closes_even_the_leave(self, cast):
        rule(cast.jember, LEAVE, "Razia")
        rule(cast.jember, self.MONDAY, "Razia")
        assert self.days(cast, with_joint_leave=True) == [23, 24]

    def test_opened_is_open_without_asking(self, cast):
        rule(cast.jember, CHRISTMAS, "Tetap ada kelas", is_open=True)
        assert self.days(cast) == [22, 23, 24, 25]

    def test_an_opened_sunday_is_no_day_of_a_workday_class(self, cast):
        rule(cast.jember, self.SUNDAY, "Kelas tambahan", is_open=True)
        assert self.days(cast) == [22, 23, 24]
        assert self.days(cast, weekdays={7}) == [28]

    def test_one_day_is_first_and_last(self, cast):
        assert open_days(cast.jember, self.MONDAY, self.MONDAY, weekdays={1}) == [self.MONDAY]
        assert open_days(cast.jember, self.SUNDAY, self.MONDAY, weekdays=WORKDAYS) == []

    def test_one_query_for_any_span(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            open_days(cast.jember, self.MONDAY, date(2028, 1, 1), weekdays=WORKDAYS)

    def test_idul_fitri_moves_when_the_moon_is_late(self, cast):
        """Foretold for Saturday 21 March 2026; sighted a day later, with its second day on Monday."""
        fortnight = {"weekdays": {6, 7, 1}, "with_joint_leave": True}
        foretold = open_days(cast.jember, march(14), march(28), **fortnight)
        rule(cast.jember, FITRI, "Idulfitri bergeser", is_open=True)
        rule(cast.jember, march(23), "Hari kedua Idulfitri")
        sighted = open_days(cast.jember, march(14), march(28), **fortnight)
        assert [day.day for day in foretold] == [14, 15, 16, 23, 28]
        assert [day.day for day in sighted] == [14, 15, 16, 21, 28]
