"""How a school's certificates are numbered, and the words that none may bear."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Facility
from accounts.permissions import Permission, require
from certificates import services, stigma
from certificates.forms.designs import ForbiddenWordForm, NumberFormatForm
from certificates.models import ForbiddenWord, NumberFormat
from certificates.numbers import PARTS
from certificates.samples import PROGRAM
from certificates.services.designs import check_number_format
from certificates.upcoming import upcoming, when_it_begins_anew
from core.http import FORM_METHODS
from partnerships.models import Partner
from programs.models import Program

MOST_PROGRAMS = 3


@require(Permission.DESIGN_CERTIFICATES)
@require_http_methods(FORM_METHODS)
@vary_on_headers("HX-Request")
def number_format_update(request, pk):
    """The format and what it gives; htmx asks for `?template=` what another one would give."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    current = getattr(partner, "number_format", None) or NumberFormat(partner=partner)
    if request.htmx:
        shown = _shown(request, partner, request.GET.get("template", ""))
        return render(request, "certificates/number_format_update.html#numbers", shown)
    form = NumberFormatForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_number_format, partner=partner, by=request.user):
            messages.success(
                request, _("Susunan nomor tersimpan. Nomor yang sudah terbit tidak berubah.")
            )
            return redirect("certificates:number_format_update", partner.pk)
    context = {
        "partner": partner,
        "form": form,
        "parts": PARTS.items(),
        "standard": NumberFormat.STANDARD,
        "is_shared": partner.is_shared,
        **_shown(request, partner, form["template"].value()),
    }
    status = 422 if form.errors else 200
    return render(request, "certificates/number_format_update.html", context, status=status)


def _shown(request, partner, template):
    """What a format gives, or why it may not be."""
    programs = Program.objects.visible_to(request.user).filter(agreements__partner=partner)
    codes = programs.order_by("code").values_list("code", flat=True).distinct()[:MOST_PROGRAMS]
    try:
        check_number_format(partner=partner, template=template, facility=request.user.facility)
    except ValidationError as error:
        return {"problem": error.messages[0], "upcoming": [], "begins_anew": ""}
    today = timezone.localdate()
    return {
        "problem": "",
        "begins_anew": when_it_begins_anew(template),
        "upcoming": upcoming(
            partner, programs=list(codes) or [PROGRAM[0]], day=today, template=template
        ),
    }


def _word_page(request, form, status=200):
    facility = request.user.facility
    words = ForbiddenWord.objects.visible_to(request.user).select_related("facility", "added_by")
    context = {
        "form": form,
        "facility": facility,
        "words": words.exclude(facility=None),
        "shared_words": stigma.added_for_everybody(),
        "base_words": sorted([*stigma.WORDS, *stigma.STEMS]),
        "own_words": stigma.own_words(facility) if facility else [],
    }
    return render(request, "certificates/forbidden_word_list.html", context, status=status)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def forbidden_word_list(request):
    return _word_page(request, ForbiddenWordForm())


@require(Permission.DESIGN_CERTIFICATES)
@require_POST
def forbidden_word_create(request):
    return _forbid(request, request.user.facility)


@require(Permission.MANAGE_SIGNING)
@require_POST
def forbidden_word_create_shared(request):
    return _forbid(request, None)


def _forbid(request, facility):
    form = ForbiddenWordForm(request.POST)
    if form.is_valid() and (
        added := form.perform(services.forbid_word, facility=facility, by=request.user)
    ):
        messages.success(request, _("“%(word)s” tidak akan tercetak.") % {"word": added})
        return redirect("certificates:forbidden_word_list")
    return _word_page(request, form, status=422)


@require(Permission.DESIGN_CERTIFICATES)
@require_POST
def forbidden_word_remove(request, pk):
    words = ForbiddenWord.objects.visible_to(request.user)
    own = words.filter(facility__in=Facility.objects.visible_to(request.user))
    return _allow(request, get_object_or_404(own, pk=pk))


@require(Permission.MANAGE_SIGNING)
@require_POST
def forbidden_word_remove_shared(request, pk):
    words = ForbiddenWord.objects.visible_to(request.user)
    return _allow(request, get_object_or_404(words.filter(facility=None), pk=pk))


def _allow(request, forbidden):
    services.allow_word(forbidden=forbidden, by=request.user)
    messages.success(request, _("“%(word)s” boleh tercetak lagi.") % {"word": forbidden})
    return redirect("certificates:forbidden_word_list")
