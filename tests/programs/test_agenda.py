"""Weeks and months as grids, without a database."""

from datetime import date, datetime, time
from types import SimpleNamespace

import pytest

from programs.agenda import monday_of, month_of, week_of
from programs.calendar import NATIONAL, SpecialDay

MONDAY = date(2025, 12, 22)
NOW = datetime(2025, 12, 23, 8, 52)


def meeting(day, starts_at="08:00", ends_at="11:00", status="planned", pk=1):
    return SimpleNamespace(
        pk=pk,
        takes_place_on=date(2025, 12, day),
        starts_at=time.fromisoformat(starts_at),
        ends_at=time.fromisoformat(ends_at),
        status=status,
    )


def week(*meetings, special=(), troubles=(), now=NOW):
    return week_of(meetings, monday=MONDAY, special=dict(special), troubles=dict(troubles), now=now)


def blocks(week):
    """[(day, first row, rows, kind)] of the meetings drawn."""
    return [
        (column.day.day, block.row, block.rows, block.kind)
        for column in week.columns
        for block in column.blocks
    ]


class TestWeek:
    def test_a_row_is_a_quarter_of_an_hour_from_eight(self):
        found = week(meeting(22, "08:00", "11:00"), meeting(24, "12:30", "14:45"))
        assert blocks(found) == [(22, 1, 12, "missing"), (24, 19, 9, "planned")]
        assert (found.rows, found.hours[0]) == (28, (1, time(8)))

    def test_early_and_late_meetings_stretch_the_day(self):
        found = week(meeting(24, "06:15", "07:00"), meeting(25, "16:00", "18:10"))
        assert [at.hour for _row, at in found.hours] == list(range(6, 19))
        assert blocks(found) == [(24, 2, 3, "planned"), (25, 41, 8, "planned")]

    def test_until_midnight_is_not_beyond(self):
        assert week(meeting(24, "22:00", "23:59")).hours[-1] == (61, time(23))

    def test_sunday_is_there_when_something_happens_then(self):
        assert [len(week(*some).columns) for some in ([], [meeting(27)], [meeting(28)])] == [
            6,
            6,
            7,
        ]

    @pytest.mark.parametrize(
        ("now", "row"),
        [("2025-12-23 08:52", 4), ("2025-12-23 07:59", None), ("2025-12-23 15:00", None),
         ("2025-12-28 09:00", None), ("2025-12-30 09:00", None)],
    )  # fmt: skip
    def test_now_is_drawn_while_it_is_in_sight(self, now, row):
        assert week(now=datetime.fromisoformat(now)).now_row == row

    def test_a_cancelled_meeting_gives_way_to_what_took_its_hour(self):
        gone = meeting(24, status="cancelled", pk=2)
        assert blocks(week(gone)) == [(24, 1, 12, "cancelled")]
        assert blocks(week(gone, meeting(24, "10:00", "12:00"))) == [(24, 9, 8, "planned")]

    def test_trouble_is_louder_than_the_state(self):
        found = week(meeting(24), troubles={1: "di luar perjanjian"})
        assert blocks(found) == [(24, 1, 12, "trouble")]
        assert found.columns[2].blocks[0].trouble == "di luar perjanjian"


class TestMonth:
    def test_whole_weeks_around_the_month(self):
        christmas = SpecialDay(date(2025, 12, 25), "Natal", NATIONAL)
        sheet = month_of(
            [meeting(25), meeting(25, "13:00", "14:00")],
            day=date(2025, 12, 25),
            special={christmas.day: christmas},
            today=NOW.date(),
        )
        assert [(days[0].day.day, days[-1].day.day) for days in sheet] == [
            (1, 7), (8, 14), (15, 21), (22, 28), (29, 4),
        ]  # fmt: skip
        thursday = sheet[3][3]
        assert (len(thursday.sessions), thursday.special) == (2, christmas)
        assert [cell.day.day for days in sheet for cell in days if cell.is_today] == [23]
        assert sum(not cell.is_inside for days in sheet for cell in days) == 4

    @pytest.mark.parametrize(("month", "weeks"), [(2, 4), (3, 6), (6, 6), (12, 5)])
    def test_as_many_weeks_as_it_touches(self, month, weeks):
        """February 2027 begins on a Monday; March 2026 touches six weeks."""
        year = 2027 if month == 2 else 2026 if month == 3 else 2025
        sheet = month_of([], day=date(year, month, 15), special={}, today=NOW.date())
        assert len(sheet) == weeks


def test_monday_of():
    assert {monday_of(date(2025, 12, day)) for day in range(22, 29)} == {MONDAY}
