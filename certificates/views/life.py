"""One certificate: what became of it, and what is still done with it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from certificates import services
from certificates.forms.ending import (
    DecisionForm,
    DuplicateForm,
    ReplacementForm,
    RevocationForm,
    VoidForm,
)
from certificates.models import Certificate, Revocation
from certificates.queries import life
from core.http import FORM_METHODS
from core.paging import page_of
from participants.models import ReadingTrail
from participants.services import record_reading


def _certificate(request, pk):
    return get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(
            "enrollment__inmate",
            "enrollment__batch__facility",
            "enrollment__batch__agreement__partner",
            "enrollment__batch__curriculum__program",
            "prepared_by",
            "approved_by",
            "voided_by",
            "replaces",
            "duplicate_of",
        ),
        pk=pk,
    )


def _is_of_the_office(user):
    """Whoever asks for and decides about endings reads why; others see what became of it."""
    return user.can(Permission.PREPARE_CERTIFICATES) or user.can(Permission.APPROVE_CERTIFICATES)


def _read(request, certificate, page):
    record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page=page,
        inmates=[certificate.enrollment.inmate],
    )


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def certificate_detail(request, pk):
    certificate = _certificate(request, pk)
    _read(request, certificate, "certificate_detail")
    is_office = _is_of_the_office(request.user)
    revocations = list(certificate.revocations.select_related("requested_by", "decided_by"))
    waiting = next((one for one in revocations if not one.decided_at), None)
    context = {
        "certificate": certificate,
        "word": life.word_for(certificate),
        "steps": life.steps_of(certificate, revocations, shows_explanations=is_office),
        "explanation": life.explanation_of(certificate) if is_office else "",
        "replaced_by": getattr(certificate, "replaced_by", None),
        "duplicates": certificate.duplicates.order_by("pk"),
        "waiting": waiting,
        "may": {
            "void": not life.bar_to_voiding(certificate),
            "duplicate": not life.bar_to_duplicate(certificate),
            "replace": not life.bar_to_replacement(certificate),
            "revoke": not life.bar_to_revocation(certificate) and not waiting,
        },
    }
    return render(request, "certificates/certificate_detail.html", context)


def _act(request, certificate, *, name, form, bar, service, done):
    """A page with one form about one certificate; `bar` says in words why it cannot be (any more).

    So the back button, a second press and a colleague who was faster all get the same clear answer.
    `done` gives the words about what the service returned.
    """
    _read(request, certificate, name)
    if request.method == "POST" and not bar and form.is_valid():
        if outcome := form.perform(service, certificate=certificate, by=request.user):
            messages.success(request, done(outcome))
            return redirect(certificate)
    context = {
        "form": form,
        "certificate": certificate,
        "bar": bar,
        "word": life.word_for(certificate),
    }
    return render(request, f"certificates/{name}.html", context)


@require(Permission.PREPARE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def void_create(request, pk):
    certificate = _certificate(request, pk)
    return _act(
        request,
        certificate,
        name="void_create",
        form=VoidForm(request.POST or None),
        bar=life.bar_to_voiding(certificate) or life.bar_to_cancelling(certificate),
        service=services.void,
        done=lambda one: (
            _("Dibatalkan. Alasannya tercatat.")
            if one.number is None
            else _("Dibatalkan. Nomor %(number)s tetap tertulis di buku register.")
            % {"number": one.number}
        ),
    )


@require(Permission.PREPARE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def duplicate_create(request, pk):
    certificate = _certificate(request, pk)
    return _act(
        request,
        certificate,
        name="duplicate_create",
        form=DuplicateForm(request.POST or None, initial={"dated_on": timezone.localdate()}),
        bar=life.bar_to_duplicate(certificate),
        service=services.duplicate,
        done=lambda one: _("Duplikat disiapkan dan menunggu persetujuan kepala."),
    )


@require(Permission.PREPARE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def replacement_create(request, pk):
    certificate = _certificate(request, pk)
    return _act(
        request,
        certificate,
        name="replacement_create",
        form=ReplacementForm(request.POST or None, initial={"dated_on": timezone.localdate()}),
        bar=life.bar_to_replacement(certificate),
        service=services.replace,
        done=lambda one: _(
            "Pengganti disiapkan. Sertifikat yang lama tetap berlaku sampai penggantinya terbit."
        ),
    )


@require(Permission.PREPARE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def revocation_create(request, pk):
    certificate = _certificate(request, pk)
    bar = life.bar_to_revocation(certificate)
    if not bar and certificate.revocations.waiting().exists():
        bar = _("Pencabutan sertifikat ini sudah diminta dan menunggu keputusan.")
    return _act(
        request,
        certificate,
        name="revocation_create",
        form=RevocationForm(request.POST or None),
        bar=bar,
        service=services.request_revocation,
        done=lambda one: _("Permintaan terkirim. Sertifikat tetap berlaku sampai diputuskan."),
    )


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def revocation_list(request):
    """Requests: those that wait, the oldest first; those decided, the newest first (?state=decided)."""
    requests = Revocation.objects.visible_to(request.user).select_related(
        "certificate__enrollment__inmate",
        "certificate__enrollment__batch__agreement__partner",
        "requested_by",
        "decided_by",
    )
    is_decided = request.GET.get("state") == "decided"
    if is_decided:
        requests = requests.exclude(decided_at=None).order_by("-decided_at", "-pk")
    else:
        requests = requests.waiting()
    page = page_of(request, requests)
    record_reading(
        by=request.user,
        how=ReadingTrail.How.VIEWED,
        page="revocation_list",
        inmates={one.certificate.enrollment.inmate for one in page},
    )
    context = {
        "page": page,
        "is_decided": is_decided,
        "is_office": _is_of_the_office(request.user),
    }
    return render(request, "certificates/revocation_list.html", context)


def _refusal_words(certificate):
    if certificate.status == Certificate.Status.SEALED:
        return _("Permintaan ditolak; sertifikat tetap berlaku.")
    return _("Permintaan ditolak; sertifikatnya memang sudah tidak berlaku.")


@require(Permission.APPROVE_CERTIFICATES)
@require_http_methods(FORM_METHODS)
def revocation_decide(request, pk):
    revocation = get_object_or_404(
        Revocation.objects.visible_to(request.user).select_related(
            "certificate__enrollment__inmate",
            "certificate__enrollment__batch__agreement__partner",
            "certificate__replaced_by",
            "requested_by",
            "decided_by",
        ),
        pk=pk,
    )
    certificate = revocation.certificate
    _read(request, certificate, "revocation_decide")
    bar = services.already_decided(revocation) if revocation.decided_at else ""
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and not bar and form.is_valid():
        if outcome := form.perform(
            services.decide_revocation, revocation=revocation, by=request.user
        ):
            messages.success(
                request,
                _("Sertifikat dicabut; halaman pemeriksaannya sudah menyatakan demikian.")
                if outcome.is_granted
                else _refusal_words(outcome.certificate),
            )
            return redirect("certificates:revocation_list")
    context = {
        "form": form,
        "revocation": revocation,
        "certificate": certificate,
        "bar": bar,
        "note": "" if bar else life.bar_to_revocation(certificate),
    }
    return render(request, "certificates/revocation_decide.html", context)
