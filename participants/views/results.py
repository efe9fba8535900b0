from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.sheets import ResultSheet
from participants.models import ReadingTrail
from participants.queries.standings import results_of
from programs.models import Batch


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
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="results", batch=batch
    )
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
        "has_photos": any(one.inmate.photo for one in enrollments),
        "error_count": len(sheet.errors) if sheet else 0,
        "tabs": [(one, counts[one.pk]) for one in units],
        "people_count": len(enrollments),
    }
