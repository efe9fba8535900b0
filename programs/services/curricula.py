"""Programs, their curricula, and which agreements cover them."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from programs.models import Coverage, Curriculum, Program, Skill, Tag, Unit

# What a program's form shows of the latest curriculum.
TERMS = (
    "pass_mark",
    "predicates",
    "theory_weight",
    "needs_second_assessor",
    "standard",
    "tools",
    "materials",
)


@transaction.atomic
def create_program(*, tags=(), by, **fields):
    """A program with the first, still empty, version of its curriculum; `fields` are those of both."""
    terms = {name: fields.pop(name) for name in TERMS if name in fields}
    program = Program(facility=by.facility, **fields)
    program.full_clean()
    program.save()
    program.tags.set(tags)
    curriculum = Curriculum(program=program, **terms)
    curriculum.full_clean()
    curriculum.save()
    audit.record("program.created", program, by=by, tags=_names(tags))
    return program


@transaction.atomic
def create_from_ready(*, ready, name, code, by):
    """A program of one's own from a programs.ready.Ready: free to change until a batch uses it."""
    program = create_program(
        name=name,
        code=code,
        field=ready.field,
        aim=ready.aim,
        standard=ready.standard,
        tools="\n".join(ready.tools),
        materials="\n".join(ready.materials),
        tags=Tag.objects.filter(name__in=ready.tags),
        by=by,
    )
    curriculum = program.curricula.get()
    for unit in ready.units:
        add_unit(
            curriculum=curriculum,
            title=unit.title,
            standard=unit.standard,
            theory_hours=unit.theory_hours,
            practice_hours=unit.practice_hours,
            theory_skills=unit.theory_skills,
            practice_skills=unit.practice_skills,
            by=by,
        )
    return program


@transaction.atomic
def update_program(*, program, tags=None, by, **fields):
    """Change a program; its latest curriculum only while no batch has begun with it."""
    program = Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    terms = {name: fields.pop(name) for name in TERMS if name in fields}
    changed = audit.set_fields(program, fields)
    program.full_clean()
    program.save(update_fields=list(changed))
    changed |= _change_terms(program.curricula.first(), terms)
    changed |= _change_tags(program, tags)
    audit.record("program.updated", program, by=by, changed=changed)
    return program


def _change_terms(curriculum, terms):
    changed = audit.set_fields(curriculum, terms)
    if changed:
        _refuse_when_taught(curriculum, next(iter(changed)))
        curriculum.full_clean()
        curriculum.save(update_fields=list(changed))
    return changed


def _change_tags(program, tags):
    if tags is None or set(tags) == set(program.tags.all()):
        return {}
    before = _names(program.tags.all())
    program.tags.set(tags)
    return {"tags": [before, _names(tags)]}


def _names(rows):
    return ", ".join(str(row) for row in rows)


def _refuse_when_taught(curriculum, field=NON_FIELD_ERRORS):
    """Locks the curriculum first: no batch begins with it while it changes."""
    _lock(curriculum)
    if curriculum.batches.exists():
        raise ValidationError(
            {field: _("Kurikulum ini sudah dipakai angkatan. Buat versi baru untuk mengubahnya.")}
        )


def _lock(curriculum):
    Curriculum.objects.select_for_update(no_key=True).get(pk=curriculum.pk)


@transaction.atomic
def add_unit(*, curriculum, theory_skills=(), practice_skills=(), by, **fields):
    """A unit at the end of its curriculum, with its practice checklist as titles of skills."""
    _refuse_when_taught(curriculum, "title")
    last = curriculum.units.order_by("position").last()
    unit = Unit(curriculum=curriculum, position=last.position + 1 if last else 1, **fields)
    unit.full_clean()
    unit.save()
    set_skills(unit=unit, kind=Skill.Kind.THEORY, titles=theory_skills)
    set_skills(unit=unit, kind=Skill.Kind.PRACTICE, titles=practice_skills)
    audit.record("unit.added", unit, by=by, facility=curriculum.program.facility)
    return unit


@transaction.atomic
def update_unit(*, unit, theory_skills=None, practice_skills=None, by, **fields):
    """Change a unit; once a batch is taught from it only its checklist, which no certificate shows."""
    _lock(unit.curriculum)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    changed = audit.set_fields(unit, fields)
    if changed:
        _refuse_when_taught(unit.curriculum, "title")
        unit.full_clean()
        unit.save(update_fields=list(changed))
    for kind, titles in (
        (Skill.Kind.THEORY, theory_skills),
        (Skill.Kind.PRACTICE, practice_skills),
    ):
        if titles is not None:
            changed |= set_skills(unit=unit, kind=kind, titles=titles)
    audit.record(
        "unit.updated", unit, by=by, facility=unit.curriculum.program.facility, changed=changed
    )
    return unit


def set_skills(*, unit, kind, titles):
    """Make `titles` the unit's checklist of one kind, in their order; what was changed, for the trail.

    A skill keeps its ticks as long as its title stays, or is reworded where it stands. What is taken off the
    list is retired, and comes back with its ticks. Called inside a transaction that holds the curriculum.
    """
    skills = {one.title: one for one in unit.skills.filter(kind=kind)}
    before = [title for title, one in skills.items() if one.retired_at is None]
    titles = list(dict.fromkeys(titles))
    for old, new in _reworded(before, titles):
        if new not in skills:
            skills[new] = skills.pop(old)
    kept = []
    for position, title in enumerate(titles, start=1):
        skill = skills.pop(title, None) or Skill(unit=unit, kind=kind)
        skill.title, skill.position, skill.retired_at = title, position, None
        skill.clean_fields(exclude=["unit"])
        kept.append(skill)
    Skill.objects.bulk_create([one for one in kept if one.pk is None])
    Skill.objects.bulk_update([one for one in kept if one.pk], ["title", "position", "retired_at"])
    gone = [one.pk for one in skills.values() if one.retired_at is None]
    unit.skills.filter(pk__in=gone).update(retired_at=timezone.now())
    if before == titles:
        return {}
    return {f"{kind}_skills": ["\n".join(before), "\n".join(titles)]}


def _reworded(before, titles):
    """[(old, new)] of lines that were mended in place: a list as long as before, and neither stands elsewhere."""
    if len(before) != len(titles):
        return []
    pairs = zip(before, titles, strict=True)
    return [(old, new) for old, new in pairs if old not in titles and new not in before]


@transaction.atomic
def move_unit(*, unit, step, by):
    """Change places with the unit before (`step` -1) or after it (1); at the end of the list nothing moves."""
    units, here = _free_units(unit)
    there = here + step
    if not 0 <= there < len(units):
        return unit
    unit, neighbour = units[here], units[there]
    before, after = unit.position, neighbour.position
    # By way of 0, which no unit has: two units never stand in one place, not even in between.
    for one, position in ((unit, 0), (neighbour, before), (unit, after)):
        _place(one, position)
    audit.record(
        "unit.moved",
        unit,
        by=by,
        facility=unit.curriculum.program.facility,
        changed={"position": [before, after]},
    )
    return unit


@transaction.atomic
def remove_unit(*, unit, by):
    """Take a unit out of a curriculum that nobody has been taught; the later ones move up."""
    units, here = _free_units(unit)
    unit = units[here]
    if unit.sessions.exists():
        raise ValidationError(_("Unit ini sudah dijadwalkan, jadi tidak bisa dihapus."))
    audit.record(
        "unit.removed",
        unit,
        by=by,
        facility=unit.curriculum.program.facility,
        curriculum=str(unit.curriculum),
        code=unit.code,
        theory_hours=unit.theory_hours,
        practice_hours=unit.practice_hours,
    )
    unit.skills.all().delete()
    unit.delete()
    for one in units[here + 1 :]:
        _place(one, one.position - 1)


def _free_units(unit):
    """(the units of its untaught curriculum in order, which of them it is), while nobody else moves them."""
    _refuse_when_taught(unit.curriculum)
    units = list(unit.curriculum.units.all())
    if unit not in units:
        raise ValidationError(_("Unit ini baru saja dihapus."))
    return units, units.index(unit)


def _place(unit, position):
    unit.position = position
    unit.save(update_fields=["position"])


@transaction.atomic
def new_version(*, curriculum, by):
    """A copy of a curriculum as its next version, free to change; running batches keep the old one."""
    Program.objects.select_for_update(no_key=True).get(pk=curriculum.program_id)
    units = list(curriculum.units.prefetch_related("skills"))
    skills = [(unit.position, [*unit.skills.all()]) for unit in units]
    latest = curriculum.program.curricula.first()
    if not latest.batches.exists():
        raise ValidationError(_("Versi terbaru belum dipakai angkatan; ubah saja versi itu."))
    copy = Curriculum.objects.create(
        program=curriculum.program,
        version=latest.version + 1,
        **{name: getattr(curriculum, name) for name in TERMS},
    )
    for unit in units:
        unit.pk = None
        unit._state.adding = True
        unit.curriculum = copy
    copied = {unit.position: unit for unit in Unit.objects.bulk_create(units)}
    _copy_skills(skills, copied)
    audit.record("curriculum.versioned", copy, by=by, facility=copy.program.facility)
    return copy


def _copy_skills(skills, units):
    """`skills` are [(position of the unit, its old skills)], `units` the new ones {position: Unit}."""
    Skill.objects.bulk_create(
        Skill(unit=units[place], kind=one.kind, position=one.position, title=one.title)
        for place, old in skills
        for one in old
        if one.retired_at is None
    )


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
