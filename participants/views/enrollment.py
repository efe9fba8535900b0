from django.contrib import messages
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission, require
from core.http import FORM_METHODS
from core.spreadsheets import spreadsheet_response
from participants import services
from participants.eligibility import unanswered
from participants.exports.standings import RESTRICTED, STANDINGS, STANDINGS_OF_OFFICE
from participants.forms.enrollment import EnrollForm
from participants.models import Inmate, ReadingTrail
from participants.queries.advice import advice_for, at_risk, overrides_of
from participants.queries.candidates import CANDIDATES_SHOWN, ticked_first, ticked_in
from participants.queries.prospects import prospects
from participants.queries.rounds import free_seats, promised_seats
from participants.queries.standings import standings
from programs.models import Batch
from programs.queries import agreement_gaps


@require(Permission.VIEW_ROSTER)
@require_safe
@vary_on_headers("HX-Request")
def roster(request, pk):
    """The batch's people; also the slot of the batch page."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("curriculum", "facility"), pk=pk
    )
    people = standings(batch)
    is_export = request.GET.get("export") == "xlsx"
    how = ReadingTrail.How.EXPORTED if is_export else ReadingTrail.How.VIEWED
    services.record_reading(by=request.user, how=how, page="roster", batch=batch)
    if is_export:
        columns = [
            *STANDINGS,
            *(STANDINGS_OF_OFFICE if request.user.can(Permission.VIEW_INMATES) else []),
            *(RESTRICTED if request.user.can(Permission.VIEW_RESTRICTED) else []),
        ]
        return spreadsheet_response(f"peserta-{batch.code}", columns, people)
    context = {
        "batch": batch,
        "standings": people,
        "seats_taken": sum(one.enrollment.ended_on is None for one in people),
        "risk_count": 0,
    }
    possible = prospects(
        batch,
        [one.enrollment for one in people],
        {one.enrollment.pk: one.hours for one in people},
    )
    for one in people:
        one.enrollment.prospect = possible.get(one.enrollment.pk)
    if request.user.can(Permission.VIEW_RESTRICTED):
        context["risk_count"] = len(at_risk([batch])[batch.pk])
        set_aside = overrides_of(batch)
        for one in people:
            one.enrollment.set_aside = set_aside[one.enrollment.inmate_id]
    template = "participants/roster.html"
    return render(request, f"{template}#slot" if request.htmx else template, context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def enrollment_create(request, pk):
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related(
            "facility", "agreement", "curriculum__program"
        ),
        pk=pk,
    )
    candidates = (
        Inmate.objects.visible_to(request.user)
        .present()
        .not_in(batch)
        .order_by(Lower("name"), "pk")
    )
    is_sent = request.method == "POST" and "find" not in request.POST
    typed = request.POST or request.GET
    form = EnrollForm(
        request.POST if is_sent else None,
        candidates=candidates,
        initial={"joined_on": batch.starts_on} | typed.dict(),
    )
    if is_sent and form.is_valid():
        if enrolled := form.perform(services.enroll_all, batch=batch, by=request.user):
            count = len(enrolled)
            messages.success(
                request,
                ngettext("%(count)s peserta masuk.", "%(count)s peserta masuk.", count)
                % {"count": count},
            )
            return redirect(batch)
    query = typed.get("q", "").strip()
    rows, count = _offer(
        batch,
        candidates,
        query=query,
        hides_unfit="fit" in typed,
        ticked=ticked_in(typed),
    )
    for row in rows:
        name = f"reason-{row['inmate'].pk}"
        row["reason"], row["errors"] = typed.get(name, ""), form.errors.get(name, [])
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.of_list(query),
        page="enrollment_create",
        inmates=[row["inmate"] for row in rows],
        query=query,
    )
    context = {
        "form": form,
        "batch": batch,
        "rows": rows,
        "candidate_count": count,
        "query": query,
        "hides_unfit": "fit" in typed,
        "free": free_seats(batch),
        "promised_count": promised_seats(batch),
        "gaps": agreement_gaps(batch),
    }
    return render(request, "participants/enrollment_create.html", context)


def _offer(batch, candidates, *, query, hides_unfit, ticked):
    """(rows, how many there are): the ticked first, then at most 100 others."""
    mine, others = ticked_first(candidates, ticked=ticked, query=query)
    count = len(mine) + others.count()
    others = list(others if hides_unfit else others[:CANDIDATES_SHOWN])
    set_aside, advised = overrides_of(batch), advice_for(batch, [*mine, *others])
    if hides_unfit:
        others = [one for one in others if not unanswered(advised[one.pk], set_aside[one.pk])]
        count = len(mine) + len(others)
    rows = [
        {
            "inmate": one,
            "is_chosen": one in mine,
            "advice": advised[one.pk],
            "overrides": set_aside[one.pk],
            "needs_reason": unanswered(advised[one.pk], set_aside[one.pk]),
        }
        for one in [*mine, *others[:CANDIDATES_SHOWN]]
    ]
    return rows, count
