"""The registry: its list, a person's page, and what an officer writes there."""

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Facility
from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.exports.people import INMATES, INMATES_RESTRICTED
from participants.forms.inmates import InmateForm, InmateUpdateForm, PhotoForm
from participants.models import Inmate, ReadingTrail
from participants.queries.advice import facts_of
from participants.queries.life import life_of
from participants.queries.timeline import trainings_of

HOUR = 60 * 60
# A whole country is neither sorted nor written into a file.
FEWEST_LETTERS = 3
MOST_EXPORTED = 5_000
How = ReadingTrail.How


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_list(request):
    """Somebody who sees several facilities picks one, or searches."""
    everybody = Inmate.objects.visible_to(request.user)
    shows_restricted = request.user.can(Permission.VIEW_RESTRICTED)
    is_wide = request.user.assignment.reach != "facility"
    facility = request.GET.get("facility", "") if is_wide else ""
    query, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    block = request.GET.get("block", "") if shows_restricted else ""
    must_narrow = is_wide and not facility and len(query) < FEWEST_LETTERS
    inmates = _narrowed(everybody.of_facility(facility), state, query, block)
    inmates = inmates.with_trainings().select_related("facility")
    inmates = Inmate.objects.none() if must_narrow else inmates
    inmates = _in_order(request, inmates, shows_restricted)
    if request.GET.get("export") == "xlsx" and not must_narrow:
        return _export(request, inmates, query, shows_restricted)
    page = page_of(request, inmates)
    services.record_reading(
        by=request.user,
        how=How.of_list(query),
        page="inmate_list",
        inmates=page.object_list,
        query=query,
    )
    context = {
        "page": page,
        "query": query,
        "state": state,
        "block": block,
        "blocks": everybody.present().blocks() if shows_restricted else [],
        "facility": facility,
        "facilities": Facility.objects.visible_to(request.user).order_by("name") if is_wide else [],
        "must_narrow": must_narrow,
        "has_any": everybody.exists(),
        "shows_restricted": shows_restricted,
    }
    return render(request, "participants/inmate_list.html", context)


def _narrowed(everybody, state, query, block):
    inmates = everybody.departed() if state == "departed" else everybody.present()
    if state == "training":
        inmates = inmates.in_training()
    if state == "never":
        inmates = inmates.never_trained()
    if block:
        inmates = inmates.in_block(block)
    return inmates.matching(query) if query else inmates


def _in_order(request, inmates, shows_restricted):
    choices = {"name": [Lower("name")], "register": ["register_number"]}
    if shows_restricted:
        choices |= {
            "block": ["housing_unit"],
            "two_thirds": [F("two_thirds_on").asc(nulls_last=True)],
            "release": [F("expected_release_on").asc(nulls_last=True)],
        }
    return sorted_by(request, inmates, choices, default="name")


def _export(request, inmates, query, shows_restricted):
    inmates = list(inmates[: MOST_EXPORTED + 1])
    if len(inmates) > MOST_EXPORTED:
        messages.error(
            request,
            _("Lebih dari %(most)s orang tidak muat di satu berkas. Persempit dulu daftarnya.")
            % {"most": f"{MOST_EXPORTED:,}".replace(",", ".")},
        )
        asked = request.GET.copy()
        del asked["export"]
        return redirect(f"{request.path}?{asked.urlencode()}")
    services.record_reading(
        by=request.user, how=How.EXPORTED, page="inmate_list", inmates=inmates, query=query
    )
    columns = INMATES + (INMATES_RESTRICTED if shows_restricted else [])
    return spreadsheet_response("warga-binaan", columns, inmates)


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_detail(request, pk):
    inmate = get_object_or_404(
        Inmate.objects.visible_to(request.user).select_related("facility"), pk=pk
    )
    services.record_reading(by=request.user, how=How.VIEWED, page="inmate_detail", inmates=[inmate])
    shows_restricted = request.user.can(Permission.VIEW_RESTRICTED)
    context = {
        "inmate": inmate,
        "trainings": trainings_of([inmate])[inmate.pk],
        "shows_restricted": shows_restricted,
        "absences": inmate.announced_absences.upcoming() if shows_restricted else [],
        **(facts_of(inmate) if shows_restricted else {}),
        **life_of(inmate),
    }
    return render(request, "participants/inmate_detail.html", context)


@require(Permission.VIEW_PHOTOS)
@require_safe
@cache_control(private=True, max_age=HOUR)
def inmate_photo(request, pk):
    """The face alone. Whoever sees it has been noted on the page or the sheet on which it stands."""
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user).exclude(photo=""), pk=pk)
    response = FileResponse(inmate.photo.open(), content_type="image/jpeg")
    response.headers["Content-Disposition"] = "inline"
    return response


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_photo_update(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    if "remove" in request.POST:
        services.remove_photo(inmate=inmate, by=request.user)
        messages.success(request, _("Foto dihapus."))
        return redirect(inmate)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_photo, inmate=inmate, by=request.user):
            messages.success(request, _("Foto tersimpan."))
            return redirect(inmate)
    return render(
        request, "participants/inmate_photo_update.html", {"form": form, "inmate": inmate}
    )


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_create(request):
    form = InmateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if inmate := form.perform(services.register_inmate, by=request.user):
            messages.success(request, _("%(name)s tercatat.") % {"name": inmate})
            return redirect("participants:inmate_create" if "again" in request.POST else inmate)
    return render(request, "participants/inmate_create.html", {"form": form})


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_update(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = InmateUpdateForm(request.POST or None, instance=inmate)
    services.record_reading(by=request.user, how=How.VIEWED, page="inmate_update", inmates=[inmate])
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_inmate, inmate=inmate, by=request.user):
            messages.success(request, _("Perubahan data tersimpan."))
            return redirect(inmate)
    return render(request, "participants/inmate_update.html", {"form": form, "inmate": inmate})
