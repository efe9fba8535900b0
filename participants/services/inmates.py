"""People's files: what is kept of a person, and their photo."""

import hashlib
import json
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from participants.columns import HEADINGS
from participants.models import Inmate
from participants.photos import small_jpeg
from participants.sentence import SENTENCE_DATES, sentence_faults


@transaction.atomic
def register_inmate(*, by, **fields):
    inmate = Inmate(facility=by.facility, **fields)
    if any(getattr(inmate, name) for name in Inmate.RESTRICTED_FIELDS) and not inmate.facts_from:
        _stamp(inmate)
    check_inmate(inmate)
    inmate.save()
    audit.record("inmate.registered", inmate, by=by)
    return inmate


@transaction.atomic
def update_inmate(*, inmate, by, seen=None, **fields):
    """Change a person's file; the trail names the fields, not their values.

    `seen` is the version of the facts that the officer looked at; None asks for none.
    """
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    if seen is not None and seen != version_of(inmate):
        raise ValidationError(_as_it_stands(inmate, fields))
    changed = audit.set_fields(inmate, fields)
    stamp = _stamp(inmate) if changed.keys() & set(Inmate.RESTRICTED_FIELDS) else []
    check_inmate(inmate)
    inmate.save(update_fields=[*changed, *stamp])
    audit.record("inmate.updated", inmate, by=by, changed=sorted(changed))
    return inmate


def version_of(inmate):
    """Changes when any fact about the person does."""
    facts = [str(getattr(inmate, name)) for name in HEADINGS]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _as_it_stands(inmate, typed):
    """The refusal of an older page: beside each field typed otherwise, what is kept now."""
    refusal = {
        NON_FIELD_ERRORS: _(
            "Data orang ini baru saja diubah, oleh impor atau petugas lain. Periksa lagi, lalu simpan."
        )
    }
    for name, value in typed.items():
        if (kept := getattr(inmate, name)) != value:
            text = date_format(kept, "SHORT_DATE_FORMAT") if isinstance(kept, date) else kept
            refusal[name] = _("Sekarang tercatat: %(fact)s.") % {"fact": text or "–"}
    return refusal


def _stamp(inmate):
    """Say that an officer typed these facts today; the fields written."""
    inmate.facts_from = Inmate.Source.OFFICER
    inmate.facts_on = timezone.localdate()
    return ["facts_from", "facts_on"]


def check_inmate(inmate):
    """Tidy the names of `inmate`, unsaved, and refuse what cannot be, beside its field."""
    inmate.name = " ".join(inmate.name.split())
    inmate.register_number = " ".join(inmate.register_number.split())
    dates = {name: getattr(inmate, name) for name in ("born_on", *SENTENCE_DATES)}
    if faults := sentence_faults(dates):
        raise ValidationError(faults)
    inmate.full_clean()


def set_photo(*, inmate, photo, by):
    """Keep `photo` (a Django File, JPEG or PNG) as a small picture without remarks, in place of the older."""
    try:
        picture = small_jpeg(photo)
    except ValidationError as error:
        raise ValidationError({"photo": error}) from None
    return _replace_photo(inmate, ContentFile(picture, name="photo.jpg"), by, "inmate.photographed")


def remove_photo(*, inmate, by):
    return _replace_photo(inmate, "", by, "inmate.photo_removed")


@transaction.atomic
def _replace_photo(inmate, photo, by, action):
    """Apart from the look into the file, which takes its time and must not hold the lock."""
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    older, storage = inmate.photo.name, inmate.photo.storage
    inmate.photo = photo
    inmate.save(update_fields=["photo"])
    if older:
        transaction.on_commit(lambda: storage.delete(older))
    audit.record(action, inmate, by=by)
    return inmate
