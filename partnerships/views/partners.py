"""Partners and their people."""

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from partnerships import exports, services
from partnerships.forms.partners import ContactAccountForm, ContactForm, PartnerForm
from partnerships.models import Agreement, Contact, Partner


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def partner_list(request):
    partners = Partner.objects.visible_to(request.user).current().distinct()
    query = request.GET.get("q", "").strip()
    if query:
        partners = partners.filter(
            Q(name__icontains=query)
            | Q(npsn=query)
            | Q(city__icontains=query)
            | Q(expertise__icontains=query)
        )
    kind = request.GET.get("kind", "")
    if kind in Partner.Kind.values:
        partners = partners.filter(kind=kind)
    partners = sorted_by(
        request,
        partners,
        {"name": [Lower("name")], "kind": ["kind"], "city": [Lower("city")]},
        default="name",
    )
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response("mitra", exports.PARTNERS, partners)
    context = {
        "page": page_of(request, partners),
        "query": query,
        "is_filtered": bool(query or kind),
        "kinds": Partner.Kind.choices,
    }
    return render(request, "partnerships/partner_list.html", context)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def partner_detail(request, pk):
    partner = get_object_or_404(
        Partner.objects.visible_to(request.user).select_related("merged_into"), pk=pk
    )
    agreements = Agreement.objects.visible_to(request.user).filter(partner=partner)
    context = {
        "partner": partner,
        "contacts": partner.contacts.all() if _shows_contacts(partner, request.user) else [],
        "agreements": agreements,
    }
    return render(request, "partnerships/partner_detail.html", context)


def _shows_contacts(partner, user):
    """Naming a school by its public NPSN shows nobody the phone numbers that others have noted."""
    agreements = Agreement.objects.visible_to(user).filter(partner=partner)
    return agreements.exists() or not partner.is_shared


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
    partner = get_object_or_404(Partner.objects.visible_to(request.user).current(), pk=pk)
    form = PartnerForm(request.POST or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_partner, partner=partner, by=request.user):
            messages.success(request, _("Perubahan mitra tersimpan."))
            return redirect(partner)
    return render(request, "partnerships/partner_update.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def contact_create(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user).current(), pk=pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_contact, partner=partner, by=request.user):
            return redirect(partner)
    return render(request, "partnerships/contact_create.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_PARTNERSHIPS)
@require_http_methods(FORM_METHODS)
def contact_update(request, pk):
    contact = get_object_or_404(
        Contact.objects.filter(partner__in=Partner.objects.visible_to(request.user)), pk=pk
    )
    if not _shows_contacts(contact.partner, request.user):
        raise Http404
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_contact, contact=contact, by=request.user):
            messages.success(request, _("Perubahan narahubung tersimpan."))
            return redirect(contact.partner)
    return render(request, "partnerships/contact_update.html", {"form": form, "contact": contact})


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
