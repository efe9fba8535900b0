"""Instructors: on their partner's page, their own page, and their papers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from partnerships.models import Partner
from programs import services
from programs.forms.instructors import CompetenceForm, InstructorForm
from programs.models import Competence, Instructor, Program, Session
from programs.queries import instructors_of

SESSIONS_TO_COME = 10


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def of_partner(request, pk):
    """The slot of the partner page: its instructors."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    seen = Instructor.objects.visible_to(request.user).values("pk")
    context = {"partner": partner, "instructors": instructors_of(partner).filter(pk__in=seen)}
    template = "programs/of_partner.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def instructor_detail(request, pk):
    instructor = get_object_or_404(
        Instructor.objects.visible_to(request.user).select_related("partner"), pk=pk
    )
    sessions = (
        Session.objects.visible_to(request.user)
        .to_come()
        .filter(instructor=instructor)
        .select_related("batch", "unit", "room")
    )
    context = {
        "instructor": instructor,
        "programs": Program.objects.visible_to(request.user)
        .filter(instructors=instructor)
        .select_related("facility"),
        "papers": instructor.competences.current(),
        "sessions": sessions[:SESSIONS_TO_COME],
        "session_count": sessions.count(),
    }
    return render(request, "programs/instructor_detail.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def instructor_create(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user).current(), pk=pk)
    form = InstructorForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_instructor, partner=partner, by=request.user):
            messages.success(
                request, _("Instruktur tercatat. Surat kompetensinya dicatat pada halamannya.")
            )
            return redirect(partner)
    return render(request, "programs/instructor_create.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def instructor_update(request, pk):
    instructor = get_object_or_404(Instructor.objects.visible_to(request.user), pk=pk)
    form = InstructorForm(request.POST or None, user=request.user, instance=instructor)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_instructor, instructor=instructor, by=request.user):
            messages.success(request, _("Perubahan instruktur tersimpan."))
            return redirect(instructor)
    return render(
        request, "programs/instructor_update.html", {"form": form, "instructor": instructor}
    )


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def competence_create(request, pk):
    instructor = get_object_or_404(Instructor.objects.visible_to(request.user), pk=pk)
    form = CompetenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_competence, instructor=instructor, by=request.user):
            messages.success(request, _("Surat kompetensi tercatat."))
            return redirect(instructor)
    return render(
        request, "programs/competence_create.html", {"form": form, "instructor": instructor}
    )


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def competence_withdraw(request, pk):
    competence = get_object_or_404(
        Competence.objects.current().filter(
            instructor__in=Instructor.objects.visible_to(request.user)
        ),
        pk=pk,
    )
    services.withdraw_competence(competence=competence, by=request.user)
    messages.success(request, _("Surat “%(title)s” ditarik.") % {"title": competence})
    return redirect(competence.instructor)
