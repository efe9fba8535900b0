from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Inmate


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
