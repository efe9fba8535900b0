"""A curriculum laid out over days: plain arithmetic of days, times and JP, no database."""

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise

# In JP; the database allows no longer one.
LONGEST_MEETING = 16


@dataclass(frozen=True)
class Slot:
    """A window of every day in which the class meets. Raises ValueError unless it ends after it starts."""

    starts_at: time
    ends_at: time

    def __post_init__(self):
        _refuse_backwards(self)

    def lessons(self, minutes):
        """How many whole JP of `minutes` minutes fit."""
        starts, ends = _window(self)
        return max(ends - starts, 0) // minutes


@dataclass(frozen=True)
class Load:
    """JP of a unit still to place, and who teaches it. Raises ValueError for less than nothing."""

    unit: object
    theory: int
    practice: int
    instructor: object

    def __post_init__(self):
        if min(self.theory, self.practice) < 0:
            raise ValueError(f"{self.theory} and {self.practice} JP of {self.unit}")

    @property
    def hours(self):
        return self.theory + self.practice


@dataclass(frozen=True)
class Booking:
    """A time that is taken: for the instructor `whom`, or with None for the whole class or its room.

    Raises ValueError unless it ends after it starts.
    """

    day: date
    starts_at: time
    ends_at: time
    whom: object

    def __post_init__(self):
        _refuse_backwards(self)


@dataclass(frozen=True)
class Meeting:
    """One meeting of one unit: `hours` JP without a break, the first `theory_hours` of them theory."""

    unit: object
    instructor: object
    day: date
    starts_at: time
    ends_at: time
    hours: int
    theory_hours: int


@dataclass(frozen=True)
class Layout:
    """The meetings in order, and [(unit, JP)] for which there was no place.

    `fits_until` is the last day needed if the class went on over the later days; None when all fits
    anyway, or when the later days do not suffice either.
    """

    meetings: list
    unplaced: list
    fits_until: date | None

    @property
    def missing_hours(self):
        return sum(hours for _, hours in self.unplaced)

    @property
    def fits(self):
        return not self.unplaced


def lay_out(loads, *, days, slots, bookings, minutes, later=()):
    """Layout of [Load] over `days`, each with the same [Slot], around [Booking]; a JP has `minutes` minutes.

    Units follow one another in the order given, theory before practice. Whatever comes first is filled
    first: days and slots may stand in any order. A unit that cannot go on lets no later unit overtake it.
    `later` are days to try when `days` do not suffice; only those after the last of `days` count.
    Raises ValueError for slots that overlap and for a JP shorter than a minute.
    """
    if minutes < 1:
        raise ValueError(f"a JP of {minutes} minutes")
    how = {"windows": _windows(slots), "taken": _by_day(bookings), "minutes": minutes}
    days = sorted(set(days))
    later = sorted(day for day in set(later) if not days or day > days[-1])
    meetings, rest = _place(loads, days, **how)
    further, never = _place(rest, later, **how)
    return Layout(
        meetings,
        [(load.unit, load.hours) for load in rest],
        further[-1].day if further and not never else None,
    )


def shift(days_of_meetings, *, old, new, teaching_days):
    """{old day: new day} when the meeting of `old` moves to `new` and the following ones go along.

    `days_of_meetings`: the days on which the class meets, sorted, each once, the first being `old`.
    `teaching_days`: the days on which it could meet, sorted, each once; without a hole from the earlier
    of `old` and `new` on, and long enough for the last meeting. `old` and `new` need not be among them.

    How far: a day's place is the number of teaching days up to it, itself included. All following days
    move on by place(new) - place(old), back when that is negative. So a meeting brought from Friday to a
    Saturday on which the class never meets leaves the others where they are, and one that flees a
    holiday to the next teaching day moves all of them by one. Nothing following can land on `new` or
    before it, and moving back from `new` to `old` undoes it all.

    A following day that is itself no teaching day counts as the next one that is. Should two then meet,
    the later gives way to the teaching day after; so days stay distinct and in order.

    Whether `new` collides with a meeting before `old` is for the caller to see.
    Raises ValueError when teaching_days end too early, or when `old` is not the first meeting.
    """
    first, *following = days_of_meetings
    if first != old:
        raise ValueError(f"the first meeting is on {first}, not on {old}")
    by = bisect_right(teaching_days, new) - bisect_right(teaching_days, old)
    moved, place = {old: new}, -1
    for day in following:
        place = max(bisect_left(teaching_days, day) + by, place + 1)
        if place >= len(teaching_days):
            raise ValueError(f"no teaching day left for the meeting of {day}")
        moved[day] = teaching_days[place]
    return moved


def _place(loads, days, *, windows, taken, minutes):
    """([Meeting], [Load] that is left), filling one window after the other from its start."""
    meetings, queue = [], deque(load for load in loads if load.hours)
    for day in days:
        for minute, ends in windows:
            while queue:
                load = queue.popleft()
                gap = _gap(minute, ends, _busy(taken[day], load.instructor), minutes)
                if gap is None:
                    queue.appendleft(load)
                    break
                meeting = _meeting(load, day, gap, minutes)
                meetings.append(meeting)
                minute = gap[0] + meeting.hours * minutes
                if meeting.hours < load.hours:
                    queue.appendleft(_without(load, meeting))
    return meetings, list(queue)


def _meeting(load, day, gap, minutes):
    """As much of `load` as the gap holds, from the gap's start."""
    starts, ends = gap
    hours = min((ends - starts) // minutes, load.hours, LONGEST_MEETING)
    return Meeting(
        load.unit,
        load.instructor,
        day,
        _time(starts),
        _time(starts + hours * minutes),
        hours,
        min(hours, load.theory),
    )


def _without(load, meeting):
    practice = meeting.hours - meeting.theory_hours
    return replace(
        load, theory=load.theory - meeting.theory_hours, practice=load.practice - practice
    )


def _gap(starts, ends, busy, minutes):
    """The first (start, end) between `starts` and `ends` that is free for `minutes` or more; else None.

    All in minutes of the day; `busy` holds sorted (start, end), which may overlap each other.
    """
    for booked_from, booked_to in busy:
        until = min(booked_from, ends)
        if until - starts >= minutes:
            return starts, until
        starts = max(starts, booked_to)
    return (starts, ends) if ends - starts >= minutes else None


def _busy(booked, instructor):
    return [window for window, whom in booked if whom is None or whom == instructor]


def _by_day(bookings):
    """{day: [((start, end), whom)]} in minutes of the day, sorted by start; begun minutes are taken."""
    taken = defaultdict(list)
    for booking in bookings:
        window = _floor(booking.starts_at), _ceil(booking.ends_at)
        taken[booking.day].append((window, booking.whom))
    for booked in taken.values():
        # Instructors need not know an order.
        booked.sort(key=lambda one: one[0])
    return taken


def _windows(slots):
    """[(start, end)] in minutes of the day, sorted."""
    in_order = sorted(slots, key=lambda slot: slot.starts_at)
    for one, following in pairwise(in_order):
        if following.starts_at < one.ends_at:
            raise ValueError(
                f"{following.starts_at} to {following.ends_at} begins before {one.ends_at}"
            )
    return [_window(slot) for slot in in_order]


def _window(slot):
    return _ceil(slot.starts_at), _floor(slot.ends_at)


def _refuse_backwards(span):
    if span.ends_at <= span.starts_at:
        raise ValueError(f"{span.starts_at} to {span.ends_at} does not end after it starts")


def _floor(at):
    """Minutes since midnight; a begun minute does not count."""
    return at.hour * 60 + at.minute


def _ceil(at):
    """Minutes since midnight; a begun minute counts."""
    return _floor(at) + bool(at.second or at.microsecond)


def _time(minute):
    return time(*divmod(minute, 60))
