"""Partners and their people."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.models import Contact, Partner


@transaction.atomic
def register_partner(*, by, **fields):
    """A school in the facility's list; a school already known by its NPSN is linked, not doubled."""
    npsn = fields.get("npsn", "")
    partner = Partner.objects.filter(npsn=npsn).first() if npsn else None
    if partner and partner.merged_into:
        partner = partner.merged_into
    if partner is None:
        partner = Partner(**fields)
        partner.full_clean()
        partner.save()
    partner.facilities.add(by.facility)
    audit.record("partner.registered", partner, by=by, facility=by.facility)
    return partner


@transaction.atomic
def update_partner(*, partner, by, **fields):
    """Change a school's row; one that several facilities share is the admin's to change."""
    partner = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if by.facility and partner.is_shared:
        raise ValidationError(
            _("Mitra ini juga dipakai Lapas lain, jadi hanya admin yang mengubah datanya.")
        )
    changed = audit.set_fields(partner, fields)
    partner.full_clean()
    partner.save(update_fields=list(changed))
    audit.record("partner.updated", partner, by=by, facility=by.facility, changed=changed)
    return partner


@transaction.atomic
def add_contact(*, partner, by, **fields):
    contact = Contact(partner=partner, **fields)
    contact.full_clean()
    contact.save()
    audit.record("contact.added", contact, by=by, facility=by.facility, partner=partner.pk)
    return contact


@transaction.atomic
def update_contact(*, contact, by, **fields):
    contact = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    changed = audit.set_fields(contact, fields)
    contact.full_clean()
    contact.save(update_fields=list(changed))
    # The trail names the fields alone: it is no second book of phone numbers.
    audit.record("contact.updated", contact, by=by, facility=by.facility, fields=list(changed))
    return contact


@transaction.atomic
def give_account(*, contact, user, by):
    """The account `user` (or none) sees what this contact's school may see."""
    contact.user = user
    contact.full_clean()
    contact.save(update_fields=["user"])
    audit.record("contact.account_set", contact, by=by, account=user and user.username)
    return contact
