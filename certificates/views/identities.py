"""Under whose name the PDFs of each school are signed."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from certificates import services
from certificates.forms.identities import IdentityForm
from certificates.queries.identities import signing_of
from core.http import FORM_METHODS
from core.paging import page_of
from partnerships.models import Partner


def _partner(request, pk):
    return get_object_or_404(Partner.objects.visible_to(request.user).current(), pk=pk)


@require(Permission.MANAGE_SIGNING)
@require_safe
def identity_list(request):
    partners = Partner.objects.visible_to(request.user).current().distinct()
    page = page_of(request, partners)
    context = {"page": page, "schools": signing_of(page), "signer": settings.PDF_SIGNER}
    return render(request, "certificates/identity_list.html", context)


@sensitive_post_parameters("password")
@require(Permission.MANAGE_SIGNING)
@require_http_methods(FORM_METHODS)
def identity_import(request, pk):
    partner = _partner(request, pk)
    form = IdentityForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if identity := form.perform(services.import_identity, partner=partner, by=request.user):
            messages.success(
                request,
                _("Sertifikat %(partner)s ditandatangani dengan kunci ini sampai %(day)s.")
                % {"partner": partner, "day": date_format(identity.expires_at)},
            )
            return redirect("certificates:identity_list")
    context = {"form": form, "partner": partner}
    return render(request, "certificates/identity_import.html", context)


@require(Permission.MANAGE_SIGNING)
@require_POST
def identity_retire(request, pk):
    try:
        identity = services.retire_identity(partner=_partner(request, pk), by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(
            request,
            _("Tanda tangan %(partner)s berhenti dipakai. Yang sudah terbit tetap sah.")
            % {"partner": identity.partner},
        )
    return redirect("certificates:identity_list")
