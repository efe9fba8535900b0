"""What each side promised, and what came of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from partnerships.models import Commitment, Delivery


@transaction.atomic
def record_commitment(*, agreement, by, **fields):
    """What one side promised in `agreement`; an empty `measure` becomes the usual one of its kind."""
    commitment = Commitment(agreement=agreement, **_measured(fields))
    _check(commitment)
    commitment.save()
    audit.record("commitment.recorded", commitment, by=by, facility=agreement.facility)
    return commitment


@transaction.atomic
def update_commitment(*, commitment, by, **fields):
    commitment = _locked(commitment)
    if commitment.withdrawn_at:
        raise ValidationError(_("Janji ini sudah ditarik. Catat janji yang baru."))
    changed = audit.set_fields(commitment, _measured(fields))
    if commitment.is_counted and commitment.deliveries.standing().exists():
        raise ValidationError(
            {
                "kind": _(
                    "Janji ini punya realisasi yang dicatat, sedangkan jenis itu dihitung "
                    "otomatis. Tarik dulu realisasinya."
                )
            }
        )
    _check(commitment)
    commitment.save(update_fields=list(changed))
    audit.record(
        "commitment.updated",
        commitment,
        by=by,
        facility=commitment.agreement.facility,
        changed=changed,
    )
    return commitment


def _measured(fields):
    usual = Commitment.MEASURES.get(fields.get("kind"), "")
    return fields | {"measure": fields.get("measure") or usual}


def _check(commitment):
    if not commitment.measure:
        raise ValidationError({"measure": _("Tuliskan satuannya, misalnya paket atau unit.")})
    if commitment.kind == Commitment.Kind.MONEY and commitment.measure != "rupiah":
        raise ValidationError(
            {"measure": _("Dana dicatat dalam rupiah penuh, misalnya 12.500.000 rupiah.")}
        )
    if commitment.due_on and commitment.due_on < commitment.agreement.starts_on:
        raise ValidationError({"due_on": _("Hari itu sebelum perjanjian mulai berlaku.")})
    commitment.full_clean()


@transaction.atomic
def withdraw_commitment(*, commitment, by):
    """It counts no more; the row and its deliveries stay. Doing it twice does nothing more."""
    commitment = _locked(commitment)
    if commitment.withdrawn_at is None:
        commitment.withdrawn_at = timezone.now()
        commitment.save(update_fields=["withdrawn_at"])
        facility = commitment.agreement.facility
        audit.record("commitment.withdrawn", commitment, by=by, facility=facility)
    return commitment


@transaction.atomic
def record_delivery(*, commitment, by, **fields):
    """A part of a promise kept: `amount`, `delivered_on`, `note`. Counted kinds take none."""
    commitment = _locked(commitment)
    _check_takes_deliveries(commitment)
    delivery = Delivery(commitment=commitment, **fields)
    if delivery.delivered_on > timezone.localdate():
        raise ValidationError({"delivered_on": _("Hari itu belum tiba.")})
    if delivery.delivered_on < commitment.agreement.starts_on:
        raise ValidationError({"delivered_on": _("Hari itu sebelum perjanjian mulai berlaku.")})
    delivery.full_clean()
    delivery.save()
    audit.record("delivery.recorded", delivery, by=by, facility=commitment.agreement.facility)
    return delivery


def _check_takes_deliveries(commitment):
    if commitment.withdrawn_at:
        raise ValidationError(_("Janji ini sudah ditarik, jadi tidak menerima realisasi lagi."))
    if commitment.is_counted:
        raise ValidationError(
            _("Realisasi janji ini dihitung otomatis dari catatan pelatihan, tidak dicatat manual.")
        )
    if commitment.agreement.signed_on is None:
        raise ValidationError(
            _("Perjanjiannya masih rancangan. Catat dulu tanggal tanda tangannya.")
        )


@transaction.atomic
def withdraw_delivery(*, delivery, by):
    """For one noted by mistake. It counts no more, and stays; doing it twice does nothing more."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if delivery.withdrawn_at is None:
        delivery.withdrawn_at = timezone.now()
        delivery.save(update_fields=["withdrawn_at"])
        facility = delivery.commitment.agreement.facility
        audit.record("delivery.withdrawn", delivery, by=by, facility=facility)
    return delivery


def _locked(commitment):
    return Commitment.objects.select_for_update(no_key=True).get(pk=commitment.pk)
