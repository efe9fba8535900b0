from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from participants.eligibility import unanswered
from participants.models import Enrollment, Inmate
from participants.queries.advice import advice_for, overrides_of
from participants.queries.rounds import free_seats, promised_seats
from participants.services.applications import application_seated
from participants.services.eligibility import record_overrides
from programs.models import Batch, Session


@transaction.atomic
def enroll(*, inmate, batch, joined_on=None, over_quota_reason="", override_reason="", by):
    """Give `inmate` a seat. The batch row is locked, so that two officers cannot overfill it.

    Beyond the quota, and against an advice, only with a reason, which stays.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility", "curriculum__program")
        .get(pk=batch.pk)
    )
    if not batch.takes_people:
        raise ValidationError(
            _(
                "Pendaftaran angkatan ini tidak dibuka (keadaan: %(state)s). Buka dulu di halaman angkatan."
            )
            % {"state": batch.get_state_display().lower()}
        )
    inmate = Inmate.objects.select_for_update(no_key=True).get(pk=inmate.pk)
    if inmate.facility_id != batch.facility_id:
        raise ValidationError({"inmate": _("Orang ini bukan warga binaan Lapas ini.")})
    if inmate.departed_on:
        raise ValidationError({"inmate": _("%(name)s sudah keluar.") % {"name": inmate}})
    joined_on = joined_on or batch.starts_on
    if not batch.starts_on <= joined_on <= batch.ends_on:
        raise ValidationError(
            {"joined_on": _("Tanggal ini di luar hari pertama dan hari terakhir angkatan.")}
        )
    is_full = not free_seats(batch, besides=[inmate])
    if is_full and not over_quota_reason:
        raise ValidationError({"inmate": no_seat(batch, inmate)})
    if meets_elsewhere(inmate, batch):
        raise ValidationError(
            {"inmate": _("%(name)s mengikuti angkatan lain pada jam yang sama.") % {"name": inmate}}
        )
    heed_advice(inmate=inmate, batch=batch, reason=override_reason, by=by)
    last = batch.enrollments.aggregate(last=Max("position"))["last"] or 0
    enrollment = Enrollment(
        batch=batch,
        inmate=inmate,
        position=last + 1,
        joined_on=joined_on,
        enrolled_by=by,
    )
    enrollment.full_clean()
    enrollment.save()
    beyond = {"over_quota": over_quota_reason} if is_full else {}
    audit.record("enrollment.made", enrollment, by=by, **beyond)
    application_seated(enrollment, by=by)
    return enrollment


def no_seat(batch, inmate):
    """Why there is none for this person, in words."""
    said = _("Angkatan ini penuh: %(taken)s kursi terisi.") % {"taken": batch.count_people()}
    return said + _promised(batch, [inmate])


def _promised(batch, besides):
    """The sentence about seats that are not to be had because the panel promised them; empty without any."""
    promised = promised_seats(batch, besides=besides)
    if not promised:
        return ""
    return " " + ngettext(
        "%(promised)s kursi sudah dijanjikan TPP kepada yang terpilih.",
        "%(promised)s kursi sudah dijanjikan TPP kepada yang terpilih.",
        promised,
    ) % {"promised": promised}


def meets_elsewhere(inmate, batch):
    """Whether a planned meeting of `batch` falls into one of another class in which the person takes part."""
    theirs = Session.objects.alive().filter(
        batch__enrollments__inmate=inmate,
        batch__enrollments__ended_on=None,
        takes_place_on=OuterRef("takes_place_on"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    planned = batch.sessions.filter(status=Session.Status.PLANNED)
    return planned.filter(Exists(theirs.exclude(batch=batch))).exists()


def heed_advice(*, inmate, batch, reason, field="inmate", by):
    """Against an advice that nobody has answered only with a `reason`, which stays; the refusal names `field`."""
    against = _unanswered(batch, [inmate])[inmate.pk]
    if against and not reason:
        raise ValidationError({field: [_unexplained(inmate, against)]})
    if against:
        record_overrides(
            batch=batch,
            inmate=inmate,
            advice=_in_indonesian(batch, inmate),
            reason=reason,
            by=by,
        )


def _unanswered(batch, inmates):
    """{inmate.pk: [Advice]} against each of them that no officer has set aside for this batch yet."""
    set_aside = overrides_of(batch)
    return {
        pk: unanswered(advice, set_aside[pk]) for pk, advice in advice_for(batch, inmates).items()
    }


def _in_indonesian(batch, inmate):
    """What is stored is data and not words of the screen."""
    with translation.override("id"):
        return _unanswered(batch, [inmate])[inmate.pk]


def _unexplained(inmate, against):
    """The refusal; its code lets a form show it beside that person's reason."""
    facts = "; ".join(one.fact for one in against)
    return ValidationError(
        _("%(name)s: %(facts)s. Tuliskan alasan bila tetap dimasukkan.")
        % {"name": inmate, "facts": facts},
        code=f"reason-{inmate.pk}",
    )


@transaction.atomic
def enroll_all(*, inmates, batch, joined_on=None, over_quota_reason="", override_reasons=None, by):
    """All or nobody. `override_reasons` is {inmate.pk: why in spite of an advice}."""
    inmates, reasons = list(inmates), override_reasons or {}
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("curriculum__program")
        .get(pk=batch.pk)
    )
    # All of them in one order, so that two batches never wait for each other's people.
    list(
        Inmate.objects.select_for_update(no_key=True)
        .filter(pk__in=[one.pk for one in inmates])
        .order_by("pk")
    )
    free = free_seats(batch, besides=inmates)
    if len(inmates) > free and not over_quota_reason:
        said = ngettext(
            "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
            "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
            free,
        ) % {"free": free, "chosen": len(inmates)}
        raise ValidationError({"inmates": said + _promised(batch, inmates)})
    against = _unanswered(batch, inmates)
    unexplained = [
        _unexplained(one, against[one.pk])
        for one in inmates
        if against[one.pk] and not reasons.get(one.pk)
    ]
    if unexplained:
        raise ValidationError({"inmate": unexplained})
    return [
        enroll(
            inmate=inmate,
            batch=batch,
            joined_on=joined_on,
            over_quota_reason=over_quota_reason,
            override_reason=reasons.get(inmate.pk, ""),
            by=by,
        )
        for inmate in inmates
    ]


def close_enrollment(*, enrollment):
    """Marks and results of this person stand on a numbered certificate, and change no more."""
    if enrollment.closed_at is None:
        enrollment.closed_at = timezone.now()
        enrollment.save(update_fields=["closed_at"])


def reopen_enrollment(*, enrollment):
    """Marks and results may be corrected again: the certificate they stand on is void, or being replaced."""
    enrollment.closed_at = None
    enrollment.save(update_fields=["closed_at"])


def refuse_when_closed(enrollment):
    if enrollment.closed_at:
        raise ValidationError(
            _("Sertifikat %(name)s sudah bernomor, jadi kehadiran dan nilainya tidak berubah lagi.")
            % {"name": enrollment.inmate}
        )
