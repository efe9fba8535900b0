"""Scores from a spreadsheet: looked at first, then written all or none."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from participants import services
from participants.forms.results import ExaminationForm, ScoreFileForm
from participants.imports.results import read_scores, seal, unseal
from participants.models import ReadingTrail
from participants.queries.results import instructors_of
from participants.views.results import batch_of


@require(Permission.RECORD_RESULTS)
@require_http_methods(FORM_METHODS)
def results_import(request, pk):
    batch = batch_of(request, pk)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="results_import", batch=batch
    )
    context = {"batch": batch, "assessors": instructors_of(batch)}
    if "rows" in request.POST:
        return _confirm(request, batch, context)
    form = ScoreFileForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = form.perform(read_scores, batch=batch)
    context |= {"form": form, "found": found}
    if found and found.changes and not found.wrong:
        context |= {
            "rows": seal(found, batch=batch, by=request.user),
            "examination": ExaminationForm(batch=batch, initial=_usual(batch, request.user)),
        }
    return render(request, "participants/results_import.html", context, status=_status(form, found))


def _status(form, found):
    return 422 if form.is_bound and (found is None or found.wrong) else 200


def _usual(batch, user):
    """The teacher whose account it is, if anybody's, and today."""
    own = instructors_of(batch).filter(user=user).first()
    return {"assessor": own.name if own else "", "assessed_on": timezone.localdate()}


def _confirm(request, batch, context):
    examination, refusals, status = ExaminationForm(request.POST, batch=batch), [], 422
    rows = request.POST["rows"]
    try:
        assessments = unseal(rows, batch=batch, by=request.user)
        if examination.is_valid():
            written = services.record_results(
                batch=batch,
                assessments=assessments,
                **examination.cleaned_data,
                by=request.user,
            )
            _say(request, written)
            return redirect("participants:results", batch.pk)
    except services.ResultsRefused as refused:
        for name, words in refused.fields.items():
            examination.add_error(name, words)
        refusals, status = refused.named, 409 if refused.clashes else 422
        rows = "" if refusals else rows
    except ValidationError as error:
        refusals, rows = error.messages, ""
    context |= {
        "form": ScoreFileForm(),
        "found": None,
        "refusals": refusals,
        "examination": examination,
        "rows": rows,
    }
    return render(request, "participants/results_import.html", context, status=status)


def _say(request, written):
    if not written:
        messages.info(request, _("Tidak ada yang berubah."))
        return
    words = ngettext("%(count)s nilai tersimpan.", "%(count)s nilai tersimpan.", written)
    messages.success(request, words % {"count": written})
