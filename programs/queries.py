"""Questions over several rows: is a batch under an agreement in force, and how many hours stand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from core.charts import Span, Timeline
from partnerships.models import Agreement
from programs.models import Batch, Competence, Coverage, Session, Skill


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


def uncovered_sessions(batch):
    """[Session] of `batch`, planned or held, on days that no agreement covers; the earliest first."""
    gaps = agreement_gaps(batch)
    if not gaps:
        return []
    outside = Q()
    for gap in gaps:
        outside |= Q(takes_place_on__range=(gap.starts_on, gap.ends_on))
    return list(batch.sessions.alive().filter(outside))


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


def instructors_of(partner):
    """[Instructor] with `expiring`: the papers of each that expired or are about to. Two queries."""
    expiring = Prefetch("competences", Competence.objects.expiring(), to_attr="expiring")
    return partner.instructors.prefetch_related(expiring)


def rivals(agreement):
    """[(Program, Agreement)]: other agreements whose term overlaps this one's, for a program of its own.

    Allowed, since one prison may train bakers with two schools, but worth saying. Addenda of the same
    agreement are no rivals.
    """
    root = root_id(agreement)
    others = (
        Coverage.objects.filter(
            program__coverages__agreement=agreement,
            agreement__signed_on__isnull=False,
            agreement__starts_on__lte=agreement.last_day_on,
        )
        .exclude(agreement__in=family_of([root]))
        .select_related("program", "agreement__partner")
        .order_by("program__name", "agreement__starts_on")
    )
    return [
        (one.program, one.agreement)
        for one in others
        if one.agreement.last_day_on >= agreement.starts_on
    ]


@dataclass(frozen=True)
class BatchBox:
    """A batch beneath its agreement's line."""

    batch: Batch
    span: Span
    kind: str


@dataclass(frozen=True)
class Term:
    """One part of an agreement on the line: the main text, or an addendum."""

    agreement: Agreement
    span: Span


@dataclass(frozen=True)
class AgreementLine:
    """An agreement's life as a line, addendum by addendum, its batches beneath, today across."""

    timeline: Timeline
    terms: list
    renewal: Span
    starts_on: date
    ends_on: date
    is_over: bool
    today_x: float | None
    boxes: list

    @property
    def label_x(self):
        return self.terms[0].span.x + 10


def agreement_line(parts, batches, today):
    """AgreementLine of an agreement with its addenda (`parts`), over whatever batch reaches beyond them.

    Drafts are drawn where nothing is signed yet. Two queries, for the batches' gaps.
    """
    parts = [part for part in parts if part.signed_on] or list(parts)
    parts.sort(key=lambda part: (part.is_addendum, part.starts_on, part.pk))
    first = min(part.starts_on for part in parts)
    last = max(part.last_day_on for part in parts)
    timeline = Timeline(
        min([first, *(batch.starts_on for batch in batches)]),
        max([last, *(batch.ends_on for batch in batches)]),
    )
    soon = max(last - timedelta(days=Agreement.ENDING_SOON_DAYS), first)
    gaps = agreement_gaps_of(batches)
    return AgreementLine(
        timeline,
        [Term(part, timeline.span(part.starts_on, part.last_day_on)) for part in parts],
        timeline.span(soon, last),
        first,
        last,
        last < today,
        timeline.x(today) if timeline.first <= today <= timeline.last else None,
        [
            BatchBox(
                batch,
                timeline.span(batch.starts_on, batch.ends_on),
                "beyond" if gaps[batch.pk] else batch.state,
            )
            for batch in batches
        ],
    )


@dataclass(frozen=True)
class UnitHours:
    """Hours of one unit in one batch, in JP: booked and held, and the meetings whose sheet is missing."""

    unit: object
    planned: int = 0
    planned_theory: int = 0
    held: int = 0
    missing_sheets: tuple = ()

    @property
    def widest(self):
        """The whole width of its bar, in JP."""
        return max(self.unit.hours, self.planned)

    @property
    def left(self):
        """Still to be taught."""
        return max(self.unit.hours - self.held, 0)

    @property
    def unplanned(self):
        """Asked for by the curriculum, and no meeting booked for it."""
        return max(self.unit.hours - self.planned, 0)

    @property
    def unplanned_theory(self):
        """The theory in it; meetings booked by hand may not say how much of them is theory."""
        return min(max(self.unit.theory_hours - self.planned_theory, 0), self.unplanned)


def hours_by_unit(batch):
    """[UnitHours] in curriculum order; cancelled sessions and catch-ups count nowhere. Two queries."""
    alive = defaultdict(list)
    for session in Session.objects.filter(batch=batch).alive().regular().order_by("takes_place_on"):
        alive[session.unit_id].append(session)
    return [_unit_hours(unit, alive[unit.pk]) for unit in batch.curriculum.units.all()]


def _unit_hours(unit, sessions):
    today = timezone.localdate()
    held = [one for one in sessions if one.status == Session.Status.HELD]
    missing = [
        one
        for one in sessions
        if one.status == Session.Status.PLANNED and one.takes_place_on < today
    ]
    return UnitHours(
        unit,
        planned=sum(one.hours for one in sessions),
        planned_theory=sum(one.theory_hours for one in sessions),
        held=sum(one.hours for one in held),
        missing_sheets=tuple(missing),
    )


def with_current_skills(curricula):
    """`curricula` with their units at hand, and each unit's checklist as `current_skills`."""
    skills = Skill.objects.filter(retired_at=None)
    return curricula.prefetch_related(Prefetch("units__skills", skills, to_attr="current_skills"))
