"""The timetable of a class: looked at, made in one go, printed, and taken along."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.spreadsheets import spreadsheet_response
from programs import exports, services
from programs.agenda import monday_of, month_of, week_of
from programs.calendar import special_days
from programs.documents import timetable_ics, timetable_pdf
from programs.forms.timetable import TimetableForm
from programs.models import Batch
from programs.queries import hours_by_unit, uncovered_sessions
from programs.views.sessions import say_when_uncovered

VIEWS = ("week", "month", "list")
# Nobody leafs further from the batch than this.
LEAF_YEARS = 5


def _batch_of(request, pk):
    return get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement__partner", "curriculum__program", "facility__region"
        ),
        pk=pk,
    )


def _day_of(request, batch, today):
    """The day that the URL asks for; else today, or the end of the batch that is nearer to it."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = None
    if day and abs(day.year - batch.starts_on.year) <= LEAF_YEARS:
        return day
    return min(max(today, batch.starts_on), batch.ends_on)


def _troubles(batch, sessions, special):
    """{session.pk: words} of meetings that cannot stay as they are."""
    uncovered = {session.pk for session in uncovered_sessions(batch)}
    troubles = {pk: _("di luar perjanjian") for pk in uncovered}
    for session in sessions:
        day = special.get(session.takes_place_on)
        if session.status == "planned" and day and day.is_closed and not day.may_be_taught:
            troubles[session.pk] = day.name
    return troubles


@require(Permission.VIEW_PROGRAMS)
@require_safe
def timetable(request, pk):
    batch = _batch_of(request, pk)
    now = datetime.now(ZoneInfo(batch.facility.timezone))
    day = _day_of(request, batch, now.date())
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else "week"
    sessions = list(batch.sessions.select_related("unit", "instructor", "room"))
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response(f"jadwal-{batch.code}", exports.SESSIONS, sessions)
    first = monday_of(day.replace(day=1))
    special = special_days(batch.facility, first, first + timedelta(days=48))
    monday = monday_of(day)
    context = {
        "batch": batch,
        "view": view,
        "views": [("week", _("Pekan")), ("month", _("Bulan")), ("list", _("Daftar"))],
        "day": day,
        "sessions": sessions,
        "week": week_of(
            sessions,
            monday=monday,
            special=special,
            troubles=_troubles(batch, sessions, special),
            now=now,
        ),
        "month": month_of(sessions, day=day, special=special, today=now.date()),
        "unit_hours": hours_by_unit(batch),
        **_neighbours(view, day),
    }
    return render(request, "programs/timetable.html", context)


def _neighbours(view, day):
    """The days before and after to leaf to: a week or a month away."""
    if view == "month":
        first = day.replace(day=1)
        return {
            "earlier": (first - timedelta(days=1)).replace(day=1),
            "later": (first + timedelta(days=32)).replace(day=1),
        }
    return {"earlier": day - timedelta(days=7), "later": day + timedelta(days=7)}


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def timetable_create(request, pk):
    """Lay the whole curriculum out, look at it, and book it."""
    batch = _batch_of(request, pk)
    today = timezone.localdate()
    regular = batch.teachings.filter(is_substitute=False).first()
    initial = {
        "starts_on": today if batch.starts_on <= today <= batch.ends_on else batch.starts_on,
        "room": batch.room_id,
        "instructor": regular and regular.instructor_id,
    }
    if batch.weekdays:
        initial["weekdays"] = list(batch.weekdays)
    form = TimetableForm(request.POST or None, batch=batch, initial=initial)
    layout = None
    if request.method == "POST" and form.is_valid():
        if "book" in request.POST:
            sessions = form.perform_pattern(
                services.generate_timetable, batch=batch, by=request.user
            )
            if sessions:
                messages.success(
                    request,
                    ngettext(
                        "%(count)s pertemuan dijadwalkan.",
                        "%(count)s pertemuan dijadwalkan.",
                        len(sessions),
                    )
                    % {"count": len(sessions)},
                )
                say_when_uncovered(request, batch)
                first = sessions[0].takes_place_on
                return redirect(f"{reverse('programs:timetable', args=[batch.pk])}?day={first}")
        layout = services.draft_timetable(batch=batch, pattern=form.pattern())
    context = {
        "form": form,
        "batch": batch,
        "layout": layout,
        "misfit": services.misfit(layout) if layout and not layout.fits else "",
        "unit_hours": hours_by_unit(batch),
    }
    return render(request, "programs/timetable_create.html", context)


@require(Permission.VIEW_PROGRAMS)
@require_safe
def timetable_print(request, pk):
    batch = _batch_of(request, pk)
    paper = "f4" if request.GET.get("paper") == "f4" else "a4"
    return _download(
        timetable_pdf(batch, paper=paper), f"jadwal-{batch.code}.pdf", "application/pdf"
    )


@require(Permission.VIEW_PROGRAMS)
@require_safe
def timetable_calendar(request, pk):
    batch = _batch_of(request, pk)
    host = request.get_host().partition(":")[0]
    return _download(timetable_ics(batch, host=host), f"jadwal-{batch.code}.ics", "text/calendar")


def _download(content, filename, media_type):
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
