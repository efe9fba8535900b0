"""A selection round as it stands: totals, order, ticks, advice, and who takes no part any more."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from participants.eligibility import Verdict, unanswered
from participants.finishing import Outlook
from participants.lottery import Entrant, Seating, ranked, seating, ticket, weighted_mean
from participants.models import (
    Application,
    ApplicationMove,
    Candidate,
    Inmate,
    Score,
    SelectionRound,
)
from participants.queries.advice import advice_for, outlook_for, overrides_of


@dataclass
class Row:
    """One candidate. `is_default` is the tick that follows from the ranking alone; `is_drawing` means
    that the tick is a place in the lottery. `out` says why somebody takes no part."""

    candidate: Candidate
    scores: dict
    total: Decimal | None = None
    rank: int | None = None
    is_default: bool = False
    is_drawing: bool = False
    out: str = ""
    advice: list = field(default_factory=list)
    outlook: Outlook | None = None
    overrides: list = field(default_factory=list)

    @property
    def pk(self):
        return self.candidate.pk

    @property
    def inmate(self) -> Inmate:
        return self.candidate.application.inmate

    @property
    def is_ticked(self):
        said = self.candidate.is_proposed
        return not self.out and (self.is_default if said is None else said)

    @property
    def is_against_ranking(self):
        return not self.out and self.is_ticked != self.is_default

    @property
    def warnings(self):
        return [one for one in self.advice if one.is_against]

    @property
    def open_warnings(self):
        """Advice against, for which nobody has given a reason yet."""
        return unanswered(self.advice, self.overrides)

    @property
    def unknowns(self):
        return [one for one in self.advice if one.verdict == Verdict.UNKNOWN]

    @property
    def met_count(self):
        return sum(one.verdict == Verdict.OK for one in self.advice)

    @property
    def is_at_risk(self):
        return bool(self.outlook and self.outlook.is_at_risk)

    @property
    def wants_a_look(self):
        return not self.out and bool(
            self.warnings
            or self.unknowns
            or self.is_at_risk
            or self.total is None
            or self.is_drawing
        )

    @property
    def advice_in_short(self):
        """What the panel reads on paper: what speaks against, what is unknown, how many rules are met."""
        told = [one.fact for one in (*self.warnings, *self.unknowns)]
        if self.met_count:
            with translation.override("id"):
                met = ngettext(
                    "%(count)s syarat terpenuhi", "%(count)s syarat terpenuhi", self.met_count
                )
                told.append(met % {"count": self.met_count})
        return "; ".join(told)


@dataclass
class Standing:
    """All rows of a round in their order: ranked, not scored in full, out."""

    round: SelectionRound
    criteria: list
    rows: list
    seating: Seating

    @property
    def in_play(self):
        return [row for row in self.rows if not row.out]

    @property
    def ranked(self):
        return [row for row in self.in_play if row.total is not None]

    @property
    def unscored(self):
        return [row for row in self.in_play if row.total is None]

    @property
    def drawing(self):
        return [row for row in self.rows if row.is_drawing]

    @property
    def drawing_ticked(self):
        return [row for row in self.drawing if row.is_ticked]

    @property
    def ticked_outright(self):
        """Whose tick is a seat, without any lottery."""
        return [row for row in self.in_play if row.is_ticked and not row.is_drawing]

    @property
    def seats_drawn(self):
        """Seats for which the ticked equals draw: those that the other ticks leave. Frozen: those they got."""
        if self.round.state != SelectionRound.State.OPEN:
            return sum(bool(row.candidate.is_proposed) for row in self.drawing)
        left = max(self.round.seats - len(self.ticked_outright), 0)
        return min(left, len(self.drawing_ticked))

    @property
    def is_drawn(self):
        """Whether chance decides: there are fewer seats than equals at their edge."""
        return self.seats_drawn < len(self.drawing)

    @property
    def proposed_count(self):
        """How many the ticks propose, the seats of the lottery included."""
        return self.seats_drawn + len(self.ticked_outright)

    @cached_property
    def fingerprint(self):
        """Changes with the order and with what speaks against somebody: who sends a list has seen this very one."""
        text = ",".join(f"{row.pk}:{row.total}:{_against(row)}" for row in self.rows)
        return sha256(f"{self.round.seats};{text}".encode()).hexdigest()[:16]


def _against(row):
    """In no language, so that the page's and the service's are equal."""
    return "out" if row.out else "+".join(sorted(one.rule for one in row.open_warnings))


def standing_of(round):
    """Standing of `round`, whose batch comes with facility and program; a constant number of queries.

    Open rounds are reckoned, later ones read as they were frozen; advice is asked until the decision.
    """
    criteria = list(round.criteria.all())
    candidates = list(round.candidates.select_related("application__inmate").order_by("pk"))
    scores = defaultdict(dict)
    for score in Score.objects.filter(candidate__round=round).select_related("scored_by"):
        scores[score.candidate_id][score.criterion_id] = score
    rows = [Row(one, scores[one.pk]) for one in candidates]
    if round.state == SelectionRound.State.OPEN:
        _reckon(criteria, rows)
    else:
        for row in rows:
            row.total, row.rank = row.candidate.total, row.candidate.rank
    seats = _seat(round, rows)
    if round.state != SelectionRound.State.DECIDED:
        for row in rows:
            row.out = why_out(row.candidate.application)
        _advise(round, rows)
    rows.sort(key=_place)
    return Standing(round, criteria, rows, seats)


def _place(row):
    return (bool(row.out), row.rank is None, row.rank or 0, row.inmate.name.lower(), row.pk)


def _reckon(criteria, rows):
    """Totals and shared ranks of an open round."""
    for row in rows:
        if not why_out(row.candidate.application):
            row.total = total_of(criteria, row.scores)
    totals = [row.total for row in rows if row.total is not None]
    for row in rows:
        if row.total is not None:
            row.rank = 1 + sum(one > row.total for one in totals)


def total_of(criteria, scores):
    """The weighted mean of {criterion id: Score}, None while one is missing."""
    if len(scores) < len(criteria):
        return None
    return weighted_mean(
        [scores[one.pk].points for one in criteria], [one.weight for one in criteria]
    )


def _seat(round, rows):
    """Who has a seat by the totals alone, and who draws for the last ones."""
    entrants = [
        Entrant(row.pk, row.inmate.register_number, row.total)
        for row in rows
        if row.total is not None
    ]
    seats = seating(entrants, round.seats)
    certain, drawing = ({one.key for one in group} for group in (seats.certain, seats.drawing))
    for row in rows:
        row.is_drawing = row.pk in drawing
        row.is_default = row.is_drawing or row.pk in certain
    return seats


def _advise(round, rows):
    people = [row.inmate for row in rows]
    advice, outlook = advice_for(round.batch, people), outlook_for(round.batch, people)
    overrides = overrides_of(round.batch)
    for row in rows:
        pk = row.inmate.pk
        row.advice, row.outlook, row.overrides = advice[pk], outlook[pk], overrides[pk]


def why_out(application):
    """Why an application takes no part in a round any more; empty while it does."""
    if application.inmate.departed_on:
        how = application.inmate.get_departure_display().lower()
        return _("Sudah keluar dari Lapas: %(how)s") % {"how": how}
    if application.state in Application.IN_RUNNING:
        return ""
    return application.get_state_display()


def free_seats(batch, *, besides=()):
    """Seats that nobody has and that no decision of the panel has promised to others than `besides`."""
    return max(batch.quota - batch.count_people() - promised_seats(batch, besides=besides), 0)


def promised_seats(batch, *, besides=()):
    """How many seats the panel has promised to others than `besides`."""
    return batch.applications.chosen().exclude(inmate__in=besides).count()


def waiting_list(batch):
    """Applications that wait for a seat, in the order of the minutes of their last decided round."""
    last = Candidate.objects.filter(
        application=OuterRef("pk"), round__state=SelectionRound.State.DECIDED
    ).order_by("-round__decided_at")
    return (
        batch.applications.in_running()
        .filter(state=Application.State.WAITING)
        .annotate(last_place=Subquery(last.values("waiting_place")[:1]))
        .order_by(F("last_place").asc(nulls_last=True), "proposed_at", "pk")
    )


def on_decree(round):
    """Candidates whom the panel chose and who did not withdraw before the head's decree was recorded."""
    withdrawn = ApplicationMove.objects.filter(
        state=Application.State.WITHDRAWN,
        at__gt=round.decided_at,
        at__lte=round.decreed_at or timezone.now(),
    )
    chosen = round.candidates.filter(is_chosen=True)
    return chosen.exclude(application__in=withdrawn.values("application"))


def replay(round):
    """What differs when totals, tickets and order of a frozen round are reckoned anew; [] if nothing does."""
    standing = standing_of(round)
    found, entrants = [], []
    for row in standing.rows:
        candidate = row.candidate
        if candidate.ticket != ticket(round.seed, candidate.register_number):
            found.append(f"{candidate.register_number}: ticket {candidate.ticket}")
        if candidate.rank is not None:
            total = total_of(standing.criteria, row.scores)
            entrants.append(Entrant(row.pk, candidate.register_number, total))
            if total != candidate.total:
                found.append(f"{candidate.register_number}: total {candidate.total}, now {total}")
    ranks = {row.pk: row.candidate.rank for row in standing.rows}
    for rank, one in enumerate(ranked(entrants, round.seed), start=1):
        if ranks[one.key] != rank:
            found.append(f"{one.register_number}: rank {ranks[one.key]}, now {rank}")
    return found + _drawn_otherwise(standing)


def _drawn_otherwise(standing):
    """Whoever lost the draw without a word, though a later ticket won or a seat was left."""
    last = max((row.rank for row in standing.drawing if row.candidate.is_proposed), default=0)
    proposed = sum(bool(row.candidate.is_proposed) for row in standing.rows)
    return [
        f"{row.candidate.register_number}: drawn, not proposed"
        for row in standing.drawing
        if not row.candidate.is_proposed
        and not row.candidate.proposal_reason
        and (row.rank < last or proposed < standing.round.seats)
    ]
