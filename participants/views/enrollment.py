from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.enrollment import EndEnrollmentForm, EnrollForm
from participants.models import Enrollment, Inmate
from participants.queries import standings
from programs.models import Batch
from programs.queries import agreement_gaps

CANDIDATES_SHOWN = 100


@require(Permission.VIEW_ROSTER)
@require_safe
@vary_on_headers("HX-Request")
def roster(request, pk):
    """The batch's people; also the slot of the batch page."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("curriculum", "facility"), pk=pk
    )
    people = standings(batch)
    context = {
        "batch": batch,
        "standings": people,
        "seats_taken": sum(one.enrollment.ended_on is None for one in people),
    }
    template = "participants/roster.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "facility", "agreement", "curriculum"
        ),
        pk=pk,
    )
    candidates = Inmate.objects.visible_to(request.user).not_in(batch).order_by(Lower("name"), "pk")
    form = EnrollForm(
        request.POST or None, candidates=candidates, initial={"joined_on": batch.starts_on}
    )
    if request.method == "POST" and form.is_valid():
        if enrolled := form.perform(services.enroll_all, batch=batch, by=request.user):
            count = len(enrolled)
            messages.success(
                request,
                ngettext("%(count)s peserta masuk.", "%(count)s peserta masuk.", count)
                % {"count": count},
            )
            return redirect(batch)
    query = request.GET.get("q", "").strip()
    chosen = request.POST.getlist("inmates")
    if query:
        candidates = candidates.filter(
            Q(name__icontains=query) | Q(register_number__icontains=query)
        )
    context = {
        "form": form,
        "batch": batch,
        "candidates": candidates[:CANDIDATES_SHOWN],
        "candidate_count": candidates.count(),
        "chosen": chosen,
        "query": query,
        "free": batch.quota - batch.enrollments.active().count(),
        "gaps": agreement_gaps(batch),
    }
    return render(request, "participants/enrollment_create.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_end(request, pk):
    enrollment = get_object_or_404(
        Enrollment.objects.visible_to(request.user).select_related("batch", "inmate"), pk=pk
    )
    form = EndEnrollmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.end_enrollment, enrollment=enrollment, by=request.user):
            messages.success(request, _("%(name)s berhenti.") % {"name": enrollment.inmate})
            return redirect(enrollment.batch)
    return render(
        request, "participants/enrollment_end.html", {"form": form, "enrollment": enrollment}
    )
