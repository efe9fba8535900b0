"""Attendance sheets across batches: a day's, those behind, a class's week, one sheet's history, the rule."""

from collections import defaultdict
from datetime import timedelta
from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import chosen, page_of
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.exports.sheets import SHEETS, mark_columns
from participants.forms.absences import DayForm, SheetRuleForm
from participants.models import Attendance, ReadingTrail
from participants.queries import sheet_history
from participants.queries.marks import mark_rows, week_of
from participants.queries.sheets import Sheet, behind, expected_by_block, sheets_of
from programs.models import Batch, Session

How = ReadingTrail.How
ONE_DAY = timedelta(days=1)
MOST_NAMED = 5


@require(Permission.MARK_ATTENDANCE)
@require_safe
def sheet_list(request):
    """The sheets of a day (`?on=`) by place or by block, and those of earlier days that lack marks."""
    form = DayForm(request.GET)
    today = timezone.localdate()
    day = (form.is_valid() and form.cleaned_data["on"]) or today
    sessions = Session.objects.visible_to(request.user)
    sheets = sheets_of(day, sessions)
    if request.GET.get("export") == "xlsx":
        return spreadsheet_response(f"daftar-hadir-{day:%Y-%m-%d}", SHEETS, sheets)
    is_by_block = request.GET.get("by") == "block" and request.user.can(Permission.VIEW_RESTRICTED)
    batch = chosen(request, "batch", Batch.objects.visible_to(request.user))
    page = page_of(request, behind(sessions.filter(batch=batch) if batch else sessions))
    context = {
        "form": form,
        "day": day,
        "today": today,
        "earlier": day - ONE_DAY,
        "later": day + ONE_DAY,
        "is_by_block": is_by_block,
        "sheet_count": len(sheets),
        "next_day": None if sheets else _next_day(sessions, day),
        "next_sheet": _next_to_fill(sheets),
        "places": _by_place(sheets),
        "blocks": _blocks(request, day, sheets) if is_by_block else [],
        "page": page,
        "behind": [Sheet(one) for one in page],
        "batch": batch,
        "classes": _classes_on(request, day),
    }
    return render(request, "participants/sheet_list.html", context)


def _next_day(sessions, day):
    to_come = sessions.alive().filter(takes_place_on__gt=day).order_by("takes_place_on")
    return to_come.values_list("takes_place_on", flat=True).first()


def _next_to_fill(sheets):
    """The earliest of the day that can take marks now and lacks some."""
    open_ones = [one for one in sheets if one.session.is_writable and one.marks < one.people]
    return min(open_ones, key=lambda one: one.session.starts_at, default=None)


def _by_place(sheets):
    """[(room, [Sheet])]"""
    rooms = groupby(sheets, key=lambda one: one.session.room)
    return [(room, list(group)) for room, group in rooms]


def _blocks(request, day, sheets):
    blocks = expected_by_block(day, [one.session for one in sheets])
    services.record_reading(
        by=request.user,
        how=How.LISTED,
        page="sheet_list",
        inmates=[one.inmate for _block, people in blocks for one in people],
    )
    return blocks


def _classes_on(request, day):
    """For who may plan: the classes that could have a meeting outside their timetable on that day."""
    if not request.user.can(Permission.MANAGE_PROGRAMS):
        return []
    return (
        Batch.objects.visible_to(request.user)
        .under_way()
        .filter(starts_on__lte=day, ends_on__gte=day)
        .order_by("name")
    )


@require(Permission.MANAGE_RULES)
@require_http_methods(FORM_METHODS)
def sheet_rule_update(request):
    """After how many days the sheets of one's own Lapas close."""
    facility = request.user.facility
    form = SheetRuleForm(request.POST or None, initial={"sheet_days": facility.sheet_days})
    if request.method == "POST" and form.is_valid():
        if form.perform(services.set_sheet_days, by=request.user):
            messages.success(request, _("Aturan daftar hadir tersimpan."))
            return redirect("participants:sheet_rule_update")
    context = {"form": form, "facility": facility}
    return render(request, "participants/sheet_rule_update.html", context)


@require(Permission.MARK_ATTENDANCE)
@require_POST
def attendance_lock_all(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("facility"), pk=pk
    )
    done, left = services.lock_all(batch=batch, by=request.user)
    if done:
        messages.success(
            request,
            ngettext(
                "%(count)s daftar hadir dikunci.", "%(count)s daftar hadir dikunci.", len(done)
            )
            % {"count": len(done)},
        )
    elif not left:
        messages.info(request, _("Semua daftar hadir angkatan ini sudah terkunci."))
    if left:
        messages.warning(request, _left_in_words(left))
    return redirect(batch)


def _left_in_words(left):
    """Which sheets stayed open, by what keeps them: the first few days of each."""
    reasons = defaultdict(list)
    for session, why in left:
        reasons[why].append(date_format(session.takes_place_on, "j M"))
    words = [_("%(count)s belum dikunci.") % {"count": len(left)}]
    for why, days in reasons.items():
        more = len(days) - MOST_NAMED
        named = ", ".join(days[:MOST_NAMED])
        if more > 0:
            named = _("%(days)s dan %(more)s lainnya") % {"days": named, "more": more}
        words.append(f"{named}: {why}")
    return " ".join(words)


@require(Permission.VIEW_ROSTER)
@require_safe
def mark_grid(request, pk):
    """A week of a class: its people against the meetings; as a spreadsheet all weeks."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("facility"), pk=pk
    )
    sessions = batch.sessions.select_related("unit", "instructor")
    is_export = request.GET.get("export") == "xlsx"
    services.record_reading(
        by=request.user,
        how=How.EXPORTED if is_export else How.VIEWED,
        page="mark_grid",
        batch=batch,
    )
    if is_export:
        held = list(sessions.alive())
        columns = mark_columns(held, shows_register=request.user.can(Permission.VIEW_INMATES))
        return spreadsheet_response(f"tanda-{batch.code}", columns, mark_rows(batch, held))
    form = DayForm(request.GET)
    week = week_of(batch, (form.is_valid() and form.cleaned_data["on"]) or timezone.localdate())
    of_week = list(sessions.filter(takes_place_on__range=(week.monday, week.sunday)))
    rows = mark_rows(batch, of_week)
    context = {
        "batch": batch,
        "week": week,
        "sessions": of_week,
        "has_sheets": any(one.status != Session.Status.CANCELLED for one in of_week),
        "rows": rows,
        "codes": Attendance.Code,
        "remarks": [
            (cell.session, row.enrollment, cell.mark)
            for row in rows
            for cell in row.cells
            if cell.mark and cell.mark.remark
        ],
    }
    return render(request, "participants/mark_grid.html", context)


@require(Permission.VIEW_ROSTER)
@require_safe
def attendance_history(request, pk):
    """Every change of one sheet, the newest first."""
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("batch__facility", "unit"), pk=pk
    )
    services.record_reading(
        by=request.user, how=How.VIEWED, page="attendance_history", batch=session.batch
    )
    page = page_of(request, sheet_history.events_of(session))
    context = {"session": session, "page": page, "lines": sheet_history.lines(session, page)}
    return render(request, "participants/attendance_history.html", context)
