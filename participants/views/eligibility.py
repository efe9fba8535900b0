"""Rules, facts about people, and who will hardly finish."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.charts import Timeline
from core.http import FORM_METHODS
from participants import services
from participants.eligibility import RULES, Setting
from participants.finishing import Outlook
from participants.forms.eligibility import ActivityForm, FindingForm, RulesForm, SeparationForm
from participants.models import (
    Activity,
    EligibilityRule,
    Enrollment,
    Inmate,
    ReadingTrail,
    Rule,
    Separation,
)
from participants.queries import advice
from programs.models import Batch, Program


@require(Permission.MANAGE_RULES)
@require_http_methods(FORM_METHODS)
def rule_list(request):
    """The rules of the facility or, with ?program=, of one of its programs."""
    programs = Program.objects.visible_to(request.user).order_by("name")
    program = None
    if wanted := request.GET.get("program"):
        program = get_object_or_404(
            programs, pk=wanted if re.fullmatch(r"[0-9]{1,18}", wanted) else 0
        )
    facility = request.user.facility
    rows = EligibilityRule.objects.visible_to(request.user).filter(program=program)
    form = RulesForm(
        request.POST or None,
        said={row.rule: Setting(row.is_on, row.amount) for row in rows},
        inherited=advice.settings_of(facility.pk)
        if program
        else {rule: RULES[rule].default for rule in Rule},
        follow=_("Mengikuti Lapas") if program else _("Setelan awal"),
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_rules, program=program, by=request.user):
            messages.success(request, _("Syarat peserta tersimpan."))
            return redirect(request.get_full_path())
    context = {"form": form, "programs": programs, "program": program, "facility": facility}
    return render(request, "participants/rule_list.html", context)


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def finding_create(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_finding, inmate=inmate, by=request.user):
            messages.success(request, _("Penilaian tercatat."))
            return redirect(inmate)
    return render(request, "participants/finding_create.html", {"form": form, "inmate": inmate})


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def activity_create(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_activity, inmate=inmate, by=request.user):
            messages.success(request, _("Kegiatan tercatat."))
            return redirect(inmate)
    return render(request, "participants/activity_create.html", {"form": form, "inmate": inmate})


@require(Permission.MANAGE_INMATES)
@require_POST
def activity_end(request, pk):
    activity = get_object_or_404(
        Activity.objects.visible_to(request.user).select_related("inmate"), pk=pk
    )
    try:
        services.end_activity(activity=activity, by=request.user)
        messages.success(request, _("%(activity)s berakhir.") % {"activity": activity})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(activity.inmate)


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def separation_create(request, pk):
    inmates = Inmate.objects.visible_to(request.user)
    inmate = get_object_or_404(inmates, pk=pk)
    form = SeparationForm(request.POST or None, inmates=inmates)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.separate, inmate=inmate, by=request.user):
            messages.success(request, _("Pemisahan tercatat."))
            return redirect(inmate)
    return render(request, "participants/separation_create.html", {"form": form, "inmate": inmate})


@require(Permission.MANAGE_INMATES)
@require_POST
def separation_end(request, pk):
    """Ends it from the page of either person, to which ?of= leads back."""
    separation = get_object_or_404(
        Separation.objects.visible_to(request.user).select_related("first", "second"), pk=pk
    )
    try:
        services.end_separation(separation=separation, by=request.user)
        messages.success(request, _("Pemisahan berakhir."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    is_of_second = request.POST.get("of") == str(separation.second_id)
    return redirect(separation.second if is_of_second else separation.first)


@dataclass(frozen=True)
class Risk:
    """One line of the page: who, how far he gets, where the line is cut, and faster classes."""

    enrollment: Enrollment
    outlook: Outlook
    cut_x: float | None
    faster: list


@require(Permission.VIEW_RESTRICTED)
@require_safe
def at_risk(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("facility", "curriculum__program"),
        pk=pk,
    )
    people = advice.at_risk([batch])[batch.pk]
    line = Timeline(batch.starts_on, batch.ends_on)
    others = Batch.objects.visible_to(request.user).filter(
        Q(state=Batch.State.OPEN) | Q(state=Batch.State.RUNNING),
        facility=batch.facility_id,
        curriculum__program=batch.curriculum.program_id,
        ends_on__lt=batch.ends_on,
    )
    faster = list(others.exclude(pk=batch.pk).order_by("ends_on"))
    services.record_reading(
        by=request.user, how=ReadingTrail.How.LISTED, page="at_risk", batch=batch
    )
    context = {
        "batch": batch,
        "line": line,
        "risks": [_risk(one, outlook, line, faster) for one, outlook in people],
    }
    return render(request, "participants/at_risk.html", context)


def _risk(enrollment, outlook, line, faster):
    leaves_on = outlook.leaves_on
    is_on_line = leaves_on is not None and leaves_on <= line.last
    return Risk(
        enrollment,
        outlook,
        cut_x=line.x(leaves_on) if is_on_line else None,
        faster=[one for one in faster if leaves_on and one.ends_on <= leaves_on],
    )
