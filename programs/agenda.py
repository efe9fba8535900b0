"""Weeks and months of meetings, as the calendar page draws them: places in a grid, no database."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from programs.models import Session

ROW_MINUTES = 15
# Shown even when nothing happens then, so that every week looks alike.
EARLIEST, LATEST = time(8), time(15)


@dataclass(frozen=True)
class Block:
    """A meeting in the week's grid: its first row, how many rows, its kind (a CSS class), and what troubles it."""

    session: Session
    row: int
    rows: int
    kind: str
    trouble: str

    @property
    def is_short(self):
        """Too low for more than its title and time."""
        return self.rows < 8


@dataclass(frozen=True)
class Column:
    """A day of the week with its meetings; `special` is a SpecialDay or None."""

    day: date
    special: object
    blocks: list
    is_today: bool


@dataclass(frozen=True)
class Week:
    """`hours` are [(row, time)] of the full hours, `rows` how many rows there are."""

    columns: list
    hours: list
    rows: int
    now_row: int | None

    @property
    def first(self):
        return self.columns[0].day

    @property
    def last(self):
        return self.columns[-1].day


@dataclass(frozen=True)
class Cell:
    """A day of the month's sheet; those of the months beside it are there to fill the weeks."""

    day: date
    special: object
    sessions: list
    is_inside: bool
    is_today: bool


def monday_of(day):
    return day - timedelta(days=day.weekday())


def kind_of(session, today):
    """planned, held, cancelled, or missing: over, and its sheet is empty."""
    if session.status == Session.Status.PLANNED and session.takes_place_on < today:
        return "missing"
    return session.status


def week_of(sessions, *, monday, special, troubles, now):
    """Week from `monday`: six days, and Sunday when something happens then.

    `special`: {day: SpecialDay}; `troubles`: {session.pk: words}; `now`: the facility's local time.
    """
    days = [monday + timedelta(days=number) for number in range(7)]
    by_day = {day: [] for day in days}
    for session in sessions:
        if session.takes_place_on in by_day:
            by_day[session.takes_place_on].append(session)
    shown = [one for ones in by_day.values() for one in _without_overlaid(ones)]
    first = min([EARLIEST.hour, *(one.starts_at.hour for one in shown)])
    last = max([LATEST.hour, *(_hour_after(one.ends_at) for one in shown)])
    if not by_day[days[-1]]:
        days.pop()
    columns = [
        Column(
            day,
            special.get(day),
            [_block(one, first, troubles, now.date()) for one in _without_overlaid(by_day[day])],
            day == now.date(),
        )
        for day in days
    ]
    rows = (last - first) * 60 // ROW_MINUTES
    now_row = _row(now.time(), first)
    is_now = monday <= now.date() <= days[-1] and 1 <= now_row <= rows
    return Week(
        columns,
        [(_row(time(hour), first), time(hour)) for hour in range(first, last)],
        rows,
        now_row if is_now else None,
    )


def _without_overlaid(sessions):
    """A cancelled meeting is left out where another one took its hour."""
    alive = [one for one in sessions if one.status != Session.Status.CANCELLED]
    return [
        one
        for one in sessions
        if one in alive
        or not any(
            one.starts_at < other.ends_at and other.starts_at < one.ends_at for other in alive
        )
    ]


def _block(session, first_hour, troubles, today):
    row = _row(session.starts_at, first_hour)
    rows = max(_row(session.ends_at, first_hour) - row, 2)
    trouble = troubles.get(session.pk, "")
    kind = "trouble" if trouble else kind_of(session, today)
    return Block(session, row, rows, kind, trouble)


def _row(at, first_hour):
    return (at.hour * 60 + at.minute - first_hour * 60) // ROW_MINUTES + 1


def _hour_after(at):
    return min(at.hour + bool(at.minute), 24)


def month_of(sessions, *, day, special, today):
    """[[Cell] of a week, Monday to Sunday] of the month in which `day` lies."""
    first = day.replace(day=1)
    by_day = {}
    for session in sessions:
        by_day.setdefault(session.takes_place_on, []).append(session)
    weeks, monday = [], monday_of(first)
    while monday <= first or monday.month == first.month:
        days = [monday + timedelta(days=number) for number in range(7)]
        weeks.append(
            [
                Cell(
                    one,
                    special.get(one),
                    by_day.get(one, []),
                    one.month == first.month,
                    one == today,
                )
                for one in days
            ]
        )
        monday += timedelta(days=7)
    return weeks
