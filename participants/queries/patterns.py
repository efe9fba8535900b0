"""The patterns of batches: who is low, ill on one weekday, and which sheets were marked at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.utils import timezone

from participants.models import Attendance, Enrollment, PaperScan
from participants.patterns import (
    FEWEST_MARKS,
    LOOK_BACK,
    SheetTimes,
    ill_on_one_weekday,
    is_low,
    is_marked_at_once,
)
from participants.queries.ledger import NOTHING, hours_of
from programs.models import Session


@dataclass
class Patterns:
    """Of one batch: [(Enrollment, Hours)], [(Enrollment, [day])], [SheetTimes]."""

    low: list = field(default_factory=list)
    ill: list = field(default_factory=list)
    at_once: list = field(default_factory=list)

    @property
    def count(self):
        return len(self.low) + len(self.ill) + len(self.at_once)


def patterns_of(batches):
    """{batch.pk: Patterns} of several batches; four queries for all."""
    batches, today = {batch.pk: batch for batch in batches}, timezone.localdate()
    found = {pk: Patterns() for pk in batches}
    enrollments = list(
        Enrollment.objects.active().filter(batch__in=batches).in_paper_order().order_by("position")
    )
    hours, ill = hours_of(enrollments), _days_of_illness(enrollments, today)
    for one in enrollments:
        mine, sums = found[one.batch_id], hours.get(one.pk, NOTHING)
        if is_low(sums.percent, batches[one.batch_id].minimum_attendance):
            mine.low.append((one, sums))
        mine.ill += [(one, days) for days in ill_on_one_weekday(ill[one.pk], today)]
    for sheet in _sheets(batches, today):
        if is_marked_at_once(sheet):
            found[sheet.session.batch_id].at_once.append(sheet)
    return found


def _days_of_illness(enrollments, today):
    """{enrollment.pk: [day]}"""
    days = defaultdict(list)
    marks = Attendance.objects.filter(
        enrollment__in=enrollments,
        code=Attendance.Code.ILL,
        session__takes_place_on__gte=today - LOOK_BACK,
    ).exclude(session__status=Session.Status.CANCELLED)
    for enrollment, day in marks.values_list("enrollment", "session__takes_place_on"):
        days[enrollment].append(day)
    return days


def _sheets(batches, today):
    """[SheetTimes] of the meetings at which everybody was present; a sheet with its paper attached proves itself."""
    sessions = (
        Session.objects.filter(
            batch__in=batches,
            status=Session.Status.HELD,
            takes_place_on__gte=today - LOOK_BACK,
        )
        .exclude(Exists(PaperScan.objects.filter(session=OuterRef("pk"))))
        .annotate(
            marks=Count("attendances"),
            presents=Count("attendances", filter=Q(attendances__code=Attendance.Code.PRESENT)),
            first_at=Min("attendances__marked_at"),
            last_at=Max("attendances__marked_at"),
            saved_by=Min("attendances__marked_by__name"),
        )
        .filter(marks__gte=FEWEST_MARKS, presents=F("marks"))
        .select_related("batch__facility", "unit")
        .order_by("takes_place_on", "starts_at")
    )
    return [
        SheetTimes(
            session=one,
            ended_at=datetime.combine(
                one.takes_place_on, one.ends_at, ZoneInfo(one.batch.facility.timezone)
            ),
            marks=one.marks,
            presents=one.presents,
            first_at=one.first_at,
            last_at=one.last_at,
            saved_by=one.saved_by,
        )
        for one in sessions
    ]
