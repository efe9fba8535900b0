"""Agreements and who signs them."""

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from partnerships import exports, services
from partnerships.forms.agreements import AgreementForm, EndAgreementForm, SignatoryForm
from partnerships.models import Agreement, Signatory


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def agreement_list(request):
    agreements = Agreement.objects.visible_to(request.user).select_related("partner", "facility")
    has_any = agreements.exists()
    agreements = agreements.of_facility(request.GET.get("facility"))
    query = request.GET.get("q", "").strip()
    if query:
        agreements = agreements.filter(
            Q(partner__name__icontains=query)
            | Q(facility_number__icontains=query)
            | Q(partner_number__icontains=query)
        )
    if request.GET.get("state") == "in_force":
        agreements = agreements.in_force()
    agreements = sorted_by(
        request,
        agreements.with_last_day(),
        {"ends": ["last_day"], "partner": [Lower("partner__name")], "starts": ["starts_on"]},
        default="-ends",
    )
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response("perjanjian", exports.AGREEMENTS, agreements)
    context = {"page": page_of(request, agreements), "query": query, "has_any": has_any}
    template = "partnerships/agreement_list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def agreement_detail(request, pk):
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility"), pk=pk
    )
    # The umbrella of a school's agreement may be somebody else's, which she does not see.
    before = (
        Agreement.objects.visible_to(request.user)
        .select_related("partner")
        .in_bulk([agreement.parent_id, agreement.renews_id])
    )
    context = {
        "agreement": agreement,
        "parent": before.get(agreement.parent_id),
        "renewed": before.get(agreement.renews_id),
        "signatories": agreement.signatories.filter(removed_at=None),
        "documents": agreement.documents.current(),
        "related": Agreement.objects.visible_to(request.user)
        .filter(Q(parent=agreement) | Q(renews=agreement))
        .select_related("partner")
        .order_by("starts_on"),
    }
    return render(request, "partnerships/agreement_detail.html", context)


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def agreement_create(request):
    form = AgreementForm(request.POST or None, user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        if agreement := form.perform(services.record_agreement, by=request.user):
            messages.success(
                request, _("Perjanjian tercatat. Lengkapi penanda tangan dan programnya.")
            )
            return redirect(agreement)
    return render(request, "partnerships/agreement_create.html", {"form": form})


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def agreement_update(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = AgreementForm(request.POST or None, user=request.user, instance=agreement)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_agreement, agreement=agreement, by=request.user):
            messages.success(request, _("Perubahan perjanjian tersimpan."))
            return redirect(agreement)
    return render(
        request, "partnerships/agreement_update.html", {"form": form, "agreement": agreement}
    )


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def agreement_end(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = EndAgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.end_agreement, agreement=agreement, by=request.user):
            messages.success(request, _("Perjanjian diakhiri."))
            return redirect(agreement)
    return render(
        request, "partnerships/agreement_end.html", {"form": form, "agreement": agreement}
    )


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def signatory_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = SignatoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_signatory, agreement=agreement, by=request.user):
            return redirect(agreement)
    return render(
        request, "partnerships/signatory_create.html", {"form": form, "agreement": agreement}
    )


@require(Permission.MANAGE_PARTNERSHIPS)
@require_POST
def signatory_remove(request, pk):
    signatory = get_object_or_404(
        Signatory.objects.filter(agreement__in=Agreement.objects.visible_to(request.user)), pk=pk
    )
    services.remove_signatory(signatory=signatory, by=request.user)
    messages.success(request, _("%(name)s tidak lagi menandatangani.") % {"name": signatory})
    return redirect(signatory.agreement)
