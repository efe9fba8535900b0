"""Who teaches."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from programs.models import Instructor


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
