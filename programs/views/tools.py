"""Counting tools out to a meeting and back in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from programs import services
from programs.forms.tools import FREE, ToolSheet
from programs.models import Session
from programs.tools import Tools, tools_of


@require(Permission.MARK_ATTENDANCE)
@require_http_methods(FORM_METHODS)
def session_tools(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__facility", "batch__curriculum", "room", "instructor"
        ),
        pk=pk,
    )
    if request.method != "POST":
        return _page(request, session)
    known = [one.tool for one in tools_of([session])[session.pk].lines]
    sheet = ToolSheet(request.POST, known=known)
    if sheet.has_strange_rows:
        words = _("Daftar alatnya berubah sesudah halaman ini dibuka; periksa lagi barisnya.")
        return _page(request, session, sheet=sheet, refusals=[words], status=422)
    if sheet.errors:
        return _page(request, session, sheet=sheet, status=422)
    try:
        outcome = services.count_tools(session=session, counts=sheet.counts, by=request.user)
    except ValidationError as error:
        return _page(request, session, sheet=sheet, refusals=error.messages, status=422)
    if outcome.conflicts:
        return _page(request, session, sheet=sheet, conflicts=outcome.conflicts, status=409)
    messages.success(request, _("Hitungan alat tersimpan."))
    return redirect("programs:session_tools", session.pk)


def _page(request, session, *, sheet=None, conflicts=None, refusals=(), status=200):
    """The tools as they are stored, with what was typed where it could not be."""
    tools = tools_of([session])[session.pk]
    conflicts = conflicts or {}
    is_writable = not session.is_locked
    rows = [_row(line, sheet, conflicts.get(line.tool)) for line in tools.lines]
    context = {
        "session": session,
        "tools": tools,
        "rows": rows,
        "free": _free(sheet, tools),
        "free_error": sheet.errors.get(FREE, "") if sheet else "",
        "refusals": refusals,
        "error_count": len(sheet.errors) if sheet else 0,
        "conflict_count": len(conflicts),
        "is_writable": is_writable,
    }
    return render(request, "programs/session_tools.html", context, status=status)


def _row(line, sheet, conflict):
    count = line.count
    typed = _typed(sheet, line.tool)
    if typed is None:
        back = "" if count is None or count.brought_back is None else count.brought_back
        typed = {"out": "" if count is None else count.taken_out, "back": back}
    return {
        "line": line,
        "out": typed["out"],
        "back": typed["back"],
        "version": count.version if count else 0,
        "error": sheet.errors.get(line.tool, "") if sheet else "",
        "conflict": conflict,
    }


def _typed(sheet, tool):
    """What was typed for that tool, in its own row or in the free one."""
    if sheet is None:
        return None
    free = sheet.typed.get(FREE)
    return sheet.typed.get(tool) or (free if free and free["tool"] == tool else None)


def _free(sheet, tools: Tools):
    """The row for one more tool: empty, or as it was typed and not taken."""
    typed = sheet.typed.get(FREE) if sheet else None
    is_shown_above = typed and FREE not in sheet.errors and typed["tool"] in _names(tools)
    return typed if typed and not is_shown_above else {"tool": "", "out": "", "back": ""}


def _names(tools):
    return {one.tool for one in tools.lines}
