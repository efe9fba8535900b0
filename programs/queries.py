"""Questions over several rows: is a batch under an agreement in force, and how many hours stand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum

from core.charts import Span, Timeline
from partnerships.models import Agreement
from programs.models import Batch, Session


@dataclass(frozen=True)
class Gap:
    """Days of a batch that no agreement in force covers, for its program."""

    starts_on: date
    ends_on: date


def agreement_gaps(batch):
    """The days of `batch` on which neither its agreement nor an addendum is in force and covers its program.

    Enrolling, scheduling, the worklist and issuing all ask this one rule; a draft is never in force.
    Returns a list of Gap, empty when all is well.
    """
    return agreement_gaps_of([batch])[batch.pk]


def agreement_gaps_of(batches):
    """{batch.pk: [Gap]} of several batches, with agreement and curriculum at hand; two queries for all."""
    roots = {batch.pk: root_id(batch.agreement) for batch in batches}
    families = defaultdict(list)
    for part in family_of(roots.values()).signed().prefetch_related("coverages"):
        families[root_id(part)].append(part)
    return {
        batch.pk: _gaps(batch, _terms(families[roots[batch.pk]], batch.curriculum.program_id))
        for batch in batches
    }


def root_id(agreement):
    """The key of the agreement to which this one belongs, without fetching it."""
    return agreement.parent_id if agreement.is_addendum else agreement.pk


def family_of(root_ids):
    """The agreements with these keys, and all their addenda."""
    return Agreement.objects.filter(
        Q(pk__in=root_ids) | Q(kind=Agreement.Kind.ADDENDUM, parent__in=root_ids)
    )


def _terms(parts, program_id):
    """[(first day, last day)] of the parts of one agreement that cover the program, the earliest first."""
    named = {part.pk: {one.program_id for one in part.coverages.all()} for part in parts}
    is_in_root = any(program_id in named[part.pk] for part in parts if not part.is_addendum)
    return sorted(
        (part.starts_on, part.last_day_on)
        for part in parts
        # An addendum that names no program prolongs the whole agreement.
        if program_id in named[part.pk] or (is_in_root and not named[part.pk])
    )


def _gaps(batch, terms):
    gaps, day = [], batch.starts_on
    for starts_on, ends_on in terms:
        if starts_on > batch.ends_on:
            break
        if starts_on > day:
            gaps.append(Gap(day, starts_on - timedelta(days=1)))
        day = max(day, ends_on + timedelta(days=1))
    if day <= batch.ends_on:
        gaps.append(Gap(day, batch.ends_on))
    return gaps


@dataclass(frozen=True)
class BatchBox:
    """A batch beneath its agreement's line."""

    batch: Batch
    span: Span
    kind: str


@dataclass(frozen=True)
class AgreementLine:
    """An agreement's life as a line, its batches beneath, today across."""

    timeline: Timeline
    life: Span
    renewal: Span
    today_x: float | None
    boxes: list


def agreement_line(agreement, batches, today):
    """AgreementLine over the agreement's term and whatever batch reaches beyond it."""
    last = max([agreement.last_day_on, *(batch.ends_on for batch in batches)])
    timeline = Timeline(agreement.starts_on, last)
    soon = agreement.last_day_on - timedelta(days=Agreement.ENDING_SOON_DAYS)
    return AgreementLine(
        timeline,
        timeline.span(agreement.starts_on, agreement.last_day_on),
        timeline.span(max(soon, agreement.starts_on), agreement.last_day_on),
        timeline.x(today) if agreement.starts_on <= today <= last else None,
        [
            BatchBox(
                batch,
                timeline.span(batch.starts_on, batch.ends_on),
                "beyond" if batch.ends_on > agreement.last_day_on else batch.state,
            )
            for batch in batches
        ],
    )


@dataclass(frozen=True)
class UnitHours:
    """Hours of one unit in one batch, in JP."""

    unit: object
    planned: int
    held: int

    @property
    def missing(self):
        return max(self.unit.hours - self.held, 0)


def hours_by_unit(batch):
    """[UnitHours] in curriculum order; cancelled sessions count nowhere. Two queries."""
    sums = {
        row["unit"]: row
        for row in Session.objects.filter(batch=batch)
        .alive()
        .order_by()
        .values("unit")
        .annotate(
            planned=Sum("hours"),
            held=Sum("hours", filter=Q(status=Session.Status.HELD), default=0),
        )
    }
    nothing = {"planned": 0, "held": 0}
    return [
        UnitHours(unit, sums.get(unit.pk, nothing)["planned"], sums.get(unit.pk, nothing)["held"])
        for unit in batch.curriculum.units.all()
    ]
