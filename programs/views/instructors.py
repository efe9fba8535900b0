"""What the partner page shows of its instructors, and their papers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from partnerships.models import Partner
from programs import services
from programs.forms.instructors import InstructorForm
from programs.models import Instructor


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def of_partner(request, pk):
    """The slot of the partner page: its instructors."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    context = {"partner": partner, "instructors": partner.instructors.all()}
    template = "programs/of_partner.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def instructor_create(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    form = InstructorForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_instructor, partner=partner, by=request.user):
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
            return redirect(instructor.partner)
    return render(
        request, "programs/instructor_update.html", {"form": form, "instructor": instructor}
    )
