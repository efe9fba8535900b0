"""What a selection round leaves on paper: the panel's minutes, and the head's decree."""

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from core.pdf import render_pdfs
from participants.models import SelectionRound
from participants.queries.rounds import on_decree, standing_of

State = SelectionRound.State


def minutes_pdf(round, *, paper="a4"):
    """Berita acara sidang TPP, a draft until the panel has decided. Raises PdfUnavailable."""
    with translation.override("id"):
        standing = standing_of(round)
        context = {
            "round": round,
            "batch": round.batch,
            "facility": round.batch.facility,
            "paper": paper,
            "standing": standing,
            "is_draft": round.state != State.DECIDED,
            "rows": [_minuted(round, row, standing.criteria) for row in standing.rows],
            "members": _lines(round.members),
            "example": next((row.candidate for row in standing.rows if row.candidate.ticket), None),
        }
        (pdf,) = render_pdfs(
            "participants/pdf/selection_minutes.html",
            [context],
            stylesheet="css/print/selection.css",
        )
    return pdf


def _minuted(round, row, criteria):
    is_open = round.state == State.OPEN
    return {
        "row": row,
        "scores": [row.scores.get(one.pk) for one in criteria],
        "advice": row.advice_in_short if is_open else row.candidate.advice,
        "reason": row.candidate.reason or row.out,
        "is_proposed": row.is_ticked if is_open else row.candidate.is_proposed,
    }


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def decree_pdf(round, *, paper="a4"):
    """(SK peserta, the people on it); a draft until number and date are recorded.

    Raises ValidationError before the panel has decided, PdfUnavailable.
    """
    if round.state != State.DECIDED:
        raise ValidationError(_("SK peserta hanya bisa dicetak sesudah sidang TPP memutuskan."))
    chosen = on_decree(round).select_related("application__inmate")
    context = {
        "round": round,
        "batch": round.batch,
        "facility": round.batch.facility,
        "paper": paper,
        "is_draft": not round.decree_number,
        "chosen": chosen,
    }
    with translation.override("id"):
        (pdf,) = render_pdfs(
            "participants/pdf/selection_decree.html",
            [context],
            stylesheet="css/print/selection.css",
        )
    return pdf, [one.application.inmate for one in chosen]
