"""Agreements and who signs them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.models import Agreement, Signatory


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
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    changed = audit.set_fields(agreement, fields)
    if agreement.batches.exists():
        _refuse_under_batches(agreement, changed)
    _check(agreement)
    agreement.save(update_fields=list(changed))
    audit.record("agreement.updated", agreement, by=by, changed=changed)
    return agreement


def _refuse_under_batches(agreement, changed):
    """Classes were opened with this school, under a signed agreement; neither can be taken from them."""
    if "partner" in changed:
        raise ValidationError({"partner": _("Sudah ada angkatan dengan mitra ini.")})
    if "signed_on" in changed and agreement.signed_on is None and changed["signed_on"][0] != "None":
        raise ValidationError(
            {"signed_on": _("Sudah ada angkatan di bawah naskah ini, jadi tetap bertanda tangan.")}
        )


def _check(agreement):
    if agreement.signed_on and agreement.signed_on > timezone.localdate():
        raise ValidationError(
            {"signed_on": _("Hari itu belum tiba. Kosongkan selama naskah masih rancangan.")}
        )
    if agreement.parent:
        _check_parent(agreement, agreement.parent)
    if agreement.renews:
        _check_renewal(agreement, agreement.renews)
    if agreement.pk:
        _check_children(agreement)
    if agreement.ended_early_on and agreement.ended_early_on > agreement.ends_on:
        raise ValidationError({"ends_on": _("Perjanjian ini sudah diakhiri sesudah tanggal itu.")})
    agreement.full_clean()


def _check_parent(agreement, parent):
    if parent.pk == agreement.pk:
        raise ValidationError({"parent": _("Perjanjian tidak bisa menjadi induk dirinya sendiri.")})
    if parent.facility_id != agreement.facility_id:
        raise ValidationError({"parent": _("Perjanjian induk dibuat Lapas lain.")})
    if not agreement.is_addendum:
        if parent.kind != Agreement.Kind.MOU:
            raise ValidationError({"parent": _("Induk PKS harus Nota Kesepahaman.")})
        return
    if parent.is_addendum:
        raise ValidationError({"parent": _("Pilih perjanjian induknya, bukan adendum lain.")})
    if parent.partner_id != agreement.partner_id:
        raise ValidationError({"parent": _("Perjanjian induk dibuat dengan mitra lain.")})
    if agreement.ends_on and agreement.ends_on < parent.starts_on:
        raise ValidationError({"ends_on": _("Adendum berakhir sebelum perjanjian induknya mulai.")})


def _check_renewal(agreement, older):
    if older.facility_id != agreement.facility_id:
        raise ValidationError({"renews": _("Perjanjian itu dibuat Lapas lain.")})
    if older.is_addendum:
        raise ValidationError({"renews": _("Pilih perjanjian induknya, bukan adendumnya.")})
    if older.starts_on >= agreement.starts_on:
        # So the chain only leads back in time, and never round in a circle.
        raise ValidationError(
            {"renews": _("Yang diperpanjang harus mulai berlaku sebelum naskah ini.")}
        )


def _check_children(agreement):
    addenda = agreement.children.filter(kind=Agreement.Kind.ADDENDUM)
    if agreement.is_addendum and agreement.children.exists():
        raise ValidationError(
            {"parent": _("Perjanjian ini punya adendum, jadi tidak bisa menjadi adendum.")}
        )
    if agreement.is_addendum and agreement.renewals.exists():
        raise ValidationError({"kind": _("Perjanjian ini punya perpanjangan, jadi bukan adendum.")})
    if agreement.kind != Agreement.Kind.MOU and agreement.children.exclude(pk__in=addenda).exists():
        raise ValidationError({"kind": _("Naskah ini memayungi PKS, jadi tetap Nota Kesepahaman.")})
    if addenda.exclude(partner=agreement.partner_id).exists():
        raise ValidationError({"partner": _("Adendum perjanjian ini dibuat dengan mitra lain.")})
    if agreement.renewals.filter(starts_on__lte=agreement.starts_on).exists():
        raise ValidationError(
            {"starts_on": _("Perpanjangan perjanjian ini mulai lebih awal dari tanggal itu.")}
        )


@transaction.atomic
def end_agreement(*, agreement, ended_early_on, end_reason, by):
    """End an agreement before its last day; nothing is deleted, the certificate checks see the new end."""
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if agreement.signed_on is None:
        raise ValidationError(_("Rancangan belum berlaku, jadi tidak ada yang diakhiri."))
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
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
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
