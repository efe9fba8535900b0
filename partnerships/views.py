from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.paging import page_of, sorted_by
from partnerships import services
from partnerships.forms import (
    AgreementForm,
    ContactAccountForm,
    ContactForm,
    DocumentForm,
    EndAgreementForm,
    PartnerForm,
    SignatoryForm,
)
from partnerships.models import Agreement, Contact, Document, Partner, Signatory

FORM_METHODS = ["GET", "HEAD", "POST"]


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
    context = {"page": page_of(request, agreements), "query": query, "has_any": has_any}
    template = "partnerships/agreement_list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def agreement_detail(request, pk):
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility", "parent"),
        pk=pk,
    )
    context = {
        "agreement": agreement,
        "signatories": agreement.signatories.filter(removed_at=None),
        "documents": agreement.documents.all(),
        "addenda": agreement.addenda.select_related("partner"),
        "document_form": DocumentForm(),
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


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def document_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.keep_document, agreement=agreement, by=request.user):
            messages.success(request, _("Berkas tersimpan persis seperti aslinya."))
            return redirect(agreement)
    return render(
        request, "partnerships/document_create.html", {"form": form, "agreement": agreement}
    )


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def document_download(request, pk):
    document = get_object_or_404(
        Document.objects.filter(agreement__in=Agreement.objects.visible_to(request.user)), pk=pk
    )
    response = FileResponse(
        document.file.open(),
        as_attachment=True,
        filename=document.filename,
        content_type="application/pdf",
    )
    # Whatever stands in an uploaded file, a browser that opens it must not run it as this site.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def partner_list(request):
    partners = Partner.objects.visible_to(request.user).distinct()
    query = request.GET.get("q", "").strip()
    if query:
        partners = partners.filter(
            Q(name__icontains=query) | Q(npsn=query) | Q(city__icontains=query)
        )
    partners = sorted_by(
        request, partners, {"name": [Lower("name")], "city": [Lower("city")]}, default="name"
    )
    return render(
        request,
        "partnerships/partner_list.html",
        {"page": page_of(request, partners), "query": query},
    )


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def partner_detail(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    agreements = Agreement.objects.visible_to(request.user).filter(partner=partner)
    # Naming a school by its public NPSN shows nobody the phone numbers that others have noted.
    shows_contacts = agreements.exists() or not partner.is_shared
    context = {
        "partner": partner,
        "contacts": partner.contacts.all() if shows_contacts else [],
        "agreements": agreements,
    }
    return render(request, "partnerships/partner_detail.html", context)


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def partner_create(request):
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if partner := form.perform(services.register_partner, by=request.user):
            messages.success(request, _("%(name)s sudah ada di daftar mitra.") % {"name": partner})
            return redirect(partner)
    return render(request, "partnerships/partner_create.html", {"form": form})


@require(Permission.EDIT_PARTNERS)
@require_http_methods(FORM_METHODS)
def partner_update(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    form = PartnerForm(request.POST or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_partner, partner=partner, by=request.user):
            messages.success(request, _("Perubahan mitra tersimpan."))
            return redirect(partner)
    return render(request, "partnerships/partner_update.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def contact_create(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_contact, partner=partner, by=request.user):
            return redirect(partner)
    return render(request, "partnerships/contact_create.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_USERS)
@require_http_methods(FORM_METHODS)
def contact_account(request, pk):
    contact = get_object_or_404(
        Contact.objects.filter(partner__in=Partner.objects.visible_to(request.user)), pk=pk
    )
    form = ContactAccountForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.give_account, contact=contact, by=request.user):
            messages.success(request, _("Akun koordinator terhubung dengan sekolahnya."))
            return redirect(contact.partner)
    return render(request, "partnerships/contact_account.html", {"form": form, "contact": contact})
