"""The ledger of hours: planned, delivered, attended, owed and made up, in JP, per person and unit."""

from collections import defaultdict
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, When

from participants.models import Attendance, Enrollment, Suspension
from programs.models import Session

PRESENT_CODES = [Attendance.Code.PRESENT, Attendance.Code.LATE]
OWING_CAUSES = [Attendance.Cause.FACILITY, Attendance.Cause.PARTNER]


@dataclass(frozen=True)
class Hours:
    """One person's hours in JP: of one unit, or summed up over several.

    `planned` and `delivered` are the meetings of the days on which the person takes part, held ones being
    delivered. `there`, `missed` and `excused` are the marks in them: present, away by one's own doing, away
    because of the Lapas or the partner. A catch-up that the person attended makes good what was open on its
    day: first what was missed (`recovered`), then what is owed (`repaid`); what is beyond counts nowhere.
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
COLUMNS = ("pk", "takes_part", "unit", "kind", "status", "hours", "code", "cause")


def percentage(part, whole):
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def ledger(enrollments):
    """{enrollment.pk: {unit.pk: Hours}}; one query, however many people, meetings and batches."""
    accounts = defaultdict(lambda: defaultdict(Account))
    for row in _rows(Enrollment.objects.filter(pk__in=[one.pk for one in enrollments])):
        accounts[row.pk][row.unit].enter(row)
    return {
        one.pk: {unit: account.hours for unit, account in accounts[one.pk].items()}
        for one in enrollments
    }


def hours_of(enrollments):
    """{enrollment.pk: Hours over all units}; one query."""
    return {pk: sum(units.values(), NOTHING) for pk, units in ledger(enrollments).items()}


class Account:
    """One person's meetings of one unit, entered day by day."""

    def __init__(self):
        self.sums = dict.fromkeys((one.name for one in fields(Hours)), 0)

    @property
    def hours(self):
        return Hours(**self.sums)

    def enter(self, row):
        is_held = row.status == Session.Status.HELD
        if row.kind == Session.Kind.CATCH_UP:
            if is_held and row.code in PRESENT_CODES:
                self._make_up(row.hours)
            return
        if row.takes_part:
            self.sums["planned"] += row.hours
            if is_held:
                self.sums["delivered"] += row.hours
                self.sums["sheets"] += 1
                self.sums["marks"] += row.code is not None
        if is_held and row.code:
            self.sums[_kind_of(row)] += row.hours

    def _make_up(self, hours):
        """What was missed by then comes first: so a debt never takes a catch-up away from its person."""
        sums = self.sums
        recovered = min(hours, sums["missed"] - sums["recovered"])
        sums["recovered"] += recovered
        sums["repaid"] += min(hours - recovered, sums["excused"] - sums["repaid"])


def _kind_of(row):
    if row.code in PRESENT_CODES:
        return "there"
    return "excused" if row.cause in OWING_CAUSES else "missed"


def _rows(enrollments):
    """Every meeting that was not cancelled of a person's batch, in order, beside that person's mark if there is one."""
    meeting = "batch__sessions__"
    day = F(f"{meeting}takes_place_on")
    suspended = Suspension.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef(f"{meeting}takes_place_on")),
        enrollment=OuterRef("pk"),
        starts_on__lte=OuterRef(f"{meeting}takes_place_on"),
    )
    is_there = Q(Q(ended_on=None) | Q(ended_on__gte=day), joined_on__lte=day)
    mark = FilteredRelation("attendances", condition=Q(attendances__session=F("batch__sessions")))
    return (
        enrollments.filter(
            **{f"{meeting}status__in": [Session.Status.PLANNED, Session.Status.HELD]}
        )
        .alias(mark=mark)
        .annotate(
            takes_part=Case(When(is_there & ~Exists(suspended), then=True), default=False),
            unit=F(f"{meeting}unit"),
            kind=F(f"{meeting}kind"),
            status=F(f"{meeting}status"),
            hours=F(f"{meeting}hours"),
            code=F("mark__code"),
            cause=F("mark__cause"),
        )
        .order_by("pk", day, f"{meeting}starts_at", f"{meeting}pk")
        .values_list(*COLUMNS, named=True)
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
