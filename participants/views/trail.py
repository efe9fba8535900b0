"""A person's trail: who saw the file, who changed it; for the auditor, and on paper for the person."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from core.http import pdf_response
from core.paging import page_of
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.documents.trail import trail_pdf
from participants.exports.people import TRAIL
from participants.models import Inmate, ReadingTrail
from participants.queries.readings import CHANGED, lines, trail_keys

How = ReadingTrail.How


@require(Permission.VIEW_AUDIT)
@require_safe
def inmate_trail(request, pk):
    inmate = _inmate(request, pk)
    how = request.GET.get("how", "")
    keys = trail_keys(inmate, how if how in {*How.values, CHANGED} else "")
    if request.GET.get("export") == "xlsx":
        _note(request, inmate, How.EXPORTED)
        rows = lines(list(keys), inmate.facility)
        return spreadsheet_response(f"jejak-baca-{inmate.pk}", TRAIL, rows)
    _note(request, inmate, How.VIEWED)
    page = page_of(request, keys)
    context = {
        "inmate": inmate,
        "page": page,
        "lines": lines(page.object_list, inmate.facility),
        "how": how,
        "choices": How.choices,
        "changed": CHANGED,
    }
    return render(request, "participants/inmate_trail.html", context)


@require(Permission.VIEW_AUDIT)
@require_safe
def inmate_trail_print(request, pk):
    inmate = _inmate(request, pk)
    pdf = trail_pdf(inmate)
    _note(request, inmate, How.PRINTED)
    return pdf_response(f"jejak-baca-{inmate.pk}.pdf", pdf)


def _inmate(request, pk):
    return get_object_or_404(
        Inmate.objects.visible_to(request.user).select_related("facility__region"), pk=pk
    )


def _note(request, inmate, how):
    services.record_reading(by=request.user, how=how, page="inmate_trail", inmates=[inmate])
