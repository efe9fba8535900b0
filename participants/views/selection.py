"""A selection round: opened, scored, ranked, put to the panel, decided, decreed, and seated."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from core.charts import Block, Timeline
from core.http import FORM_METHODS, pdf_response
from participants import services
from participants.documents.selection import decree_pdf, minutes_pdf
from participants.eligibility import unanswered
from participants.forms.selection import (
    USUAL_CRITERIA,
    DecisionForm,
    DecreeForm,
    EnrollChosenForm,
    RoundForm,
    ScoreForm,
    TickForm,
)
from participants.models import Application, ReadingTrail, SelectionRound
from participants.queries.advice import advice_for, overrides_of
from participants.queries.rounds import free_seats, replay, standing_of
from participants.views.applications import batch_of
from programs.models import Batch

State = SelectionRound.State
TABS = ("all", "look", "waiting")


def _round_of(request, pk):
    return get_object_or_404(
        SelectionRound.objects.visible_to(request.user).select_related(
            "batch__facility__region", "batch__curriculum__program"
        ),
        pk=pk,
    )


def _read(request, standing, page, how=ReadingTrail.How.VIEWED):
    services.record_reading(
        by=request.user, how=how, page=page, inmates=[row.inmate for row in standing.rows]
    )


# Opening


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_create(request, pk):
    batch = batch_of(request, pk)
    initial = {"seats": free_seats(batch) or None} | _as_fields(USUAL_CRITERIA)
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if round := form.perform(services.open_round, batch=batch, by=request.user):
            messages.success(request, _("Putaran seleksi dibuka. Isi nilainya."))
            return redirect(round)
    context = {
        "form": form,
        "batch": batch,
        "running_count": Application.objects.visible_to(request.user)
        .in_running()
        .filter(batch=batch)
        .count(),
    }
    return render(request, "participants/selection_create.html", context)


def _as_fields(criteria):
    fields = {}
    for position, (name, weight) in enumerate(criteria, start=1):
        fields |= {f"criterion_{position}": name, f"weight_{position}": weight}
    return fields


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_update(request, pk):
    round = _round_of(request, pk)
    criteria = [(one.name, one.weight) for one in round.criteria.all()]
    initial = {
        "seats": round.seats,
        "held_on": round.held_on,
        "chair": round.chair,
        "members": round.members,
    } | _as_fields(criteria)
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.perform(services.update_round, round=round, by=request.user):
            messages.success(request, _("Perubahan putaran tersimpan."))
            return redirect(round)
    return render(request, "participants/selection_update.html", {"form": form, "round": round})


# Scores


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_scores(request, pk):
    """The grid: one row a person, one column a criterion; on a clash both values stand side by side."""
    round = _round_of(request, pk)
    standing = standing_of(round)
    form = ScoreForm(
        request.POST if request.method == "POST" else None,
        candidates=[row.candidate for row in standing.in_play],
        criteria=standing.criteria,
    )
    clashes, status = {}, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            outcome = form.perform(services.score_round, round=round, by=request.user)
            if outcome and not outcome[1]:
                messages.success(request, _("Nilai tersimpan."))
                return redirect("participants:selection_scores", pk=round.pk)
            if outcome:
                clashes, status = outcome[1], 409
    _read(request, standing, "selection_scores")
    rows = [
        {
            "row": row,
            "cells": [_cell(form, row, one, clashes) for one in standing.criteria],
            "segments": segments(standing.criteria, row.scores),
        }
        for row in sorted(standing.in_play, key=lambda row: row.inmate.name.lower())
    ]
    context = {
        "round": round,
        "form": form,
        "rows": rows,
        "criteria": standing.criteria,
        "clash_count": len(clashes),
        "error_count": sum(name.startswith("score-") for name in form.errors),
        "refusals": form.non_field_errors(),
        "unscored_count": len(standing.unscored),
        "is_open": round.state == State.OPEN,
    }
    return render(request, "participants/selection_scores.html", context, status=status)


def _cell(form, row, criterion, clashes):
    field = form[f"score-{row.pk}-{criterion.pk}"]
    score = row.scores.get(criterion.pk)
    clash = clashes.get((row.pk, criterion.pk))
    version = form[f"version-{row.pk}-{criterion.pk}"]
    stored = score.version if score else 0
    return {
        "criterion": criterion,
        "field": field,
        "typed": field.value() if form.is_bound else None,
        "score": score,
        # Whoever has seen the other value may write over it; otherwise the version typed on counts.
        "version": version.value() if form.is_bound and not clash else stored,
        "version_name": version.html_name,
        "clash": clash,
    }


def segments(criteria, scores):
    """[Block] of the bar whose full length of 100 is a score of 100 everywhere."""
    whole = sum(one.weight for one in criteria)
    blocks, x = [], 0.0
    for place, criterion in enumerate(criteria, start=1):
        if score := scores.get(criterion.pk):
            width = float(score.points) * criterion.weight / whole
            blocks.append(
                Block(round(x, 2), round(max(width - 0.8, 0.2), 2), f"part-{place}", criterion.name)
            )
            x += width
    return blocks


# The ranking


@require(Permission.VIEW_RESTRICTED)
@require_safe
def selection_round(request, pk):
    round = _round_of(request, pk)
    return _ranking(request, round, standing_of(round))


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_submit(request, pk):
    """Ticks are kept for later, or put to the panel; what is refused comes back as it was typed."""
    round = _round_of(request, pk)
    if request.method != "POST":
        return redirect(round)
    standing = standing_of(round)
    form = TickForm(request.POST, rows=standing.in_play)
    keeps = "keep" in request.POST
    if form.is_valid():
        service = services.note_choices if keeps else services.submit_round
        if form.perform(service, round=round, by=request.user):
            messages.success(
                request,
                _("Pilihan tersimpan.")
                if keeps
                else _("Diajukan ke TPP. Urutan dan nilainya tidak berubah lagi."),
            )
            return redirect(round)
    return _ranking(request, round, standing, form=form, status=422)


def _ranking(request, round, standing, *, form=None, status=200):
    is_writable = round.state == State.OPEN and request.user.can(Permission.ENROLL)
    if is_writable and form is None:
        form = TickForm(rows=standing.in_play)
    tab = request.GET.get("show") if request.GET.get("show") in TABS else "all"
    _read(request, standing, "selection_round")
    others = _others_ending_first(request, round.batch)
    rows = [
        _shown(row, standing, form if is_writable else None, others, tab) for row in standing.rows
    ]
    below = [one for one in rows if one["is_below"]]
    if below and tab == "all":
        below[0]["is_first_below"] = True
    context = {
        "round": round,
        "batch": round.batch,
        "standing": standing,
        "rows": rows,
        "form": form,
        "refusals": form.non_field_errors() if form and form.is_bound else [],
        "error_count": sum("-" in name for name in form.errors) if form else 0,
        "is_writable": is_writable,
        "free": free_seats(round.batch),
        "proposed_count": standing.proposed_count,
        "risk_count": sum(row.is_at_risk for row in standing.in_play),
        "chosen_count": sum(bool(row.candidate.is_chosen) for row in standing.rows),
        "to_seat_count": round.candidates.to_seat().count(),
        "tab": tab,
        "tabs": _tabs(standing, len(below)),
    }
    return render(request, "participants/selection_round.html", context, status=status)


def _tabs(standing, below):
    """[(value, words, count)]; what had to be looked at is past once the panel has decided."""
    if standing.round.state == State.DECIDED:
        return [("all", _("Semua"), None), ("waiting", _("Belum terpilih"), below)]
    look = sum(row.wants_a_look for row in standing.rows)
    return [
        ("all", _("Semua"), None),
        ("look", _("Perlu dilihat"), look),
        ("waiting", _("Daftar tunggu"), below),
    ]


def _others_ending_first(request, batch):
    """Other classes of the facility that take people, the one that ends first in front."""
    others = Batch.objects.visible_to(request.user).filter(
        facility=batch.facility_id,
        state__in=[Batch.State.OPEN, Batch.State.RUNNING],
        starts_on__gte=timezone.localdate(),
    )
    return list(others.exclude(pk=batch.pk).order_by("ends_on", "pk"))


def _shown(row, standing, form, others, tab):
    is_below = not row.out and (
        not row.candidate.is_chosen
        if standing.round.state == State.DECIDED
        else not row.is_default
        if standing.round.state == State.OPEN
        else not row.rank or row.rank > standing.round.seats
    )
    tick = reason = None
    if form and not row.out:
        tick, reason = form[f"tick-{row.pk}"], form[f"reason-{row.pk}"]
    return {
        "row": row,
        "segments": segments(standing.criteria, row.scores),
        "tick": tick,
        "reason": reason,
        "is_below": is_below,
        "is_first_below": False,
        "is_shown": tab == "all"
        or (tab == "look" and row.wants_a_look)
        or (tab == "waiting" and is_below),
        "wants_reason": bool(
            reason
            and (
                reason.errors
                or reason.value()
                or row.is_against_ranking
                or (row.is_ticked and row.open_warnings)
            )
        ),
        "release": _release_line(standing.round.batch, row, others),
    }


def _release_line(batch, row, others):
    """The batch as a line with the day on which a person at risk leaves; None without such a day."""
    outlook = row.outlook
    if row.out or not row.is_at_risk or outlook.leaves_on is None:
        return None
    line = Timeline(batch.starts_on, batch.ends_on)
    return {
        "cut_x": line.x(outlook.leaves_on),
        "days_early": (batch.ends_on - outlook.leaves_on).days,
        "other": next((one for one in others if one.ends_on <= outlook.leaves_on), None),
    }


# The panel


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_decide(request, pk):
    round = _round_of(request, pk)
    standing = standing_of(round)
    form = DecisionForm(
        request.POST or None,
        rows=standing.in_play,
        initial={"held_on": round.held_on, "chair": round.chair, "members": round.members},
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.decide_round, round=round, by=request.user):
            messages.success(
                request, _("Keputusan TPP tercatat. Catat SK, lalu masukkan pesertanya.")
            )
            return redirect(round)
    _read(request, standing, "selection_decide")
    context = {
        "round": round,
        "standing": standing,
        "form": form,
        "is_submitted": round.state == State.SUBMITTED,
        "rows": [
            {
                "row": row,
                "outcome": form[f"outcome-{row.pk}"],
                "reason": form[f"reason-{row.pk}"],
            }
            for row in standing.in_play
        ],
    }
    return render(request, "participants/selection_decide.html", context)


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_decree(request, pk):
    round = _round_of(request, pk)
    form = DecreeForm(
        request.POST or None,
        initial={"decree_number": round.decree_number, "decree_on": round.decree_on},
    )
    if request.method == "POST" and form.is_valid():
        if form.perform(services.record_decree, round=round, by=request.user):
            messages.success(request, _("SK peserta tercatat. Sekarang pesertanya bisa masuk."))
            return redirect(round)
    return render(request, "participants/selection_decree.html", {"form": form, "round": round})


@require(Permission.ENROLL)
@require_http_methods(FORM_METHODS)
def selection_enroll(request, pk):
    """Everybody whom the panel chose becomes a participant, all or nobody."""
    round = _round_of(request, pk)
    batch = round.batch
    people = [
        one.application.inmate
        for one in round.candidates.to_seat().select_related("application__inmate")
    ]
    form = EnrollChosenForm(
        request.POST or None, people=people, initial={"joined_on": batch.starts_on}
    )
    if request.method == "POST" and form.is_valid():
        if enrolled := form.perform(services.enroll_chosen, round=round, by=request.user):
            messages.success(
                request,
                ngettext("%(count)s peserta masuk.", "%(count)s peserta masuk.", len(enrolled))
                % {"count": len(enrolled)},
            )
            return redirect(batch)
    services.record_reading(
        by=request.user, how=ReadingTrail.How.VIEWED, page="selection_enroll", inmates=people
    )
    advice, set_aside = advice_for(batch, people), overrides_of(batch)
    context = {
        "round": round,
        "batch": batch,
        "form": form,
        "free": free_seats(batch, besides=people),
        "gone": [one for one in people if one.departed_on],
        "people": [
            {
                "inmate": one,
                "warnings": unanswered(advice[one.pk], set_aside[one.pk]),
                "reason": form[f"reason-{one.pk}"],
            }
            for one in people
        ],
    }
    return render(request, "participants/selection_enroll.html", context)


# Paper and replay


def _paper(request):
    return "f4" if request.GET.get("paper") == "f4" else "a4"


@require(Permission.VIEW_RESTRICTED)
@require_safe
def selection_minutes(request, pk):
    round = _round_of(request, pk)
    standing = standing_of(round)
    _read(request, standing, "selection_minutes", ReadingTrail.How.PRINTED)
    return pdf_response(
        f"berita-acara-{round.batch.code}-{round.held_on}.pdf",
        minutes_pdf(round, paper=_paper(request)),
    )


@require(Permission.VIEW_RESTRICTED)
@require_safe
def selection_decree_print(request, pk):
    round = _round_of(request, pk)
    try:
        pdf, people = decree_pdf(round, paper=_paper(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(round)
    services.record_reading(
        by=request.user,
        how=ReadingTrail.How.PRINTED,
        page="selection_decree_print",
        inmates=people,
    )
    return pdf_response(f"sk-peserta-{round.batch.code}.pdf", pdf)


@require(Permission.VIEW_RESTRICTED)
@require_safe
def selection_lottery(request, pk):
    """Seed and tickets, reckoned anew before one's eyes."""
    round = _round_of(request, pk)
    if round.state == State.OPEN:
        messages.error(
            request, _("Angka undian belum ada; diambil ketika putaran diajukan ke TPP.")
        )
        return redirect(round)
    standing = standing_of(round)
    _read(request, standing, "selection_lottery")
    context = {
        "round": round,
        "standing": standing,
        "differences": replay(round),
        "example": next((row.candidate for row in standing.rows if row.rank), None),
    }
    return render(request, "participants/selection_lottery.html", context)
