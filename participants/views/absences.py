"""Absences that the Lapas announces ahead: the list, a new one, taken back."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.exports.sheets import ABSENCES
from participants.forms.absences import AbsenceForm, DayForm
from participants.models import AnnouncedAbsence, Inmate, ReadingTrail
from participants.queries.sheets import meetings_missed

How = ReadingTrail.How
FOUND_AT_MOST = 30


@require(Permission.VIEW_RESTRICTED)
@require_safe
def absence_list(request):
    """Those to come, unless another `state` or a day (`?on=`) is asked for."""
    everything = AnnouncedAbsence.objects.visible_to(request.user)
    form, query = DayForm(request.GET), request.GET.get("q", "").strip()
    day = form.cleaned_data["on"] if form.is_valid() else None
    state = request.GET.get("state", "")
    absences = _of_state(everything.on(day) if day else everything, state, has_day=bool(day))
    if query:
        absences = absences.filter(
            Q(inmate__name__icontains=query) | Q(inmate__register_number__icontains=query)
        )
    absences = sorted_by(
        request,
        absences.select_related("inmate", "announced_by", "withdrawn_by"),
        {"day": ["starts_on", "starts_at"], "name": [Lower("inmate__name"), "starts_on"]},
        default="-day" if state in ("past", "withdrawn") else "day",
    )
    is_export = request.GET.get("export") == "xlsx"
    page = page_of(request, absences)
    services.record_reading(
        by=request.user,
        how=How.EXPORTED if is_export else How.SEARCHED if query else How.LISTED,
        page="absence_list",
        inmates={one.inmate_id: one.inmate for one in (absences if is_export else page)}.values(),
        query=query,
    )
    if is_export:
        return spreadsheet_response("pemberitahuan", ABSENCES, absences)
    missed = meetings_missed(page)
    context = {
        "form": form,
        "day": day,
        "page": page,
        "rows": [(one, missed[one.pk]) for one in page],
        "query": query,
        "state": state,
        "has_any": everything.exists(),
    }
    return render(request, "participants/absence_list.html", context)


def _of_state(absences, state, *, has_day):
    if state == "withdrawn":
        return absences.withdrawn()
    if state == "past":
        return absences.past()
    return absences if has_day else absences.upcoming()


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def absence_create(request):
    """Find the person first; with `?inmate=` the form."""
    people = Inmate.objects.visible_to(request.user)
    wanted = request.GET.get("inmate", "")
    if not wanted:
        return _find(request, people.present())
    inmate = get_object_or_404(people, pk=wanted if re.fullmatch(r"[0-9]{1,18}", wanted) else 0)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.announce_absence, inmate=inmate, by=request.user):
            messages.success(
                request, _("Pemberitahuan untuk %(name)s tercatat.") % {"name": inmate}
            )
            return redirect("participants:absence_list")
    services.record_reading(
        by=request.user, how=How.VIEWED, page="absence_create", inmates=[inmate]
    )
    context = {"form": form, "inmate": inmate}
    return render(request, "participants/absence_create.html", context)


def _find(request, people):
    """The first step: whom it is about."""
    query = request.GET.get("q", "").strip()
    found = []
    if query:
        found = list(people.matching(query).order_by(Lower("name"), "pk")[: FOUND_AT_MOST + 1])
        services.record_reading(
            by=request.user,
            how=How.SEARCHED,
            page="absence_create",
            inmates=found[:FOUND_AT_MOST],
            query=query,
        )
    context = {
        "inmate": None,
        "query": query,
        "people": found[:FOUND_AT_MOST],
        "has_more": len(found) > FOUND_AT_MOST,
        "most": FOUND_AT_MOST,
    }
    return render(request, "participants/absence_create.html", context)


@require(Permission.ENROLL)
@require_POST
def absence_withdraw(request, pk):
    absence = get_object_or_404(
        AnnouncedAbsence.objects.visible_to(request.user).select_related("inmate"), pk=pk
    )
    try:
        services.withdraw_absence(absence=absence, by=request.user)
        messages.success(
            request, _("Pemberitahuan untuk %(name)s dibatalkan.") % {"name": absence.inmate}
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("participants:absence_list")
