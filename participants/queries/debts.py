"""Who has hours to make up in a unit, and why."""

from collections import defaultdict
from dataclasses import dataclass

from participants.models import Attendance, CatchUpPlace, Enrollment
from participants.queries.ledger import NOTHING, PRESENT_CODES, Hours, ledger
from programs.models import Session, Unit


@dataclass(frozen=True)
class Claim:
    """What one person could make up in one unit: the absences behind it, and the catch-ups planned for it."""

    enrollment: Enrollment
    hours: Hours
    absences: list
    invitations: list

    @property
    def is_owed_more(self):
        """Whether the Lapas or the partner owes more than the catch-ups planned so far give back."""
        return self.hours.debt > sum(one.hours for one in self.invitations)


@dataclass(frozen=True)
class UnitClaims:
    """How many have hours to make up in a unit, and how many of them are owed these."""

    unit: Unit
    people: int
    owed: int


def claims_by_unit(batch):
    """[UnitClaims] of the units of `batch` in which somebody who takes part has hours to make up. Three queries."""
    hours = ledger(batch.enrollments.active())
    found = []
    for unit in batch.curriculum.units.all():
        mine = [units.get(unit.pk, NOTHING) for units in hours.values()]
        people = sum(one.can_catch_up for one in mine)
        if people:
            found.append(UnitClaims(unit, people, sum(one.debt > 0 for one in mine)))
    return found


def claims_in(batch, unit, *, besides=None):
    """[Claim] of those who take part and have hours to make up in `unit`; who is owed comes first.

    `besides` is the catch-up that is being changed: its people are listed whatever they are owed, and it is
    no invitation to itself. Four queries.
    """
    enrollments = list(batch.enrollments.active().in_paper_order())
    hours = ledger(enrollments)
    absences, invitations = defaultdict(list), defaultdict(list)
    marks = Attendance.objects.filter(
        enrollment__in=enrollments,
        session__unit=unit,
        session__kind=Session.Kind.REGULAR,
        session__status=Session.Status.HELD,
    ).exclude(code__in=PRESENT_CODES)
    for mark in marks.select_related("session").order_by("session__takes_place_on"):
        absences[mark.enrollment_id].append(mark)
    places = CatchUpPlace.objects.filter(
        enrollment__in=enrollments, session__unit=unit, session__status=Session.Status.PLANNED
    )
    here = set()
    for place in places.select_related("session").order_by("session__takes_place_on"):
        if besides and place.session_id == besides.pk:
            here.add(place.enrollment_id)
        else:
            invitations[place.enrollment_id].append(place.session)
    claims = [
        Claim(one, hours[one.pk].get(unit.pk, NOTHING), absences[one.pk], invitations[one.pk])
        for one in enrollments
    ]
    claims = [one for one in claims if one.hours.can_catch_up or one.enrollment.pk in here]
    return sorted(claims, key=lambda one: not one.hours.debt)
