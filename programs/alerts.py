"""Who has to be warned of which agreement: it ends, or meetings are planned that it does not cover."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import in_days
from partnerships.models import Agreement
from programs.models import Batch
from programs.queries import agreement_gaps_of, uncovered_sessions

THRESHOLDS = (7, 30, 60, 90)


@dataclass(frozen=True)
class Notice:
    """What to say of one agreement. `topic` names the matter, so that it is said once."""

    agreement: Agreement
    topic: str
    subject: str
    body: str


def threshold_of(days_left):
    """The nearest of 7, 30, 60 and 90 days that `days_left` has reached; None before 90 days."""
    return next((days for days in THRESHOLDS if days_left <= days), None)


def warnings(agreements):
    """[Notice] of the `agreements` (a queryset), each matter once, however often one asks."""
    return [*_of_endings(agreements), *_of_uncovered(agreements)]


def _of_endings(agreements):
    for agreement in agreements.ending_within(days=THRESHOLDS[-1]).select_related("partner"):
        days_left = (agreement.covered_until - timezone.localdate()).days
        last_day = date_format(agreement.covered_until)
        yield Notice(
            agreement,
            f"ends {agreement.covered_until} {threshold_of(days_left)}",
            _("%(agreement)s berakhir %(days)s")
            % {"agreement": agreement, "days": in_days(days_left)},
            _(
                "%(agreement)s, nomor %(number)s, berlaku sampai %(day)s. "
                "Bicarakan perpanjangannya, atau catat adendum yang sudah ditandatangani."
            )
            % {"agreement": agreement, "number": agreement.number, "day": last_day},
        )


def _of_uncovered(agreements):
    batches = (
        Batch.objects.filter(agreement__in=agreements.values("pk"))
        .under_way()
        .select_related("agreement__partner", "curriculum")
    )
    gaps = agreement_gaps_of(batches)
    for batch in batches:
        if not gaps[batch.pk]:
            continue
        if sessions := [one for one in uncovered_sessions(batch) if one.status == "planned"]:
            first = sessions[0].takes_place_on
            yield Notice(
                batch.agreement,
                f"batch {batch.pk} beyond {gaps[batch.pk][0].starts_on}",
                _("%(batch)s di luar perjanjian") % {"batch": batch},
                ngettext(
                    "%(count)s pertemuan %(batch)s mulai %(day)s tidak dicakup %(agreement)s. "
                    "Tanpa adendum, sertifikatnya tidak bisa terbit.",
                    "%(count)s pertemuan %(batch)s mulai %(day)s tidak dicakup %(agreement)s. "
                    "Tanpa adendum, sertifikatnya tidak bisa terbit.",
                    len(sessions),
                )
                % {
                    "count": len(sessions),
                    "batch": batch,
                    "day": date_format(first),
                    "agreement": batch.agreement,
                },
            )
