"""Programs and their curricula."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from partnerships.models import Agreement
from programs import services
from programs.forms.curricula import ProgramForm, UnitForm
from programs.models import Batch, Curriculum, Program, Unit


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
