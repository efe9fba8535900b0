"""The meetings of a class."""

import re

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from programs import services, tasks
from programs.forms.sessions import (
    CancelSessionForm,
    MoveSessionForm,
    SessionForm,
    SubstituteForm,
)
from programs.models import Batch, Session
from programs.queries import uncovered_sessions

KEPT_FROM_LAST = ("starts_at", "ends_at", "hours", "unit", "room", "instructor")


def say_when_uncovered(request, batch):
    """Booked all the same, but nobody shall learn of it only when certificates are due."""
    if sessions := uncovered_sessions(batch):
        messages.warning(
            request,
            _("Pertemuan %(day)s berada di luar perjanjian; catat adendumnya.")
            % {"day": date_format(sessions[0].takes_place_on)},
        )
        tasks.warn.enqueue(batch.facility_id)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement", "curriculum", "facility"
        ),
        pk=pk,
    )
    replaced = (
        get_object_or_404(batch.sessions.cancelled().regular(), pk=request.GET["replaces"])
        if re.fullmatch(r"\d{1,18}", request.GET.get("replaces", ""), re.ASCII)
        else None
    )
    pattern = replaced or batch.sessions.last()
    initial = {name: getattr(pattern, name) for name in KEPT_FROM_LAST} if pattern else {}
    if replaced:
        initial["theory_hours"] = replaced.theory_hours
    if day := request.GET.get("takes_place_on"):
        initial["takes_place_on"] = day
    form = SessionForm(request.POST or None, batch=batch, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.schedule_session, batch=batch, replaces=replaced, by=request.user):
            messages.success(request, _("Pertemuan dijadwalkan."))
            say_when_uncovered(request, batch)
            if "again" in request.POST:
                return redirect("programs:session_create", batch.pk)
            return redirect(batch)
    return render(
        request,
        "programs/session_create.html",
        {"form": form, "batch": batch, "replaced": replaced},
    )


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_update(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__agreement", "batch__curriculum", "batch__facility"
        ),
        pk=pk,
    )
    if session.is_catch_up:
        return redirect("participants:catch_up_update", session.pk)
    form = MoveSessionForm(request.POST or None, batch=session.batch, instance=session)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.reschedule, session=session, by=request.user):
            messages.success(request, _("Perubahan pertemuan tersimpan."))
            say_when_uncovered(request, session.batch)
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
            messages.success(
                request, _("Pertemuan dibatalkan. Penggantinya direncanakan dari jadwal.")
            )
            return redirect(session.batch)
    return render(request, "programs/session_cancel.html", {"form": form, "session": session})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_substitute(request, pk):
    """Who teaches instead, or who really taught."""
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__agreement__partner", "batch__curriculum", "batch__facility", "instructor"
        ),
        pk=pk,
    )
    form = SubstituteForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.substitute_instructor, session=session, by=request.user):
            messages.success(
                request,
                _("%(name)s tercatat sebagai instruktur pertemuan ini.")
                % {"name": form.cleaned_data["instructor"]},
            )
            return redirect(session)
    return render(request, "programs/session_substitute.html", {"form": form, "session": session})
