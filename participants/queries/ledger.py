"""The ledger of hours: planned, delivered, attended, owed and made up, in JP, per person and unit."""

from collections import defaultdict
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Sum

from participants.models import Attendance, Enrollment, Suspension
from programs.models import Session

PRESENT_CODES = [Attendance.Code.PRESENT, Attendance.Code.LATE]
OWING_CAUSES = [Attendance.Cause.FACILITY, Attendance.Cause.PARTNER]


@dataclass(frozen=True)
class Hours:
    """One person's hours in JP: of one unit, or summed up over several.

    `planned` and `delivered` are the meetings of the days on which the person takes part, held ones being
    delivered. `there`, `missed` and `excused` are the marks in them: present, away by one's own doing, away
    because of the Lapas or the partner. `made_up` was attended in catch-ups; it first repays what is owed
    (`repaid`), then what was missed (`recovered`); what is beyond counts nowhere.
    `sheets` and `marks` count meetings: held with the person on their sheet, and marked of these.
    """

    planned: int = 0
    delivered: int = 0
    there: int = 0
    missed: int = 0
    excused: int = 0
    repaid: int = 0
    recovered: int = 0
    sheets: int = 0
    marks: int = 0

    def __add__(self, other):
        return Hours(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Hours)))

    @property
    def attended(self):
        return self.there + self.repaid + self.recovered

    @property
    def counted(self):
        """What attendance is measured against: what the Lapas or the partner still owes counts against nobody."""
        return self.there + self.missed + self.repaid

    @property
    def debt(self):
        """Owed by the Lapas or the partner, and not made up yet."""
        return self.excused - self.repaid

    @property
    def still_missed(self):
        return self.missed - self.recovered

    @property
    def caught_up(self):
        return self.repaid + self.recovered

    @property
    def can_catch_up(self):
        """Whether a catch-up could make anything good: hours owed, or missed by one's own doing."""
        return self.debt + self.still_missed > 0

    @property
    def to_come(self):
        return self.planned - self.delivered

    @property
    def unmarked(self):
        """How many sheets lack the person's mark."""
        return self.sheets - self.marks

    @property
    def percent(self):
        """Attended of counted, in per cent; None before anything counts."""
        return percentage(self.attended, self.counted)


NOTHING = Hours()


def percentage(part, whole):
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def ledger(enrollments):
    """{enrollment.pk: {unit.pk: Hours}}; one query, however many people, meetings and batches."""
    found = defaultdict(dict)
    for row in _rows(Enrollment.objects.filter(pk__in=[one.pk for one in enrollments])):
        found[row["pk"]][row["unit"]] = _hours(row)
    return found


def hours_of(enrollments):
    """{enrollment.pk: Hours over all units}; one query."""
    return {pk: sum(units.values(), NOTHING) for pk, units in ledger(enrollments).items()}


def _hours(row):
    repaid = min(row["made_up"], row["excused"])
    recovered = min(row["made_up"] - repaid, row["missed"])
    names = ("planned", "delivered", "there", "missed", "excused", "sheets", "marks")
    return Hours(repaid=repaid, recovered=recovered, **{name: row[name] for name in names})


def _rows(enrollments):
    """Every meeting of a person's batch, beside that person's mark in it if there is one."""
    meeting = "batch__sessions__"
    day = F(f"{meeting}takes_place_on")
    suspended = Suspension.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef(f"{meeting}takes_place_on")),
        enrollment=OuterRef("pk"),
        starts_on__lte=OuterRef(f"{meeting}takes_place_on"),
    )
    takes_part = Q(Q(ended_on=None) | Q(ended_on__gte=day), joined_on__lte=day) & ~Exists(suspended)
    regular = Q(**{f"{meeting}kind": Session.Kind.REGULAR})
    held = Q(**{f"{meeting}status": Session.Status.HELD})
    alive = ~Q(**{f"{meeting}status": Session.Status.CANCELLED})
    present = Q(mark__code__in=PRESENT_CODES)
    owed = Q(mark__cause__in=OWING_CAUSES) & ~present
    marked = Q(mark__isnull=False)

    def hours(which):
        return Sum(f"{meeting}hours", filter=which, default=0)

    return (
        enrollments.order_by()
        .filter(**{f"{meeting}isnull": False})
        .alias(
            mark=FilteredRelation(
                "attendances", condition=Q(attendances__session=F("batch__sessions"))
            )
        )
        .values("pk", unit=F(f"{meeting}unit"))
        .annotate(
            planned=hours(regular & alive & takes_part),
            delivered=hours(regular & held & takes_part),
            there=hours(regular & held & present),
            missed=hours(regular & held & marked & ~present & ~owed),
            excused=hours(regular & held & owed),
            made_up=hours(~regular & held & present),
            sheets=Count(f"{meeting}pk", filter=regular & held & takes_part),
            marks=Count("mark", filter=regular & held & takes_part),
        )
    )


def absences_left(hours, meetings, *, minimum):
    """How many of `meetings` (the JP of each still to come) may be missed without falling below `minimum` per cent.

    The longest are missed first, so that it is true whichever they are. None when not even full attendance
    from here on reaches the minimum.
    """
    whole, there = hours.counted + sum(meetings), hours.attended + sum(meetings)
    if whole and percentage(there, whole) < minimum:
        return None
    for count, length in enumerate(sorted(meetings, reverse=True)):
        there -= length
        if percentage(there, whole) < minimum:
            return count
    return len(meetings)
