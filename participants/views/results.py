"""The grid of scores, and what stands behind one result."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.spreadsheets import spreadsheet_response
from core.templatetags.ui import number
from participants import services
from participants.exports.results import result_columns, result_rows
from participants.forms.results import GridForm, ResultSheet, as_shown
from participants.models import ReadingTrail
from participants.queries.results import (
    assessed_counts,
    instructors_of,
    predicate_of_result,
    results_of_unit,
    usual_examination,
)
from participants.scoring import is_held_back, weights_of
from programs.models import Batch

PARTS = {"theory": "theory_hours", "practice": "practice_hours"}


@require(Permission.RECORD_RESULTS)
@require_http_methods(FORM_METHODS)
def results(request, pk):
    """One unit of the batch at a time: theory, practice and K or BK for each participant."""
    batch = batch_of(request, pk)
    if request.GET.get("export") == "xlsx":
        return _export(request, batch)
    units = list(batch.curriculum.units.all())
    unit = unit_of(request, units)
    enrollments = list(batch.enrollments.in_paper_order())
    stored = results_of_unit(batch, unit)
    form = GridForm(
        request.POST or None,
        batch=batch,
        initial=usual_examination(batch, unit, stored, request.user),
    )
    sheet, refused, status = None, None, 200
    if request.method == "POST":
        sheet = ResultSheet(request.POST, unit=unit, enrollments=enrollments)
        written, refused, status = _save(batch, form, sheet, request.user)
        if status == 302:
            if written:
                messages.success(request, _("Nilai %(unit)s tersimpan.") % {"unit": unit})
            else:
                messages.info(request, _("Tidak ada yang berubah."))
            return redirect(f"{request.path}?unit={unit.pk}")
        stored = results_of_unit(batch, unit)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="results", batch=batch
    )
    grid = _grid(batch, unit, enrollments, stored, sheet, refused)
    counts = assessed_counts(batch)
    context = grid | {
        "form": form,
        "assessors": instructors_of(batch),
        "tabs": [(one, counts.get(one.pk, 0)) for one in units],
    }
    return render(request, "participants/results.html", context, status=status)


def batch_of(request, pk):
    return get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("curriculum__program", "facility"),
        pk=pk,
    )


def unit_of(request, units):
    """The unit that the address names, the first without one; 404 for any other."""
    if not units:
        raise Http404
    wanted = request.GET.get("unit", str(units[0].pk))
    unit = next((one for one in units if str(one.pk) == wanted), None)
    if unit is None:
        raise Http404
    return unit


def _export(request, batch):
    services.record_reading(
        by=request.user, how=ReadingTrail.How.EXPORTED, page="results", batch=batch
    )
    return spreadsheet_response(f"nilai-{batch.code}", result_columns(batch), result_rows(batch))


def _save(batch, form, sheet, by):
    """(cells written, ResultsRefused or None, status)"""
    if not form.is_valid() or sheet.errors:
        return 0, None, 422
    try:
        written = services.record_results(
            batch=batch, assessments=sheet.assessments, **form.cleaned_data, by=by
        )
    except services.ResultsRefused as refused:
        for name, words in refused.fields.items():
            form.add_error(name, words)
        return 0, refused, 409 if refused.clashes else 422
    except ValidationError as error:
        form.add_refusal(error)
        return 0, None, 422
    return written, None, 302


def _grid(batch, unit, enrollments, stored, sheet, refused):
    parts = [name for name, hours in PARTS.items() if getattr(unit, hours)]
    rows = [
        _row(batch.curriculum, unit, parts, one, stored.get(one.pk), sheet, refused)
        for one in enrollments
    ]
    theory_weight, practice_weight = weights_of(batch.curriculum, unit)
    return {
        "batch": batch,
        "unit": unit,
        "rows": rows,
        "has_theory": "theory" in parts,
        "has_practice": "practice" in parts,
        "theory_weight": theory_weight,
        "practice_weight": practice_weight,
        "theory_percent": round(100 * theory_weight / (theory_weight + practice_weight)),
        "predicates": json.dumps(batch.curriculum.predicates),
        "has_photos": any(one.inmate.photo for one in enrollments),
        "error_count": sum(bool(row["errors"]) for row in rows),
        "clash_count": sum(bool(row["clash"]) for row in rows),
        "people_count": len(enrollments),
    }


def _row(curriculum, unit, parts, enrollment, result, sheet, refused):
    """One participant: what is stored, or what was typed and not taken."""
    # What was typed for somebody whose certificate has its number meanwhile cannot be saved: it goes.
    is_closed = bool(enrollment.closed_at)
    typed = sheet.typed.get(enrollment.pk) if sheet and not is_closed else None
    stored = {
        "theory": number(result and result.theory_score),
        "practice": number(result and result.practice_score),
        "competent": _verdict(result),
    }
    shown, cell = dict(typed or stored), (enrollment.pk, unit.pk)
    errors = dict(sheet.errors.get(enrollment.pk, {})) if sheet else {}
    clash = refused.clashes.get(cell) if refused else None
    if refused and cell in refused.reasons:
        errors["row"] = refused.reasons[cell]
    if clash:
        # A field left empty took nothing from the other's value.
        shown |= {part: shown[part] or stored[part] for part in parts}
    # Both values stand there: from now on the choice is made against the other's.
    is_based_on_stored = typed is None or clash
    attempt = result.attempt if result else 1
    # Somebody stored this remedial meanwhile: another one must be ticked anew.
    is_retried = clash and attempt > typed["attempt"]
    return {
        "enrollment": enrollment,
        "is_closed": is_closed,
        "result": result,
        "cells": [
            {"part": part, "value": shown[part], "error": errors.get(part)} for part in parts
        ],
        "competent": shown["competent"],
        "only": _only(shown, parts),
        "remedial": bool(typed and typed["remedial"] and not is_retried),
        "attempt": attempt if is_based_on_stored else typed["attempt"],
        "next_attempt": result.attempt + 1 if result else 1,
        "may_retry": _verdict(result) == "BK",
        "version": (result.version if result else 0) if is_based_on_stored else typed["version"],
        "was": as_shown(stored) if is_based_on_stored else typed["was"],
        "errors": errors,
        "clash": clash,
        "predicate": predicate_of_result(result, curriculum) if result else "",
        "is_held_back": bool(result and is_held_back(result, curriculum.pass_mark)),
    }


def _verdict(result):
    """K or BK; nothing without a result, nor for a part of one."""
    if result is None or result.is_part:
        return ""
    return "K" if result.is_competent else "BK"


def _only(shown, parts):
    """The part that stands there alone, if the unit has two."""
    filled = [part for part in parts if shown[part].strip()]
    return filled[0] if len(filled) == 1 < len(parts) else ""
