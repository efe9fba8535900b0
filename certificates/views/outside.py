"""Certificates of competence from an LSP: recorded here, printed there."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from certificates import services
from certificates.forms.outside import OutsideForm, OutsideUpdateForm
from certificates.models import OutsideCertificate
from core.http import FORM_METHODS, kept_file_response
from core.paging import page_of
from participants.models import Inmate, ReadingTrail
from participants.services import record_reading


def _read(request, page, people, how=ReadingTrail.How.VIEWED, query=""):
    record_reading(by=request.user, how=how, page=page, inmates=people, query=query)


@require(Permission.VIEW_INMATES)
@require_safe
def outside_list(request):
    outside = OutsideCertificate.objects.visible_to(request.user).select_related("inmate__facility")
    has_any = outside.exists()
    outside = outside.of_facility(request.GET.get("facility"))
    if query := request.GET.get("q", "").strip():
        outside = outside.filter(
            Q(number__icontains=query)
            | Q(scheme__icontains=query)
            | Q(issuer__icontains=query)
            | Q(inmate__name__icontains=query)
        )
    page = page_of(request, outside)
    people = {one.inmate for one in page}
    _read(request, "outside_list", people, ReadingTrail.How.of_list(query), query)
    context = {"page": page, "query": query, "has_any": has_any}
    return render(request, "certificates/outside_list.html", context)


@require(Permission.RECORD_OUTSIDE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def outside_create(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    _read(request, "outside_create", [inmate])
    form = OutsideForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_outside, inmate=inmate, by=request.user):
            messages.success(
                request, _("Sertifikat dicatat; pindaiannya tersimpan seperti aslinya.")
            )
            return redirect("certificates:of_inmate", inmate.pk)
    return render(request, "certificates/outside_create.html", {"form": form, "inmate": inmate})


def _outside(request, pk):
    return get_object_or_404(
        OutsideCertificate.objects.visible_to(request.user).select_related("inmate"), pk=pk
    )


@require(Permission.RECORD_OUTSIDE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def outside_update(request, pk):
    outside = _outside(request, pk)
    _read(request, "outside_update", [outside.inmate])
    form = OutsideUpdateForm(request.POST or None, instance=outside)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_outside, outside=outside, by=request.user):
            messages.success(request, _("Perubahan disimpan; yang lama tetap di jejak audit."))
            return redirect("certificates:of_inmate", outside.inmate_id)
    return render(
        request,
        "certificates/outside_update.html",
        {"form": form, "inmate": outside.inmate, "outside": outside},
    )


@require(Permission.VIEW_INMATES)
@require_safe
def outside_download(request, pk):
    outside = _outside(request, pk)
    _read(request, "outside_download", [outside.inmate], ReadingTrail.How.EXPORTED)
    return kept_file_response(outside)
