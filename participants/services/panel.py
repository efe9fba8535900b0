"""What becomes of a submitted round: the panel's decision, the decree, and the seats that follow from them."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from core.templatetags.ui import number
from participants.models import Application, Candidate, SelectionRound
from participants.queries.rounds import free_seats, waiting_list
from participants.services.applications import locked_application, move_application
from participants.services.enrollment import enroll, enroll_all
from participants.services.selection import (
    LONGEST_REASON,
    drop_out,
    locked_round,
    override,
    refuse_taken,
    standing_as_seen,
)

State = SelectionRound.State
Outcome = Application.State
OUTCOMES = {Outcome.CHOSEN, Outcome.WAITING, Outcome.DECLINED}


@dataclass(frozen=True)
class Word:
    """What the panel says of one candidate: chosen, waiting or declined, and why."""

    outcome: str
    reason: str = ""


@transaction.atomic
def decide_round(*, round, minutes_number, held_on, chair, members, words, seen, by):
    """Write down what the panel decided, once: {candidate id: Word} of everybody still in play.

    `seen` is the fingerprint of the standing to which `words` belong. Whoever is not chosen has a reason:
    the typed one, or what rank and seats say.
    """
    round = locked_round(round, State.SUBMITTED)
    standing = standing_as_seen(round, seen)
    _refuse_decision(standing, words)
    round.minutes_number, round.held_on = minutes_number, held_on
    round.chair, round.members = chair, members
    round.state, round.decided_at, round.decided_by = State.DECIDED, timezone.now(), by
    round.full_clean()
    round.save()
    waiting = 0
    for row in standing.rows:
        if row.out:
            drop_out(row, by)
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
    refuse_taken(standing.round.batch, chosen)


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
            override(round, row, word.reason, by)
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
    round = locked_round(round, State.DECIDED)
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
    round = locked_round(round, State.DECIDED)
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
