"""Rounds of selection: scores, choices, and the ranking that is frozen when they are submitted."""

import secrets
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from participants.lottery import Entrant, drawn, ranked, ticket
from participants.models import Application, Candidate, Criterion, Score, SelectionRound
from participants.queries.rounds import free_seats, standing_of
from participants.services.applications import join, move_application
from participants.services.eligibility import record_overrides
from programs.models import Batch

State = SelectionRound.State
Outcome = Application.State
LONGEST_REASON = 300


@dataclass(frozen=True)
class Points:
    """One cell of the grid: 0 to 100, and the version it was based on (0: nothing was there)."""

    points: Decimal
    version: int


@dataclass(frozen=True)
class Clash:
    """Somebody else scored this meanwhile: `theirs` is stored, `yours` is not."""

    theirs: Score
    yours: Decimal


@dataclass(frozen=True)
class Choice:
    """An officer's tick on one candidate, and the words for it."""

    is_ticked: bool
    reason: str = ""


# Opening, and scoring


@transaction.atomic
def open_round(*, batch, seats, criteria, by, **sitting):
    """A round for the people proposed and waiting; `criteria` is [(name, weight)].

    `sitting` is what is known of the panel's: held_on, chair, members.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility")
        .get(pk=batch.pk)
    )
    if batch.state not in Batch.UNDER_WAY:
        raise ValidationError(
            _("Angkatan ini tidak menerima peserta lagi (keadaan: %(state)s).")
            % {"state": batch.get_state_display().lower()}
        )
    _refuse_beyond(batch, seats)
    round = SelectionRound(batch=batch, seats=seats, opened_by=by, **sitting)
    round.full_clean()
    round.save()
    _set_criteria(round, criteria)
    join(round, batch.applications.in_running())
    audit.record("selection.opened", round, by=by, seats=seats)
    return round


@transaction.atomic
def update_round(*, round, seats, criteria, by, **sitting):
    """Seats, sitting and criteria of an open round; a criterion that has scores may be renamed, not removed."""
    round = locked_round(round, State.OPEN)
    if seats != round.seats:
        _refuse_beyond(round.batch, seats)
    changed = audit.set_fields(round, {"seats": seats, **sitting})
    round.full_clean()
    round.save(update_fields=list(changed))
    _set_criteria(round, criteria)
    audit.record("selection.updated", round, by=by, changed=sorted(changed))
    return round


def _refuse_beyond(batch, seats):
    free = free_seats(batch)
    if seats > free:
        raise ValidationError(
            {
                "seats": ngettext(
                    "Tersisa %(free)s kursi kosong di angkatan ini.",
                    "Tersisa %(free)s kursi kosong di angkatan ini.",
                    free,
                )
                % {"free": free}
            }
        )


def _set_criteria(round, criteria):
    there = {one.position: one for one in round.criteria.all()}
    for position, (name, weight) in enumerate(criteria, start=1):
        criterion = there.pop(position, None) or Criterion(round=round, position=position)
        criterion.name, criterion.weight = name, weight
        criterion.full_clean()
        criterion.save()
    for criterion in there.values():
        if criterion.scores.exists():
            raise ValidationError(
                _("%(name)s sudah dinilai, jadi tidak bisa dihapus.") % {"name": criterion}
            )
        criterion.delete()


@transaction.atomic
def score_round(*, round, points, by):
    """Write scores, {(candidate id, criterion id): Points}; on a clash nothing is written.

    Returns (cells written, {(candidate id, criterion id): Clash}). Raises ValidationError for a cell that
    is not of this round.
    """
    round = locked_round(round, State.OPEN)
    people = {one.pk: one for one in round.candidates.all()}
    criteria = {one.pk: one for one in round.criteria.all()}
    stored = {
        (one.candidate_id, one.criterion_id): one
        for one in Score.objects.filter(candidate__round=round).select_related("scored_by")
    }
    written, clashes = [], {}
    for (person, criterion), given in points.items():
        if person not in people or criterion not in criteria:
            raise ValidationError(_("Isian ini memuat orang atau nilai di luar putaran."))
        score = stored.get((person, criterion))
        if score and score.points == given.points:
            continue
        if given.version != (score.version if score else 0):
            clashes[person, criterion] = Clash(theirs=score, yours=given.points)
            continue
        if score is None:
            score = Score(candidate=people[person], criterion=criteria[criterion], version=0)
        score.points, score.scored_by = given.points, by
        score.version += 1
        score.clean_fields(exclude=["candidate", "criterion", "scored_by"])
        written.append(score)
    if clashes:
        return 0, clashes
    for score in written:
        score.save()
    if written:
        audit.record("selection.scored", round, by=by, cells=len(written))
    return len(written), {}


# Ticks, and the frozen ranking


@transaction.atomic
def note_choices(*, round, choices, seen, by):
    """Keep the officer's ticks against the ranking, {candidate id: Choice}, for later."""
    standing = _chosen(locked_round(round, State.OPEN), choices, seen)
    _save_choices(standing)
    audit.record("selection.choices_noted", standing.round, by=by)
    return standing


@transaction.atomic
def submit_round(*, round, choices, seen, by):
    """Freeze the ranking and propose the ticked ones to the panel; equal totals at the edge are drawn.

    `seen` is the fingerprint of the standing on which `choices` were made. All that could be refused is
    refused before the seed is drawn, so that nobody can draw again. Refusals of one person stand under
    "reason-<candidate id>".
    """
    round = locked_round(round, State.OPEN)
    standing = _chosen(round, choices, seen)
    _refuse_proposal(standing)
    round.seed = secrets.token_hex(16)
    winners = _freeze(standing)
    for row in standing.rows:
        row.candidate.is_proposed = row.pk in winners
        row.candidate.advice = row.advice_in_short[:LONGEST_REASON]
        if row.out:
            drop_out(row, by)
        elif row.candidate.is_proposed and row.open_warnings:
            override(round, row, row.candidate.proposal_reason, by)
    _save_choices(
        standing, "rank", "total", "register_number", "ticket", "advice", "is_chosen", "reason"
    )
    round.state, round.submitted_at = State.SUBMITTED, timezone.now()
    round.save(update_fields=["state", "seed", "submitted_at"])
    audit.record("selection.submitted", round, by=by, proposed=len(winners), seed=round.seed)
    return round


def _chosen(round, choices, seen):
    """The standing of `round` with those ticks that differ from the ranking, unsaved."""
    standing = standing_as_seen(round, seen)
    for row in standing.in_play:
        choice = choices.get(row.pk)
        if choice is None:
            continue
        is_as_ranked = choice.is_ticked == row.is_default
        row.candidate.is_proposed = None if is_as_ranked else choice.is_ticked
        row.candidate.proposal_reason = choice.reason
    return standing


def standing_as_seen(round, seen):
    """In the words of the office, whatever language the officer reads: some of them are kept.

    Refused when it is no longer the standing with the fingerprint `seen`.
    """
    with translation.override("id"):
        standing = standing_of(round)
    if seen != standing.fingerprint:
        raise ValidationError(
            _(
                "Nilai, usulan, atau syaratnya berubah sejak halaman ini dibuka. "
                "Isiannya tetap ada: periksa lagi, lalu kirim ulang."
            )
        )
    return standing


def _save_choices(standing, *frozen):
    Candidate.objects.bulk_update(
        [row.candidate for row in standing.rows], ["is_proposed", "proposal_reason", *frozen]
    )


def _refuse_proposal(standing):
    errors = {}
    for row in standing.in_play:
        if said := _objection(row, standing.round.seats):
            errors[f"reason-{row.pk}"] = said
    if errors:
        raise ValidationError(errors)
    count, seats = standing.proposed_count, standing.round.seats
    if not count:
        raise ValidationError(_("Centang paling sedikit satu orang."))
    if count > seats:
        raise ValidationError(
            ngettext(
                "%(count)s orang dicentang untuk %(seats)s kursi. Hapus %(over)s centang.",
                "%(count)s orang dicentang untuk %(seats)s kursi. Hapus %(over)s centang.",
                count - seats,
            )
            % {"count": count, "seats": seats, "over": count - seats}
        )
    if standing.drawing_ticked and not standing.seats_drawn:
        raise ValidationError(
            _(
                "Semua kursi sudah dicentang, tidak ada lagi yang bisa diundi. "
                "Hapus centang mereka yang bernilai sama, atau centang lain."
            )
        )
    refuse_taken(standing.round.batch, count)


def refuse_taken(batch, count):
    free = free_seats(batch)
    if count > free:
        raise ValidationError(
            ngettext(
                "Angkatan ini tinggal punya %(free)s kursi kosong untuk %(count)s orang. Kurangi orangnya, "
                "atau tambah kursi angkatan.",
                "Angkatan ini tinggal punya %(free)s kursi kosong untuk %(count)s orang. Kurangi orangnya, "
                "atau tambah kursi angkatan.",
                free,
            )
            % {"free": free, "count": count}
        )


def _objection(row, seats):
    """What is missing before this row may go to the panel as it is ticked; empty if nothing."""
    where = {"rank": row.rank, "seats": seats}
    if row.is_ticked and row.total is None:
        return _("Isi semua nilainya dulu, atau hapus centangnya.")
    if row.candidate.proposal_reason:
        return ""
    if row.is_ticked and not row.is_default:
        return _("Urutan %(rank)s, di luar %(seats)s kursi: tulis mengapa diusulkan.") % where
    if row.is_default and not row.is_ticked:
        return _("Urutan %(rank)s, dalam %(seats)s kursi: tulis mengapa dilewati.") % where
    if row.is_ticked and row.open_warnings:
        return _("Ada syarat yang tidak sesuai: tulis alasan mengesampingkannya.")
    return ""


def _freeze(standing):
    """Write rank, total and ticket of everybody in play; {candidate id} of the proposed."""
    seed = standing.round.seed
    entrants = {
        row.pk: Entrant(row.pk, row.inmate.register_number, row.total) for row in standing.ranked
    }
    places = {one.key: place for place, one in enumerate(ranked(entrants.values(), seed), start=1)}
    for row in standing.rows:
        row.candidate.rank = places.get(row.pk)
        row.candidate.total = row.total
        row.candidate.register_number = row.inmate.register_number
        row.candidate.ticket = ticket(seed, row.inmate.register_number)
    drawing = [entrants[row.pk] for row in standing.drawing_ticked]
    lucky = drawn(drawing, seed, standing.seats_drawn)
    certain = {row.pk for row in standing.ticked_outright}
    return certain | {one.key for one in lucky}


def drop_out(row, by):
    """Gone meanwhile: no seat, and whoever has left the prison waits no more."""
    row.candidate.is_chosen = False
    row.candidate.reason = f"{row.out}."
    application = row.candidate.application
    if application.inmate.departed_on and application.state in Application.IN_RUNNING:
        move_application(application, Outcome.WITHDRAWN, row.candidate.reason, by=by)


def override(round, row, reason, by):
    record_overrides(
        batch=round.batch, inmate=row.inmate, advice=row.open_warnings, reason=reason, by=by
    )


def locked_round(round, state):
    """The round as it is now, which must be in `state`; its batch is locked first, as everywhere."""
    Batch.objects.select_for_update(no_key=True).get(pk=round.batch_id)
    round = (
        SelectionRound.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch__facility", "batch__curriculum__program")
        .get(pk=round.pk)
    )
    if round.state != state:
        raise ValidationError(_now(round))
    return round


def _now(round):
    if round.state == State.OPEN:
        return _("Putaran ini belum diajukan ke TPP.")
    if round.state == State.SUBMITTED:
        return _("Putaran ini sudah diajukan ke TPP; nilai dan pilihannya tidak berubah lagi.")
    return _(
        "Putaran ini sudah diputuskan dengan berita acara %(number)s dan tidak berubah lagi."
    ) % {"number": round.minutes_number}
