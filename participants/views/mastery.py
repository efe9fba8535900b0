"""Mastery: who masters which skill of a unit, from theory to practice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.results import MasterySheet
from participants.models import ReadingTrail
from participants.queries.results import mastery_of
from participants.views.results import batch_of, unit_of

# The width of the progress bar, in its own units.
BAR = 60


@require(Permission.RECORD_RESULTS)
@require_http_methods(FORM_METHODS)
def mastery(request, pk):
    """One unit of the batch at a time: people against skills, a box for each."""
    batch = batch_of(request, pk)
    units = list(batch.curriculum.units.all())
    unit = unit_of(request, units)
    enrollments = list(batch.enrollments.in_paper_order())
    sheet, clashes, refusals, status = None, {}, [], 200
    if request.method == "POST":
        sheet = MasterySheet(request.POST, enrollments=enrollments)
        try:
            written, clashes = services.record_mastery(
                batch=batch, unit=unit, ticks=sheet.ticks, by=request.user
            )
        except ValidationError as error:
            refusals, status = error.messages, 422
        else:
            if not clashes:
                if written:
                    messages.success(request, _("Penguasaan %(unit)s tersimpan.") % {"unit": unit})
                else:
                    messages.info(request, _("Tidak ada yang berubah."))
                return redirect(f"{request.path}?unit={unit.pk}")
            status = 409
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="mastery", batch=batch
    )
    skills = list(unit.skills.filter(retired_at=None))
    theory_count = sum(one.kind == one.Kind.THEORY for one in skills)
    context = {
        "batch": batch,
        "unit": unit,
        "units": units,
        "skills": skills,
        "theory_count": theory_count,
        "practice_count": len(skills) - theory_count,
        "rows": [_row(one, sheet, clashes) for one in mastery_of(enrollments, skills)],
        "has_photos": any(one.inmate.photo for one in enrollments),
        "clash_count": len(clashes),
        "refusals": refusals,
    }
    return render(request, "participants/mastery.html", context, status=status)


def _row(row, sheet, clashes):
    """One participant's boxes as stored, or as ticked and not taken."""
    boxes = []
    if row.enrollment.closed_at:
        sheet = None
    for skill, stored in row.boxes:
        cell = (row.enrollment.pk, skill.pk)
        is_stored = bool(stored and stored.is_mastered)
        version, was = stored.version if stored else 0, is_stored
        clash = clashes.get(cell)
        if sheet and cell in sheet.seen and not clash:
            version, was = sheet.seen[cell]
        boxes.append(
            {
                "skill": skill,
                "stored": stored,
                "clash": clash,
                "is_ticked": cell in sheet.ticked if sheet and cell in sheet.seen else is_stored,
                "seen": f"{skill.pk}:{version}{'+' if was else '-'}",
            }
        )
    return {
        "enrollment": row.enrollment,
        "is_closed": bool(row.enrollment.closed_at),
        "boxes": boxes,
        "count": row.count,
        "width": BAR * row.count // max(len(boxes), 1),
        "seen": " ".join(one["seen"] for one in boxes),
        "clashes": [one for one in boxes if one["clash"]],
    }
