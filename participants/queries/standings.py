"""The standing of a batch's people: hours taught, hours attended, units assessed."""

from dataclasses import dataclass

from django.db.models import Count, Q

from participants.models import Enrollment, UnitResult
from participants.queries.ledger import NOTHING, Hours, hours_of


@dataclass(frozen=True)
class Standing:
    """One participant's hours and results."""

    enrollment: Enrollment
    hours: Hours
    units_assessed: int
    units_competent: int
    units: int

    @property
    def attended(self):
        return self.hours.attended

    @property
    def counted(self):
        return self.hours.counted

    @property
    def unmarked(self):
        return self.hours.unmarked

    @property
    def percent(self):
        return self.hours.percent


def results_of(batch):
    """Every unit result of the batch's people, those with theory or practice alone among them."""
    return UnitResult.objects.filter(enrollment__batch=batch)


def standings(batch):
    """[Standing] of everyone ever in `batch`, in the order of the paper. Five queries, whatever the size."""
    enrollments = list(batch.enrollments.in_paper_order().prefetch_related("suspensions"))
    hours = hours_of(enrollments)
    results = {
        row["enrollment"]: row
        for row in results_of(batch)
        .complete()
        .order_by()
        .values("enrollment")
        .annotate(assessed=Count("pk"), competent=Count("pk", filter=Q(is_competent=True)))
    }
    units = batch.curriculum.units.count()
    nothing = {"assessed": 0, "competent": 0}
    return [
        Standing(
            enrollment=one,
            hours=hours.get(one.pk, NOTHING),
            units_assessed=results.get(one.pk, nothing)["assessed"],
            units_competent=results.get(one.pk, nothing)["competent"],
            units=units,
        )
        for one in enrollments
    ]
