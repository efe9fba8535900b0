"""The standing of a batch's people: hours taught, hours attended, units assessed."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, Sum

from participants.models import Attendance, Enrollment, UnitResult
from programs.models import Session

PRESENT_CODES = [Attendance.Code.PRESENT, Attendance.Code.LATE]
PRESENT = Q(code__in=PRESENT_CODES)
OWED = Q(cause__in=[Attendance.Cause.FACILITY, Attendance.Cause.PARTNER]) & ~PRESENT


@dataclass(frozen=True)
class Standing:
    """One participant's hours in JP and results."""

    enrollment: Enrollment
    attended: int
    counted: int
    unmarked: int
    units_assessed: int
    units_competent: int
    units: int

    @property
    def percent(self):
        """Hours attended of the hours that count, in per cent; None before the first sheet.

        Hours missed because of the facility or the partner do not count against anyone: they are a debt.
        """
        return percentage(self.attended, self.counted)


def percentage(part, whole):
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def results_of(batch):
    """Every unit result of the batch's people."""
    return UnitResult.objects.filter(enrollment__batch=batch)


def standings(batch):
    """[Standing] of everyone ever in `batch`, in the order of the paper. Six queries, whatever the size."""
    enrollments = list(batch.enrollments.in_paper_order().prefetch_related("suspensions"))
    hours = hours_of(enrollments)
    results = {
        row["enrollment"]: row
        for row in results_of(batch)
        .order_by()
        .values("enrollment")
        .annotate(assessed=Count("pk"), competent=Count("pk", filter=Q(is_competent=True)))
    }
    held_on = list(
        batch.sessions.filter(status=Session.Status.HELD).values_list("takes_place_on", flat=True)
    )
    units = batch.curriculum.units.count()
    people = []
    for one in enrollments:
        attended = hours.get(one.pk, {"attended": 0, "counted": 0, "marks": 0})
        achieved = results.get(one.pk, {"assessed": 0, "competent": 0})
        people.append(
            Standing(
                enrollment=one,
                attended=attended["attended"],
                counted=attended["counted"],
                unmarked=_sheets_of(one, held_on) - attended["marks"],
                units_assessed=achieved["assessed"],
                units_competent=achieved["competent"],
                units=units,
            )
        )
    return people


def hours_of(enrollments):
    """{enrollment.pk: sums over its marks in held sessions}; asked by ids, which any planner finds by index."""
    rows = (
        Attendance.objects.filter(enrollment__in=enrollments, session__status=Session.Status.HELD)
        .order_by()
        .values("enrollment")
        .annotate(
            attended=Sum("session__hours", filter=PRESENT, default=0),
            counted=Sum("session__hours", filter=~OWED, default=0),
            marks=Count("pk"),
        )
    )
    return {row["enrollment"]: row for row in rows}


def _sheets_of(enrollment, held_on):
    """How many sheets must hold a mark of this person: those of the days they took part."""
    return sum(enrollment.takes_part_on(day) for day in held_on)
