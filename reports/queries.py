"""Numbers over everything one may see. Reads all, writes nothing."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Facility
from certificates.models import Certificate
from core.charts import Timeline, row_of_blocks
from participants.models import Attendance, Enrollment
from participants.queries.ledger import PRESENT_CODES, percentage
from partnerships.models import Agreement
from programs.models import Batch, Session

ROWS_AT_HOME = 8


@dataclass(frozen=True)
class RunningBatch:
    """A batch under way: its hours as blocks, and its attendance in per cent."""

    batch: Batch
    people: int
    blocks: list
    percent: object
    missing_sheets: int


def running_batches(user):
    """[RunningBatch] of the batches under way that end first. Four queries."""
    today = timezone.localdate()
    sessions = Session.objects.order_by("takes_place_on", "starts_at")
    batches = list(
        Batch.objects.visible_to(user)
        .running()
        .select_related("agreement__partner")
        .prefetch_related(Prefetch("sessions", sessions, to_attr="timetable"))
        .with_hours()
        .order_by("ends_on", "pk")[:ROWS_AT_HOME]
    )
    marks = {
        row["session__batch"]: row
        for row in Attendance.objects.filter(
            session__batch__in=[one.pk for one in batches], session__kind=Session.Kind.REGULAR
        )
        .order_by()
        .values("session__batch")
        .annotate(present=Count("pk", filter=Q(code__in=PRESENT_CODES)), all=Count("pk"))
    }
    people = dict(
        Enrollment.objects.active()
        .filter(batch__in=[one.pk for one in batches])
        .order_by()
        .values_list("batch")
        .annotate(Count("pk"))
    )
    nothing = {"present": 0, "all": 0}
    rows = []
    for batch in batches:
        counts = marks.get(batch.pk, nothing)
        missing = sum(_kind(session, today) == "missing" for session in batch.timetable)
        percent = percentage(counts["present"], counts["all"])
        meter = hours_meter([one for one in batch.timetable if not one.is_catch_up], today)
        rows.append(RunningBatch(batch, people.get(batch.pk, 0), meter, percent, missing))
    return rows


def hours_meter(sessions, today):
    """One block per session, as wide as its JP."""
    return row_of_blocks(
        [
            (session.hours, _kind(session, today), date_format(session.takes_place_on))
            for session in sessions
        ]
    )


def _kind(session, today):
    if session.status == Session.Status.PLANNED and session.takes_place_on < today:
        return "missing"
    if session.status == Session.Status.PLANNED and session.takes_place_on == today:
        return "today"
    return session.status


@dataclass(frozen=True)
class AgreementLife:
    """An agreement on the home page's line: what is past and what remains."""

    agreement: Agreement
    past: object
    left: object


def agreement_lives(user):
    """(Timeline, [AgreementLife]) of the agreements in force, the first to end on top."""
    today = timezone.localdate()
    agreements = list(
        Agreement.objects.visible_to(user)
        .in_force()
        .select_related("partner")
        .order_by("last_day", "pk")[:5]
    )
    if not agreements:
        return None, []
    first = min(agreement.starts_on for agreement in agreements)
    last = max(agreement.last_day_on for agreement in agreements)
    line = Timeline(date(first.year, 1, 1), date(last.year, 12, 31), width=440)
    return line, [
        AgreementLife(
            agreement,
            line.span(agreement.starts_on, today),
            line.span(today, agreement.last_day_on),
        )
        for agreement in agreements
    ]


def sessions_today(user):
    return (
        Session.objects.visible_to(user)
        .alive()
        .filter(takes_place_on=timezone.localdate())
        .select_related("batch", "instructor", "room")
        .annotate(marks=Count("attendances"))
        .order_by("starts_at", "pk")[:ROWS_AT_HOME]
    )


@dataclass(frozen=True)
class FacilityRow:
    """One facility in the report's year."""

    facility: Facility
    agreements: int
    batches: int
    people: int
    hours: int
    certificates: int


def facility_rows(user, year):
    """[FacilityRow] of every facility one may see, for batches that began in `year`. Six queries."""
    facilities = (
        Facility.objects.visible_to(user).select_related("region").order_by("region__name", "name")
    )
    began = {"starts_on__year": year}
    agreements = _by_facility(
        Agreement.objects.visible_to(user).in_force(), "facility", Count("pk")
    )
    batches = _by_facility(Batch.objects.visible_to(user).filter(**began), "facility", Count("pk"))
    people = _by_facility(
        Enrollment.objects.visible_to(user).filter(batch__starts_on__year=year),
        "batch__facility",
        Count("inmate", distinct=True),
    )
    hours = _by_facility(
        Session.objects.visible_to(user)
        .regular()
        .filter(batch__starts_on__year=year, status=Session.Status.HELD),
        "batch__facility",
        Sum("hours"),
    )
    certificates = _by_facility(
        Certificate.objects.visible_to(user)
        .sealed()
        .originals()
        .filter(kind=Certificate.Kind.TRAINING, enrollment__batch__starts_on__year=year),
        "enrollment__batch__facility",
        Count("pk"),
    )
    return [
        FacilityRow(
            facility,
            *(
                numbers.get(facility.pk, 0)
                for numbers in (agreements, batches, people, hours, certificates)
            ),
        )
        for facility in facilities
    ]


def _by_facility(rows, path, figure):
    return dict(
        rows.order_by().values_list(path).annotate(figure=figure).values_list(path, "figure")
    )


def years_with_batches(user):
    """Years in which a batch one may see began, the latest first; this year is always among them."""
    years = {day.year for day in Batch.objects.visible_to(user).dates("starts_on", "year")}
    return sorted(years | {timezone.localdate().year}, reverse=True)
