"""The meetings of a batch: booked, moved, cancelled, held, locked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Facility
from programs.calendar import special_days
from programs.models import Batch, Instructor, Session
from programs.services.batches import (
    begin_batch,
    check_instructor,
    check_room,
    refuse_when_over,
)


@transaction.atomic
def schedule_session(*, batch, by, replaces=None, kind=Session.Kind.REGULAR, **fields):
    """A meeting of the batch, perhaps in place of a cancelled one, or to catch up.

    An instructor, a room, the class itself and its people are never in two meetings at once.
    """
    session = Session(batch=batch, replaces=replaces, kind=kind, **fields)
    _check_replacement(session)
    check_session(session)
    session.save()
    audit.record("session.scheduled", session, by=by)
    return session


@transaction.atomic
def move_session(*, session, by, **fields):
    """Change a meeting that has not been held; a catch-up stays in its unit, where its people are owed."""
    session = still_planned(session)
    if session.is_catch_up and fields.get("unit", session.unit) != session.unit:
        raise ValidationError(
            {"unit": _("Unit susulan tidak berubah. Batalkan, lalu jadwalkan yang baru.")}
        )
    changed = audit.set_fields(session, fields)
    check_session(session)
    session.save(update_fields=list(changed))
    audit.record("session.moved", session, by=by, changed=changed)
    return session


@transaction.atomic
def cancel_session(*, session, cancel_reason, cancel_cause, by):
    """A cancelled meeting teaches no hours; it stays on the list with its reason and whose doing it is."""
    session = still_planned(session)
    session.status = Session.Status.CANCELLED
    session.cancel_reason = cancel_reason
    session.cancel_cause = cancel_cause
    session.full_clean()
    session.save(update_fields=["status", "cancel_reason", "cancel_cause"])
    audit.record("session.cancelled", session, by=by, reason=cancel_reason, cause=cancel_cause)
    return session


@transaction.atomic
def substitute_instructor(*, session, instructor, by):
    """Somebody else teaches the meeting, or taught it: also once it is held, until its sheet is locked."""
    session = locked(session)
    refuse_when_over(session.batch)
    if session.status == Session.Status.CANCELLED:
        raise ValidationError(_("Pertemuan ini dibatalkan, jadi tidak ada yang mengajar."))
    if session.is_locked:
        raise ValidationError(
            _("Daftar hadirnya sudah dikunci. Buka dulu dengan alasan, lalu ganti instrukturnya.")
        )
    if instructor.pk == session.instructor_id:
        raise ValidationError(
            {"instructor": _("%(name)s sudah tercatat mengajar di sini.") % {"name": instructor}}
        )
    Instructor.objects.select_for_update(no_key=True).get(pk=instructor.pk)
    check_instructor(session.batch, instructor)
    if _others_at_that_hour(session).filter(instructor=instructor).exists():
        raise ValidationError(
            {"instructor": _("Instruktur ini mengajar angkatan lain pada jam itu.")}
        )
    changed = audit.set_fields(session, {"instructor": instructor})
    session.save(update_fields=list(changed))
    audit.record("session.substituted", session, by=by, changed=changed)
    return session


def locked(session):
    """The meeting as it stands, with its batch, both locked: the batch first, as everybody does."""
    Batch.objects.select_for_update(no_key=True).get(sessions=session.pk)
    return (
        Session.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch__facility")
        .get(pk=session.pk)
    )


def still_planned(session):
    """The meeting, locked; ValidationError once it is held or cancelled."""
    session = locked(session)
    if session.status != Session.Status.PLANNED:
        raise ValidationError(
            _("Pertemuan ini sudah terlaksana atau batal, jadi jadwalnya tidak berubah lagi.")
        )
    return session


def _check_replacement(session):
    cancelled = session.replaces
    if cancelled is None:
        return
    if (cancelled.batch_id, cancelled.status) != (session.batch_id, Session.Status.CANCELLED):
        raise ValidationError(_("Yang digantikan harus pertemuan batal dari angkatan yang sama."))
    if Session.objects.filter(replaces=cancelled).exists():
        raise ValidationError(_("Pertemuan itu sudah punya pengganti."))


def check_session(session):
    """All rules of one meeting, as things stand now.

    Locks batch, facility and instructor: two plans cannot book a room or her at once, and nobody
    finishes the batch or closes the room meanwhile.
    """
    batch = session.batch
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    batch.state, batch.starts_on, batch.ends_on = locked.state, locked.starts_on, locked.ends_on
    Facility.objects.select_for_update(no_key=True).get(pk=batch.facility_id)
    refuse_unless_schedulable(batch)
    session.full_clean()
    session.room.refresh_from_db(fields=["closed_at"])
    Instructor.objects.select_for_update(no_key=True).get(pk=session.instructor_id)
    _check_parts(session)
    _check_day(session)
    _check_length(session)
    _refuse_double_booking(session)


def refuse_unless_schedulable(batch):
    """Meetings are planned until the batch is finished; what is over, is opened again first."""
    if not batch.takes_sessions:
        raise ValidationError(
            _("Jadwal angkatan ini tidak berubah lagi (keadaan: %(state)s).")
            % {"state": batch.get_state_display().lower()}
        )


def _check_parts(session):
    batch = session.batch
    if session.unit.curriculum_id != batch.curriculum_id:
        raise ValidationError({"unit": _("Unit ini bukan bagian dari kurikulum angkatan.")})
    check_instructor(batch, session.instructor)
    check_room(batch, session.room)


def _check_day(session):
    batch, day = session.batch, session.takes_place_on
    if not batch.starts_on <= day <= batch.ends_on:
        raise ValidationError(
            {"takes_place_on": _("Tanggal ini di luar hari pertama dan hari terakhir angkatan.")}
        )
    special = special_days(batch.facility, day, day).get(day)
    if special and not special.may_be_taught:
        raise ValidationError(
            {
                "takes_place_on": _(
                    "Hari itu libur: %(name)s. Bila tetap ada pelatihan, catat di kalender Lapas."
                )
                % {"name": special.name}
            }
        )


def _check_length(session):
    day = session.takes_place_on
    length = datetime.combine(day, session.ends_at) - datetime.combine(day, session.starts_at)
    possible = int(length.total_seconds() // 60 // settings.LESSON_MINUTES)
    if session.hours > possible:
        raise ValidationError(
            {
                "hours": _(
                    "Waktu itu hanya cukup untuk %(possible)s JP (1 JP = %(minutes)s menit)."
                )
                % {"possible": possible, "minutes": settings.LESSON_MINUTES}
            }
        )


def _others_at_that_hour(session):
    return Session.objects.exclude(pk=session.pk).overlapping(
        takes_place_on=session.takes_place_on,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


def _refuse_double_booking(session):
    others = _others_at_that_hour(session).select_related("batch")
    classmates = Batch.objects.sharing_people_with(session.batch)
    clashes = [
        (
            "takes_place_on",
            others.filter(batch=session.batch),
            _("Angkatan ini sudah punya pertemuan pada jam itu."),
        ),
        (
            "takes_place_on",
            others.filter(batch__in=classmates.values("pk")),
            _("Sebagian pesertanya mengikuti angkatan lain pada jam itu."),
        ),
        (
            "instructor",
            others.filter(instructor=session.instructor),
            _("Instruktur ini mengajar angkatan lain pada jam itu."),
        ),
        (
            "room",
            others.filter(room=session.room),
            _("Ruang ini dipakai angkatan lain pada jam itu."),
        ),
    ]
    errors = {}
    for field, rows, message in clashes:
        if field not in errors and rows.exists():
            errors[field] = message
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def hold_session(*, session, by):
    """The meeting took place: its attendance sheet has marks."""
    if session.status == Session.Status.PLANNED:
        session.status = Session.Status.HELD
        session.save(update_fields=["status"])
        audit.record("session.held", session, by=by)
        begin_batch(batch=session.batch, by=by)
    return session


@transaction.atomic
def lock_session(*, session, by):
    """Close the attendance sheet; `by` None when the rule of the Lapas does."""
    session.locked_at = timezone.now()
    session.locked_by = by
    session.save(update_fields=["locked_at", "locked_by"])
    audit.record("session.locked", session, by=by)
    return session


@transaction.atomic
def unlock_session(*, session, reason, by):
    """Open the attendance sheet again, with a reason, for as many days as a new one has."""
    session.locked_at = session.locked_by = None
    if days := session.batch.facility.sheet_days:
        session.reopened_until_on = timezone.localdate() + timedelta(days=days)
    session.save(update_fields=["locked_at", "locked_by", "reopened_until_on"])
    audit.record("session.unlocked", session, by=by, reason=reason)
    return session
