import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.paging import page_of, sorted_by
from partnerships.models import Agreement, Partner
from programs import services
from programs.forms import (
    BatchForm,
    CancelSessionForm,
    CoverageForm,
    InstructorForm,
    ProgramForm,
    SessionForm,
    UnitForm,
)
from programs.models import Batch, Curriculum, Instructor, Program, Session, Unit
from programs.queries import agreement_gaps, agreement_line, hours_by_unit

FORM_METHODS = ["GET", "HEAD", "POST"]


@require(Permission.VIEW_PROGRAMS)
@require_safe
def program_list(request):
    programs = (
        Program.objects.visible_to(request.user)
        .select_related("facility")
        .annotate(
            batch_count=Count(
                "curricula__batches",
                filter=Q(curricula__batches__in=Batch.objects.visible_to(request.user)),
                distinct=True,
            )
        )
    )
    query = request.GET.get("q", "").strip()
    if query:
        programs = programs.filter(Q(name__icontains=query) | Q(code__icontains=query))
    programs = sorted_by(
        request, programs, {"name": [Lower("name")], "code": ["code"]}, default="name"
    )
    return render(
        request, "programs/program_list.html", {"page": page_of(request, programs), "query": query}
    )


@require(Permission.VIEW_PROGRAMS)
@require_safe
def program_detail(request, pk):
    program = get_object_or_404(Program.objects.visible_to(request.user), pk=pk)
    curricula = program.curricula.with_hours().prefetch_related("units")
    wanted = request.GET.get("version", "")
    curriculum = next((one for one in curricula if str(one.version) == wanted), curricula[0])
    context = {
        "program": program,
        "curricula": curricula,
        "curriculum": curriculum,
        "is_taught": curriculum.batches.exists(),
        "agreements": Agreement.objects.visible_to(request.user)
        .filter(coverages__program=program)
        .select_related("partner"),
        "batches": Batch.objects.visible_to(request.user).filter(curriculum__program=program),
    }
    return render(request, "programs/program_detail.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def program_create(request):
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if program := form.perform(services.create_program, by=request.user):
            messages.success(request, _("Program tercatat. Tambahkan unit kompetensinya."))
            return redirect(program)
    return render(request, "programs/program_create.html", {"form": form})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def program_update(request, pk):
    program = get_object_or_404(Program.objects.visible_to(request.user), pk=pk)
    latest = program.curricula.first()
    form = ProgramForm(
        request.POST or None,
        instance=program,
        initial={"pass_mark": latest.pass_mark, "standard": latest.standard},
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_program, program=program, by=request.user):
            messages.success(request, _("Perubahan program tersimpan."))
            return redirect(program)
    return render(request, "programs/program_update.html", {"form": form, "program": program})


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def curriculum_version(request, pk):
    curriculum = get_object_or_404(Curriculum.objects.visible_to(request.user), pk=pk)
    try:
        copy = services.new_version(curriculum=curriculum, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(
            request, _("Kurikulum versi %(version)s siap diubah.") % {"version": copy.version}
        )
    return redirect(curriculum.program)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def unit_create(request, pk):
    curriculum = get_object_or_404(Curriculum.objects.visible_to(request.user), pk=pk)
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_unit, curriculum=curriculum, by=request.user):
            if "again" in request.POST:
                return redirect("programs:unit_create", curriculum.pk)
            return redirect(curriculum.program)
    return render(request, "programs/unit_create.html", {"form": form, "curriculum": curriculum})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def unit_update(request, pk):
    unit = get_object_or_404(
        Unit.objects.filter(curriculum__in=Curriculum.objects.visible_to(request.user)), pk=pk
    )
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_unit, unit=unit, by=request.user):
            return redirect(unit.curriculum.program)
    return render(request, "programs/unit_update.html", {"form": form, "unit": unit})


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def of_agreement(request, pk):
    """The slot of the agreement page: programs covered, and the batches on the agreement's line."""
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("partner", "facility"), pk=pk
    )
    batches = list(
        Batch.objects.visible_to(request.user).filter(agreement=agreement).order_by("starts_on")
    )
    context = {
        "agreement": agreement,
        "programs": Program.objects.visible_to(request.user).filter(coverages__agreement=agreement),
        "batches": batches,
        "line": agreement_line(agreement, batches, timezone.localdate()),
        "form": CoverageForm(user=request.user, agreement=agreement),
    }
    template = "programs/of_agreement.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def coverage_create(request, pk):
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    form = CoverageForm(request.POST, user=request.user, agreement=agreement)
    if form.is_valid() and form.perform(
        services.cover_program, agreement=agreement, by=request.user
    ):
        messages.success(request, _("Program tercakup dalam perjanjian ini."))
    else:
        messages.error(request, _("Pilih program yang belum dicakup perjanjian ini."))
    return redirect(agreement)


@require(Permission.VIEW_PARTNERSHIPS)
@require_safe
@vary_on_headers("HX-Request")
def of_partner(request, pk):
    """The slot of the partner page: its instructors."""
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    context = {"partner": partner, "instructors": partner.instructors.all()}
    template = "programs/of_partner.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def instructor_create(request, pk):
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    form = InstructorForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.add_instructor, partner=partner, by=request.user):
            return redirect(partner)
    return render(request, "programs/instructor_create.html", {"form": form, "partner": partner})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def instructor_update(request, pk):
    instructor = get_object_or_404(Instructor.objects.visible_to(request.user), pk=pk)
    form = InstructorForm(request.POST or None, user=request.user, instance=instructor)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_instructor, instructor=instructor, by=request.user):
            messages.success(request, _("Perubahan instruktur tersimpan."))
            return redirect(instructor.partner)
    return render(
        request, "programs/instructor_update.html", {"form": form, "instructor": instructor}
    )


@require(Permission.VIEW_PROGRAMS)
@require_safe
def batch_list(request):
    batches = (
        Batch.objects.visible_to(request.user)
        .select_related("agreement__partner", "curriculum__program", "facility")
        .with_hours()
    )
    has_any = batches.exists()
    batches = batches.of_facility(request.GET.get("facility"))
    query = request.GET.get("q", "").strip()
    if query:
        batches = batches.filter(
            Q(name__icontains=query)
            | Q(code__icontains=query)
            | Q(agreement__partner__name__icontains=query)
        )
    if request.GET.get("stage") == "running":
        batches = batches.running()
    if re.fullmatch(r"(19|20)\d\d", year := request.GET.get("year", ""), re.ASCII):
        batches = batches.filter(starts_on__year=int(year))
    batches = sorted_by(
        request,
        batches,
        {"starts": ["starts_on"], "name": [Lower("name")], "ends": ["ends_on"]},
        default="-starts",
    )
    context = {"page": page_of(request, batches), "query": query, "has_any": has_any}
    return render(request, "programs/batch_list.html", context)


@require(Permission.VIEW_PROGRAMS)
@require_safe
def batch_detail(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user)
        .select_related("agreement__partner", "curriculum__program", "facility")
        .with_hours(),
        pk=pk,
    )
    context = {
        "batch": batch,
        "sessions": batch.sessions.select_related("unit", "instructor"),
        "gaps": agreement_gaps(batch),
        "unit_hours": hours_by_unit(batch),
    }
    return render(request, "programs/batch_detail.html", context)


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def batch_create(request):
    form = BatchForm(request.POST or None, user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        if batch := form.perform(services.plan_batch, by=request.user):
            messages.success(request, _("Angkatan direncanakan. Susun jadwalnya."))
            return redirect(batch)
    return render(request, "programs/batch_create.html", {"form": form})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def batch_update(request, pk):
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    form = BatchForm(request.POST or None, user=request.user, instance=batch)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_batch, batch=batch, by=request.user):
            messages.success(request, _("Perubahan angkatan tersimpan."))
            return redirect(batch)
    return render(request, "programs/batch_update.html", {"form": form, "batch": batch})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "agreement", "curriculum", "facility"
        ),
        pk=pk,
    )
    last = batch.sessions.last()
    initial = (
        {
            name: getattr(last, name)
            for name in ("starts_at", "ends_at", "hours", "unit", "room", "instructor")
        }
        if last
        else {}
    )
    form = SessionForm(request.POST or None, batch=batch, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.schedule_session, batch=batch, by=request.user):
            messages.success(request, _("Pertemuan dijadwalkan."))
            if "again" in request.POST:
                return redirect("programs:session_create", batch.pk)
            return redirect(batch)
    return render(request, "programs/session_create.html", {"form": form, "batch": batch})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_update(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related(
            "batch__agreement", "batch__curriculum"
        ),
        pk=pk,
    )
    form = SessionForm(request.POST or None, batch=session.batch, instance=session)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.move_session, session=session, by=request.user):
            messages.success(request, _("Perubahan pertemuan tersimpan."))
            return redirect(session.batch)
    return render(request, "programs/session_update.html", {"form": form, "session": session})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def session_cancel(request, pk):
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("batch"), pk=pk
    )
    form = CancelSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.cancel_session, session=session, by=request.user):
            messages.success(request, _("Pertemuan dibatalkan."))
            return redirect(session.batch)
    return render(request, "programs/session_cancel.html", {"form": form, "session": session})
