import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.sheets import AttendanceSheet, UnlockForm
from participants.models import Attendance, Enrollment, ReadingTrail
from programs.models import Session


@require(Permission.MARK_ATTENDANCE)
@require_http_methods(FORM_METHODS)
def attendance(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__facility", "batch__agreement__partner", "unit", "instructor", "locked_by"
        ),
        pk=pk,
    )
    if request.method != "POST":
        return _sheet(request, session)
    sheet = AttendanceSheet(request.POST)
    conflicts, refusals, status = {}, [], 200
    if sheet.errors:
        status = 422
    else:
        try:
            outcome = services.record_attendance(
                session=session, marks=sheet.marks, nonce=sheet.nonce, by=request.user
            )
        except ValidationError as error:
            refusals, status = error.messages, 422
        else:
            conflicts = outcome.conflicts or {}
            status = 409 if conflicts else 200
    if request.accepts("text/html"):
        if status != 200:
            return _sheet(
                request, session, sheet=sheet, conflicts=conflicts, refusals=refusals, status=status
            )
        messages.success(request, _("Daftar hadir tersimpan."))
        return redirect(session)
    return _word(session, sheet, conflicts, refusals, status)


def _word(session, sheet, conflicts, refusals, status):
    """What the page's own saving is told.

    {"saved_at": "08.52", "versions": {id: n}} once it is stored; 409 {"conflicts": {id: {code, cause, minutes,
    remark, version, by, at}}} with what others stored meanwhile, 422 {"refusals": [words], "errors":
    {id: words}}: then nothing was written.
    """
    if status == 409:
        answer = {"conflicts": {pk: _theirs(one.theirs) for pk, one in conflicts.items()}}
    elif status == 422:
        answer = {"refusals": list(refusals), "errors": sheet.errors}
    else:
        answer = {
            "saved_at": date_format(timezone.localtime(), "TIME_FORMAT"),
            "versions": dict(session.attendances.values_list("enrollment", "version")),
        }
    return JsonResponse(answer, status=status)


def _theirs(mark):
    """A stored mark for the page; none at all when somebody sent a version of one that never was."""
    if mark is None:
        return {"code": "", "cause": "", "minutes": "", "remark": "", "version": 0}
    return {
        "code": mark.code,
        "cause": mark.cause,
        "minutes": mark.minutes_late or "",
        "remark": mark.remark,
        "version": mark.version,
        "by": str(mark.marked_by),
        "at": date_format(timezone.localtime(mark.marked_at), "TIME_FORMAT"),
    }


def _sheet(request, session, *, sheet=None, conflicts=None, refusals=(), status=200):
    """The sheet with what is stored, what was typed, and both where they differ."""
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="attendance", batch=session.batch
    )
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    rows = []
    for enrollment in Enrollment.objects.visible_to(request.user).on_roster_of(session):
        mark = stored.get(enrollment.pk)
        shown = (sheet.marks if sheet else {}).get(enrollment.pk) or mark
        rows.append(
            {
                "enrollment": enrollment,
                "mark": mark,
                "code": shown.code if shown else "",
                "cause": shown.cause if shown else "",
                "version": mark.version if mark else 0,
                "conflict": (conflicts or {}).get(enrollment.pk),
            }
        )
    numbers = list(session.batch.sessions.alive().values_list("pk", flat=True))
    codes = [row["code"] for row in rows]
    context = {
        "session": session,
        "rows": rows,
        "has_photos": any(row["enrollment"].inmate.photo for row in rows),
        "totals": [(code, codes.count(code.value)) for code in Attendance.Code],
        "blank_count": codes.count(""),
        "codes": Attendance.Code,
        "causes": Attendance.Cause,
        "is_writable": session.is_writable,
        "nonce": secrets.token_urlsafe(16),
        "refusals": refusals,
        "conflict_count": len(conflicts or {}),
        "number": numbers.index(session.pk) + 1 if session.pk in numbers else None,
        "session_count": len(numbers),
        "unlock_form": UnlockForm(),
    }
    return render(request, "participants/attendance.html", context, status=status)


@require(Permission.MARK_ATTENDANCE)
@require_POST
def attendance_lock(request, pk):
    session = get_object_or_404(Session.objects.visible_to(request.user), pk=pk)
    try:
        services.lock_attendance(session=session, by=request.user)
        messages.success(request, _("Daftar hadir dikunci."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(session)


@require(Permission.UNLOCK_ATTENDANCE)
@require_POST
def attendance_unlock(request, pk):
    session = get_object_or_404(Session.objects.visible_to(request.user), pk=pk)
    form = UnlockForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tuliskan alasan membuka daftar hadir."))
    elif form.perform(services.unlock_attendance, session=session, by=request.user):
        messages.success(request, _("Daftar hadir dibuka lagi."))
    else:
        messages.error(request, form.non_field_errors()[0])
    return redirect(session)
