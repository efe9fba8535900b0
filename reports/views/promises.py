"""What an agreement's page shows of its promises, and the papers of its renewal."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from partnerships.models import Agreement
from reports import documents
from reports.promises import METER_WIDTH, ledger_of

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _agreement(request, pk):
    return get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility"), pk=pk
    )


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def promises_of_agreement(request, pk):
    """The slot of the agreement page: what each side promised, and how it stands."""
    agreement = _agreement(request, pk)
    context = {
        "agreement": agreement,
        "ledger": ledger_of(agreement, timezone.localdate()),
        "meter_width": METER_WIDTH,
    }
    template = "reports/promises_of_agreement.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
def promises_print(request, pk):
    """The sheet for the renewal talk, on A4 or, with ?paper=f4, on folio."""
    ledger = ledger_of(_agreement(request, pk), timezone.localdate())
    asked = request.GET.get("paper")
    paper = asked if asked in documents.PAPERS else documents.PAPERS[0]
    return _download(documents.promises_pdf(ledger, paper=paper), "realisasi-janji", ledger, "pdf")


@require(Permission.MANAGE_PARTNERSHIPS)
@require_safe
def renewal_letter(request, pk):
    """The letter that asks for a renewal talk: with ?format=docx to be edited, else as PDF."""
    agreement = _agreement(request, pk)
    ledger = ledger_of(agreement, timezone.localdate())
    if ledger.root.signed_on is None:
        messages.error(
            request, _("Perjanjian ini masih rancangan, jadi belum ada yang diperpanjang.")
        )
        return redirect(agreement)
    if request.GET.get("format") == "docx":
        content = documents.renewal_letter_docx(ledger)
        return _download(content, "surat-perpanjangan", ledger, "docx")
    content = documents.renewal_letter_pdf(ledger)
    return _download(content, "surat-perpanjangan", ledger, "pdf")


def _download(content, name, ledger, suffix):
    """E.g. surat-perpanjangan-smk-negeri-3-jember-2026-11-22.docx."""
    filename = f"{name}-{slugify(ledger.root.partner)}-{ledger.today:%Y-%m-%d}.{suffix}"
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES[suffix],
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
