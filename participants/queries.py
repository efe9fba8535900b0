"""The standing of a batch's people: hours taught, hours attended, units assessed."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, F, Q, Sum

from participants.models import Attendance, Enrollment, UnitResult
from programs.models import Session

PRESENT = Q(attendances__code__in=[Attendance.Code.PRESENT, Attendance.Code.LATE])
OWED = Q(attendances__cause__in=[Attendance.Cause.FACILITY, Attendance.Cause.PARTNER]) & ~PRESENT


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
    """[Standing] of everyone ever in `batch`, in the order of the paper. Four queries, whatever the size."""
    hours = F("attendances__session__hours")
    held = Q(attendances__session__status=Session.Status.HELD)
    enrollments = batch.enrollments.in_paper_order().annotate(
        attended=Sum(hours, filter=held & PRESENT, default=0),
        counted=Sum(hours, filter=held & ~OWED, default=0),
        marks=Count("attendances", filter=held),
    )
    results = {
        row["enrollment"]: row
        for row in results_of(batch)
        .order_by()
        .values("enrollment")
        .annotate(assessed=Count("pk"), competent=Count("pk", filter=Q(is_competent=True)))
    }
    nothing = {"assessed": 0, "competent": 0}
    held_on = list(
        batch.sessions.filter(status=Session.Status.HELD).values_list("takes_place_on", flat=True)
    )
    units = batch.curriculum.units.count()
    return [
        Standing(
            enrollment,
            enrollment.attended,
            enrollment.counted,
            _sheets_of(enrollment, held_on) - enrollment.marks,
            results.get(enrollment.pk, nothing)["assessed"],
            results.get(enrollment.pk, nothing)["competent"],
            units,
        )
        for enrollment in enrollments
    ]


def _sheets_of(enrollment, held_on):
    """How many sheets must hold a mark of this person: those of the days they took part."""
    last = enrollment.ended_on or date.max
    return sum(enrollment.joined_on <= day <= last for day in held_on)
