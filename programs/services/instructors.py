"""Who teaches, what, and with which papers."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.models import Partner
from programs.models import Competence, Instructor, Program


@transaction.atomic
def add_instructor(*, partner, programs=(), by, **fields):
    if by.facility and not Partner.objects.worked_with(by.facility).filter(pk=partner.pk).exists():
        raise ValidationError(
            _("Mitra ini dipakai Lapas lain. Catat dulu perjanjian Lapas ini dengannya.")
        )
    instructor = Instructor(partner=partner, **fields)
    instructor.full_clean()
    instructor.save()
    allowed = _allow(instructor, programs, by)
    audit.record("instructor.added", instructor, by=by, facility=by.facility, changed=allowed)
    return instructor


@transaction.atomic
def update_instructor(*, instructor, programs=None, by, **fields):
    """Change an instructor; without `programs`, what she may teach stays as it is."""
    instructor = Instructor.objects.select_for_update(no_key=True).get(pk=instructor.pk)
    account = instructor.user
    if account and not account.assignments.active().filter(facility=by.facility).exists():
        raise ValidationError(
            _("Akun instruktur ini milik Lapas lain, jadi datanya diubah di sana.")
        )
    changed = audit.set_fields(instructor, fields)
    instructor.full_clean()
    instructor.save(update_fields=list(changed))
    if programs is not None:
        changed |= _allow(instructor, programs, by)
    audit.record("instructor.updated", instructor, by=by, facility=by.facility, changed=changed)
    return instructor


def _allow(instructor, programs, by):
    """She may teach `programs` of those that `by` sees; what other prisons allowed stays."""
    seen = set(Program.objects.visible_to(by))
    if set(programs) - seen:
        raise ValidationError({"programs": _("Program ini milik Lapas lain.")})
    before = set(instructor.programs.all())
    instructor.programs.set((before - seen) | set(programs))
    before, after = (sorted(map(str, rows)) for rows in (before & seen, programs))
    return {"programs": [", ".join(before), ", ".join(after)]} if before != after else {}


@transaction.atomic
def add_competence(*, instructor, by, **fields):
    competence = Competence(instructor=instructor, **fields)
    competence.full_clean()
    competence.save()
    audit.record(
        "competence.added", competence, by=by, facility=by.facility, instructor=str(instructor)
    )
    return competence


@transaction.atomic
def withdraw_competence(*, competence, by):
    """The paper no longer counts; its row stays."""
    competence.withdrawn_at = timezone.now()
    competence.save(update_fields=["withdrawn_at"])
    audit.record(
        "competence.withdrawn",
        competence,
        by=by,
        facility=by.facility,
        instructor=str(competence.instructor),
    )
    return competence
