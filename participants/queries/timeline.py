"""People's trainings, one after the other: hours, absences by cause, results. For the person's page and papers."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, F, Sum, Value, When
from django.utils import timezone

from core.charts import row_of_blocks
from participants.models import Attendance, CatchUpPlace, Enrollment, UnitResult
from participants.queries.ledger import (
    NOTHING,
    PRESENT_CODES,
    Hours,
    absences_left,
    hours_of,
)
from participants.scoring import average_of, overall_predicate
from programs.models import Batch, Session, Unit


@dataclass(frozen=True)
class Absence:
    """Regular meetings that somebody missed for one cause; `hours` in JP."""

    cause: Attendance.Cause
    times: int
    hours: int

    @property
    def counts(self):
        """What the Lapas or the partner caused counts against nobody."""
        return self.cause == Attendance.Cause.PARTICIPANT


@dataclass(frozen=True)
class Training:
    """One enrollment with all that came of it; hours in JP."""

    enrollment: Enrollment
    sessions: tuple
    presences: int
    ledger: Hours
    absences: tuple
    results: tuple
    units: int

    @property
    def batch(self):
        return self.enrollment.batch

    @property
    def attended(self):
        return self.ledger.attended

    @property
    def percent(self):
        return self.ledger.percent

    @property
    def hours(self):
        """Of all meetings of the days on which the person takes part, those to come as well."""
        return self.ledger.planned

    @property
    def held(self):
        return self.ledger.sheets

    @property
    def to_come(self):
        """The meetings planned from today on; none once the person has left."""
        if self.is_over:
            return []
        today = timezone.localdate()
        planned = (one for one in self.sessions if one.status == Session.Status.PLANNED)
        return [one for one in planned if one.takes_place_on >= today]

    @property
    def regular(self):
        """The meetings that count: whoever catches up has been counted as missing already."""
        return [one for one in self.sessions if not one.is_catch_up]

    @property
    def has_meetings_left(self):
        return not self.is_over and self.ledger.to_come > 0

    @property
    def absences_left(self):
        """As `ledger.absences_left` counts them; None when even full attendance falls short."""
        planned = [one.hours for one in self.regular if one.status == Session.Status.PLANNED]
        return absences_left(self.ledger, planned, minimum=self.batch.minimum_attendance)

    @property
    def is_over(self):
        return bool(self.enrollment.ended_on) or self.batch.state not in Batch.UNDER_WAY

    @property
    def times_missed(self):
        """How often for each cause, in the order of Attendance.Cause."""
        times = {one.cause: one.times for one in self.absences}
        return [times.get(cause, 0) for cause in Attendance.Cause]

    @property
    def competent(self):
        return sum(one.is_competent for one in self.results)

    @property
    def average(self):
        """Over all units, in one decimal; None until all of them are assessed."""
        if not self.units or len(self.results) < self.units:
            return None
        return average_of([one.score for one in self.results])

    @property
    def predicate(self):
        """The word for that average, as on the certificate; none before."""
        if self.average is None:
            return ""
        return overall_predicate([one.score for one in self.results], self.batch.curriculum)

    @property
    def blocks(self):
        """The hours as a bar: attended, missed, owed by the Lapas or the partner, not marked yet."""
        missed, owed = self.ledger.still_missed, self.ledger.debt
        rest = max(self.hours - self.attended - missed - owed, 0)
        parts = [
            (self.attended, "block-held", ""),
            (missed, "block-cancelled", ""),
            (owed, "block-missing", ""),
            (rest, "block-planned", ""),
        ]
        return row_of_blocks([part for part in parts if part[0]], width=320, gap=2)


def training_of(enrollment):
    """The Training of one enrollment."""
    return _trainings(Enrollment.objects.filter(pk=enrollment.pk))[0]


def trainings_in(batch):
    """[Training] of those who take part in `batch` now, in the order of the paper."""
    return _trainings(batch.enrollments.active().order_by("position"))


def trainings_of(inmates):
    """{inmate.pk: [Training], the newest first}; nine queries, however many people."""
    enrollments = Enrollment.objects.filter(inmate__in=inmates).order_by("-joined_on", "-pk")
    found = defaultdict(list)
    for training in _trainings(enrollments):
        found[training.enrollment.inmate_id].append(training)
    return found


def _trainings(enrollments):
    enrollments = list(
        enrollments.select_related(
            "inmate", "batch__agreement__partner", "batch__curriculum__program", "batch__facility"
        ).prefetch_related("suspensions")
    )
    batches = {one.batch_id: one.batch for one in enrollments}
    sessions = _by_batch(batches)
    units = _units_of(batches.values())
    hours, marks, results = hours_of(enrollments), _marks_of(enrollments), _results_of(enrollments)
    places = CatchUpPlace.objects.filter(enrollment__in=enrollments).pairs()
    return [
        Training(
            enrollment=one,
            sessions=tuple(
                session for session in sessions[one.batch_id] if one.is_on_sheet_of(session, places)
            ),
            presences=marks[one.pk].get("", (0, 0))[0],
            ledger=hours.get(one.pk, NOTHING),
            absences=tuple(
                Absence(cause, *marks[one.pk][cause])
                for cause in Attendance.Cause
                if cause in marks[one.pk]
            ),
            results=tuple(results[one.pk]),
            units=units.get(one.batch.curriculum_id, 0),
        )
        for one in enrollments
    ]


def _by_batch(batches):
    found = defaultdict(list)
    for session in Session.objects.alive().filter(batch__in=batches).select_related("room"):
        found[session.batch_id].append(session)
    return found


def _units_of(batches):
    """{curriculum.pk: how many units}"""
    curricula = {one.curriculum_id for one in batches}
    rows = Unit.objects.filter(curriculum__in=curricula).order_by().values("curriculum")
    return {row["curriculum"]: row["count"] for row in rows.annotate(count=Count("pk"))}


def _marks_of(enrollments):
    """{enrollment.pk: {cause, or "" for being there: (times, hours)}} over the regular meetings held."""
    found = defaultdict(dict)
    rows = (
        Attendance.objects.filter(
            enrollment__in=enrollments,
            session__status=Session.Status.HELD,
            session__kind=Session.Kind.REGULAR,
        )
        .order_by()
        .annotate(why=Case(When(code__in=PRESENT_CODES, then=Value("")), default=F("cause")))
        .values("enrollment", "why")
        .annotate(times=Count("pk"), hours=Sum("session__hours"))
    )
    for row in rows:
        found[row["enrollment"]][row["why"]] = (row["times"], row["hours"])
    return found


def _results_of(enrollments):
    found = defaultdict(list)
    rows = UnitResult.objects.complete().filter(enrollment__in=enrollments).select_related("unit")
    for result in rows.order_by("unit__position"):
        found[result.enrollment_id].append(result)
    return found
