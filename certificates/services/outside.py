"""Certificates that somebody else issued: recorded with their scan, never printed by us."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.models import OutsideCertificate
from partnerships.services import look_into


def record_outside(*, inmate, file, by, **facts):
    """Keep an outside certificate with its scan (a Django File) byte for byte."""
    content, of_file = look_into(file, by=by)
    return _keep(OutsideCertificate(inmate=inmate, **_tidy(facts), **of_file), content, by)


@transaction.atomic
def _keep(outside, content, by):
    """Apart from the look into the file, which takes its time."""
    _check(outside)
    name = f"outside/{outside.inmate_id}/{outside.sha256}"
    outside.file.save(name, ContentFile(content), save=False)
    try:
        _save(outside)
    except ValidationError:
        outside.file.delete(save=False)
        raise
    audit.record(
        "outside_certificate.recorded", outside, by=by, issuer=outside.issuer, sha256=outside.sha256
    )
    return outside


@transaction.atomic
def update_outside(*, outside, by, **facts):
    """Correct what was typed from the scan; the scan itself stays as it came."""
    outside = (
        OutsideCertificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("inmate__facility")
        .get(pk=outside.pk)
    )
    changed = audit.set_fields(outside, _tidy(facts))
    if changed:
        _check(outside)
        _save(outside, update_fields=list(changed))
        audit.record("outside_certificate.corrected", outside, by=by, changed=changed)
    return outside


def _save(outside, **how):
    """A colleague may have recorded the same one since the check: then its words, not the database's."""
    try:
        with transaction.atomic():
            outside.save(**how)
    except IntegrityError:
        _check(outside)
        raise


def _tidy(facts):
    """Without needless spaces: two spellings of one number would be two certificates."""
    return {
        name: " ".join(value.split()) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def _check(outside):
    if outside.issued_on > timezone.localdate():
        raise ValidationError({"issued_on": _("Tanggal terbit tidak mungkin sesudah hari ini.")})
    outside.full_clean(exclude=["file"])
