"""One participant of one class: how far, and what an officer may do; and people who leave the prison."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.eligibility import unanswered
from participants.forms.life import (
    DepartForm,
    EndEnrollmentForm,
    PlanEndForm,
    ResumeForm,
    ReturnForm,
    SuspendForm,
)
from participants.models import Enrollment, Inmate, Override, ReadingTrail, Suspension
from participants.queries.advice import advice_for, overrides_of
from participants.queries.life import participation
from programs.models import Batch


@require(Permission.VIEW_INMATES)
@require_safe
def enrollment_detail(request, pk):
    enrollment = _enrollment(request, pk)
    _note_reading(request, "enrollment_detail", enrollment.inmate)
    context = {
        "enrollment": enrollment,
        "numbers": participation(enrollment),
        "suspensions": enrollment.suspensions.all(),
        "statements": enrollment.statements.select_related("made_by"),
        "overrides": Override.objects.visible_to(request.user)
        .filter(batch=enrollment.batch, inmate=enrollment.inmate)
        .select_related("made_by"),
        "today": timezone.localdate(),
    }
    return render(request, "participants/enrollment_detail.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_end(request, pk):
    enrollment = _enrollment(request, pk)
    form = EndEnrollmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.end_enrollment, enrollment=enrollment, by=request.user):
            messages.success(request, _("%(name)s berhenti.") % {"name": enrollment.inmate})
            return redirect(enrollment.batch)
    return _form(request, "enrollment_end", form, enrollment)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_plan_end(request, pk):
    enrollment = _enrollment(request, pk)
    form = PlanEndForm(request.POST or None, initial={"planned_end_on": enrollment.planned_end_on})
    if request.method == "POST" and form.is_valid():
        if form.perform(services.plan_end, enrollment=enrollment, by=request.user):
            messages.success(request, _("Rencana berhenti tersimpan."))
            return redirect("participants:enrollment_detail", enrollment.pk)
    return _form(request, "enrollment_plan_end", form, enrollment)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_suspend(request, pk):
    enrollment = _enrollment(request, pk)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.suspend, enrollment=enrollment, by=request.user):
            messages.success(request, _("%(name)s ditangguhkan.") % {"name": enrollment.inmate})
            return redirect("participants:enrollment_detail", enrollment.pk)
    return _form(request, "enrollment_suspend", form, enrollment)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def suspension_resume(request, pk):
    suspension = get_object_or_404(
        Suspension.objects.visible_to(request.user).select_related(
            "enrollment__batch", "enrollment__inmate"
        ),
        pk=pk,
    )
    enrollment = suspension.enrollment
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.resume, suspension=suspension, by=request.user):
            messages.success(request, _("%(name)s ikut lagi.") % {"name": enrollment.inmate})
            return redirect("participants:enrollment_detail", enrollment.pk)
    return _form(request, "suspension_resume", form, enrollment, suspension=suspension)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_return(request, pk):
    enrollment = _enrollment(request, pk)
    batch, inmate = enrollment.batch, enrollment.inmate
    against = unanswered(advice_for(batch, [inmate])[inmate.pk], overrides_of(batch)[inmate.pk])
    form = ReturnForm(request.POST or None, against=against)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.return_to_batch, enrollment=enrollment, by=request.user):
            messages.success(request, _("%(name)s ikut lagi.") % {"name": enrollment.inmate})
            return redirect("participants:enrollment_detail", enrollment.pk)
    return _form(request, "enrollment_return", form, enrollment, against=against)


def _enrollment(request, pk):
    return get_object_or_404(
        Enrollment.objects.visible_to(request.user).select_related(
            "batch__facility", "batch__curriculum__program", "batch__agreement__partner", "inmate"
        ),
        pk=pk,
    )


def _form(request, name, form, enrollment, **more):
    _note_reading(request, name, enrollment.inmate)
    context = {"form": form, "enrollment": enrollment, **more}
    return render(request, f"participants/{name}.html", context)


def _note_reading(request, page, inmate):
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page=page, inmates=[inmate]
    )


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_depart(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = DepartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.depart, inmate=inmate, by=request.user):
            messages.success(
                request, _("%(name)s tercatat keluar. Riwayatnya tetap ada.") % {"name": inmate}
            )
            return redirect(inmate)
    _note_reading(request, "inmate_depart", inmate)
    context = {
        "form": form,
        "inmate": inmate,
        "enrollments": inmate.enrollments.active()
        .filter(batch__state__in=Batch.UNDER_WAY)
        .select_related("batch"),
    }
    return render(request, "participants/inmate_depart.html", context)


@require(Permission.MANAGE_INMATES)
@require_POST
def inmate_return(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    try:
        services.return_inmate(inmate=inmate, by=request.user)
        messages.success(
            request,
            _("%(name)s tercatat di Lapas ini lagi. Lanjutkan kepesertaannya satu per satu.")
            % {"name": inmate},
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(inmate)
