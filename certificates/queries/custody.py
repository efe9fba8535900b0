"""Where the sheets of paper are, and to whom they have to go."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from certificates.models import Certificate, PaperMove
from participants.models import Inmate
from programs.models import Batch

Paper = Certificate.Paper
# A release that is expected so soon is worth getting the sheet ready for; a day so long past is stale data.
NEAR, STALE = timedelta(days=14), timedelta(days=30)
LEFT_FOR_GOOD = (Inmate.Departure.RELEASED, Inmate.Departure.DIED, Inmate.Departure.OTHER)
ON_THE_WAY = (Paper.NONE, Paper.PRINTED, Paper.SIGNED, Paper.STORED)
# What may be done next with a sheet, the likely one first. A lost one: see next_steps.
NEXT = {
    Paper.NONE: [Paper.PRINTED],
    Paper.PRINTED: [Paper.SIGNED, Paper.LOST],
    Paper.SIGNED: [Paper.STORED, Paper.HANDED, Paper.PRINTED, Paper.LOST],
    Paper.STORED: [Paper.HANDED, Paper.STORED, Paper.LOST],
    Paper.HANDED: [Paper.STORED, Paper.LOST],
    Paper.LOST: [Paper.STORED, Paper.PRINTED],
}


def last_moves(certificates):
    """{certificate.pk: its PaperMoves, the oldest first}. One query."""
    found = defaultdict(list)
    for move in PaperMove.objects.filter(certificate__in=certificates).order_by("pk"):
        found[move.certificate_id].append(move)
    return found


def whereabouts(certificate, moves):
    """The step at which the sheet is; of a lost one, the last before it was lost."""
    steps = [one.step for one in moves.get(certificate.pk, []) if one.step != Paper.LOST]
    if certificate.paper != Paper.LOST:
        return certificate.paper
    return steps[-1] if steps else Paper.NONE


@dataclass(frozen=True)
class TrayRow:
    """The sheets of one batch: how many at each step, in the order of Certificate.Paper."""

    batch: Batch
    counts: list
    to_withdraw: int  # of certificates that are no longer in force, still about

    @property
    def is_done(self):
        return not self.to_withdraw and not sum(self.counts[: len(ON_THE_WAY)])


def with_papers(user):
    """Batches with published certificates, the latest first, each with its counts of sheets."""
    sheets = "enrollments__certificates"
    in_force = {f"{sheets}__status": Certificate.Status.SEALED}

    def count(**which):
        return Count(sheets, filter=Q(**which), distinct=True)

    counts = {
        f"papers_{step or 'none'}": count(**in_force, **{f"{sheets}__paper": step})
        for step in Paper.values
    }
    return (
        Batch.objects.visible_to(user)
        .annotate(
            **counts,
            papers_to_withdraw=count(
                **{
                    f"{sheets}__status__in": Certificate.ENDED,
                    f"{sheets}__paper__in": [*ON_THE_WAY[1:], Paper.HANDED],
                }
            ),
            published=count(**{f"{sheets}__status__in": Certificate.PUBLISHED}),
        )
        .filter(published__gt=0)
        .select_related("agreement__partner", "facility")
        .order_by("-ends_on", "pk")
    )


def unfinished(batches):
    """Those of `with_papers` with a sheet still on its way to its holder."""
    on_the_way = Q(papers_to_withdraw__gt=0)
    for step in ON_THE_WAY:
        on_the_way |= Q(**{f"papers_{step or 'none'}__gt": 0})
    return batches.filter(on_the_way)


def tray_row(batch):
    """A TrayRow of one of `with_papers`."""
    counts = [getattr(batch, f"papers_{step or 'none'}") for step in Paper.values]
    return TrayRow(batch, counts, batch.papers_to_withdraw)


def papers_of(certificates):
    """Certificates with their people, in the order of their numbers, as the paper pages show them."""
    return certificates.select_related(
        "enrollment__inmate",
        "enrollment__batch__agreement__partner",
        "enrollment__batch__curriculum__program",
        "enrollment__batch__facility",
    ).order_by("series", "sequence")


@dataclass(frozen=True)
class Due:
    """A sheet that should go to somebody, and why."""

    certificate: Certificate
    why: str  # departed | today | near | late | transferred

    @property
    def inmate(self):
        return self.certificate.enrollment.inmate

    @property
    def is_ready(self):
        return self.certificate.paper in (Paper.SIGNED, Paper.STORED)


def _in_custody(user):
    """In force, of this office, and not yet handed over."""
    certificates = Certificate.objects.visible_to(user).sealed().filter(paper__in=ON_THE_WAY)
    return papers_of(certificates)


def due(user, *, tells_dates):
    """[Due] of today and soon: who left today, who is about to, who was moved to another facility.

    Days to come and moves are restricted: looked at for those alone who may know them (`tells_dates`).
    """
    today = timezone.localdate()
    person = "enrollment__inmate"
    wanted = _leaving_today(tells_dates)
    if tells_dates:
        wanted |= Q(**{f"{person}__departure": Inmate.Departure.TRANSFERRED})
        expected = (today - STALE, today + NEAR)
        wanted |= Q(
            **{f"{person}__departed_on": None, f"{person}__expected_release_on__range": expected}
        )
    rows = [
        Due(one, _why(one.enrollment.inmate, today)) for one in _in_custody(user).filter(wanted)
    ]
    order = ["departed", "today", "late", "near", "transferred"]
    return sorted(
        rows, key=lambda row: (order.index(row.why), row.inmate.expected_release_on or today)
    )


def due_today(user, *, tells_dates):
    """Certificates whose sheet goes to somebody today."""
    return _in_custody(user).filter(_leaving_today(tells_dates))


def _leaving_today(tells_dates):
    today, person = timezone.localdate(), "enrollment__inmate"
    leaving = Q(**{f"{person}__departed_on": today, f"{person}__departure__in": LEFT_FOR_GOOD})
    if tells_dates:
        leaving |= Q(**{f"{person}__departed_on": None, f"{person}__expected_release_on": today})
    return leaving


def _why(inmate, today):
    if inmate.departure == Inmate.Departure.TRANSFERRED:
        return "transferred"
    if inmate.departed_on:
        return "departed"
    if inmate.expected_release_on == today:
        return "today"
    return "late" if inmate.expected_release_on < today else "near"


def unclaimed(user):
    """Certificates whose holder left before today and whose sheet is still here, the longest first."""
    return (
        _in_custody(user)
        .filter(
            enrollment__inmate__departed_on__lt=timezone.localdate(),
            enrollment__inmate__departure__in=LEFT_FOR_GOOD,
        )
        .order_by("enrollment__inmate__departed_on", "series", "sequence")
    )
