"""To whom sheets of paper have to go, and which nobody fetched."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from certificates.documents.office import unclaimed_pdf
from certificates.exports import UNCLAIMED, UNCLAIMED_RESTRICTED
from certificates.queries import custody
from core.http import pdf_response
from core.paging import page_of
from core.spreadsheets import spreadsheet_response
from participants.models import ReadingTrail
from participants.services import record_reading

How = ReadingTrail.How


@require(Permission.VIEW_INMATES)
@require_safe
def handover_list(request):
    """Sheets of those who leave today or soon; the days to come only for whom they are."""
    shows_dates = request.user.can(Permission.VIEW_RESTRICTED)
    rows = custody.due(request.user, tells_dates=shows_dates)
    _note(request, How.LISTED, "handover_list", [row.certificate for row in rows])
    today, moved = ("departed", "today"), ("transferred",)
    context = {
        "today": [row for row in rows if row.why in today],
        "soon": [row for row in rows if row.why not in (*today, *moved)],
        "moved": [row for row in rows if row.why in moved],
        "unclaimed_count": custody.unclaimed(request.user).count(),
        "shows_dates": shows_dates,
    }
    return render(request, "certificates/handover_list.html", context)


@require(Permission.VIEW_INMATES)
@require_safe
def unclaimed_list(request):
    """Holders gone, sheets still here; also as a spreadsheet and, of one office, on paper."""
    certificates = custody.unclaimed(request.user)
    shows_dates = request.user.can(Permission.VIEW_RESTRICTED)
    if request.GET.get("export") == "xlsx":
        _note(request, How.EXPORTED, "unclaimed_list", certificates)
        columns = UNCLAIMED + (UNCLAIMED_RESTRICTED if shows_dates else [])
        return spreadsheet_response("lembar-belum-diambil", columns, certificates)
    if "print" in request.GET:
        return _unclaimed_on_paper(request, certificates, shows_dates)
    page = page_of(request, certificates)
    _note(request, How.LISTED, "unclaimed_list", page.object_list)
    context = {"page": page, "shows_dates": shows_dates, "today": timezone.localdate()}
    return render(request, "certificates/unclaimed_list.html", context)


def _unclaimed_on_paper(request, certificates, shows_dates):
    if request.user.facility is None:
        raise Http404
    pdf = unclaimed_pdf(
        certificates,
        facility=request.user.facility,
        shows_dates=shows_dates,
        paper="f4" if request.GET["print"] == "f4" else "a4",
    )
    _note(request, How.PRINTED, "unclaimed_list", certificates)
    return pdf_response("lembar-belum-diambil.pdf", pdf)


def _note(request, how, page, certificates):
    people = {one.enrollment.inmate for one in certificates}
    record_reading(by=request.user, how=how, page=page, inmates=people)
