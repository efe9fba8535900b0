"""Planning a class and moving it on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Facility
from programs.models import Batch, BatchMove, Session, Teaching

State = Batch.State


@transaction.atomic
def plan_batch(*, by, **fields):
    """A class under an agreement of the facility; days outside the agreement are allowed here, and said."""
    batch = Batch(facility=by.facility, **fields)
    _check_batch(batch)
    batch.save()
    audit.record("batch.planned", batch, by=by)
    return batch


@transaction.atomic
def update_batch(*, batch, by, **fields):
    batch = Batch.objects.select_for_update(no_key=True).select_related("facility").get(pk=batch.pk)
    Facility.objects.select_for_update(no_key=True).get(
        pk=batch.facility_id
    )  # nobody schedules meanwhile
    refuse_when_over(batch)
    partner_id = batch.agreement.partner_id
    changed = audit.set_fields(batch, fields)
    if "curriculum" in changed and batch.is_assessed():
        raise ValidationError(
            {"curriculum": _("Angkatan ini sudah dinilai; kurikulumnya tidak bisa diganti.")}
        )
    if batch.sessions.exists():
        _check_sessions_fit(
            batch, changed, is_other_partner=batch.agreement.partner_id != partner_id
        )
    if "quota" in changed and batch.quota < (people := batch.count_people()):
        raise ValidationError(
            {
                "quota": ngettext(
                    "%(people)s orang sudah menjadi peserta; kursinya tidak bisa kurang dari itu.",
                    "%(people)s orang sudah menjadi peserta; kursinya tidak bisa kurang dari itu.",
                    people,
                )
                % {"people": people}
            }
        )
    _check_batch(batch)
    batch.save(update_fields=list(changed))
    audit.record("batch.updated", batch, by=by, changed=changed)
    return batch


def _check_sessions_fit(batch, changed, *, is_other_partner):
    """The meetings that there are still fit the batch as it is to be."""
    if is_other_partner:
        raise ValidationError(
            {"agreement": _("Angkatan ini sudah punya pertemuan dengan instruktur mitra lamanya.")}
        )
    if "curriculum" in changed:
        raise ValidationError(
            {
                "curriculum": _(
                    "Angkatan ini sudah punya pertemuan; kurikulumnya tidak bisa diganti."
                )
            }
        )
    outside = batch.sessions.alive().filter(
        Q(takes_place_on__lt=batch.starts_on) | Q(takes_place_on__gt=batch.ends_on)
    )
    if count := outside.count():
        raise ValidationError(
            {
                "ends_on": ngettext(
                    "%(count)s pertemuan jatuh di luar tanggal ini. Pindahkan dulu.",
                    "%(count)s pertemuan jatuh di luar tanggal ini. Pindahkan dulu.",
                    count,
                )
                % {"count": count}
            }
        )


def refuse_when_over(batch):
    """A closed or cancelled batch changes no more: no meeting, no mark, no result, no instructor."""
    if batch.state in Batch.OVER:
        raise ValidationError(
            _("Angkatan ini tidak berubah lagi (keadaan: %(state)s).")
            % {"state": batch.get_state_display()}
        )


def check_instructor(batch, instructor):
    """She is of the batch's partner, and may teach its program."""
    if instructor.partner_id != batch.agreement.partner_id:
        raise ValidationError(
            {"instructor": _("%(name)s bukan dari mitra angkatan.") % {"name": instructor}}
        )
    if not instructor.may_teach(batch.curriculum.program_id):
        raise ValidationError(
            {
                "instructor": _("%(name)s hanya tercatat mengajar program lain.")
                % {"name": instructor}
            }
        )


def check_room(batch, room):
    """It is of the batch's facility, and still in use."""
    if room.facility_id != batch.facility_id:
        raise ValidationError({"room": _("Ruang ini milik Lapas lain.")})
    if room.closed_at:
        raise ValidationError({"room": _("Ruang ini tidak dipakai lagi.")})


def _check_batch(batch):
    batch.full_clean()
    if batch.agreement.facility_id != batch.facility_id:
        raise ValidationError({"agreement": _("Perjanjian ini milik Lapas lain.")})
    if batch.curriculum.program.facility_id != batch.facility_id:
        raise ValidationError({"curriculum": _("Kurikulum ini milik Lapas lain.")})
    if not batch.curriculum.units.exists():
        raise ValidationError({"curriculum": _("Kurikulum ini belum berisi unit kompetensi.")})
    if batch.room and batch.room.facility_id != batch.facility_id:
        raise ValidationError({"room": _("Ruang ini milik Lapas lain.")})


@transaction.atomic
def assign_instructor(*, batch, instructor, is_substitute=False, by):
    """A regular instructor of the batch, or a substitute; whoever is there already changes place."""
    refuse_when_over(Batch.objects.select_for_update(no_key=True).get(pk=batch.pk))
    check_instructor(batch, instructor)
    teaching, _is_new = Teaching.objects.update_or_create(
        batch=batch, instructor=instructor, defaults={"is_substitute": is_substitute}
    )
    audit.record(
        "instructor.assigned", teaching, by=by, facility=batch.facility, substitute=is_substitute
    )
    return teaching


@transaction.atomic
def release_instructor(*, teaching, by):
    """No longer an instructor of the batch; refused while she has meetings to come in it."""
    refuse_when_over(Batch.objects.select_for_update(no_key=True).get(pk=teaching.batch_id))
    to_come = teaching.batch.sessions.to_come().filter(instructor=teaching.instructor)
    if to_come.exists():
        raise ValidationError(
            _("%(name)s masih mengajar pertemuan yang akan datang. Ganti instrukturnya dulu.")
            % {"name": teaching.instructor}
        )
    audit.record("instructor.released", teaching, by=by, facility=teaching.batch.facility)
    teaching.delete()


@transaction.atomic
def move_batch(*, batch, to_state, reason="", by):
    """Take a batch to the next state, or one step back with a reason. Who, when and why are kept.

    Finishing asks that no meeting is still planned; cancelling cancels those that are.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=batch.pk)
    )
    if to_state not in Batch.MOVES[batch.state]:
        raise ValidationError(
            _("Dari keadaan %(now)s, angkatan tidak bisa menjadi %(next)s.")
            % {"now": batch.get_state_display(), "next": State(to_state).label}
        )
    reason = reason.strip()
    if (batch.state, to_state) in Batch.MOVES_WITH_REASON and not reason:
        raise ValidationError({"reason": _("Tuliskan alasannya.")})
    if to_state in (State.FINISHED, State.CLOSED):
        _refuse_with_planned_sessions(batch)
    if to_state == State.PLANNED:
        _refuse_with_people(batch)
    if to_state == State.CANCELLED:
        _cancel_planned_sessions(batch, reason, by)
    return _take(batch, to_state, reason, by)


def _refuse_with_planned_sessions(batch):
    if count := batch.sessions.filter(status=Session.Status.PLANNED).count():
        raise ValidationError(
            ngettext(
                "%(count)s pertemuan belum terlaksana. Isi daftar hadirnya, atau batalkan.",
                "%(count)s pertemuan belum terlaksana. Isi daftar hadirnya, atau batalkan.",
                count,
            )
            % {"count": count}
        )


def _refuse_with_people(batch):
    if people := batch.count_people():
        raise ValidationError(
            ngettext(
                "%(people)s orang sudah menjadi peserta angkatan ini.",
                "%(people)s orang sudah menjadi peserta angkatan ini.",
                people,
            )
            % {"people": people}
        )


def _cancel_planned_sessions(batch, reason, by):
    if batch.enrollments.exclude(closed_at=None).exists():
        raise ValidationError(_("Sertifikat angkatan ini sudah bernomor."))
    planned = batch.sessions.filter(status=Session.Status.PLANNED)
    for session in planned:
        audit.record("session.cancelled", session, by=by, reason=reason)
    planned.update(
        status=Session.Status.CANCELLED, cancel_reason=reason, cancel_cause=Session.Cause.OTHER
    )


@transaction.atomic
def begin_batch(*, batch, by):
    """The first meeting is held: the batch runs from now on, whoever forgot to say so."""
    if batch.state in (State.PLANNED, State.OPEN):
        _take(batch, State.RUNNING, "", by)
    return batch


def _take(batch, to_state, reason, by):
    BatchMove.objects.create(
        batch=batch, from_state=batch.state, to_state=to_state, reason=reason, moved_by=by
    )
    batch.state = to_state
    batch.save(update_fields=["state"])
    audit.record("batch.moved", batch, by=by, to=to_state, reason=reason)
    return batch
