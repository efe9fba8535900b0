"""Partners that are probably one school, and merging them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of
from partnerships.models import Partner
from programs import services
from programs.duplicates import belongings_of, likely_pairs
from programs.forms.merging import MergeForm, OtherPartnerForm


@require(Permission.MERGE_PARTNERS)
@require_safe
def partner_duplicates(request):
    pairs = likely_pairs(Partner.objects.visible_to(request.user).current())
    return render(request, "programs/partner_duplicates.html", {"page": page_of(request, pairs)})


@require(Permission.MERGE_PARTNERS)
@require_http_methods(FORM_METHODS)
def partner_merge(request, pk):
    """First the other row (`?other=`), then side by side what moves, and which row stays."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user).current(), pk=pk)
    chooser = OtherPartnerForm(
        request.GET if "other" in request.GET else None, partner=partner, user=request.user
    )
    if not chooser.is_valid():
        return render(
            request, "programs/partner_merge.html", {"partner": partner, "chooser": chooser}
        )
    rows = partner, chooser.cleaned_data["other"]
    sides = [belongings_of(row) for row in rows]
    largest = max(sides, key=lambda side: side.count).partner
    form = MergeForm(request.POST or None, partners=rows, initial={"into": str(largest.pk)})
    if request.method == "POST" and form.is_valid():
        goes = next(row for row in rows if row != form.cleaned_data["into"])
        if kept := form.perform(services.merge_partners, partner=goes, by=request.user):
            messages.success(
                request,
                _("%(merged)s digabungkan ke %(name)s.") % {"merged": goes, "name": kept},
            )
            return redirect(kept)
    context = {"partner": partner, "other": rows[1], "sides": sides, "form": form}
    return render(request, "programs/partner_merge.html", context)
