"""The meetings of a class."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from programs import services
from programs.forms.sessions import CancelSessionForm, SessionForm
from programs.models import Batch, Session


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement", "curriculum", "facility"
        ),
        pk=pk,
    )
    last = batch.sessions.last()
    initial = (
        {
            name: getattr(last, name)
            for name in ("starts_at", "ends_at", "hours", "unit", "room", "instructor")
        }
        if last
        else {}
    )
    form = SessionForm(request.POST or None, batch=batch, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.schedule_session, batch=batch, by=request.user):
            messages.success(request, _("Pertemuan dijadwalkan."))
            if "again" in request.POST:
                return redirect("programs:session_create", batch.pk)
            return redirect(batch)
    return render(request, "programs/session_create.html", {"form": form, "batch": batch})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_update(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__agreement", "batch__curriculum"
        ),
        pk=pk,
    )
    form = SessionForm(request.POST or None, batch=session.batch, instance=session)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.move_session, session=session, by=request.user):
            messages.success(request, _("Perubahan pertemuan tersimpan."))
            return redirect(session.batch)
    return render(request, "programs/session_update.html", {"form": form, "session": session})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_cancel(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("batch"), pk=pk
    )
    form = CancelSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.cancel_session, session=session, by=request.user):
            messages.success(request, _("Pertemuan dibatalkan."))
            return redirect(session.batch)
    return render(request, "programs/session_cancel.html", {"form": form, "session": session})
