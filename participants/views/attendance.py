import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
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
from participants.queries.sheet import sheet_of
from programs.models import Batch, Session


@require(Permission.MARK_ATTENDANCE)
@require_http_methods(FORM_METHODS)
def attendance(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__facility",
            "batch__agreement__partner",
            "unit",
            "instructor",
            "room",
            "locked_by",
        ),
        pk=pk,
    )
    if request.method != "POST":
        return _sheet(request, session)
    _refuse_another_person(request)
    form = AttendanceSheet(request.POST)
    told = {"status": 422}
    if not form.errors:
        try:
            outcome = services.record_attendance(
                session=session,
                marks=form.marks,
                nonce=form.nonce,
                day=form.day,
                by=request.user,
            )
        except ValidationError as error:
            is_moved = getattr(error, "code", None) == "moved"
            told |= {"refusals": error.messages, "is_moved": is_moved}
        except PermissionDenied:
            if request.accepts("text/html"):
                raise
            return JsonResponse(
                {"off_roster": _off_roster(request.user, session, form)}, status=403
            )
        else:
            told = _told(session, form, outcome)
    if not request.accepts("text/html"):
        return _word(session, form, **told)
    if told:
        return _sheet(request, session, form=form, **told)
    messages.success(request, _("Daftar hadir tersimpan."))
    return redirect(session)


def _told(session, form, outcome):
    """What the sheet has to say about an outcome; nothing when all of the form is stored.

    A form that comes a second time is no error, so 200; but nobody may take its changes for stored.
    """
    if outcome.conflicts:
        return {"conflicts": outcome.conflicts, "status": 409}
    unlike = _unlike(session, form) if outcome.is_replay else {}
    if not unlike:
        return {}
    return {"conflicts": {pk: one for pk, one in unlike.items() if one.theirs}, "is_replay": True}


def _refuse_another_person(request):
    """A page says whose it is: another one who signed in since must not send her marks as his own."""
    if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
        raise PermissionDenied(_("Isian ini milik orang lain yang tadi masuk di sini."))


def _off_roster(user, session, form):
    roster = Enrollment.objects.visible_to(user).on_roster_of(session)
    return sorted(form.marks.keys() - set(roster.values_list("pk", flat=True)))


def _word(session, form, *, conflicts=None, refusals=(), status=200, **_more):
    """What the page's own saving is told.

    200 {"saved_at": "08.52", "versions": {id: n}, "others": {id: theirs}} once it is stored; `others` are marks
    that somebody changed after a form that arrives a second time. 409 {"conflicts": {id: theirs}} with what
    others stored meanwhile, 422 {"refusals": [words], "errors": {id: words}}: then nothing was written.
    """
    if status == 409:
        answer = {"conflicts": {pk: _theirs(one.theirs) for pk, one in conflicts.items()}}
    elif status == 422:
        answer = {"refusals": list(refusals), "errors": form.errors}
    else:
        answer = {
            "saved_at": date_format(timezone.localtime(), "TIME_FORMAT"),
            "versions": dict(session.attendances.values_list("enrollment", "version")),
            "others": {pk: _theirs(one.theirs) for pk, one in _unlike(session, form).items()},
        }
    return JsonResponse(answer, status=status)


def _unlike(session, form):
    """{enrollment id: what is stored and what was sent} where the two are not the same."""
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    return {
        pk: services.Conflict(theirs=stored.get(pk), yours=mark)
        for pk, mark in form.marks.items()
        if mark.code and (pk not in stored or stored[pk].facts != mark.facts)
    }


def _theirs(mark):
    """A stored mark for the page; none at all when somebody sent a version of one that never was."""
    if mark is None:
        return {"code": "", "cause": "", "minutes": "", "remark": "", "version": 0}
    return {
        "code": mark.code,
        "cause": mark.cause,
        "minutes": str(mark.minutes_late or ""),
        "remark": mark.remark,
        "version": mark.version,
        "by": str(mark.marked_by),
        "at": _moment(mark.marked_at),
    }


def _is_today(when):
    return timezone.localtime(when).date() == timezone.localdate()


def _moment(when):
    """08.52 today, 17 Des 2025 08.52 before."""
    style = "TIME_FORMAT" if _is_today(when) else "SHORT_DATETIME_FORMAT"
    return date_format(timezone.localtime(when), style)


def _sheet(
    request,
    session,
    *,
    form=None,
    conflicts=None,
    refusals=(),
    is_moved=False,
    is_replay=False,
    status=200,
):
    """The sheet with what is stored, what was typed, and both where they differ."""
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="attendance", batch=session.batch
    )
    people = Enrollment.objects.visible_to(request.user).on_roster_of(session)
    sheet = sheet_of(session, list(people), form=form, conflicts=conflicts)
    numbers = list(session.batch.sessions.alive().values_list("pk", flat=True))
    context = {
        "session": session,
        "sheet": sheet,
        "rows": sheet.rows,
        "codes": Attendance.Code,
        "causes": Attendance.Cause,
        "is_writable": session.is_writable,
        "is_over": session.batch.state in Batch.OVER,
        "is_answer": form is not None,
        "is_moved": is_moved,
        "is_replay": is_replay,
        "nonce": secrets.token_urlsafe(16),
        "refusals": refusals,
        "conflict_count": len(conflicts or {}),
        "error_count": len(form.errors) if form else 0,
        "saved_at": sheet.saved_at,
        "is_saved_today": bool(sheet.saved_at) and _is_today(sheet.saved_at),
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
