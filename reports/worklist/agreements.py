"""Agreements that end, lack their scan, or do not reach their batches."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Certificate
from core.templatetags.ui import in_days
from partnerships.models import Agreement, Document
from programs.models import Batch
from programs.queries import agreement_gaps_of
from reports.worklist.tasks import LATE, MOST_OF_A_KIND, ORDINARY, SOON, Task

ENDING_DAYS, PRESSING_DAYS = 90, 30
# Batches beyond their own agreement's dates that an addendum may yet cover.
SUSPECTS_CHECKED = 100


def ending_agreements(user):
    agreements = (
        Agreement.objects.visible_to(user)
        .ending_within(days=ENDING_DAYS)
        .select_related("partner")
        .order_by("covered_until")[:MOST_OF_A_KIND]
    )
    for agreement in agreements:
        days_left = (agreement.covered_until - timezone.localdate()).days
        yield Task(
            LATE if days_left <= PRESSING_DAYS else SOON,
            "hourglass-split",
            _("%(agreement)s berakhir %(days)s")
            % {"agreement": agreement, "days": in_days(days_left)},
            str(agreement.number),
            date_format(agreement.covered_until, "SHORT_DATE_FORMAT"),
            _("Siapkan adendum"),
            agreement.get_absolute_url(),
        )


def missing_scans(user):
    agreements = (
        Agreement.objects.visible_to(user)
        .in_force()
        .exclude(documents__kind=Document.Kind.SIGNED)
        .select_related("partner")[:MOST_OF_A_KIND]
    )
    for agreement in agreements:
        yield Task(
            ORDINARY,
            "file-earmark-arrow-up",
            _("Pindaian %(agreement)s belum ada") % {"agreement": agreement},
            str(agreement.number),
            "",
            _("Unggah"),
            agreement.get_absolute_url(),
        )


def uncovered_batches(user):
    """Batches not yet over that reach beyond their agreement, or whose program it does not cover."""
    suspects = (
        Batch.objects.visible_to(user)
        .filter(ends_on__gte=timezone.localdate() - timedelta(days=ENDING_DAYS))
        .exclude(state=Batch.State.CANCELLED)
        .exclude(enrollments__certificates__status=Certificate.Status.SEALED)
        .filter(
            Q(ends_on__gt=F("agreement__ends_on"))
            | Q(agreement__signed_on=None)
            | Q(starts_on__lt=F("agreement__starts_on"))
            | Q(agreement__ended_early_on__lt=F("ends_on"))
            | ~Q(agreement__coverages__program=F("curriculum__program"))
        )
        .select_related("agreement__partner", "curriculum")
        .order_by("starts_on")
        .distinct()[:SUSPECTS_CHECKED]
    )
    gaps = agreement_gaps_of(suspects)
    for batch in [batch for batch in suspects if gaps[batch.pk]][:MOST_OF_A_KIND]:
        yield Task(
            LATE,
            "slash-circle",
            _("%(batch)s di luar perjanjian") % {"batch": batch},
            _("%(agreement)s tidak mencakup angkatan ini mulai %(day)s")
            % {"agreement": batch.agreement, "day": date_format(gaps[batch.pk][0].starts_on)},
            "",
            _("Catat adendum"),
            batch.agreement.get_absolute_url(),
        )
