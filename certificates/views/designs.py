"""Designs of certificates: looked at, changed, tried on nobody's data; emblems."""

import re

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from certificates import services
from certificates.content import design_of, designs_of
from certificates.documents import CannotDraw
from certificates.documents.previews import Busy, pictures
from certificates.forms.designs import DesignForm, EmblemForm, SampleForm
from certificates.models import Design, Emblem
from certificates.papers import sample_paper
from certificates.samples import sample_content
from certificates.services.designs import betrayals_of
from core.http import FORM_METHODS
from core.paging import page_of
from partnerships.documents import Undrawable
from partnerships.models import Agreement

DAY = 24 * 60 * 60
# A picture drawn for this answer alone stands in the page itself; nowhere else may one.
with_drawn_pictures = csp_update({"img-src": ["data:"]})


def _agreement(request, pk):
    return get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility"), pk=pk
    )


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def design_list(request):
    agreements = (
        Agreement.objects.visible_to(request.user)
        .exclude(kind=Agreement.Kind.ADDENDUM)
        .select_related("partner", "facility")
    )
    page = page_of(request, agreements)
    designs = designs_of(page.object_list)
    context = {"page": page, "rows": [(one, designs[one.pk]) for one in page]}
    return render(request, "certificates/design_list.html", context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@vary_on_headers("HX-Request")
@with_drawn_pictures
def design_detail(request, pk):
    """One version (`?version=`, else the newest); htmx gets its picture, drawn on nobody's data."""
    agreement = _agreement(request, pk)
    versions = list(agreement.designs.of(agreement).select_related("created_by"))
    design = _version(request, agreement, versions)
    context = {
        "agreement": agreement,
        "design": design,
        "versions": versions,
        "newest": versions[0].version if versions else 0,
    }
    template = "certificates/design_detail.html"
    if request.htmx:
        context |= _drawing(design, SampleForm(request.GET).chosen)
        template = f"{template}#picture"
    return render(request, template, context)


def _version(request, agreement, versions):
    wanted = request.GET.get("version", "")
    if not wanted:
        return design_of(agreement)
    if not re.fullmatch(r"[0-9]{1,5}", wanted):
        raise Http404
    return get_object_or_404(
        agreement.designs.select_related("emblem", "program_emblem"), version=int(wanted)
    )


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@vary_on_headers("HX-Request")
def design_of_agreement(request, pk):
    """The slot of the agreement page: which look its certificates have, and the way to change it."""
    agreement = _agreement(request, pk)
    context = {"agreement": agreement, "design": design_of(agreement)}
    template = "certificates/design_of_agreement.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.DESIGN_CERTIFICATES)
@require_http_methods(FORM_METHODS)
@with_drawn_pictures
def design_update(request, pk):
    agreement = _agreement(request, pk)
    design = design_of(agreement)
    form = DesignForm(
        request.POST or None,
        instance=design,
        agreement=agreement,
        initial={"seen_version": design.version},
    )
    if request.method == "POST" and form.is_valid():
        saved = form.perform(services.save_design, agreement=agreement, by=request.user)
        if saved:
            messages.success(request, _said(saved, design.version))
            return redirect("certificates:design_detail", agreement.pk)
    return _edit_page(request, agreement, form, SampleForm(request.POST or None))


def _said(saved, version_before):
    if saved.version == version_before:
        return _("Tidak ada yang berubah, jadi tidak ada versi baru.")
    return _(
        "Desain versi %(version)s tersimpan; dipakai sertifikat yang disiapkan sesudah ini."
    ) % {"version": saved.version}


def _edit_page(request, agreement, form, samples, **more):
    context = {"agreement": agreement, "form": form, "samples": samples, "is_drawn": False, **more}
    status = 422 if form.errors and not context["is_drawn"] else 200
    return render(request, "certificates/design_update.html", context, status=status)


@require(Permission.DESIGN_CERTIFICATES)
@require_POST
@vary_on_headers("HX-Request")
@with_drawn_pictures
def design_preview(request, pk):
    """What is typed, as the sheet it would give; nothing is kept. Without htmx, the whole page with it."""
    agreement = _agreement(request, pk)
    form = DesignForm(request.POST, agreement=agreement)
    samples = SampleForm(request.POST)
    drawn = _preview(agreement, form, samples.chosen)
    if request.htmx:
        return render(request, "certificates/design_update.html#preview", drawn)
    return _edit_page(request, agreement, form, samples, **drawn)


def _preview(agreement, form, chosen):
    if not form.is_valid():
        found = [
            f"{form.fields[name].label if name in form.fields else ''}: {error}".removeprefix(": ")
            for name, errors in form.errors.items()
            for error in errors
        ]
        return {"is_drawn": True, "problems": found, "warnings": [], "pictures": []}
    fields = {name: value for name, value in form.cleaned_data.items() if name != "seen_version"}
    return _drawing(Design(agreement=agreement, version=0, **fields), chosen)


def _drawing(design, chosen):
    """{pictures, problems, warnings} of a design on nobody's data, in words where it cannot be drawn."""
    content = sample_content(agreement=design.agreement, design=design, **chosen)
    drawn = {"is_drawn": True, "problems": [], "warnings": [], "pictures": []}
    if not design.can_name_facility:
        drawn["warnings"] = [said for ones in betrayals_of(design).values() for said in ones]
    try:
        drawn["pictures"] = pictures(sample_paper(content))
    except CannotDraw as error:
        drawn["problems"] = [str(error)]
    except (Busy, Undrawable):
        drawn["problems"] = [_("Pratinjau lain sedang digambar. Coba lagi sebentar.")]
    return drawn


@require(Permission.DESIGN_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def emblem_create(request, pk):
    agreement = _agreement(request, pk)
    form = EmblemForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if emblem := form.perform(services.add_emblem, agreement=agreement, by=request.user):
            messages.success(
                request,
                _("%(emblem)s tersimpan. Pilih di bawah, lalu simpan.") % {"emblem": emblem},
            )
            return redirect("certificates:design_update", agreement.pk)
    context = {"form": form, "agreement": agreement}
    return render(request, "certificates/emblem_create.html", context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@cache_control(private=True, max_age=DAY, immutable=True)
def emblem_image(request, pk):
    """The PNG of our own drawing: nothing of the upload itself reaches the browser."""
    emblem = get_object_or_404(Emblem.objects.visible_to(request.user), pk=pk)
    return HttpResponse(
        bytes(emblem.png),
        content_type="image/png",
        headers={"X-Content-Type-Options": "nosniff"},
    )
