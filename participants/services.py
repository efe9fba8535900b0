from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from participants.models import Attendance, Enrollment, Inmate, Submission, UnitResult
from programs.models import Batch, Session
from programs.services import (
    hold_session,
    lock_session,
    locked,
    refuse_when_over,
    unlock_session,
)


@transaction.atomic
def register_inmate(*, by, **fields):
    inmate = Inmate(facility=by.facility, **fields)
    _check_inmate(inmate)
    inmate.save()
    audit.record("inmate.registered", inmate, by=by)
    return inmate


@transaction.atomic
def update_inmate(*, inmate, by, **fields):
    """Change a person's file; the trail names the fields, not their values."""
    inmate = Inmate.objects.select_for_update().get(pk=inmate.pk)
    changed = audit.set_fields(inmate, fields)
    _check_inmate(inmate)
    inmate.save(update_fields=list(changed))
    audit.record("inmate.updated", inmate, by=by, changed=sorted(changed))
    return inmate


def _check_inmate(inmate):
    inmate.name = " ".join(inmate.name.split())
    inmate.register_number = " ".join(inmate.register_number.split())
    if inmate.born_on and inmate.born_on >= timezone.localdate():
        raise ValidationError({"born_on": _("Tanggal lahir harus sebelum hari ini.")})
    inmate.full_clean()


@transaction.atomic
def enroll(*, inmate, batch, joined_on=None, over_quota_reason="", by):
    """Give `inmate` a seat. The batch row is locked, so that two officers cannot overfill it.

    Beyond the quota only with a reason, which stays in the trail.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("facility").get(pk=batch.pk)
    )
    if not batch.takes_people:
        raise ValidationError(
            _(
                "Pendaftaran angkatan ini tidak dibuka (keadaan: %(state)s). Buka dulu di halaman angkatan."
            )
            % {"state": batch.get_state_display().lower()}
        )
    if inmate.facility_id != batch.facility_id:
        raise ValidationError({"inmate": _("Orang ini bukan warga binaan Lapas ini.")})
    joined_on = joined_on or batch.starts_on
    if not batch.starts_on <= joined_on <= batch.ends_on:
        raise ValidationError(
            {"joined_on": _("Tanggal ini di luar hari pertama dan hari terakhir angkatan.")}
        )
    taken = batch.enrollments.active().count()
    if taken >= batch.quota and not over_quota_reason:
        raise ValidationError(
            {"inmate": _("Angkatan ini penuh: %(quota)s kursi terisi.") % {"quota": batch.quota}}
        )
    if _meets_elsewhere(inmate, batch):
        raise ValidationError(
            {"inmate": _("%(name)s mengikuti angkatan lain pada jam yang sama.") % {"name": inmate}}
        )
    last = batch.enrollments.aggregate(last=Max("position"))["last"] or 0
    enrollment = Enrollment(
        batch=batch,
        inmate=inmate,
        position=last + 1,
        joined_on=joined_on,
        enrolled_by=by,
    )
    enrollment.full_clean()
    enrollment.save()
    beyond = {"over_quota": over_quota_reason} if taken >= batch.quota else {}
    audit.record("enrollment.made", enrollment, by=by, **beyond)
    return enrollment


def _meets_elsewhere(inmate, batch):
    """Whether a planned meeting of `batch` falls into one of another class in which the person takes part."""
    theirs = Session.objects.alive().filter(
        batch__enrollments__inmate=inmate,
        batch__enrollments__ended_on=None,
        takes_place_on=OuterRef("takes_place_on"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    planned = batch.sessions.filter(status=Session.Status.PLANNED)
    return planned.filter(Exists(theirs.exclude(batch=batch))).exists()


@transaction.atomic
def enroll_all(*, inmates, batch, joined_on=None, over_quota_reason="", by):
    """All or nobody."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    free = batch.quota - batch.enrollments.active().count()
    if len(inmates) > free and not over_quota_reason:
        raise ValidationError(
            {
                "inmates": ngettext(
                    "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
                    "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
                    free,
                )
                % {"free": free, "chosen": len(inmates)}
            }
        )
    return [
        enroll(
            inmate=inmate,
            batch=batch,
            joined_on=joined_on,
            over_quota_reason=over_quota_reason,
            by=by,
        )
        for inmate in inmates
    ]


@transaction.atomic
def end_enrollment(*, enrollment, ended_on, end_reason, by):
    """The person leaves the batch; marks and results stay."""
    enrollment = (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("batch")
        .get(pk=enrollment.pk)
    )
    _refuse_when_closed(enrollment)
    if enrollment.ended_on:
        raise ValidationError(_("Kepesertaan ini sudah berakhir."))
    if enrollment.attendances.filter(session__takes_place_on__gt=ended_on).exists():
        raise ValidationError(
            {"ended_on": _("Orang ini masih punya tanda hadir sesudah tanggal itu.")}
        )
    enrollment.ended_on = ended_on
    enrollment.end_reason = end_reason
    enrollment.full_clean()
    enrollment.save(update_fields=["ended_on", "end_reason"])
    audit.record("enrollment.ended", enrollment, by=by, reason=end_reason, on=str(ended_on))
    return enrollment


def close_enrollment(*, enrollment):
    """Marks and results of this person stand on a numbered certificate, and change no more."""
    enrollment.closed_at = timezone.now()
    enrollment.save(update_fields=["closed_at"])


def _refuse_when_closed(enrollment):
    if enrollment.closed_at:
        raise ValidationError(
            _("Sertifikat %(name)s sudah bernomor, jadi kehadiran dan nilainya tidak berubah lagi.")
            % {"name": enrollment.inmate}
        )


@dataclass(frozen=True)
class Mark:
    """What one row of the form says: H, S, I, A or T, whose cause, and the version it was based on."""

    code: str
    cause: str
    version: int


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
def record_attendance(*, session, marks, nonce, by):
    """Write a session's marks, {enrollment id: Mark}; empty codes are rows not marked yet.

    Raises PermissionDenied for an id that is not on the session's roster, ValidationError when the sheet
    cannot be written (cancelled, locked, not begun). On a conflict nothing is written.
    """
    session = locked(session)
    if Submission.objects.filter(session=session, nonce=nonce).exists():
        return SheetOutcome(is_replay=True)
    _refuse_unwritable(session)
    roster = {one.pk: one for one in Enrollment.objects.on_roster_of(session)}
    if not marks.keys() <= roster.keys():
        raise PermissionDenied(_("Daftar hadir ini memuat orang di luar pertemuan."))
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    changed, new, conflicts, trail = [], [], {}, {}
    for pk, mark in marks.items():
        if not mark.code:
            continue
        attendance = stored.get(pk)
        now = (attendance.code, attendance.cause) if attendance else ("", "")
        cause = (
            ""
            if mark.code == Attendance.Code.PRESENT
            else mark.cause or Attendance.Cause.PARTICIPANT
        )
        if now == (mark.code, cause):
            continue
        if mark.version != (attendance.version if attendance else 0):
            conflicts[pk] = Conflict(theirs=attendance, yours=mark)
            continue
        if attendance is None:
            attendance = Attendance(session=session, enrollment=roster[pk], version=0)
            new.append(attendance)
        else:
            changed.append(attendance)
            trail[str(pk)] = [f"{now[0]} {now[1]}".strip(), f"{mark.code} {cause}".strip()]
        attendance.code, attendance.cause, attendance.marked_by = mark.code, cause, by
        attendance.version += 1
        attendance.clean_fields(exclude=["session", "enrollment", "marked_by"])
    if conflicts:
        return SheetOutcome(conflicts=conflicts)
    _write_sheet(session, new, changed, nonce, by)
    if new or changed:
        audit.record("attendance.recorded", session, by=by, marked=len(new), changed=trail)
    return SheetOutcome(written=len(new) + len(changed))


def _refuse_unwritable(session):
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


def _write_sheet(session, new, changed, nonce, by):
    now = timezone.now()
    for attendance in changed:
        attendance.marked_at = now
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["code", "cause", "version", "marked_by", "marked_at"])
    Submission.objects.create(session=session, nonce=nonce, received_from=by)
    if new:
        hold_session(session=session, by=by)


@transaction.atomic
def lock_attendance(*, session, by):
    """Close a complete sheet; from here on it counts for certificates."""
    session = locked(session)
    _refuse_unwritable(session)
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
    return lock_session(session=session, by=by)


@transaction.atomic
def unlock_attendance(*, session, reason, by):
    session = locked(session)
    refuse_when_over(session.batch)
    if not session.is_locked:
        raise ValidationError(_("Daftar hadir ini tidak terkunci."))
    for enrollment in Enrollment.objects.on_roster_of(session).exclude(closed_at=None):
        _refuse_when_closed(enrollment)
    return unlock_session(session=session, reason=reason, by=by)


@dataclass(frozen=True)
class Assessment:
    """One cell of the grid: a Decimal score, K (True) or BK (False), and the version it was based on."""

    score: object
    is_competent: bool
    version: int


@transaction.atomic
def record_results(*, batch, assessments, by):
    """Write results, {(enrollment id, unit id): Assessment}; a stale version refuses the whole grid.

    Raises PermissionDenied for an id outside the batch, ValidationError for a stale cell or for K below
    the pass mark. Returns the number of cells written.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("facility", "curriculum")
        .get(pk=batch.pk)
    )
    refuse_when_over(batch)
    people = {one.pk: one for one in batch.enrollments.select_related("inmate")}
    units = {one.pk: one for one in batch.curriculum.units.all()}
    stored = {
        (one.enrollment_id, one.unit_id): one
        for one in UnitResult.objects.filter(enrollment__batch=batch)
    }
    written = 0
    for (person, unit), assessment in assessments.items():
        if person not in people or unit not in units:
            raise PermissionDenied(_("Isian ini memuat orang atau unit di luar angkatan."))
        result = stored.get((person, unit))
        if result and (result.score, result.is_competent) == (
            assessment.score,
            assessment.is_competent,
        ):
            continue
        _check_assessment(batch, people[person], units[unit], result, assessment)
        if result is None:
            result = UnitResult(enrollment=people[person], unit=units[unit], version=0)
        result.score, result.is_competent = assessment.score, assessment.is_competent
        result.assessed_by = by
        result.version += 1
        result.clean_fields(exclude=["enrollment", "unit", "assessed_by"])
        result.save()
        written += 1
    if written:
        audit.record("results.recorded", batch, by=by, cells=written)
    return written


def _check_assessment(batch, enrollment, unit, result, assessment):
    _refuse_when_closed(enrollment)
    where = {"name": enrollment.inmate.name, "unit": unit.title}
    if assessment.version != (result.version if result else 0):
        raise ValidationError(
            _(
                "Nilai %(name)s untuk %(unit)s baru saja diubah orang lain. Muat ulang lalu isi lagi."
            )
            % where
        )
    if assessment.is_competent and assessment.score < batch.curriculum.pass_mark:
        raise ValidationError(
            _("%(name)s, %(unit)s: nilai di bawah %(mark)s belum kompeten (BK).")
            % (where | {"mark": batch.curriculum.pass_mark})
        )
