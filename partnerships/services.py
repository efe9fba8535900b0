import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.documents import count_pages
from partnerships.models import Agreement, Contact, Document, Partner, Signatory


@transaction.atomic
def register_partner(*, by, **fields):
    """A school in the facility's list; a school already known by its NPSN is linked, not doubled."""
    npsn = fields.get("npsn", "")
    partner = Partner.objects.filter(npsn=npsn).first() if npsn else None
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
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
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
def give_account(*, contact, user, by):
    """The account `user` (or none) sees what this contact's school may see."""
    contact.user = user
    contact.full_clean()
    contact.save(update_fields=["user"])
    audit.record("contact.account_set", contact, by=by, account=user and user.username)
    return contact


@transaction.atomic
def record_agreement(*, by, **fields):
    """An agreement of the facility under which `by` acts."""
    agreement = Agreement(facility=by.facility, **fields)
    _check(agreement)
    agreement.save()
    audit.record("agreement.recorded", agreement, by=by)
    return agreement


@transaction.atomic
def update_agreement(*, agreement, by, **fields):
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    changed = audit.set_fields(agreement, fields)
    _check(agreement)
    agreement.save(update_fields=list(changed))
    audit.record("agreement.updated", agreement, by=by, changed=changed)
    return agreement


def _check(agreement):
    parent = agreement.parent
    if parent and parent.pk == agreement.pk:
        raise ValidationError({"parent": _("Perjanjian tidak bisa menjadi induk dirinya sendiri.")})
    if parent and parent.parent_id:
        raise ValidationError({"parent": _("Pilih perjanjian induknya, bukan adendum lain.")})
    if parent and agreement.pk and agreement.addenda.exists():
        raise ValidationError(
            {"parent": _("Perjanjian ini punya adendum, jadi tidak bisa menjadi adendum.")}
        )
    if parent and (parent.partner_id, parent.facility_id) != (
        agreement.partner_id,
        agreement.facility_id,
    ):
        raise ValidationError({"parent": _("Perjanjian induk dibuat dengan mitra lain.")})
    if parent and agreement.ends_on and agreement.ends_on < parent.starts_on:
        raise ValidationError({"ends_on": _("Adendum berakhir sebelum perjanjian induknya mulai.")})
    if agreement.pk and agreement.addenda.exclude(partner=agreement.partner_id).exists():
        raise ValidationError({"partner": _("Adendum perjanjian ini dibuat dengan mitra lain.")})
    if agreement.ended_early_on and agreement.ended_early_on > agreement.ends_on:
        raise ValidationError({"ends_on": _("Perjanjian ini sudah diakhiri sesudah tanggal itu.")})
    agreement.full_clean()


@transaction.atomic
def end_agreement(*, agreement, ended_early_on, end_reason, by):
    """End an agreement before its last day; nothing is deleted, the certificate checks see the new end."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.ended_early_on:
        raise ValidationError(_("Perjanjian ini sudah diakhiri."))
    agreement.ended_early_on = ended_early_on
    agreement.end_reason = end_reason
    agreement.full_clean()
    agreement.save(update_fields=["ended_early_on", "end_reason"])
    audit.record("agreement.ended", agreement, by=by, on=str(ended_early_on), reason=end_reason)
    return agreement


@transaction.atomic
def add_signatory(*, agreement, by, **fields):
    """A signatory; at most two of the partner's side sign the certificates."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    signatory = Signatory(agreement=agreement, **fields)
    signatory.full_clean()
    if (
        signatory.has_certificate_signature
        and agreement.signatories.filter(has_certificate_signature=True, removed_at=None).count()
        >= 2
    ):
        raise ValidationError(
            {"has_certificate_signature": _("Sudah ada dua orang yang menandatangani sertifikat.")}
        )
    signatory.save()
    audit.record(
        "signatory.added", signatory, by=by, facility=agreement.facility, agreement=agreement.pk
    )
    return signatory


@transaction.atomic
def remove_signatory(*, signatory, by):
    """Signs no more from now on; certificates already issued keep the name they bear."""
    signatory.removed_at = timezone.now()
    signatory.save(update_fields=["removed_at"])
    audit.record("signatory.removed", signatory, by=by, facility=signatory.agreement.facility)
    return signatory


@transaction.atomic
def keep_document(*, agreement, file, by):
    """Keep an uploaded scan (a Django File) exactly as it came, with its SHA-256."""
    if file.size > settings.AGREEMENT_SCAN_MAX_BYTES:
        raise ValidationError(
            {
                "file": _(
                    "Berkas lebih besar dari %(limit)s MB. Pindai dengan resolusi lebih rendah."
                )
                % {"limit": settings.AGREEMENT_SCAN_MAX_BYTES // 2**20}
            }
        )
    try:
        pages = count_pages(file)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    file.seek(0)
    content = file.read()
    document = Document(
        agreement=agreement,
        filename=file.name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        byte_count=len(content),
        page_count=pages,
        uploaded_by=by,
    )
    document.full_clean(exclude=["file"])
    document.file.save(
        f"agreements/{agreement.pk}/{document.sha256}", ContentFile(content), save=False
    )
    document.save()
    audit.record(
        "document.kept", document, by=by, facility=agreement.facility, sha256=document.sha256
    )
    return document
