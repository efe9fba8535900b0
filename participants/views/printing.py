"""Attendance sheets to print: one meeting's, a week's, a whole batch's."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from core.http import pdf_response
from participants import services
from participants.documents.sheet import sheets_pdf
from participants.forms.absences import DayForm
from participants.models import ReadingTrail
from participants.queries.marks import week_of
from programs.models import Batch, Session


@require(Permission.MARK_ATTENDANCE)
@require_safe
def attendance_print(request, pk):
    session = get_object_or_404(_sessions(request), pk=pk)
    name = f"daftar-hadir-{session.batch.code}-{session.takes_place_on:%Y-%m-%d}.pdf"
    return _printed(request, [session], name, "attendance_print")


@require(Permission.MARK_ATTENDANCE)
@require_safe
def sheets_print(request, pk):
    """The sheets of a batch, by the timetable: of the week of a day (`?on=`) or all that are not cancelled."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    sessions, name = _sessions(request).alive().filter(batch=batch), f"daftar-hadir-{batch.code}"
    if "on" in request.GET:
        form = DayForm(request.GET)
        week = week_of(batch, (form.is_valid() and form.cleaned_data["on"]) or timezone.localdate())
        sessions = sessions.filter(takes_place_on__range=(week.monday, week.sunday))
        name += f"-pekan-{week.monday:%Y-%m-%d}"
    sessions = list(sessions)
    if not sessions:
        messages.info(request, _("Belum ada pertemuan yang daftar hadirnya bisa dicetak."))
        return redirect(batch)
    return _printed(request, sessions, f"{name}.pdf", "sheets_print")


def _sessions(request):
    return Session.objects.visible_to(request.user).select_related(
        "batch__facility__region", "batch__curriculum__program", "unit", "instructor", "room"
    )


def _printed(request, sessions, name, page):
    paper = "f4" if request.GET.get("paper") == "f4" else "a4"
    pages = services.print_sheets(sessions=sessions, paper=paper, by=request.user)
    pdf = sheets_pdf(pages, paper=paper)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.PRINTED, page=page, batch=sessions[0].batch
    )
    return pdf_response(name, pdf)
