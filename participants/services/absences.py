"""The Lapas says ahead that somebody will not come, or takes it back."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import AnnouncedAbsence, Inmate

# Noted on the day itself or shortly after it is still of use to who fills the sheet.
DAYS_BACK = 7
MOST_DAYS, DAYS_AHEAD = 60, 366


@transaction.atomic
def announce_absence(
    *, inmate, starts_on, ends_on=None, starts_at=None, ends_at=None, reason, note="", by
):
    """`inmate` will be away from `starts_on` to `ends_on` (else that day alone), all day or at these hours."""
    inmate = (
        Inmate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=inmate.pk)
    )
    absence = AnnouncedAbsence(
        inmate=inmate,
        starts_on=starts_on,
        ends_on=ends_on or starts_on,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        note=note,
        announced_by=by,
    )
    if inmate.departed_on:
        raise ValidationError(_("%(name)s tercatat keluar dari Lapas ini.") % {"name": inmate})
    absence.full_clean()
    _refuse_odd_days(absence)
    _refuse_twice(absence)
    absence.save()
    audit.record("absence.announced", inmate, by=by, on=str(starts_on))
    return absence


def _refuse_odd_days(absence):
    today = timezone.localdate()
    if absence.ends_on < today - timedelta(days=DAYS_BACK):
        raise ValidationError(
            {
                "ends_on" if absence.ends_on != absence.starts_on else "starts_on": _(
                    "Hari itu sudah lama lewat. Tulis sebabnya langsung di daftar hadir."
                )
            }
        )
    if absence.starts_on > today + timedelta(days=DAYS_AHEAD):
        raise ValidationError(
            {"starts_on": _("Hari itu lebih dari setahun lagi. Periksa tahunnya.")}
        )
    if absence.ends_on - absence.starts_on >= timedelta(days=MOST_DAYS):
        raise ValidationError(
            {
                "ends_on": _(
                    "Paling lama %(days)s hari. Untuk yang lebih lama, tangguhkan kepesertaannya."
                )
                % {"days": MOST_DAYS}
            }
        )


def _refuse_twice(absence):
    """Another one in force shares a day with it, and on that day an hour."""
    others = AnnouncedAbsence.objects.in_force().filter(
        inmate=absence.inmate, starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on
    )
    for other in others:
        is_all_day = absence.starts_at is None or other.starts_at is None
        if is_all_day or (absence.starts_at < other.ends_at and absence.ends_at > other.starts_at):
            raise ValidationError(
                {
                    "starts_on": _("Sudah ada pemberitahuan pada hari itu: %(reason)s, %(day)s.")
                    % {
                        "reason": other.get_reason_display(),
                        "day": date_format(other.starts_on),
                    }
                }
            )


@transaction.atomic
def withdraw_absence(*, absence, by):
    """It will not be so after all; the announcement is kept, and proposes nothing any more."""
    absence = (
        AnnouncedAbsence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("inmate__facility")
        .get(pk=absence.pk)
    )
    if absence.withdrawn_at:
        raise ValidationError(_("Pemberitahuan ini sudah dibatalkan."))
    if absence.ends_on < timezone.localdate():
        raise ValidationError(_("Harinya sudah lewat, jadi pemberitahuan ini tinggal riwayat."))
    absence.withdrawn_at, absence.withdrawn_by = timezone.now(), by
    absence.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("absence.withdrawn", absence.inmate, by=by, on=str(absence.starts_on))
    return absence
