import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from participants import services
from participants.forms import (
    AttendanceSheet,
    EndEnrollmentForm,
    EnrollForm,
    InmateForm,
    ResultSheet,
    UnlockForm,
)
from participants.models import Attendance, Enrollment, Inmate
from participants.queries import results_of, standings
from programs.models import Batch, Session
from programs.queries import agreement_gaps

CANDIDATES_SHOWN = 100


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_list(request):
    inmates = Inmate.objects.visible_to(request.user).select_related("facility")
    has_any = inmates.exists()
    query = request.GET.get("q", "").strip()
    if query:
        inmates = inmates.filter(Q(name__icontains=query) | Q(register_number__icontains=query))
    inmates = sorted_by(
        request,
        inmates,
        {"name": [Lower("name")], "register": ["register_number"]},
        default="name",
    )
    context = {
        "page": page_of(request, inmates),
        "query": query,
        "has_any": has_any,
        "shows_restricted": request.user.can(Permission.VIEW_RESTRICTED),
    }
    return render(request, "participants/inmate_list.html", context)


@require(Permission.VIEW_INMATES)
@require_safe
def inmate_detail(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    audit.record("inmate.viewed", inmate, by=request.user)
    context = {
        "inmate": inmate,
        "enrollments": inmate.enrollments.select_related("batch__agreement__partner").order_by(
            "-batch__starts_on"
        ),
        "shows_restricted": request.user.can(Permission.VIEW_RESTRICTED),
    }
    return render(request, "participants/inmate_detail.html", context)


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_create(request):
    form = InmateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if inmate := form.perform(services.register_inmate, by=request.user):
            messages.success(request, _("%(name)s tercatat.") % {"name": inmate})
            return redirect("participants:inmate_create" if "again" in request.POST else inmate)
    return render(request, "participants/inmate_create.html", {"form": form})


@require(Permission.MANAGE_INMATES)
@require_http_methods(FORM_METHODS)
def inmate_update(request, pk):
    inmate = get_object_or_404(Inmate.objects.visible_to(request.user), pk=pk)
    form = InmateForm(request.POST or None, instance=inmate)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_inmate, inmate=inmate, by=request.user):
            messages.success(request, _("Perubahan data tersimpan."))
            return redirect(inmate)
    return render(request, "participants/inmate_update.html", {"form": form, "inmate": inmate})


@require(Permission.VIEW_ROSTER)
@require_safe
@vary_on_headers("HX-Request")
def roster(request, pk):
    """The batch's people; also the slot of the batch page."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("curriculum", "facility"), pk=pk
    )
    people = standings(batch)
    context = {
        "batch": batch,
        "standings": people,
        "seats_taken": sum(one.enrollment.ended_on is None for one in people),
    }
    template = "participants/roster.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "facility", "agreement", "curriculum"
        ),
        pk=pk,
    )
    candidates = Inmate.objects.visible_to(request.user).not_in(batch).order_by(Lower("name"), "pk")
    form = EnrollForm(
        request.POST or None, candidates=candidates, initial={"joined_on": batch.starts_on}
    )
    if request.method == "POST" and form.is_valid():
        if enrolled := form.perform(services.enroll_all, batch=batch, by=request.user):
            count = len(enrolled)
            messages.success(
                request,
                ngettext("%(count)s peserta masuk.", "%(count)s peserta masuk.", count)
                % {"count": count},
            )
            return redirect(batch)
    query = request.GET.get("q", "").strip()
    chosen = request.POST.getlist("inmates")
    if query:
        candidates = candidates.filter(
            Q(name__icontains=query) | Q(register_number__icontains=query)
        )
    context = {
        "form": form,
        "batch": batch,
        "candidates": candidates[:CANDIDATES_SHOWN],
        "candidate_count": candidates.count(),
        "chosen": chosen,
        "query": query,
        "free": batch.quota - batch.enrollments.active().count(),
        "gaps": agreement_gaps(batch),
    }
    return render(request, "participants/enrollment_create.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_end(request, pk):
    enrollment = get_object_or_404(
        Enrollment.objects.visible_to(request.user).select_related("batch", "inmate"), pk=pk
    )
    form = EndEnrollmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.end_enrollment, enrollment=enrollment, by=request.user):
            messages.success(request, _("%(name)s berhenti.") % {"name": enrollment.inmate})
            return redirect(enrollment.batch)
    return render(
        request, "participants/enrollment_end.html", {"form": form, "enrollment": enrollment}
    )


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
    try:
        outcome = services.record_attendance(
            session=session, marks=sheet.marks, nonce=sheet.nonce, by=request.user
        )
    except ValidationError as error:
        return _sheet(request, session, typed=sheet.marks, refusals=error.messages, status=422)
    if outcome.conflicts:
        return _sheet(request, session, typed=sheet.marks, conflicts=outcome.conflicts, status=409)
    messages.success(request, _("Daftar hadir tersimpan."))
    return redirect(session)


def _sheet(request, session, *, typed=None, conflicts=None, refusals=(), status=200):
    """The sheet with what is stored, what was typed, and both where they differ."""
    stored = {one.enrollment_id: one for one in session.attendances.select_related("marked_by")}
    rows = []
    for enrollment in Enrollment.objects.visible_to(request.user).on_roster_of(session):
        mark = stored.get(enrollment.pk)
        shown = (typed or {}).get(enrollment.pk) or mark
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


@require(Permission.RECORD_RESULTS)
@require_http_methods(FORM_METHODS)
def results(request, pk):
    """One unit of the batch at a time: a score and K or BK for each participant."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("curriculum__program", "facility"),
        pk=pk,
    )
    units = list(batch.curriculum.units.all())
    wanted = request.GET.get("unit", str(units[0].pk))
    unit = next((one for one in units if str(one.pk) == wanted), None)
    if unit is None:
        raise Http404
    enrollments = list(batch.enrollments.in_paper_order())
    sheet, refusals, status = None, [], 200
    if request.method == "POST":
        sheet = ResultSheet(
            request.POST, unit=unit, enrollments=enrollments, pass_mark=batch.curriculum.pass_mark
        )
        status = 422
        if not sheet.errors:
            try:
                services.record_results(batch=batch, assessments=sheet.assessments, by=request.user)
            except ValidationError as error:
                refusals = error.messages
            else:
                messages.success(request, _("Nilai %(unit)s tersimpan.") % {"unit": unit})
                return redirect(f"{request.path}?unit={unit.pk}")
    context = _result_grid(batch, units, unit, enrollments, sheet) | {"refusals": refusals}
    return render(request, "participants/results.html", context, status=status)


def _result_grid(batch, units, unit, enrollments, sheet):
    stored = {}
    counts = dict.fromkeys((one.pk for one in units), 0)
    for result in results_of(batch):
        counts[result.unit_id] += 1
        if result.unit_id == unit.pk:
            stored[result.enrollment_id] = result
    rows = []
    for enrollment in enrollments:
        result = stored.get(enrollment.pk)
        typed = sheet.typed.get(enrollment.pk) if sheet else None
        rows.append(
            {
                "enrollment": enrollment,
                "result": result,
                "typed": typed,
                "competent": typed["competent"]
                if typed
                else {True: "K", False: "BK"}.get(result and result.is_competent, ""),
                "version": result.version if result else 0,
                "error": sheet.errors.get(enrollment.pk) if sheet else None,
            }
        )
    return {
        "batch": batch,
        "unit": unit,
        "rows": rows,
        "error_count": len(sheet.errors) if sheet else 0,
        "tabs": [(one, counts[one.pk]) for one in units],
        "people_count": len(enrollments),
    }
