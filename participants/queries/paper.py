"""The rows of a session's sheet as the paper has them: who, what is stored, what was announced."""

from collections import defaultdict
from dataclasses import dataclass

from participants.models import (
    AnnouncedAbsence,
    Attendance,
    CatchUpPlace,
    Enrollment,
    PrintedSheet,
)
from participants.queries.sheet import announced_absences
from programs.models import Session


@dataclass(frozen=True)
class PaperRow:
    """One numbered row: `stored` is its mark so far, `announced` the absence known ahead; either may be None."""

    enrollment: Enrollment
    stored: Attendance | None
    announced: AnnouncedAbsence | None

    @property
    def number(self):
        return self.enrollment.position

    @property
    def version(self):
        return self.stored.version if self.stored else 0


def paper_rows(session, roster):
    """[PaperRow] of the enrollments in `roster`, in their order. Three queries, whatever the size."""
    roster = list(roster)
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    announced = announced_absences(session, roster)
    return [PaperRow(one, stored.get(one.pk), announced.get(one.inmate_id)) for one in roster]


# Of many sessions at once, to be printed


@dataclass(frozen=True)
class PaperPage:
    """One page to print: meeting `number` of `session_count` (None once cancelled), its rows, its sheet."""

    session: Session
    number: int | None
    session_count: int
    rows: list
    sheet: PrintedSheet


def rows_to_print(sessions):
    """{session.pk: [PaperRow]} of whoever is on each sheet, without stored marks. Four queries."""
    people = (
        Enrollment.objects.filter(batch__in={one.batch_id for one in sessions})
        .in_paper_order()
        .prefetch_related("suspensions")
    )
    classes = defaultdict(list)
    for one in people:
        classes[one.batch_id].append(one)
    places = CatchUpPlace.objects.filter(session__in=[one.pk for one in sessions]).pairs()
    absences = _absences(sessions, people)
    return {
        session.pk: [
            PaperRow(one, None, _covering(absences[one.inmate_id], session))
            for one in classes[session.batch_id]
            if one.is_on_sheet_of(session, places)
        ]
        for session in sessions
    }


def _absences(sessions, people):
    days = [one.takes_place_on for one in sessions]
    known = AnnouncedAbsence.objects.in_force().filter(
        inmate__in=[one.inmate_id for one in people],
        starts_on__lte=max(days),
        ends_on__gte=min(days),
    )
    of_each = defaultdict(list)
    for one in known:
        of_each[one.inmate_id].append(one)
    return of_each


def _covering(absences, session):
    """The last one of them, as on the screen."""
    return next((one for one in reversed(absences) if one.covers(session)), None)


def meeting_numbers(sessions):
    """{session.pk: (its number, of how many)} of the meetings of their batches that are not cancelled."""
    alive = defaultdict(list)
    meetings = Session.objects.alive().filter(batch__in={one.batch_id for one in sessions})
    for batch, pk in meetings.values_list("batch", "pk"):
        alive[batch].append(pk)
    return {
        pk: (number, len(numbered))
        for numbered in alive.values()
        for number, pk in enumerate(numbered, start=1)
    }
