"""The life of an enrollment once it is made: suspended, ended, taken up again; and its person's departure."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Attendance, Enrollment, Inmate, Suspension
from participants.queries.rounds import free_seats
from participants.services.enrollment import (
    heed_advice,
    meets_elsewhere,
    no_seat,
    refuse_when_closed,
)
from programs.models import Batch

ONE_DAY = timedelta(days=1)
END_REASONS = {
    Inmate.Departure.RELEASED: Enrollment.EndReason.RELEASED,
    Inmate.Departure.TRANSFERRED: Enrollment.EndReason.TRANSFERRED,
}


# The end


@transaction.atomic
def end_enrollment(*, enrollment, ended_on, end_reason, end_note="", by):
    """The person leaves the batch after `ended_on`; marks and results stay."""
    enrollment = _locked(enrollment)
    if ended_on > timezone.localdate():
        raise ValidationError(
            {"ended_on": _("Tanggal itu belum tiba. Catat sebagai rencana berhenti.")}
        )
    if ended_on < enrollment.joined_on <= timezone.localdate():
        raise ValidationError(
            {"ended_on": _("Hari terakhir tidak mungkin sebelum hari mulai ikut.")}
        )
    if end_reason == Enrollment.EndReason.OTHER and not end_note.strip():
        raise ValidationError({"end_note": _("Tuliskan alasannya.")})
    if later := _marks(enrollment).filter(session__takes_place_on__gt=ended_on):
        raise ValidationError(
            {
                "ended_on": _(
                    "Orang ini masih punya tanda hadir sesudah tanggal itu: %(sessions)s."
                )
                % {"sessions": _sessions_of(later)}
            }
        )
    return _end(enrollment, ended_on, end_reason, end_note.strip(), by)


def _end(enrollment, ended_on, end_reason, end_note, by):
    # Who is gone before the first day never joined: no sheet may ask for a mark of that day.
    enrollment.joined_on = min(enrollment.joined_on, ended_on)
    enrollment.ended_on = ended_on
    enrollment.end_reason = end_reason
    enrollment.end_note = end_note
    enrollment.full_clean()
    enrollment.save(update_fields=["joined_on", "ended_on", "end_reason", "end_note"])
    enrollment.suspensions.filter(starts_on__gt=ended_on).delete()
    enrollment.suspensions.during(ended_on, None).update(ends_on=ended_on)
    audit.record("enrollment.ended", enrollment, by=by, on=str(ended_on))
    return enrollment


@transaction.atomic
def plan_end(*, enrollment, planned_end_on, by):
    """Note the day on which the person is to leave, if it is known; None takes the plan back."""
    enrollment = _locked(enrollment)
    if planned_end_on and planned_end_on < timezone.localdate():
        raise ValidationError(
            {"planned_end_on": _("Tanggal itu sudah lewat. Catat akhir kepesertaannya.")}
        )
    enrollment.planned_end_on = planned_end_on
    enrollment.full_clean()
    enrollment.save(update_fields=["planned_end_on"])
    audit.record("enrollment.end_planned", enrollment, by=by)
    return enrollment


@transaction.atomic
def return_to_batch(*, enrollment, resumed_on, over_quota_reason="", override_reason="", by):
    """An ended enrollment is taken up again on `resumed_on`; the days between stay a suspension.

    Without a free seat, and against an advice, only with a reason, as for a new enrollment.
    """
    batch = Batch.objects.select_for_update(no_key=True).get(enrollments=enrollment.pk)
    enrollment = _locked(enrollment, is_active=False)
    _refuse_return(enrollment, resumed_on)
    is_full = not free_seats(batch, besides=[enrollment.inmate])
    if is_full and not over_quota_reason:
        raise ValidationError({"over_quota_reason": no_seat(batch, enrollment.inmate)})
    heed_advice(
        inmate=enrollment.inmate,
        batch=batch,
        reason=override_reason,
        field="override_reason",
        by=by,
    )
    if resumed_on > enrollment.ended_on + ONE_DAY:
        _suspend(
            enrollment,
            enrollment.ended_on + ONE_DAY,
            resumed_on - ONE_DAY,
            _reason_of(enrollment),
            by,
        )
    enrollment.ended_on, enrollment.end_reason, enrollment.end_note = None, "", ""
    enrollment.full_clean()
    enrollment.save(update_fields=["ended_on", "end_reason", "end_note"])
    beyond = {"over_quota": over_quota_reason} if is_full else {}
    audit.record("enrollment.resumed", enrollment, by=by, on=str(resumed_on), **beyond)
    return enrollment


def _refuse_return(enrollment, resumed_on):
    batch, inmate = enrollment.batch, enrollment.inmate
    if inmate.departed_on:
        raise ValidationError(
            _("%(name)s tercatat keluar. Batalkan dulu catatan keluarnya.") % {"name": inmate}
        )
    if not batch.takes_people:
        raise ValidationError(
            _("Angkatan ini tidak menerima peserta lagi (keadaan: %(state)s).")
            % {"state": batch.get_state_display().lower()}
        )
    if resumed_on <= enrollment.ended_on:
        raise ValidationError(
            {
                "resumed_on": _("Pilih hari sesudah hari terakhir ikut, %(day)s.")
                % {"day": date_format(enrollment.ended_on)}
            }
        )
    if resumed_on > batch.ends_on:
        raise ValidationError({"resumed_on": _("Angkatan ini sudah selesai sebelum hari itu.")})
    if meets_elsewhere(inmate, batch):
        raise ValidationError(
            _("%(name)s mengikuti angkatan lain pada jam yang sama.") % {"name": inmate}
        )


def _reason_of(enrollment):
    """Data and not words of the screen: Indonesian, whatever language the officer reads."""
    with translation.override("id"):
        words = [enrollment.get_end_reason_display(), enrollment.end_note]
    return ": ".join(filter(None, words))[:200]


# Suspension


@transaction.atomic
def suspend(*, enrollment, starts_on, ends_on=None, reason, by):
    """The person takes no part from `starts_on` to `ends_on`, or until somebody says so; the seat stays taken."""
    enrollment = _locked(enrollment)
    if starts_on < enrollment.joined_on:
        raise ValidationError({"starts_on": _("Orang ini belum ikut pada hari itu.")})
    suspension = _suspend(enrollment, starts_on, ends_on, reason, by)
    audit.record("enrollment.suspended", enrollment, by=by, **_days(suspension))
    return suspension


def _suspend(enrollment, starts_on, ends_on, reason, by):
    suspension = Suspension(
        enrollment=enrollment, starts_on=starts_on, ends_on=ends_on, reason=reason, made_by=by
    )
    _check_suspension(suspension)
    suspension.save()
    return suspension


@transaction.atomic
def resume(*, suspension, resumed_on, by):
    """The person takes part again from `resumed_on`; on its first day or before, it never was."""
    enrollment = _locked(suspension.enrollment)
    suspension = enrollment.suspensions.filter(pk=suspension.pk).first()
    if suspension is None:
        raise ValidationError(_("Penangguhan ini sudah dibatalkan."))
    if resumed_on <= suspension.starts_on:
        audit.record("enrollment.suspension_withdrawn", enrollment, by=by, **_days(suspension))
        suspension.delete()
        return enrollment
    suspension.ends_on = resumed_on - ONE_DAY
    _check_suspension(suspension, day_field="resumed_on")
    suspension.save(update_fields=["ends_on"])
    audit.record("enrollment.resumed", enrollment, by=by, on=str(resumed_on))
    return enrollment


def _check_suspension(suspension, day_field="starts_on"):
    """No two at once, and none over a day that holds a mark already."""
    suspension.full_clean()
    days = suspension.starts_on, suspension.ends_on
    others = suspension.enrollment.suspensions.during(*days).exclude(pk=suspension.pk)
    if other := others.first():
        raise ValidationError(
            {
                day_field: _("Peserta ini sudah ditangguhkan mulai %(day)s.")
                % {"day": date_format(other.starts_on)}
            }
        )
    marks = _marks(suspension.enrollment).filter(session__takes_place_on__gte=days[0])
    if days[1]:
        marks = marks.filter(session__takes_place_on__lte=days[1])
    if marks:
        raise ValidationError(
            {
                day_field: _(
                    "Daftar hadir sudah memuat tanda orang ini pada hari-hari itu: %(sessions)s."
                )
                % {"sessions": _sessions_of(marks)}
            }
        )


def _days(suspension):
    return {"from": str(suspension.starts_on), "to": str(suspension.ends_on or "")}


# Departure


@transaction.atomic
def depart(*, inmate, departed_on, departure, destination="", by):
    """The person left the facility: gone from lists, not from history.

    Ends the enrollments that this cuts short, those in classes that would have gone on.
    """
    list(
        Batch.objects.select_for_update(no_key=True)
        .filter(enrollments__inmate=inmate)
        .order_by("pk")
    )
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    if inmate.departed_on:
        raise ValidationError(_("%(name)s sudah tercatat keluar.") % {"name": inmate})
    if departed_on > timezone.localdate():
        raise ValidationError({"departed_on": _("Tanggal itu belum tiba.")})
    later = Attendance.objects.filter(
        enrollment__inmate=inmate, session__takes_place_on__gt=departed_on
    ).select_related("session__batch")
    if later:
        raise ValidationError(
            {
                "departed_on": _(
                    "Orang ini masih punya tanda hadir sesudah hari itu: %(sessions)s."
                )
                % {"sessions": _sessions_of(later)}
            }
        )
    cut_short = list(_cut_short(inmate, departed_on))
    _refuse_before_joining(cut_short, departed_on)
    for enrollment in cut_short:
        reason = END_REASONS.get(departure, Enrollment.EndReason.OTHER)
        _end(enrollment, departed_on, reason, _note_of(departure, reason), by)
    inmate.departed_on = departed_on
    inmate.departure = departure
    inmate.destination = " ".join(destination.split())
    inmate.full_clean()
    inmate.save(update_fields=["departed_on", "departure", "destination"])
    # The day tells when a sentence ended: the trail does not say it.
    audit.record("inmate.departed", inmate, by=by, how=departure)
    return inmate


def _cut_short(inmate, departed_on):
    """Enrollments in classes that go on after that day; who saw a class to its end has not left it."""
    return (
        inmate.enrollments.active()
        .filter(closed_at=None, batch__state__in=Batch.UNDER_WAY, batch__ends_on__gt=departed_on)
        .select_related("batch__facility")
        .order_by("batch")
    )


def _refuse_before_joining(enrollments, departed_on):
    """Who has joined was here then; a class that he is only to join is another matter."""
    for one in enrollments:
        if departed_on < one.joined_on <= timezone.localdate():
            raise ValidationError(
                {
                    "departed_on": _(
                        "Orang ini ikut %(batch)s sejak %(day)s; tanggal keluar tidak mungkin sebelumnya."
                    )
                    % {"batch": one.batch, "day": date_format(one.joined_on)}
                }
            )


def _note_of(departure, reason):
    """Why, in Indonesian, where the enrollment's own reasons have no word for it."""
    if reason != Enrollment.EndReason.OTHER:
        return ""
    with translation.override("id"):
        return str(Inmate.Departure(departure).label)


@transaction.atomic
def return_inmate(*, inmate, by):
    """Takes a departure back: a mistake, or the person is here again. Classes are taken up one by one."""
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    if not inmate.departed_on:
        raise ValidationError(_("%(name)s tidak tercatat keluar.") % {"name": inmate})
    departure = inmate.departure
    inmate.departed_on, inmate.departure, inmate.destination = None, "", ""
    inmate.full_clean()
    inmate.save(update_fields=["departed_on", "departure", "destination"])
    audit.record("inmate.returned", inmate, by=by, after=departure)
    return inmate


# What these have in common


def _locked(enrollment, *, is_active=True):
    """The enrollment as it stands, its batch locked first, as everybody does who writes marks."""
    Batch.objects.select_for_update(no_key=True).get(enrollments=enrollment.pk)
    enrollment = (
        Enrollment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch__facility", "inmate")
        .get(pk=enrollment.pk)
    )
    refuse_when_closed(enrollment)
    if is_active and enrollment.ended_on:
        raise ValidationError(_("Kepesertaan ini sudah berakhir."))
    if not is_active and not enrollment.ended_on:
        raise ValidationError(_("Kepesertaan ini belum berakhir."))
    return enrollment


def _marks(enrollment):
    return enrollment.attendances.select_related("session__batch")


def _sessions_of(marks):
    """The first meetings of these marks, in words."""
    sessions = sorted({one.session for one in marks}, key=lambda one: one.takes_place_on)
    names = [
        _("%(batch)s pada %(day)s")
        % {"batch": one.batch, "day": date_format(one.takes_place_on, "SHORT_DATE_FORMAT")}
        for one in sessions[:3]
    ]
    return ", ".join([*names, "…"] if len(sessions) > 3 else names)
