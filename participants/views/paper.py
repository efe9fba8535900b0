"""The attendance sheet on paper keyed back, its scan kept."""

import secrets

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS, kept_file_response
from participants import services
from participants.forms.paper import EXAMPLES, PaperForm
from participants.models import Attendance, Enrollment, PaperScan, ReadingTrail, ScanPage
from participants.paper.layout import LAYOUTS
from participants.queries.paper import paper_rows
from participants.quickline import Said, write
from programs.models import Session


@require(Permission.MARK_ATTENDANCE)
@require_http_methods(FORM_METHODS)
def attendance_paper(request, pk):
    session = _session(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*sent, session=session, rows=_rows(request, session), user=request.user)
    conflicts = {}
    if sent and form.is_valid() and "check" not in request.POST:
        outcome = form.perform(services.keep_paper, session=session, by=request.user)
        if outcome and not outcome.conflicts:
            _say(request, outcome)
            return redirect(session)
        conflicts = outcome.conflicts if outcome else {}
    return _paper(request, session, form, conflicts)


def _session(request, pk):
    sessions = Session.objects.visible_to(request.user).select_related(
        "batch__facility", "unit", "room"
    )
    return get_object_or_404(sessions, pk=pk)


def _rows(request, session):
    roster = Enrollment.objects.visible_to(request.user).on_roster_of(session)
    return paper_rows(session, roster)


def _note(request, session, how, page):
    services.record_reading(by=request.user, how=how, page=page, batch=session.batch)


def _say(request, outcome):
    if outcome.is_replay:
        words = _("Isian ini sudah diterima sebelumnya; tidak ada yang ditulis lagi.")
        messages.info(request, words)
        return
    words = ngettext(
        "%(count)s tanda dari kertas tersimpan.",
        "%(count)s tanda dari kertas tersimpan.",
        outcome.written,
    )
    said = [words % {"count": outcome.written}] if outcome.written else []
    if request.FILES:
        said.append(_("Pindaiannya terlampir."))
    messages.success(request, " ".join(said) or _("Semua tanda itu sudah tersimpan."))


def _paper(request, session, form, conflicts):
    """The form, and beside it the sheet in the order of the paper: what is stored, what the line says."""
    _note(request, session, ReadingTrail.How.VIEWED, "attendance_paper")
    marks = form.marks
    status = 409 if conflicts else 422 if form.is_bound and form.errors else 200
    context = {
        "session": session,
        "form": form,
        "nonce": form.nonce if form.is_bound else secrets.token_urlsafe(16),
        "rows": [_row(one, marks, form.versions, conflicts) for one in form.rows],
        "line": _stored_line(form.rows),
        "codes": Attendance.Code,
        "conflict_count": len(conflicts),
        "is_checked": form.is_bound and not form.errors and not conflicts,
        "papers": LAYOUTS,
        "examples": EXAMPLES,
        "scans": PaperScan.objects.visible_to(request.user)
        .filter(session=session)
        .select_related("uploaded_by"),
        "confirmed_pages": ScanPage.objects.visible_to(request.user)
        .filter(sheet__session=session, state=ScanPage.State.CONFIRMED)
        .select_related("file", "sheet", "confirmed_by")
        .order_by("sheet__page", "confirmed_at"),
    }
    return render(request, "participants/attendance_paper.html", context, status=status)


def _row(one, marks, versions, conflicts):
    pk = one.enrollment.pk
    mark, conflict = marks.get(pk), conflicts.get(pk)
    stored = conflict.theirs if conflict else one.stored
    return {
        "enrollment": one.enrollment,
        "stored": _words(stored.facts) if stored else None,
        "mark": _words(mark.facts) if mark else None,
        "is_changed": bool(mark and stored and mark.facts != stored.facts),
        "conflict": conflict,
        # Whoever has seen both may decide: the next time the line wins.
        "version": stored.version if conflict and stored else versions[pk],
    }


def _words(facts):
    """A mark for the table: its code, and minutes and cause where it has them."""
    code, cause, minutes, _remark = facts
    return {
        "code": Attendance.Code(code),
        "cause": Attendance.Cause(cause).label if cause else "",
        "minutes": minutes,
    }


def _stored_line(rows):
    """What is stored as a quick line, to be compared with the paper."""
    own = Attendance.Cause.PARTICIPANT
    return write(
        {
            row.number: Said(
                row.stored.code,
                row.stored.minutes_late,
                "" if row.stored.cause == own else row.stored.cause,
            )
            for row in rows
            if row.stored
        }
    )


@require(Permission.VIEW_ROSTER)
@require_safe
def scan_download(request, pk):
    scans = PaperScan.objects.visible_to(request.user).select_related("session__batch")
    scan = get_object_or_404(scans, pk=pk)
    _note(request, scan.session, ReadingTrail.How.EXPORTED, "scan_download")
    return kept_file_response(scan)
