"""A class from its plan to its last score, through the same services as the pages."""

import random
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import product

from django.utils import timezone

from lapasapp.demo.scores import assess, tick
from participants.models import Attendance
from participants.services import (
    Mark,
    enroll_all,
    lock_attendance,
    record_attendance,
)
from programs.calendar import special_days
from programs.models import Batch, Room
from programs.services import (
    ToolNumbers,
    assign_instructor,
    count_tools,
    move_batch,
    plan_batch,
    schedule_session,
    set_day_rules,
)
from programs.tools import listed_tools

LONGEST_MEETING = 4
# When a meeting of so many JP ends, for the first and the second of a day.
TIMES = (
    (time(8), {2: time(9, 30), 4: time(11)}),
    (time(12, 30), {2: time(14), 4: time(15, 30)}),
)
UNITS_IN_A_ROW = 4

Code, Cause = Attendance.Code, Attendance.Cause
PRESENT = (Code.PRESENT, "")
NOT_PRESENT = (
    (Code.ILL, Cause.PARTICIPANT),
    (Code.ILL, Cause.PARTICIPANT),
    (Code.EXCUSED, Cause.FACILITY),
    (Code.EXCUSED, Cause.PARTICIPANT),
    (Code.ABSENT, Cause.PARTICIPANT),
    (Code.LATE, Cause.FACILITY),
    (Code.LATE, Cause.PARTICIPANT),
)
MISSED_SHARE = 0.045


@dataclass(frozen=True)
class Plan:
    code: str
    name: str
    days: tuple[date, ...]
    quota: int = 20


@dataclass(frozen=True)
class School:
    """Where and by whom a course is taught: instructors take turns, an officer does what they cannot."""

    agreement: object
    curriculum: object
    instructors: tuple
    room: Room
    officer: object

    def instructor_of(self, unit):
        turn = (unit.position - 1) // UNITS_IN_A_ROW
        return self.instructors[turn % len(self.instructors)]

    def clerk_of(self, session):
        return session.instructor.user or self.officer


def teaching_days(first, last, *, off=()):
    """From `first` to `last` without Sundays and the days `off`."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day.isoweekday() != 7 and day not in off)


def open_class(plan, *, school, inmates=()):
    batch = plan_batch(
        by=school.officer,
        agreement=school.agreement,
        curriculum=school.curriculum,
        code=plan.code,
        name=plan.name,
        quota=plan.quota,
        starts_on=plan.days[0],
        ends_on=plan.days[-1],
        room=school.room,
    )
    for instructor in school.instructors:
        assign_instructor(batch=batch, instructor=instructor, by=school.officer)
    move_batch(batch=batch, to_state=Batch.State.OPEN, by=school.officer)
    enroll_all(inmates=inmates, batch=batch, by=school.officer)
    return batch


def schedule(batch, days, *, school):
    """The whole curriculum spread evenly over `days`, at most two meetings a day; the sessions in order."""
    meetings = list(_meetings(batch.curriculum.units.all()))
    days = without_holidays(batch.facility, days, by=school.officer)
    sessions = []
    for number, (unit, hours) in enumerate(meetings):
        day = days[number * len(days) // len(meetings)]
        is_second = bool(sessions) and sessions[-1].takes_place_on == day
        starts_at, ends = TIMES[is_second]
        sessions.append(
            schedule_session(
                batch=batch,
                by=school.officer,
                unit=unit,
                instructor=school.instructor_of(unit),
                takes_place_on=day,
                starts_at=starts_at,
                ends_at=ends[hours],
                hours=hours,
                room=school.room,
            )
        )
    return sessions


def without_holidays(facility, days, *, by):
    """The days without national holidays; today is opened by the prison's own rule if it is one."""
    special = special_days(facility, days[0], days[-1])
    closed = [day for day in days if day in special and not special[day].may_be_taught]
    today = timezone.localdate()
    if today in closed:
        set_day_rules(
            starts_on=today, ends_on=today, is_open=True, reason="Pelatihan tetap berjalan", by=by
        )
    return [day for day in days if day not in closed or day == today]


def _meetings(units):
    for unit in units:
        whole, rest = divmod(unit.hours, LONGEST_MEETING)
        yield from [(unit, LONGEST_MEETING)] * whole
        if rest:
            yield unit, rest


def teach(batch, sessions, *, school, open_sheets=0):
    """Fill the attendance sheets of `sessions`, and lock all but the last `open_sheets` of them.

    In those a tool is missing as well.
    """
    dice = random.Random(batch.code)
    people = list(batch.enrollments.in_paper_order())
    missed = {
        (person.pk, session.pk): dice.choice(NOT_PRESENT)
        for person, session in product(people, sessions)
        if dice.random() < MISSED_SHARE
    }
    for number, session in enumerate(sessions):
        marks = {
            person.pk: Mark(*missed.get((person.pk, session.pk), PRESENT), version=0)
            for person in people
        }
        record_attendance(
            session=session, marks=marks, nonce=f"demo-{number}", by=school.clerk_of(session)
        )
        is_open = number >= len(sessions) - open_sheets
        bring_back_tools(session, missing=is_open, by=school.clerk_of(session))
        if not is_open:
            lock_attendance(session=session, by=school.officer)


def bring_back_tools(session, *, missing, by):
    """What can be carried goes out and comes back, but for one piece that is `missing`."""
    counts = {}
    for tool in listed_tools(session.batch.curriculum):
        carried = re.fullmatch(r"(?!Meja).*, (\d+) (?:buah|set|pasang)", tool)
        count = int(carried[1]) if carried else 0
        counts[tool] = ToolNumbers(count, count - bool(count and missing))
        missing = missing and not count
    if counts:
        count_tools(session=session, counts=counts, by=by)


def finished_class(plan, *, school, inmates):
    """A class that is over: every sheet locked, every unit assessed."""
    batch = open_class(plan, school=school, inmates=inmates)
    sessions = schedule(batch, plan.days, school=school)
    teach(batch, sessions, school=school)
    assess(batch, list(batch.curriculum.units.all()), sessions=sessions, school=school)
    move_batch(batch=batch, to_state=Batch.State.FINISHED, by=school.officer)
    return batch


def running_class(plan, *, school, inmates, today):
    """A class in its middle: the latest sheet still empty, the one before it not yet locked."""
    batch = open_class(plan, school=school, inmates=inmates)
    sessions = schedule(batch, plan.days, school=school)
    *taught, _forgotten = (one for one in sessions if one.takes_place_on < today)
    teach(batch, taught, school=school, open_sheets=1)
    to_come = {one.unit_id for one in sessions} - {one.unit_id for one in taught}
    to_come.add(taught[-1].unit_id)
    units = [unit for unit in batch.curriculum.units.all() if unit.pk not in to_come]
    assess(batch, units, sessions=taught, school=school, leaves_open=True)
    tick(batch, units, taught[-1].unit, by=school.clerk_of(taught[0]))
    return batch


def around(today):
    """The teaching days of a class in its middle. Today is one even on a Sunday: a visitor wants to see it."""
    first, last = today - timedelta(10), today + timedelta(8)
    return tuple(sorted({*teaching_days(first, last), today}))
