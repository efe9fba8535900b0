"""What the two sides of an agreement promised, what came of it, and how it will end at today's pace.

An agreement and its addenda are one: batches, certificates and promises of all of them count together.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certificates.models import Certificate
from core.templatetags.figures import figure
from core.templatetags.ui import in_days
from participants.models import Enrollment
from partnerships.models import Agreement, Commitment
from programs.models import Batch, Session
from programs.queries import family_of, root_id

METER_WIDTH = 220


class State(models.TextChoices):
    """How a promise stands today."""

    KEPT = "kept", gettext_lazy("Terpenuhi")
    ON_TRACK = "on_track", gettext_lazy("Sesuai")
    BEHIND = "behind", gettext_lazy("Tertinggal")
    MISSED = "missed", gettext_lazy("Tidak terpenuhi")
    NOT_DUE = "not_due", gettext_lazy("Belum tiba")


TONES = {State.KEPT: "ok", State.ON_TRACK: "ok", State.BEHIND: "warn", State.MISSED: "bad"}


@dataclass(frozen=True)
class Counts:
    """What the records of an agreement and its addenda add up to; hours in JP."""

    batches: int
    hours: int
    instructors: int
    seats: int
    certificates: int
    missing_sheets: int

    def of(self, kind):
        return {
            Commitment.Kind.HOURS: self.hours,
            Commitment.Kind.INSTRUCTORS: self.instructors,
            Commitment.Kind.SEATS: self.seats,
            Commitment.Kind.CERTIFICATES: self.certificates,
        }[kind]


@dataclass(frozen=True)
class Promise:
    """One promise on a day: amounts are whole numbers in the commitment's own measure."""

    commitment: Commitment
    delivered: int
    due_on: date
    today: date
    missing_sheets: int = 0

    @property
    def promised(self):
        return self.commitment.promised

    @property
    def left(self):
        return max(self.promised - self.delivered, 0)

    @property
    def starts_on(self):
        return self.commitment.agreement.starts_on

    @property
    def is_binding(self):
        """A draft binds nobody."""
        return self.commitment.agreement.signed_on is not None

    @property
    def has_pace(self):
        """Whether it is on its way, so that the days gone by say something about those to come."""
        return (
            self.is_binding
            and self.commitment.pace == Commitment.Pace.EVEN
            and self.starts_on < self.today < self.due_on
        )

    @property
    def expected(self):
        """What should be there today; fractions are not asked for."""
        if not self.is_binding or self.today < self.starts_on:
            return 0
        if self.today >= self.due_on:
            return self.promised
        return self.promised * self._days_gone // self._days if self.has_pace else 0

    @property
    def projected(self):
        """What will be there on the due day if things go on as they went so far."""
        if not self.has_pace:
            return self.delivered
        return -(-self.delivered * self._days // self._days_gone)

    @property
    def _days(self):
        return (self.due_on - self.starts_on).days

    @property
    def _days_gone(self):
        return (self.today - self.starts_on).days

    @property
    def state(self):
        if self.delivered >= self.promised:
            return State.KEPT
        if self.delivered < self.expected:
            return State.MISSED if self.today > self.due_on else State.BEHIND
        is_waiting = self.commitment.pace == Commitment.Pace.AT_ONCE or not self.delivered
        return State.NOT_DUE if is_waiting and not self.expected else State.ON_TRACK

    @property
    def tone(self):
        return TONES.get(self.state, "plain")

    @property
    def word(self):
        if self.state == State.MISSED and not self.delivered:
            return _("Belum ada")
        return self.state.label

    @property
    def share(self):
        """How much of it is there, from 0 to 1."""
        return min(self.delivered / self.promised, 1)

    @property
    def fill(self):
        """The length of the bar, in units of METER_WIDTH."""
        return round(METER_WIDTH * self.share, 1)

    @property
    def tick(self):
        """Where on the bar it should be today."""
        return round(METER_WIDTH * self.expected / self.promised, 1)

    @property
    def outlook(self):
        """A few words on how it will end, or on what it waits for."""
        if self.state == State.KEPT:
            return ""
        if not self.is_binding:
            return _("perjanjian masih rancangan")
        if self.today < self.starts_on:
            return _("perjanjian mulai %(day)s") % {"day": date_format(self.starts_on)}
        if not self.has_pace:
            return in_days((self.due_on - self.today).days)
        if self.projected >= self.promised:
            return _("menurut laju sekarang terpenuhi pada waktunya")
        return _(
            "menurut laju sekarang %(projected)s dari %(promised)s %(measure)s pada %(day)s"
        ) % {
            "projected": figure(self.projected),
            "promised": figure(self.promised),
            "measure": self.commitment.measure,
            "day": date_format(self.due_on),
        }

    @property
    def cause(self):
        """Why less is counted than was taught, where the records show it."""
        if self.state not in {State.BEHIND, State.MISSED} or not self.missing_sheets:
            return ""
        return ngettext(
            "%(count)s daftar hadir belum diisi",
            "%(count)s daftar hadir belum diisi",
            self.missing_sheets,
        ) % {"count": self.missing_sheets}


@dataclass(frozen=True)
class Ledger:
    """An agreement with its addenda on a day: its last day, what was counted, and every promise."""

    root: Agreement
    parts: list
    today: date
    last_day_on: date
    counts: Counts
    promises: list

    @property
    def left_over(self):
        """The promises of which something is still to come."""
        return [promise for promise in self.promises if promise.left]


def ledger_of(agreement, today):
    """The Ledger of the family to which `agreement` belongs. Six queries, however many promises."""
    root = root_id(agreement)
    parts = list(family_of([root]).select_related("partner", "facility__region"))
    binding = [part for part in parts if part.signed_on] or parts
    last_day_on = max(part.last_day_on for part in binding)
    is_cut_short = last_day_on < max(part.ends_on for part in binding)
    counts = _counts_of(parts, today)
    commitments = list(_commitments_of(parts))
    dues = {
        one.pk: min(one.due_on or last_day_on, last_day_on)
        if is_cut_short
        else one.due_on or last_day_on
        for one in commitments
    }
    delivered = _delivered(commitments, dues, counts)
    return Ledger(
        root=next(part for part in parts if part.pk == root),
        parts=parts,
        today=today,
        last_day_on=last_day_on,
        counts=counts,
        promises=[
            Promise(
                one,
                delivered[one.pk],
                dues[one.pk],
                today,
                counts.missing_sheets if one.kind == Commitment.Kind.HOURS else 0,
            )
            for one in commitments
        ],
    )


def _commitments_of(parts):
    return (
        Commitment.objects.standing()
        .filter(agreement__in=parts)
        .select_related("agreement")
        .annotate(
            noted=Sum("deliveries__amount", filter=Q(deliveries__withdrawn_at=None), default=0)
        )
        .order_by("-side", "pk")  # sums make Django forget the order of the model
    )


def _counts_of(parts, today):
    """Counts; hours and instructors are those of sessions held, a cancelled batch used no seats.

    Catch-ups are among the hours: what was promised is the school's teaching, whomever it reaches.
    """
    is_held = Q(status=Session.Status.HELD)
    sessions = Session.objects.filter(batch__agreement__in=parts).aggregate(
        hours=Sum("hours", filter=is_held, default=0),
        instructors=Count("instructor", filter=is_held, distinct=True),
        missing_sheets=Count(
            "pk", filter=Q(status=Session.Status.PLANNED, takes_place_on__lt=today)
        ),
    )
    batches = Batch.objects.filter(agreement__in=parts).exclude(state=Batch.State.CANCELLED)
    certificates = (
        Certificate.objects.sealed()
        .originals()
        .filter(kind=Certificate.Kind.TRAINING, enrollment__batch__agreement__in=parts)
    )
    return Counts(
        batches=batches.count(),
        seats=Enrollment.objects.filter(batch__in=batches).count(),
        certificates=certificates.count(),
        **sessions,
    )


def _delivered(commitments, dues, counts):
    """{commitment.pk: amount}. Of one side's promises of one counted kind, the first due is filled first.

    So an hour taught keeps one promise, not two; what is more than all of them goes to the last.
    """
    amounts = {one.pk: one.noted for one in commitments if not one.is_counted}
    groups = defaultdict(list)
    for one in commitments:
        if one.is_counted:
            groups[one.side, one.kind].append(one)
    for (_side, kind), group in groups.items():
        rest = counts.of(kind)
        *others, last = sorted(
            group, key=lambda one: (dues[one.pk], one.agreement.starts_on, one.pk)
        )
        for one in others:
            amounts[one.pk] = min(rest, one.promised)
            rest -= amounts[one.pk]
        amounts[last.pk] = rest
    return amounts
