from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from core.bulk import insert_all
from participants.models import Attendance, Enrollment, Submission
from participants.services.enrollment import refuse_when_closed
from programs.models import Session
from programs.services import (
    hold_session,
    lock_session,
    locked,
    refuse_when_over,
    refuse_while_tools_are_out,
    unlock_session,
)

# The columns of a mark that a change writes.
WRITTEN = [*Attendance.FACTS, "source", "version", "marked_at", "marked_by_id"]
# What nobody types: checking it forty times would take as long as writing the sheet.
OUR_OWN = {one.name for one in Attendance._meta.fields} - set(Attendance.FACTS)


@dataclass(frozen=True)
class Mark:
    """What one row of the form says: H, S, I, A or T, whose cause, and the version it was based on.

    Whatever does not go with the code is dropped: no cause with H, no minutes but with T.
    """

    code: str
    cause: str
    version: int
    minutes_late: int | None = None
    remark: str = ""

    @property
    def facts(self):
        """What is stored of it: (code, cause, minutes late, remark)."""
        is_there = self.code == Attendance.Code.PRESENT
        return (
            self.code,
            "" if is_there else self.cause or Attendance.Cause.PARTICIPANT,
            self.minutes_late if self.code == Attendance.Code.LATE else None,
            self.remark,
        )


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed this mark meanwhile: `theirs` is stored, `yours` is not."""

    theirs: Attendance
    yours: Mark


@dataclass(frozen=True)
class SheetOutcome:
    """What became of a submitted sheet: rows written, conflicts (then nothing was written), replay."""

    written: int = 0
    conflicts: dict | None = None
    is_replay: bool = False


@transaction.atomic
def record_attendance(*, session, marks, nonce, source=Attendance.Source.SCREEN, day=None, by):
    """Write a session's marks, {enrollment id: Mark}; empty codes are rows not marked yet.

    `day` is the date that the page showed: marks of that day are not those of the one it was moved to.
    Raises PermissionDenied for an id that is not on the session's roster, ValidationError when the sheet
    cannot be written (cancelled, closed, not begun). On a conflict nothing is written.
    """
    session = locked(session)
    if Submission.objects.filter(session=session, nonce=nonce).exists():
        return SheetOutcome(is_replay=True)
    _refuse_when_moved(session, day)
    _refuse_unwritable(session)
    # Keys alone: forty people's files would take longer to read than their marks to write.
    roster = dict(Enrollment.objects.on_roster_of(session).values_list("pk", "closed_at"))
    if not marks.keys() <= roster.keys():
        raise PermissionDenied(_("Daftar hadir ini memuat orang di luar pertemuan."))
    stored = {one.enrollment_id: one for one in session.attendances.all()}
    changed, new, conflicts, trail = [], [], {}, {}
    for pk, mark in marks.items():
        attendance = stored.get(pk)
        if not mark.code or (attendance and attendance.facts == mark.facts):
            continue
        if attendance and roster[pk]:
            refuse_when_closed(Enrollment.objects.select_related("inmate").get(pk=pk))
        if mark.version != (attendance.version if attendance else 0):
            conflicts[pk] = Conflict(theirs=attendance, yours=mark)
            continue
        if attendance is None:
            attendance = Attendance(session=session, enrollment_id=pk, version=0)
            new.append(attendance)
        else:
            changed.append(attendance)
            trail[str(pk)] = [_words(attendance.facts), _words(mark.facts)]
        attendance.facts = mark.facts
        attendance.source, attendance.marked_by = source, by
        attendance.version += 1
        attendance.clean_fields(exclude=OUR_OWN)
    if conflicts:
        theirs = [one.theirs for one in conflicts.values() if one.theirs]
        prefetch_related_objects(theirs, "marked_by")
        return SheetOutcome(conflicts=conflicts)
    _write_sheet(session, new, changed, nonce, by)
    if new or changed:
        audit.record(
            "attendance.recorded", session, by=by, marked=len(new), changed=trail, source=source
        )
    return SheetOutcome(written=len(new) + len(changed))


def _words(facts):
    """As the trail keeps it: "T facility 15 kunjungan"."""
    return " ".join(str(one) for one in facts if one)


def _refuse_when_moved(session, day):
    if day not in (None, session.takes_place_on):
        raise ValidationError(
            _(
                "Pertemuan ini dipindah dari %(day)s ke %(now)s; isian di bawah untuk hari yang lama, "
                "belum tersimpan."
            )
            % {"day": date_format(day), "now": date_format(session.takes_place_on)},
            code="moved",
        )


def _refuse_without_sheet(session):
    refuse_when_over(session.batch)
    if session.status == Session.Status.CANCELLED:
        raise ValidationError(_("Pertemuan ini dibatalkan, jadi tidak punya daftar hadir."))
    if session.is_locked:
        raise ValidationError(
            _("Daftar hadir ini sudah dikunci. Petugas bisa membukanya dengan alasan.")
        )
    if not session.has_begun:
        raise ValidationError(
            _("Pertemuan ini baru dimulai pada %(day)s pukul %(time)s.")
            % {
                "day": date_format(session.takes_place_on),
                "time": date_format(session.starts_at, "TIME_FORMAT"),
            }
        )


def _refuse_unwritable(session):
    _refuse_without_sheet(session)
    if session.is_closed:
        raise ValidationError(
            _(
                "Daftar hadir ini ditutup menurut aturan Lapas; hari terakhir mengisinya %(day)s. "
                "Petugas bisa membukanya dengan alasan."
            )
            % {"day": date_format(session.closes_on)}
        )


def _write_sheet(session, new, changed, nonce, by):
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    insert_all(Attendance, [_row(one, now) for one in new])
    insert_all(Attendance, [{"id": one.pk} | _row(one, now) for one in changed], overwrite=WRITTEN)
    Submission.objects.create(session=session, nonce=nonce, received_from=by)
    if new:
        hold_session(session=session, by=by)


def _row(attendance, now):
    return {
        "session_id": attendance.session_id,
        "enrollment_id": attendance.enrollment_id,
        "code": str(attendance.code),
        "cause": str(attendance.cause),
        "minutes_late": attendance.minutes_late,
        "remark": attendance.remark,
        "source": str(attendance.source),
        "version": attendance.version,
        "marked_at": now,
        "marked_by_id": attendance.marked_by_id,
    }


@transaction.atomic
def lock_attendance(*, session, by):
    """Close a complete sheet; from here on it counts for certificates. Also one that the rule closed already."""
    session = locked(session)
    _refuse_without_sheet(session)
    missing = Enrollment.objects.on_roster_of(session).exclude(attendances__session=session).count()
    if missing:
        raise ValidationError(
            ngettext(
                "%(missing)s orang belum punya tanda.",
                "%(missing)s orang belum punya tanda.",
                missing,
            )
            % {"missing": missing}
        )
    if session.status != Session.Status.HELD:
        raise ValidationError(_("Pertemuan tanpa peserta tidak bisa dikunci; batalkan saja."))
    refuse_while_tools_are_out(session)
    return lock_session(session=session, by=by)


@transaction.atomic
def unlock_attendance(*, session, reason, by):
    """Open a locked or closed sheet again, for as many days as the rule gives a new one.

    Not when a numbered certificate stands on every row of it; a single such row stays as it is.
    """
    session = locked(session)
    refuse_when_over(session.batch)
    if not session.is_closed:
        raise ValidationError(_("Daftar hadir ini tidak terkunci."))
    people = Enrollment.objects.on_roster_of(session)
    if not people.filter(closed_at=None).exists():
        for enrollment in people:
            refuse_when_closed(enrollment)
    return unlock_session(session=session, reason=reason, by=by)
