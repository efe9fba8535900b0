from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Facility
from programs.models import Batch, Coverage, Curriculum, Instructor, Program, Session, Unit


@transaction.atomic
def create_program(*, by, pass_mark, standard="", **fields):
    """A program with the first, still empty, version of its curriculum."""
    program = Program(facility=by.facility, **fields)
    program.full_clean()
    program.save()
    curriculum = Curriculum(program=program, pass_mark=pass_mark, standard=standard)
    curriculum.full_clean()
    curriculum.save()
    audit.record("program.created", program, by=by)
    return program


@transaction.atomic
def update_program(*, program, by, pass_mark, standard="", **fields):
    """Change a program; its latest curriculum only while no batch has begun with it."""
    program = Program.objects.select_for_update().get(pk=program.pk)
    changed = audit.set_fields(program, fields)
    program.full_clean()
    program.save(update_fields=list(changed))
    curriculum = program.curricula.first()
    terms = audit.set_fields(curriculum, {"pass_mark": pass_mark, "standard": standard})
    if terms:
        _refuse_when_taught(curriculum, "pass_mark")
        curriculum.full_clean()
        curriculum.save(update_fields=list(terms))
    audit.record("program.updated", program, by=by, changed=changed | terms)
    return program


def _refuse_when_taught(curriculum, field):
    if curriculum.batches.exists():
        raise ValidationError(
            {field: _("Kurikulum ini sudah dipakai angkatan. Buat versi baru untuk mengubahnya.")}
        )


@transaction.atomic
def add_unit(*, curriculum, by, **fields):
    _refuse_when_taught(curriculum, "title")
    last = curriculum.units.order_by("position").last()
    unit = Unit(curriculum=curriculum, position=last.position + 1 if last else 1, **fields)
    unit.full_clean()
    unit.save()
    audit.record("unit.added", unit, by=by, facility=curriculum.program.facility)
    return unit


@transaction.atomic
def update_unit(*, unit, by, **fields):
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _refuse_when_taught(unit.curriculum, "title")
    changed = audit.set_fields(unit, fields)
    unit.full_clean()
    unit.save(update_fields=list(changed))
    audit.record(
        "unit.updated", unit, by=by, facility=unit.curriculum.program.facility, changed=changed
    )
    return unit


@transaction.atomic
def new_version(*, curriculum, by):
    """A copy of a curriculum as its next version, free to change; running batches keep the old one."""
    Program.objects.select_for_update().get(pk=curriculum.program_id)
    units = list(curriculum.units.all())
    latest = curriculum.program.curricula.first()
    if not latest.batches.exists():
        raise ValidationError(_("Versi terbaru belum dipakai angkatan; ubah saja versi itu."))
    copy = Curriculum.objects.create(
        program=curriculum.program,
        version=latest.version + 1,
        pass_mark=curriculum.pass_mark,
        standard=curriculum.standard,
    )
    for unit in units:
        unit.pk = None
        unit._state.adding = True
        unit.curriculum = copy
    Unit.objects.bulk_create(units)
    audit.record("curriculum.versioned", copy, by=by, facility=copy.program.facility)
    return copy


@transaction.atomic
def cover_program(*, agreement, program, by):
    """From now on `agreement` covers `program`."""
    if program.facility_id != agreement.facility_id:
        raise ValidationError({"program": _("Program ini milik Lapas lain.")})
    coverage = Coverage(agreement=agreement, program=program)
    coverage.full_clean()
    coverage.save()
    audit.record("coverage.added", coverage, by=by, facility=agreement.facility)
    return coverage


@transaction.atomic
def add_instructor(*, partner, by, **fields):
    instructor = Instructor(partner=partner, **fields)
    instructor.full_clean()
    instructor.save()
    audit.record("instructor.added", instructor, by=by, facility=by.facility)
    return instructor


@transaction.atomic
def update_instructor(*, instructor, by, **fields):
    instructor = Instructor.objects.select_for_update().get(pk=instructor.pk)
    account = instructor.user
    if account and not account.assignments.active().filter(facility=by.facility).exists():
        raise ValidationError(
            _("Akun instruktur ini milik Lapas lain, jadi datanya diubah di sana.")
        )
    changed = audit.set_fields(instructor, fields)
    instructor.full_clean()
    instructor.save(update_fields=list(changed))
    audit.record("instructor.updated", instructor, by=by, facility=by.facility, changed=changed)
    return instructor


@transaction.atomic
def plan_batch(*, by, **fields):
    """A class under an agreement of the facility; days outside the agreement are allowed here, and said."""
    batch = Batch(facility=by.facility, **fields)
    _check_batch(batch)
    batch.save()
    audit.record("batch.planned", batch, by=by)
    return batch


@transaction.atomic
def update_batch(*, batch, by, **fields):
    batch = Batch.objects.select_for_update().select_related("facility").get(pk=batch.pk)
    Facility.objects.select_for_update().get(pk=batch.facility_id)  # nobody schedules meanwhile
    partner_id = batch.agreement.partner_id
    changed = audit.set_fields(batch, fields)
    if batch.agreement.partner_id != partner_id and batch.sessions.exists():
        raise ValidationError(
            {"agreement": _("Angkatan ini sudah punya pertemuan dengan instruktur mitra lamanya.")}
        )
    if "curriculum" in changed and batch.sessions.exists():
        raise ValidationError(
            {
                "curriculum": _(
                    "Angkatan ini sudah punya pertemuan; kurikulumnya tidak bisa diganti."
                )
            }
        )
    outside = batch.sessions.alive().filter(
        Q(takes_place_on__lt=batch.starts_on) | Q(takes_place_on__gt=batch.ends_on)
    )
    if count := outside.count():
        raise ValidationError(
            {
                "ends_on": ngettext(
                    "%(count)s pertemuan jatuh di luar tanggal ini. Pindahkan dulu.",
                    "%(count)s pertemuan jatuh di luar tanggal ini. Pindahkan dulu.",
                    count,
                )
                % {"count": count}
            }
        )
    _check_batch(batch)
    batch.save(update_fields=list(changed))
    audit.record("batch.updated", batch, by=by, changed=changed)
    return batch


def _check_batch(batch):
    batch.full_clean()
    if batch.agreement.facility_id != batch.facility_id:
        raise ValidationError({"agreement": _("Perjanjian ini milik Lapas lain.")})
    if batch.curriculum.program.facility_id != batch.facility_id:
        raise ValidationError({"curriculum": _("Kurikulum ini milik Lapas lain.")})
    if not batch.curriculum.units.exists():
        raise ValidationError({"curriculum": _("Kurikulum ini belum berisi unit kompetensi.")})


@transaction.atomic
def schedule_session(*, batch, by, **fields):
    """A meeting of the batch; an instructor, a room or the class itself is never in two at once."""
    session = Session(batch=batch, **fields)
    _check_session(session)
    session.save()
    audit.record("session.scheduled", session, by=by)
    return session


@transaction.atomic
def move_session(*, session, by, **fields):
    """Change a meeting that has not been held."""
    session = (
        Session.objects.select_for_update().select_related("batch__facility").get(pk=session.pk)
    )
    if session.status != Session.Status.PLANNED:
        raise ValidationError(_("Pertemuan yang sudah terlaksana atau batal tidak bisa diubah."))
    changed = audit.set_fields(session, fields)
    _check_session(session)
    session.save(update_fields=list(changed))
    audit.record("session.moved", session, by=by, changed=changed)
    return session


@transaction.atomic
def cancel_session(*, session, cancel_reason, by):
    """A cancelled meeting teaches no hours; it stays on the list with its reason."""
    session = (
        Session.objects.select_for_update().select_related("batch__facility").get(pk=session.pk)
    )
    if session.status != Session.Status.PLANNED:
        raise ValidationError(
            _("Pertemuan yang sudah terlaksana atau batal tidak bisa dibatalkan.")
        )
    session.status = Session.Status.CANCELLED
    session.cancel_reason = cancel_reason
    session.full_clean()
    session.save(update_fields=["status", "cancel_reason"])
    audit.record("session.cancelled", session, by=by, reason=cancel_reason)
    return session


def _check_session(session):
    """All rules of one meeting. Locks facility and instructor: two plans cannot book a room or her at once."""
    batch = session.batch
    Facility.objects.select_for_update().get(pk=batch.facility_id)
    session.room = " ".join(session.room.split())
    session.full_clean()
    Instructor.objects.select_for_update().get(pk=session.instructor_id)
    if session.unit.curriculum_id != batch.curriculum_id:
        raise ValidationError({"unit": _("Unit ini bukan bagian dari kurikulum angkatan.")})
    if session.instructor.partner_id != batch.agreement.partner_id:
        raise ValidationError({"instructor": _("Instruktur ini bukan dari mitra angkatan.")})
    if not batch.starts_on <= session.takes_place_on <= batch.ends_on:
        raise ValidationError(
            {"takes_place_on": _("Tanggal ini di luar hari pertama dan hari terakhir angkatan.")}
        )
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
    _refuse_double_booking(session)


def _refuse_double_booking(session):
    others = (
        Session.objects.exclude(pk=session.pk)
        .overlapping(
            takes_place_on=session.takes_place_on,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        .select_related("batch")
    )
    clashes = {
        "takes_place_on": (
            others.filter(batch=session.batch),
            _("Angkatan ini sudah punya pertemuan pada jam itu."),
        ),
        "instructor": (
            others.filter(instructor=session.instructor),
            _("Instruktur ini mengajar angkatan lain pada jam itu."),
        ),
        "room": (
            others.filter(batch__facility=session.batch.facility_id, room__iexact=session.room),
            _("Ruang ini dipakai angkatan lain pada jam itu."),
        ),
    }
    errors = {field: message for field, (rows, message) in clashes.items() if rows.exists()}
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def hold_session(*, session, by):
    """The meeting took place: its attendance sheet has marks."""
    if session.status == Session.Status.PLANNED:
        session.status = Session.Status.HELD
        session.save(update_fields=["status"])
        audit.record("session.held", session, by=by)
    return session


@transaction.atomic
def lock_session(*, session, by):
    """Close the attendance sheet."""
    session.locked_at = timezone.now()
    session.locked_by = by
    session.save(update_fields=["locked_at", "locked_by"])
    audit.record("session.locked", session, by=by)
    return session


@transaction.atomic
def unlock_session(*, session, reason, by):
    """Open the attendance sheet again, with a reason."""
    session.locked_at = session.locked_by = None
    session.save(update_fields=["locked_at", "locked_by"])
    audit.record("session.unlocked", session, by=by, reason=reason)
    return session
