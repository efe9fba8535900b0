from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from participants.models import Enrollment
from programs.models import Batch, Session


@transaction.atomic
def enroll(*, inmate, batch, joined_on=None, over_quota_reason="", by):
    """Give `inmate` a seat. The batch row is locked, so that two officers cannot overfill it.

    Beyond the quota only with a reason, which stays in the trail.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("facility").get(pk=batch.pk)
    )
    if not batch.takes_people:
        raise ValidationError(
            _(
                "Pendaftaran angkatan ini tidak dibuka (keadaan: %(state)s). Buka dulu di halaman angkatan."
            )
            % {"state": batch.get_state_display().lower()}
        )
    if inmate.facility_id != batch.facility_id:
        raise ValidationError({"inmate": _("Orang ini bukan warga binaan Lapas ini.")})
    joined_on = joined_on or batch.starts_on
    if not batch.starts_on <= joined_on <= batch.ends_on:
        raise ValidationError(
            {"joined_on": _("Tanggal ini di luar hari pertama dan hari terakhir angkatan.")}
        )
    taken = batch.enrollments.active().count()
    if taken >= batch.quota and not over_quota_reason:
        raise ValidationError(
            {"inmate": _("Angkatan ini penuh: %(quota)s kursi terisi.") % {"quota": batch.quota}}
        )
    if _meets_elsewhere(inmate, batch):
        raise ValidationError(
            {"inmate": _("%(name)s mengikuti angkatan lain pada jam yang sama.") % {"name": inmate}}
        )
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
    beyond = {"over_quota": over_quota_reason} if taken >= batch.quota else {}
    audit.record("enrollment.made", enrollment, by=by, **beyond)
    return enrollment


def _meets_elsewhere(inmate, batch):
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


@transaction.atomic
def enroll_all(*, inmates, batch, joined_on=None, over_quota_reason="", by):
    """All or nobody."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    free = batch.quota - batch.enrollments.active().count()
    if len(inmates) > free and not over_quota_reason:
        raise ValidationError(
            {
                "inmates": ngettext(
                    "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
                    "Tersisa %(free)s kursi, yang dipilih %(chosen)s orang.",
                    free,
                )
                % {"free": free, "chosen": len(inmates)}
            }
        )
    return [
        enroll(
            inmate=inmate,
            batch=batch,
            joined_on=joined_on,
            over_quota_reason=over_quota_reason,
            by=by,
        )
        for inmate in inmates
    ]


@transaction.atomic
def end_enrollment(*, enrollment, ended_on, end_reason, by):
    """The person leaves the batch; marks and results stay."""
    enrollment = (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("batch")
        .get(pk=enrollment.pk)
    )
    refuse_when_closed(enrollment)
    if enrollment.ended_on:
        raise ValidationError(_("Kepesertaan ini sudah berakhir."))
    if enrollment.attendances.filter(session__takes_place_on__gt=ended_on).exists():
        raise ValidationError(
            {"ended_on": _("Orang ini masih punya tanda hadir sesudah tanggal itu.")}
        )
    enrollment.ended_on = ended_on
    enrollment.end_reason = end_reason
    enrollment.full_clean()
    enrollment.save(update_fields=["ended_on", "end_reason"])
    audit.record("enrollment.ended", enrollment, by=by, reason=end_reason, on=str(ended_on))
    return enrollment


def close_enrollment(*, enrollment):
    """Marks and results of this person stand on a numbered certificate, and change no more."""
    enrollment.closed_at = timezone.now()
    enrollment.save(update_fields=["closed_at"])


def refuse_when_closed(enrollment):
    if enrollment.closed_at:
        raise ValidationError(
            _("Sertifikat %(name)s sudah bernomor, jadi kehadiran dan nilainya tidak berubah lagi.")
            % {"name": enrollment.inmate}
        )
