"""Who is proposed for a batch, and what became of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Application, ApplicationMove, SelectionRound
from programs.models import Batch

State = Application.State


@transaction.atomic
def propose(*, inmates, batch, origin, note="", by):
    """[Application] of `inmates`, all or nobody; who was declined or withdrew may be proposed again.

    While a selection round of the batch is open, they join it.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=batch.pk)
    )
    if batch.state not in Batch.UNDER_WAY:
        raise ValidationError(
            _("Angkatan ini tidak menerima usulan lagi (keadaan: %(state)s).")
            % {"state": batch.get_state_display().lower()}
        )
    known = {one.inmate_id: one for one in batch.applications.filter(inmate__in=inmates)}
    applications = [
        _apply(batch, inmate, known.get(inmate.pk), origin=origin, note=note, by=by)
        for inmate in inmates
    ]
    round = batch.selection_rounds.filter(state=SelectionRound.State.OPEN).first()
    if round:
        join(round, applications)
    return applications


def _apply(batch, inmate, application, *, origin, note, by):
    if inmate.departed_on:
        raise ValidationError(
            {"inmates": _("%(name)s sudah keluar dari Lapas.") % {"name": inmate}}
        )
    if inmate.facility_id != batch.facility_id:
        raise ValidationError(
            {"inmates": _("%(name)s bukan warga binaan Lapas ini.") % {"name": inmate}}
        )
    if batch.enrollments.filter(inmate=inmate).exists():
        raise ValidationError(
            {"inmates": _("%(name)s sudah menjadi peserta angkatan ini.") % {"name": inmate}}
        )
    if application and application.state not in (State.DECLINED, State.WITHDRAWN):
        raise ValidationError(
            {"inmates": _("%(name)s sudah diusulkan untuk angkatan ini.") % {"name": inmate}}
        )
    application = application or Application(batch=batch, inmate=inmate, proposed_by=by)
    application.origin, application.note = origin, note
    application.full_clean()
    application.save()
    move_application(application, State.PROPOSED, by=by)
    audit.record("application.made", application, by=by, origin=origin)
    return application


def join(round, applications):
    """They take part in `round`, unless they do already."""
    there = set(round.candidates.values_list("application", flat=True))
    for application in applications:
        if application.pk not in there:
            round.candidates.create(application=application)


def move_application(application, state, reason="", *, by):
    """One step, kept for ever with its reason."""
    application.state, application.reason = state, reason
    application.save(update_fields=["state", "reason"])
    ApplicationMove.objects.create(application=application, state=state, reason=reason, by=by)


@transaction.atomic
def withdraw_application(*, application, reason, by):
    """The person no longer wants to, or cannot; a promised seat is free again."""
    application = locked_application(application)
    if not application.can_withdraw:
        raise ValidationError(
            _("Usulan ini tidak bisa ditarik (keadaan: %(state)s).")
            % {"state": application.get_state_display().lower()}
        )
    move_application(application, State.WITHDRAWN, reason, by=by)
    audit.record("application.withdrawn", application, by=by)
    return application


def locked_application(application):
    """The application as it is now; its batch is locked first, as everywhere."""
    Batch.objects.select_for_update(no_key=True).get(pk=application.batch_id)
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("inmate", "batch__facility")
        .get(pk=application.pk)
    )


def application_seated(enrollment, *, by):
    """Whoever takes part is no applicant any more, by whichever way the seat came."""
    application = Application.objects.filter(
        batch=enrollment.batch_id, inmate=enrollment.inmate_id
    ).first()
    if application and application.state != State.ENROLLED:
        move_application(application, State.ENROLLED, by=by)
