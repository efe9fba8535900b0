"""What stands behind one result: its attempts, its corrections, its evidence."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS, kept_file_response
from participants import services
from participants.forms.results import EvidenceForm
from participants.models import Evidence, ReadingTrail, UnitResult
from participants.queries.results import corrections_of, predicate_of_result


def _result(request, pk):
    return get_object_or_404(
        UnitResult.objects.visible_to(request.user).select_related(
            "unit",
            "assessed_by",
            "enrollment__inmate",
            "enrollment__batch__facility",
            "enrollment__batch__curriculum",
        ),
        pk=pk,
    )


@require(Permission.VIEW_ROSTER)
@require_safe
def result_detail(request, pk):
    """All attempts at one unit, who assessed them and when, corrections, and the evidence."""
    result = _result(request, pk)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page="result_detail",
        inmates=[result.enrollment.inmate],
    )
    evidence = result.evidence.select_related("uploaded_by", "withdrawn_by")
    context = {
        "result": result,
        "attempts": [*result.earlier_attempts.select_related("assessed_by"), result],
        "predicate": predicate_of_result(result, result.enrollment.batch.curriculum),
        "corrections": corrections_of(result),
        "evidence": [one for one in evidence if not one.withdrawn_at],
        "withdrawn": [one for one in evidence if one.withdrawn_at],
    }
    return render(request, "participants/result_detail.html", context)


@require(Permission.RECORD_RESULTS)
@require_http_methods(FORM_METHODS)
def evidence_create(request, pk):
    result = _result(request, pk)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page="evidence_create",
        inmates=[result.enrollment.inmate],
    )
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.keep_evidence, result=result, by=request.user):
            messages.success(request, _("Bukti tersimpan persis seperti aslinya."))
            return redirect("participants:result_detail", result.pk)
    return render(request, "participants/evidence_create.html", {"form": form, "result": result})


def _evidence(request, pk):
    return get_object_or_404(
        Evidence.objects.visible_to(request.user).select_related(
            "result__enrollment__batch", "result__enrollment__inmate"
        ),
        pk=pk,
    )


@require(Permission.VIEW_PHOTOS)
@require_safe
def evidence_download(request, pk):
    evidence = _evidence(request, pk)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.EXPORTED,
        page="evidence_download",
        inmates=[evidence.result.enrollment.inmate],
    )
    return kept_file_response(evidence)


@require(Permission.RECORD_RESULTS)
@require_POST
def evidence_withdraw(request, pk):
    evidence = _evidence(request, pk)
    try:
        services.withdraw_evidence(evidence=evidence, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("Bukti ditarik; berkasnya tetap tersimpan."))
    return redirect("participants:result_detail", evidence.result_id)
