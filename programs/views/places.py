"""Rooms, and the days on which the facility teaches or does not."""

import re
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Facility
from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of
from programs import services
from programs.calendar import special_days
from programs.forms.places import DayRuleForm, RoomForm
from programs.models import DayRule, Room, Session


@require(Permission.MANAGE_PROGRAMS)
@require_safe
def room_list(request):
    planned = Q(
        sessions__status=Session.Status.PLANNED, sessions__takes_place_on__gte=timezone.localdate()
    )
    rooms = (
        Room.objects.visible_to(request.user)
        .filter(closed_at=None)
        .annotate(to_come=Count("sessions", filter=planned))
        .order_by(Lower("name"))
    )
    return render(request, "programs/room_list.html", {"page": page_of(request, rooms)})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def room_create(request):
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_room, by=request.user):
            messages.success(request, _("Ruang tercatat."))
            return redirect("programs:room_list")
    return render(request, "programs/room_create.html", {"form": form})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def room_update(request, pk):
    room = get_object_or_404(Room.objects.visible_to(request.user), pk=pk)
    form = RoomForm(request.POST or None, instance=room)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_room, room=room, by=request.user):
            messages.success(request, _("Perubahan ruang tersimpan."))
            return redirect("programs:room_list")
    return render(request, "programs/room_update.html", {"form": form, "room": room})


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def room_close(request, pk):
    room = get_object_or_404(Room.objects.visible_to(request.user), pk=pk)
    try:
        services.close_room(room=room, by=request.user)
        messages.success(request, _("%(room)s tidak dipakai lagi.") % {"room": room})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("programs:room_list")


def _special_days(request):
    """(year, [SpecialDay], {day: rule}) of the facility under which one acts."""
    text = request.GET.get("year", "")
    is_year = re.fullmatch(r"20\d\d", text, re.ASCII)
    year = int(text) if is_year else timezone.localdate().year
    facility = get_object_or_404(
        Facility.objects.visible_to(request.user), pk=request.user.facility.pk
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    rules = {
        rule.falls_on: rule
        for rule in DayRule.objects.visible_to(request.user).between(first, last)
    }
    return year, list(special_days(facility, first, last).values()), rules


@require(Permission.MANAGE_PROGRAMS)
@require_safe
def day_list(request):
    year, days, rules = _special_days(request)
    context = {"year": year, "days": [(one, rules.get(one.day)) for one in days]}
    return render(request, "programs/day_list.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def day_create(request):
    form = DayRuleForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        if rules := form.perform(services.set_day_rules, by=request.user):
            messages.success(request, _("Kalender Lapas diperbarui."))
            meetings = Session.objects.visible_to(request.user).to_come()
            if meetings.filter(
                takes_place_on__in=[one.falls_on for one in rules if not one.is_open]
            ):
                messages.warning(
                    request, _("Ada pertemuan pada hari yang ditutup. Pindahkan dari jadwalnya.")
                )
            return redirect("programs:day_list")
    return render(request, "programs/day_create.html", {"form": form})


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def day_remove(request, pk):
    rule = get_object_or_404(DayRule.objects.visible_to(request.user), pk=pk)
    year = rule.falls_on.year
    services.remove_day_rule(rule=rule, by=request.user)
    messages.success(request, _("Keterangan hari itu dihapus; kalender nasional berlaku lagi."))
    return redirect(f"{redirect('programs:day_list').url}?year={year}")
