"""Rounds of selection: scores, the frozen ranking, the panel's decision, and the seats that follow from it."""

import secrets
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from core.templatetags.ui import number
from participants.lottery import Entrant, drawn, ranked, ticket
from participants.models import Application, Candidate, Criterion, Score, SelectionRound
from participants.queries.rounds import free_seats, standing_of, waiting_list
from participants.services.applications import join, locked_application, move_application
from participants.services.eligibility import record_overrides
from participants.services.enrollment import enroll, enroll_all
from programs.models import Batch

State = SelectionRound.State
Outcome = Application.State
OUTCOMES = {Outcome.CHOSEN, Outcome.WAITING, Outcome.DECLINED}
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


@dataclass(frozen=True)
class Word:
    """What the panel says of one candidate: chosen, waiting or declined, and why."""

    outcome: str
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
    round = _locked(round, State.OPEN)
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
    round = _locked(round, State.OPEN)
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
    standing = _chosen(_locked(round, State.OPEN), choices, seen)
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
    round = _locked(round, State.OPEN)
    standing = _chosen(round, choices, seen)
    _refuse_proposal(standing)
    round.seed = secrets.token_hex(16)
    winners = _freeze(standing)
    for row in standing.rows:
        row.candidate.is_proposed = row.pk in winners
        row.candidate.advice = row.advice_in_short[:LONGEST_REASON]
        if row.out:
            _drop_out(row, by)
        elif row.candidate.is_proposed and row.open_warnings:
            _override(round, row, row.candidate.proposal_reason, by)
    _save_choices(
        standing, "rank", "total", "register_number", "ticket", "advice", "is_chosen", "reason"
    )
    round.state, round.submitted_at = State.SUBMITTED, timezone.now()
    round.save(update_fields=["state", "seed", "submitted_at"])
    audit.record("selection.submitted", round, by=by, proposed=len(winners), seed=round.seed)
    return round


def _chosen(round, choices, seen):
    """The standing of `round` with those ticks that differ from the ranking, unsaved."""
    standing = _standing(round, seen)
    for row in standing.in_play:
        choice = choices.get(row.pk)
        if choice is None:
            continue
        is_as_ranked = choice.is_ticked == row.is_default
        row.candidate.is_proposed = None if is_as_ranked else choice.is_ticked
        row.candidate.proposal_reason = choice.reason
    return standing


def _standing(round, seen):
    """In the words of the office, whatever language the officer reads: some of them are kept.

    Refused when it is no longer the standing with the fingerprint `seen`.
    """
    with translation.override("id"):
        standing = standing_of(round)
    if seen != standing.fingerprint:
        raise ValidationError(
            _(
                "Nilai, usulan, atau syaratnya berubah sejak halaman ini dibuka. "
                "Isian Anda tetap ada: periksa lagi, lalu kirim ulang."
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
    _refuse_taken(standing.round.batch, count)


def _refuse_taken(batch, count):
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


def _drop_out(row, by):
    """Gone meanwhile: no seat, and whoever has left the prison waits no more."""
    row.candidate.is_chosen = False
    row.candidate.reason = f"{row.out}."
    application = row.candidate.application
    if application.inmate.departed_on and application.state in Application.IN_RUNNING:
        move_application(application, Outcome.WITHDRAWN, row.candidate.reason, by=by)


def _override(round, row, reason, by):
    record_overrides(
        batch=round.batch, inmate=row.inmate, advice=row.open_warnings, reason=reason, by=by
    )


# The panel's decision


@transaction.atomic
def decide_round(*, round, minutes_number, held_on, chair, members, words, seen, by):
    """Write down what the panel decided, once: {candidate id: Word} of everybody still in play.

    `seen` is the fingerprint of the standing to which `words` belong. Whoever is not chosen has a reason:
    the typed one, or what rank and seats say.
    """
    round = _locked(round, State.SUBMITTED)
    standing = _standing(round, seen)
    _refuse_decision(standing, words)
    round.minutes_number, round.held_on = minutes_number, held_on
    round.chair, round.members = chair, members
    round.state, round.decided_at, round.decided_by = State.DECIDED, timezone.now(), by
    round.full_clean()
    round.save()
    waiting = 0
    for row in standing.rows:
        if row.out:
            _drop_out(row, by)
            continue
        word = words[row.pk]
        if word.outcome == Outcome.WAITING:
            waiting += 1
            row.candidate.waiting_place = waiting
        _settle(round, row, word, by)
    Candidate.objects.bulk_update(
        [row.candidate for row in standing.rows], ["is_chosen", "reason", "waiting_place"]
    )
    chosen = sum(bool(row.candidate.is_chosen) for row in standing.rows)
    audit.record("selection.decided", round, by=by, chosen=chosen, minutes=minutes_number)
    return round


def _refuse_decision(standing, words):
    errors = {}
    for row in standing.in_play:
        word = words.get(row.pk)
        if word is None or word.outcome not in OUTCOMES:
            errors[f"reason-{row.pk}"] = _("Pilih keputusan TPP.")
        elif said := _missing_word(row, word):
            errors[f"reason-{row.pk}"] = said
    if errors:
        raise ValidationError(errors)
    chosen = sum(words[row.pk].outcome == Outcome.CHOSEN for row in standing.in_play)
    if chosen > standing.round.seats:
        raise ValidationError(
            _("%(count)s orang dipilih untuk %(seats)s kursi.")
            % {"count": chosen, "seats": standing.round.seats}
        )
    _refuse_taken(standing.round.batch, chosen)


def _missing_word(row, word):
    is_chosen = word.outcome == Outcome.CHOSEN
    if is_chosen and row.total is None:
        return _("Nilainya belum lengkap, jadi tidak bisa disetujui di putaran ini.")
    if word.reason:
        return ""
    if is_chosen and not row.candidate.is_proposed:
        return _("Tidak diusulkan: tulis mengapa TPP menyetujuinya.")
    if is_chosen and row.open_warnings:
        return _("Sejak diajukan ada syarat yang tidak sesuai: tulis alasan memilihnya.")
    if row.candidate.is_proposed and not is_chosen:
        return _("Diusulkan: tulis mengapa TPP tidak menyetujuinya.")
    return ""


def _settle(round, row, word, by):
    row.candidate.is_chosen = word.outcome == Outcome.CHOSEN
    row.candidate.reason = word.reason
    if row.candidate.is_chosen:
        if row.open_warnings:
            _override(round, row, word.reason, by)
    elif not word.reason:
        row.candidate.reason = _why_not(round, row)
    move_application(row.candidate.application, word.outcome, row.candidate.reason, by=by)


def _why_not(round, row):
    """The reason that rank and seats give, in the words of the office: the person may ask for it."""
    with translation.override("id"):
        facts = {"total": number(row.total), "rank": row.rank, "seats": round.seats}
        if row.total is None:
            said = _("Nilainya belum lengkap ketika diajukan; kursi %(seats)s.") % facts
        elif row.candidate.proposal_reason and row.rank <= round.seats:
            said = _("Nilai %(total)s, urutan %(rank)s; tidak diusulkan: %(reason)s.") % {
                **facts,
                "reason": row.candidate.proposal_reason.rstrip("."),
            }
        else:
            said = _("Nilai %(total)s, urutan %(rank)s; kursi %(seats)s.") % facts
        if place := row.candidate.waiting_place:
            said = f"{said} " + _("Masuk daftar tunggu nomor %(place)s.") % {"place": place}
    return said[:LONGEST_REASON]


# Decree and seats


@transaction.atomic
def record_decree(*, round, decree_number, decree_on, by):
    """The head's decree; it may be corrected until somebody has been enrolled by it."""
    round = _locked(round, State.DECIDED)
    if round.candidates.chosen().filter(application__state=Outcome.ENROLLED).exists():
        raise ValidationError(
            _("Peserta sudah dimasukkan menurut SK ini, jadi tidak berubah lagi.")
        )
    if decree_on < round.held_on:
        raise ValidationError(
            {
                "decree_on": _("SK tidak mungkin sebelum sidangnya, %(day)s.")
                % {"day": date_format(round.held_on)}
            }
        )
    round.decree_number, round.decree_on = decree_number, decree_on
    round.decreed_at = timezone.now()
    round.full_clean()
    round.save(update_fields=["decree_number", "decree_on", "decreed_at"])
    audit.record("selection.decree_recorded", round, by=by, number=decree_number)
    return round


@transaction.atomic
def enroll_chosen(
    *, round, joined_on=None, over_quota_reason="", leaves_out=False, override_reasons=None, by
):
    """Seat everybody whom the panel chose, all or nobody, in the order of the ranking.

    Who has left the prison since is left out only when `leaves_out` says so. `override_reasons` is
    {inmate id: reason} against advice that came up after the decision.
    """
    round = _locked(round, State.DECIDED)
    if not round.decree_number:
        raise ValidationError(_("Catat nomor dan tanggal SK peserta dulu."))
    chosen = [
        one.application.inmate
        for one in round.candidates.to_seat().select_related("application__inmate")
    ]
    gone = [one for one in chosen if one.departed_on]
    if gone and not leaves_out:
        raise ValidationError(
            {
                "leaves_out": _("Sudah keluar dari Lapas: %(names)s. Centang untuk melewatinya.")
                % {"names": ", ".join(map(str, gone))}
            }
        )
    here = [one for one in chosen if not one.departed_on]
    if not here:
        raise ValidationError(_("Semua yang terpilih sudah menjadi peserta atau sudah keluar."))
    enrolled = enroll_all(
        inmates=here,
        batch=round.batch,
        joined_on=joined_on,
        over_quota_reason=over_quota_reason,
        override_reasons=override_reasons or {},
        by=by,
    )
    audit.record("selection.enrolled", round, by=by, people=len(enrolled))
    return enrolled


@transaction.atomic
def enroll_waiting(*, application, joined_on=None, override_reason="", by):
    """A seat has come free: the first of the waiting list gets it."""
    application = locked_application(application)
    if application.state != Outcome.WAITING:
        raise ValidationError(
            _("%(name)s tidak lagi di daftar tunggu.") % {"name": application.inmate}
        )
    first = waiting_list(application.batch).select_related("inmate").first()
    if first and first.pk != application.pk:
        raise ValidationError(_("%(name)s lebih dulu di daftar tunggu.") % {"name": first.inmate})
    if not free_seats(application.batch):
        raise ValidationError(_("Belum ada kursi kosong di angkatan ini."))
    return enroll(
        inmate=application.inmate,
        batch=application.batch,
        joined_on=joined_on,
        override_reason=override_reason,
        by=by,
    )


def _locked(round, state):
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
