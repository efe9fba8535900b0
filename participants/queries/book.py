"""The book of hours of a batch: of every unit, of every person, and the meetings behind each number."""

from dataclasses import dataclass

from core.charts import row_of_blocks
from participants.models import Attendance, CatchUpPlace, Enrollment
from participants.queries.ledger import NOTHING, PRESENT_CODES, Hours, ledger
from participants.queries.prospects import Prospect, prospects
from programs.models import Session
from programs.queries import UnitHours, hours_by_unit

BAR_WIDTH = 160


@dataclass(frozen=True)
class Balance:
    """One person's line in the book: hours of each unit, their sum, and what is still possible."""

    enrollment: Enrollment
    units: list
    hours: Hours
    prospect: Prospect | None

    @property
    def blocks(self):
        """Attended, missed, owed by the Lapas or the partner, and still open, as a bar."""
        hours = self.hours
        known = hours.attended + hours.still_missed + hours.debt
        parts = [
            (hours.attended, "block-held", ""),
            (hours.still_missed, "block-cancelled", ""),
            (hours.debt, "block-missing", ""),
            (max(hours.planned - known, 0), "block-planned", ""),
        ]
        return row_of_blocks([part for part in parts if part[0]], width=BAR_WIDTH, gap=2)


@dataclass(frozen=True)
class UnitDebt:
    """A unit of the book: its meetings, and what is owed of it to how many people; JP summed over the people."""

    row: UnitHours
    debt: int
    people: int


@dataclass(frozen=True)
class Book:
    """The book of hours of a batch."""

    units: list
    people: list

    @property
    def debt(self):
        return sum(one.hours.debt for one in self.people)


def book_of(batch):
    """The Book of `batch`, its people in the order of the paper. Six queries, whatever the size."""
    enrollments = list(batch.enrollments.in_paper_order().prefetch_related("suspensions"))
    of_units = hours_by_unit(batch)
    hours = ledger(enrollments)
    sums = {pk: sum(units.values(), NOTHING) for pk, units in hours.items()}
    possible = prospects(batch, enrollments, sums)
    people = [
        Balance(
            one,
            [hours[one.pk].get(row.unit.pk, NOTHING) for row in of_units],
            sums.get(one.pk, NOTHING),
            possible.get(one.pk),
        )
        for one in enrollments
    ]
    owed = [[one.units[place].debt for one in people] for place in range(len(of_units))]
    return Book(
        [
            UnitDebt(row, sum(debts), sum(debt > 0 for debt in debts))
            for row, debts in zip(of_units, owed, strict=True)
        ],
        people,
    )


ATTENDED, MISSED, DEBT, MADE_UP = "attended", "missed", "debt", "made-up"
# What each number of a person's line is made of, by its name in the URL.
NUMBERS = {
    "attended": {ATTENDED, MADE_UP},
    "missed": {MISSED, MADE_UP},
    "debt": {DEBT, MADE_UP},
    "made-up": {MADE_UP},
}


@dataclass(frozen=True)
class Entry:
    """A meeting behind a person's numbers, with the mark, and which number it belongs to."""

    session: Session
    mark: Attendance | None
    of: str


def entries_of(enrollment):
    """[Entry] of the meetings held and planned in which somebody takes part or has a mark. Four queries."""
    marks = {one.session_id: one for one in enrollment.attendances.all()}
    places = CatchUpPlace.objects.filter(enrollment=enrollment).pairs()
    sessions = Session.objects.filter(batch=enrollment.batch_id).alive()
    return [
        Entry(one, marks.get(one.pk), _number_of(one, marks.get(one.pk)))
        for one in sessions.select_related("unit", "batch__facility")
        if one.pk in marks or enrollment.is_on_sheet_of(one, places)
    ]


def _number_of(session, mark):
    if mark is None or session.status != Session.Status.HELD:
        return ""
    if mark.code in PRESENT_CODES:
        return MADE_UP if session.is_catch_up else ATTENDED
    if session.is_catch_up:
        return ""
    return MISSED if mark.cause == Attendance.Cause.PARTICIPANT else DEBT
