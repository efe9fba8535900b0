"""Classes: what is planned, how far they are, and who teaches them."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from programs import exports, services
from programs.forms.batches import BatchForm, MoveForm, TeachingForm
from programs.models import Batch, Teaching, ToolCount
from programs.queries import agreement_gaps, hours_by_unit


@require(Permission.VIEW_PROGRAMS)
@require_safe
def batch_list(request):
    batches = (
        Batch.objects.visible_to(request.user)
        .select_related("agreement__partner", "curriculum__program", "facility")
        .with_hours()
    )
    has_any = batches.exists()
    batches = batches.of_facility(request.GET.get("facility"))
    query = request.GET.get("q", "").strip()
    if query:
        batches = batches.filter(
            Q(name__icontains=query)
            | Q(code__icontains=query)
            | Q(agreement__partner__name__icontains=query)
        )
    if (state := request.GET.get("state")) in Batch.State.values:
        batches = batches.filter(state=state)
    if re.fullmatch(r"(19|20)\d\d", year := request.GET.get("year", ""), re.ASCII):
        batches = batches.filter(starts_on__year=int(year))
    batches = sorted_by(
        request,
        batches,
        {"starts": ["starts_on"], "name": [Lower("name")], "ends": ["ends_on"]},
        default="-starts",
    )
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response("angkatan", exports.BATCHES, batches)
    context = {
        "page": page_of(request, batches),
        "query": query,
        "has_any": has_any,
        "states": Batch.State.choices,
    }
    return render(request, "programs/batch_list.html", context)


@require(Permission.VIEW_PROGRAMS)
@require_safe
def batch_detail(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user)
        .select_related("agreement__partner", "curriculum__program", "facility", "room")
        .with_hours(),
        pk=pk,
    )
    tools_out = ToolCount.objects.visible_to(request.user).filter(session__batch=batch).not_even()
    context = {
        "batch": batch,
        "tools_out": set(tools_out.values_list("session", flat=True)),
        "sessions": batch.sessions.select_related("unit", "instructor", "room", "replacement"),
        "gaps": agreement_gaps(batch),
        "unit_hours": hours_by_unit(batch),
        "teachings": batch.teachings.select_related("instructor"),
        "moves": batch.moves.select_related("moved_by"),
        "proposals": batch.proposals.waiting(),
        "next_states": [(state, Batch.VERBS[state]) for state in Batch.MOVES[batch.state]],
    }
    return render(request, "programs/batch_detail.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def batch_create(request):
    form = BatchForm(request.POST or None, user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        if batch := form.perform(services.plan_batch, by=request.user):
            messages.success(request, _("Angkatan direncanakan. Susun jadwalnya."))
            return redirect(batch)
    return render(request, "programs/batch_create.html", {"form": form})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def batch_update(request, pk):
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    form = BatchForm(request.POST or None, user=request.user, instance=batch)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_batch, batch=batch, by=request.user):
            messages.success(request, _("Perubahan angkatan tersimpan."))
            return redirect(batch)
    return render(request, "programs/batch_update.html", {"form": form, "batch": batch})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def batch_move(request, pk):
    """The step to another state (`?to=`, else the next): what it means, and the reason where asked."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    to_state = request.GET.get("to") or next(iter(Batch.MOVES[batch.state]), None)
    if to_state not in Batch.State.values:
        raise Http404
    form = MoveForm(
        request.POST or None, with_reason=(batch.state, to_state) in Batch.MOVES_WITH_REASON
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.move_batch, batch=batch, to_state=to_state, by=request.user):
            messages.success(
                request,
                _("Keadaan angkatan sekarang: %(state)s.") % {"state": Batch.State(to_state).label},
            )
            return redirect(batch)
    context = {
        "form": form,
        "batch": batch,
        "to_state": to_state,
        "verb": Batch.VERBS[to_state],
    }
    return render(request, "programs/batch_move.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def teaching_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("agreement", "curriculum"), pk=pk
    )
    form = TeachingForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.assign_instructor, batch=batch, by=request.user):
            messages.success(request, _("Instruktur tercatat pada angkatan ini."))
            return redirect(batch)
    return render(request, "programs/teaching_create.html", {"form": form, "batch": batch})


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def teaching_remove(request, pk):
    teaching = get_object_or_404(
        Teaching.objects.filter(batch__in=Batch.objects.visible_to(request.user)), pk=pk
    )
    try:
        services.release_instructor(teaching=teaching, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(teaching.batch)
