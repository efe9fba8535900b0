"""Programs, their curricula, and which agreements cover them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from programs.models import Coverage, Curriculum, Program, Unit


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
