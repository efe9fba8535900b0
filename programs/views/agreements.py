"""What the agreement page shows of programs and batches."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from partnerships.models import Agreement
from programs import services
from programs.forms.curricula import CoverageForm
from programs.models import Batch, Program
from programs.queries import agreement_line, family_of, rivals, root_id


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def of_agreement(request, pk):
    """The slot of the agreement page: programs covered, and the batches on the agreement's line."""
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility"), pk=pk
    )
    parts = family_of([root_id(agreement)])
    batches = list(
        Batch.objects.visible_to(request.user)
        .filter(agreement__in=parts)
        .select_related("agreement", "curriculum")
        .order_by("starts_on")
    )
    context = {
        "agreement": agreement,
        "programs": Program.objects.visible_to(request.user).filter(coverages__agreement=agreement),
        "batches": batches,
        "line": agreement_line(parts, batches, timezone.localdate()),
        "rivals": rivals(agreement) if request.user.can(Permission.MANAGE_PARTNERSHIPS) else [],
        "form": CoverageForm(user=request.user, agreement=agreement),
    }
    template = "programs/of_agreement.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def coverage_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = CoverageForm(request.POST, user=request.user, agreement=agreement)
    if form.is_valid() and form.perform(
        services.cover_program, agreement=agreement, by=request.user
    ):
        messages.success(request, _("Program tercakup dalam perjanjian ini."))
    else:
        messages.error(request, _("Pilih program yang belum dicakup perjanjian ini."))
    return redirect(agreement)
