"""The marks of a class as a grid: its people against some of its meetings."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from participants.models import Attendance, CatchUpPlace, Enrollment
from participants.queries.ledger import PRESENT_CODES
from programs.models import Session


@dataclass(frozen=True)
class Cell:
    """One person in one meeting: the mark if there is one, and whether the sheet asks for it."""

    session: Session
    mark: Attendance | None
    is_expected: bool

    @property
    def is_missing(self):
        """The meeting is over or under way, and the mark is not there."""
        is_alive = self.session.status != Session.Status.CANCELLED
        return self.mark is None and self.is_expected and is_alive and self.session.has_begun


@dataclass(frozen=True)
class Row:
    enrollment: Enrollment
    cells: list

    @property
    def counts(self):
        """{code: how often}"""
        return Counter(cell.mark.code for cell in self.cells if cell.mark)

    @property
    def marks(self):
        return self.counts.total()

    @property
    def there(self):
        return sum(self.counts[code] for code in PRESENT_CODES)


def mark_rows(batch, sessions):
    """[Row] of whoever takes part in one of `sessions` or has a mark there, in the order of the paper.

    Four queries, however many people and meetings.
    """
    keys = [one.pk for one in sessions]
    marks = {
        (one.enrollment_id, one.session_id): one
        for one in Attendance.objects.filter(session__in=keys)
    }
    places = CatchUpPlace.objects.filter(session__in=keys).pairs()
    rows = []
    for enrollment in batch.enrollments.in_paper_order().prefetch_related("suspensions"):
        cells = [
            Cell(
                session,
                marks.get((enrollment.pk, session.pk)),
                enrollment.is_on_sheet_of(session, places),
            )
            for session in sessions
        ]
        if any(cell.mark or cell.is_expected for cell in cells):
            rows.append(Row(enrollment, cells))
    return rows


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, and the nearest weeks with a meeting on either side."""

    monday: object
    earlier: object
    later: object

    @property
    def sunday(self):
        return self.monday + timedelta(days=6)


def week_of(batch, day):
    """The Week of `day`; the nearest week with meetings before that, else after, when it has none."""
    days = sorted(set(batch.sessions.values_list("takes_place_on", flat=True)))
    mondays = sorted({_monday(one) for one in days})
    monday = _monday(day)
    if mondays and monday not in mondays:
        before = [one for one in mondays if one < monday]
        monday = before[-1] if before else mondays[0]
    return Week(
        monday,
        earlier=max((one for one in mondays if one < monday), default=None),
        later=min((one for one in mondays if one > monday), default=None),
    )


def _monday(day):
    return day - timedelta(days=day.weekday())
