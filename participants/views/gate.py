"""The day pack for the gate: looked at, printed, taken along as a spreadsheet."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from core.http import pdf_response
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.documents.gate import day_pack_pdf
from participants.exports.gate import MOVEMENTS
from participants.forms.absences import DayForm
from participants.models import ReadingTrail
from participants.queries.gate import day_pack as pack_of

ONE_DAY = timedelta(days=1)


@require(Permission.VIEW_RESTRICTED)
@require_safe
def day_pack(request):
    """Today's, or another day's; a day that is none is said beside its field."""
    form = DayForm(request.GET)
    day = _day(form)
    pack = pack_of(request.user, day)
    is_export = request.GET.get("export") == "xlsx"
    how = ReadingTrail.How.EXPORTED if is_export else ReadingTrail.How.VIEWED
    _note(request, how, "day_pack", pack)
    if is_export:
        return spreadsheet_response(f"pergerakan-{day.isoformat()}", MOVEMENTS, pack.movements)
    context = {
        "form": form,
        "pack": pack,
        "day": day,
        "today": timezone.localdate(),
        "earlier": day - ONE_DAY,
        "later": day + ONE_DAY,
    }
    return render(request, "participants/day_pack.html", context)


@require(Permission.VIEW_RESTRICTED)
@require_safe
def day_pack_print(request):
    day = _day(DayForm(request.GET))
    pack = pack_of(request.user, day)
    paper = "f4" if request.GET.get("paper") == "f4" else "a4"
    pdf = day_pack_pdf(pack, facility=request.user.facility, paper=paper)
    _note(request, ReadingTrail.How.PRINTED, "day_pack_print", pack)
    return pdf_response(f"berkas-pintu-{day.isoformat()}.pdf", pdf)


def _day(form):
    return (form.is_valid() and form.cleaned_data["on"]) or timezone.localdate()


def _note(request, how, page, pack):
    services.record_reading(by=request.user, how=how, page=page, inmates=pack.people)
