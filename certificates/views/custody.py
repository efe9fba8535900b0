"""One sheet of paper: where it is, the scan that came back, and to whom it goes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from certificates import services
from certificates.documents.office import receipt_pdf
from certificates.forms.custody import HandOverForm, SignedScanForm
from certificates.models import Certificate, SignedScan
from certificates.queries import custody
from core.http import FORM_METHODS, kept_file_response, pdf_response
from participants.models import Inmate, ReadingTrail
from participants.services import record_reading

How = ReadingTrail.How
Paper = Certificate.Paper
READY = (Paper.SIGNED, Paper.STORED)
WITH_RECEIPT = (*READY, Paper.HANDED)


def _certificate(request, pk, *, in_force=False):
    certificates = Certificate.objects.visible_to(request.user)
    certificates = certificates.sealed() if in_force else certificates
    return get_object_or_404(custody.papers_of(certificates), pk=pk)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
@vary_on_headers("HX-Request")
def paper_of(request, pk):
    """Where the sheet is and was, and its scans; as the slot of the certificate's page its part of it."""
    certificate = _certificate(request, pk)
    if not request.htmx:
        _note(request, How.VIEWED, "paper_of", [certificate])
    context = {
        "certificate": certificate,
        "moves": certificate.paper_moves.select_related("recorded_by").order_by("-pk"),
        "scans": certificate.signed_scans.select_related("uploaded_by"),
        "is_ready": certificate.paper in READY,
        "must_withdraw": certificate.status in Certificate.ENDED
        and certificate.paper not in (Paper.NONE, Paper.LOST),
    }
    template = "certificates/paper_of.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.HANDLE_PAPERS)
@require_http_methods(FORM_METHODS)
def signed_scan_create(request, pk):
    certificate = _certificate(request, pk)
    _note(request, How.VIEWED, "signed_scan_create", [certificate])
    form = SignedScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.keep_signed_scan, certificate=certificate, by=request.user):
            messages.success(request, _("Pindaian tersimpan persis seperti aslinya."))
            return redirect("certificates:certificate_detail", certificate.pk)
    context = {"form": form, "certificate": certificate}
    return render(request, "certificates/signed_scan_create.html", context)


@require(Permission.VIEW_CERTIFICATES)
@require_safe
def signed_scan_download(request, pk):
    visible = SignedScan.objects.visible_to(request.user)
    scan = get_object_or_404(visible.select_related("certificate__enrollment__inmate"), pk=pk)
    _note(request, How.EXPORTED, "signed_scan_download", [scan.certificate])
    return kept_file_response(scan)


@require(Permission.HANDLE_PAPERS)
@require_http_methods(FORM_METHODS)
def hand_over(request, pk):
    """To the holder, or to somebody for the holder, such as an officer of the next facility."""
    certificate = _certificate(request, pk, in_force=True)
    _note(request, How.VIEWED, "hand_over", [certificate])
    form = HandOverForm(request.POST or None, initial=_taker(request, certificate))
    if request.method == "POST" and form.is_valid():
        if form.perform(services.hand_over, certificate=certificate, by=request.user):
            messages.success(request, _("Lembar tercatat diserahkan."))
            return redirect("certificates:certificate_detail", certificate.pk)
    context = {
        "form": form,
        "certificate": certificate,
        "is_handed": certificate.paper == Paper.HANDED,
        "was_moved": _is_known_as_moved(request, certificate),
        "has_receipt": certificate.paper in WITH_RECEIPT,
    }
    return render(request, "certificates/hand_over.html", context)


def _is_known_as_moved(request, certificate):
    is_moved = certificate.enrollment.inmate.departure == Inmate.Departure.TRANSFERRED
    return is_moved and request.user.can(Permission.VIEW_RESTRICTED)


def _taker(request, certificate):
    """The holder, today; of somebody who was moved, an officer: where to is shown, never written down."""
    today = timezone.localdate()
    if _is_known_as_moved(request, certificate):
        return {"relation": _("petugas Lapas tujuan"), "happened_on": today}
    return {"recipient": certificate.content["name"], "happened_on": today}


@require(Permission.HANDLE_PAPERS)
@require_safe
def receipt(request, pk):
    """To be signed: with what was recorded, or blank while the sheet is still here."""
    certificate = _certificate(request, pk, in_force=True)
    if certificate.paper not in WITH_RECEIPT:
        words = _("Tanda terima hanya untuk lembar yang siap diserahkan; lembar ini %(state)s.")
        messages.error(request, words % {"state": certificate.get_paper_display()})
        return redirect(certificate)
    moves = certificate.paper_moves.filter(step=Paper.HANDED).order_by("-pk")
    move = moves.first() if certificate.paper == Paper.HANDED else None
    shows_taker = request.user.can(Permission.VIEW_RESTRICTED)
    pdf = receipt_pdf(certificate, move=move, shows_taker=shows_taker, paper=_paper(request))
    _note(request, How.PRINTED, "receipt", [certificate])
    return pdf_response(f"tanda-terima-{certificate.pk}.pdf", pdf)


def _paper(request):
    return "f4" if request.GET.get("paper") == "f4" else "a4"


def _note(request, how, page, certificates):
    people = {one.enrollment.inmate for one in certificates}
    record_reading(by=request.user, how=how, page=page, inmates=people)
