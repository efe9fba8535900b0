"""Programs and their curricula."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.forms.models import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.paging import page_of, sorted_by
from partnerships.models import Agreement
from programs import services
from programs.comparison import compare
from programs.forms.curricula import ProgramForm, ReadyForm, UnitForm
from programs.models import Batch, Curriculum, Program, Skill, Tag, Unit
from programs.queries import with_current_skills
from programs.ready import READY

STEPS = {"up": -1, "down": 1}


@require(Permission.VIEW_PROGRAMS)
@require_safe
def program_list(request):
    programs = (
        Program.objects.visible_to(request.user)
        .select_related("facility")
        .prefetch_related("tags")
        .with_latest()
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
    field, tag = request.GET.get("field", ""), request.GET.get("tag", "")
    if field in Program.Field.values:
        programs = programs.filter(field=field)
    tags = Tag.objects.all()
    if chosen := next((one for one in tags if str(one.pk) == tag), None):
        programs = programs.filter(tags=chosen)
    programs = sorted_by(
        request,
        programs,
        {"name": [Lower("name")], "code": ["code"], "hours": ["latest_hours"]},
        default="name",
    )
    context = {
        "page": page_of(request, programs),
        "query": query,
        "is_filtered": bool(query or field or tag),
        "fields": Program.Field.choices,
        "tags": tags,
        "chosen_tag": chosen,
    }
    return render(request, "programs/program_list.html", context)


@require(Permission.VIEW_PROGRAMS)
@require_safe
def program_detail(request, pk):
    program = get_object_or_404(Program.objects.visible_to(request.user), pk=pk)
    # A sum forgets the model's own order.
    curricula = with_current_skills(program.curricula.with_hours().order_by("-version"))
    wanted = request.GET.get("version", "")
    curriculum = next((one for one in curricula if str(one.version) == wanted), curricula[0])
    context = {
        "program": program,
        "curricula": curricula,
        "curriculum": curriculum,
        "earlier": next((one for one in curricula if one.version < curriculum.version), None),
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
@require_safe
def program_ready(request):
    """The ready curricula to choose from."""
    return render(request, "programs/program_ready.html", {"curricula": READY.values()})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def program_from_ready(request, key):
    if (ready := READY.get(key)) is None:
        raise Http404
    form = ReadyForm(request.POST or None, initial={"name": ready.name, "code": ready.code})
    if request.method == "POST" and form.is_valid():
        if program := form.perform(services.create_from_ready, ready=ready, by=request.user):
            messages.success(
                request, _("Program tercatat dengan unitnya. Semua masih bisa diubah.")
            )
            return redirect(program)
    return render(request, "programs/program_from_ready.html", {"form": form, "ready": ready})


@require(Permission.MANAGE_PROGRAMS)
@require_http_methods(FORM_METHODS)
def program_update(request, pk):
    program = get_object_or_404(Program.objects.visible_to(request.user), pk=pk)
    latest = program.curricula.first()
    terms = model_to_dict(latest, fields=ProgramForm.declared_fields)
    form = ProgramForm(request.POST or None, instance=program, initial=terms)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_program, program=program, by=request.user):
            messages.success(request, _("Perubahan program tersimpan."))
            return redirect(program)
    return render(request, "programs/program_update.html", {"form": form, "program": program})


@require(Permission.VIEW_PROGRAMS)
@require_safe
def curriculum_compare(request, pk):
    """Two versions side by side; without good ones in the URL, the latest and the one before it."""
    program = get_object_or_404(Program.objects.visible_to(request.user), pk=pk)
    curricula = list(program.curricula.prefetch_related("units__skills"))
    by_version = {str(one.version): one for one in curricula}
    old, new = (by_version.get(request.GET.get(name, "")) for name in ("old", "new"))
    if old is None or new is None or old == new:
        old, new = curricula[1] if len(curricula) > 1 else None, curricula[0]
    context = {
        "program": program,
        "curricula": curricula,
        "comparison": compare(old, new) if old else None,
    }
    return render(request, "programs/curriculum_compare.html", context)


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
    unit = _unit(request, pk)
    is_taught = unit.curriculum.batches.exists()
    form = UnitForm(
        request.POST or None, instance=unit, is_taught=is_taught, initial=_skills_of(unit)
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_unit, unit=unit, by=request.user):
            return redirect(unit.curriculum.program)
    context = {"form": form, "unit": unit, "is_taught": is_taught}
    return render(request, "programs/unit_update.html", context)


def _skills_of(unit):
    """{name of the form's field: titles}"""
    skills = list(unit.skills.filter(retired_at=None))
    return {
        f"{kind}_skills": [one.title for one in skills if one.kind == kind]
        for kind in Skill.Kind.values
    }


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def unit_move(request, pk):
    unit = _unit(request, pk)
    step = STEPS.get(request.POST.get("direction"))
    if step is None:
        raise BadRequest
    try:
        services.move_unit(unit=unit, step=step, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _to_units(unit.curriculum.program)


@require(Permission.MANAGE_PROGRAMS)
@require_POST
def unit_remove(request, pk):
    unit = _unit(request, pk)
    try:
        services.remove_unit(unit=unit, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Unit “%(unit)s” dihapus.") % {"unit": unit})
    return _to_units(unit.curriculum.program)


def _unit(request, pk):
    return get_object_or_404(
        Unit.objects.filter(
            curriculum__in=Curriculum.objects.visible_to(request.user)
        ).select_related("curriculum__program__facility"),
        pk=pk,
    )


def _to_units(program):
    """Back to the list of units rather than to the top of the page."""
    return redirect(f"{program.get_absolute_url()}#units")
