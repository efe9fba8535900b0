"""What each side promised in an agreement, and what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from partnerships import services
from partnerships.forms.promises import CommitmentForm, DeliveryForm
from partnerships.models import Agreement, Commitment, Delivery


def _commitment(request, pk):
    return get_object_or_404(
        Commitment.objects.filter(
            agreement__in=Agreement.objects.visible_to(request.user)
        ).select_related("agreement__partner", "agreement__facility"),
        pk=pk,
    )


def _with_deliveries(commitment):
    deliveries = list(commitment.deliveries.standing())
    total = sum(one.amount for one in deliveries)
    return {"commitment": commitment, "deliveries": deliveries, "total": total}


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def commitment_create(request, pk):
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner"), pk=pk
    )
    form = CommitmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_commitment, agreement=agreement, by=request.user):
            messages.success(request, _("Janji tercatat."))
            return redirect(agreement)
    return render(
        request, "partnerships/commitment_create.html", {"form": form, "agreement": agreement}
    )


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def commitment_detail(request, pk):
    """What came of one promise, delivery by delivery; also for those who only read."""
    context = _with_deliveries(_commitment(request, pk))
    return render(request, "partnerships/commitment_detail.html", context)


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def commitment_update(request, pk):
    commitment = _commitment(request, pk)
    form = CommitmentForm(request.POST or None, instance=commitment)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_commitment, commitment=commitment, by=request.user):
            messages.success(request, _("Perubahan janji tersimpan."))
            return redirect(commitment)
    return render(
        request, "partnerships/commitment_update.html", {"form": form, "commitment": commitment}
    )


@require(Permission.MANAGE_PARTNERSHIPS)
@require_POST
def commitment_withdraw(request, pk):
    commitment = _commitment(request, pk)
    services.withdraw_commitment(commitment=commitment, by=request.user)
    messages.success(request, _("Janji “%(title)s” ditarik.") % {"title": commitment})
    return redirect(commitment.agreement)


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def delivery_create(request, pk):
    commitment = _commitment(request, pk)
    form = DeliveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_delivery, commitment=commitment, by=request.user):
            messages.success(request, _("Realisasi tercatat."))
            return redirect(commitment)
    context = _with_deliveries(commitment) | {"form": form}
    return render(request, "partnerships/delivery_create.html", context)


@require(Permission.MANAGE_PARTNERSHIPS)
@require_POST
def delivery_withdraw(request, pk):
    delivery = get_object_or_404(
        Delivery.objects.filter(
            commitment__agreement__in=Agreement.objects.visible_to(request.user)
        ).select_related("commitment"),
        pk=pk,
    )
    services.withdraw_delivery(delivery=delivery, by=request.user)
    messages.success(request, _("Realisasi ditarik, dan tidak dihitung lagi."))
    return redirect(delivery.commitment)
