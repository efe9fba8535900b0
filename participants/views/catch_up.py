"""Catch-ups: planned for those who have hours to make up, and changed until they are held."""

import re

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.catch_up import CatchUpForm
from participants.models import ReadingTrail
from participants.queries.debts import claims_by_unit, claims_in
from programs.models import Batch, Session

KEPT_FROM_LAST = ("starts_at", "ends_at", "hours", "room", "instructor")


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def catch_up_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement__partner", "curriculum", "facility"
        ),
        pk=pk,
    )
    units = claims_by_unit(batch)
    unit = _chosen(request, batch, units)
    claims = claims_in(batch, unit) if unit else []
    owed = [one.enrollment.pk for one in claims if one.is_owed_more]
    form = CatchUpForm(
        request.POST or None, batch=batch, claims=claims, initial=_pattern(batch, unit)
    )
    if request.method == "POST" and unit and form.is_valid():
        if session := form.perform(
            services.schedule_catch_up, batch=batch, unit=unit, by=request.user
        ):
            messages.success(
                request,
                _("Susulan %(unit)s dijadwalkan pada %(day)s.")
                % {"unit": unit, "day": date_format(session.takes_place_on)},
            )
            return redirect(batch)
    _note(request, "catch_up_create", claims)
    context = {"form": form, "batch": batch, "units": units, "unit": unit}
    context["rows"] = _ticks(request, claims, owed)
    return render(request, "participants/catch_up_create.html", context)


def _chosen(request, batch, units):
    """The unit in ?unit=, else the one in which most people are owed; None when nobody has anything to make up."""
    if re.fullmatch(r"\d{1,18}", wanted := request.GET.get("unit", ""), re.ASCII):
        return get_object_or_404(batch.curriculum.units, pk=wanted)
    most = max(units, key=lambda one: (one.owed, one.people), default=None)
    return most and most.unit


def _pattern(batch, unit):
    """What the form proposes: the time, room and instructor of the unit's last meeting."""
    last = batch.sessions.alive().regular().filter(unit=unit).last() if unit else None
    return {name: getattr(last, name) for name in KEPT_FROM_LAST} if last else {}


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def catch_up_update(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__agreement__partner", "batch__facility", "unit", "room", "instructor"
        ),
        pk=pk,
    )
    if not session.is_catch_up:
        messages.error(request, _("Pertemuan ini untuk seluruh kelas, bukan susulan."))
        return redirect(session.batch)
    claims = claims_in(session.batch, session.unit, besides=session)
    form = CatchUpForm(request.POST or None, batch=session.batch, claims=claims, instance=session)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_catch_up, session=session, by=request.user):
            messages.success(request, _("Susulan tersimpan."))
            return redirect(session.batch)
    invited = list(session.catch_up_places.values_list("enrollment", flat=True))
    _note(request, "catch_up_update", claims)
    context = {"form": form, "session": session, "rows": _ticks(request, claims, invited)}
    return render(request, "participants/catch_up_update.html", context)


def _ticks(request, claims, proposed):
    """[(Claim, whether it is ticked)]: as it was sent, or as it is proposed."""
    if request.method == "POST":
        proposed = set(request.POST.getlist("enrollments"))
        return [(one, str(one.enrollment.pk) in proposed) for one in claims]
    return [(one, one.enrollment.pk in proposed) for one in claims]


def _note(request, page, claims):
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.LISTED,
        page=page,
        inmates=[one.enrollment.inmate for one in claims],
    )
