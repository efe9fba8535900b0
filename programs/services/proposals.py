"""The school proposes, the officer decides."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from programs.models import Instructor, Proposal, Session
from programs.services.instructors import add_instructor
from programs.services.sessions import check_session, schedule_session

MOST_WAITING = 50


@transaction.atomic
def propose_session(*, batch, details, note="", by, **fields):
    """Ask for a meeting, which must be possible as things stand; `details` is what the form held."""
    check_session(Session(batch=batch, **fields))
    return _propose(
        agreement=batch.agreement,
        batch=batch,
        kind=Proposal.Kind.SESSION,
        details=details,
        note=note,
        by=by,
    )


@transaction.atomic
def propose_instructor(*, agreement, details, note="", by, **fields):
    """Ask for a new instructor of the school."""
    Instructor(partner=agreement.partner, **fields).full_clean()
    return _propose(
        agreement=agreement,
        batch=None,
        kind=Proposal.Kind.INSTRUCTOR,
        details=details,
        note=note,
        by=by,
    )


def _propose(*, agreement, by, **fields):
    if agreement.proposals.waiting().count() >= MOST_WAITING:
        raise ValidationError(_("Masih banyak usulan yang menunggu. Tunggu keputusannya dulu."))
    proposal = Proposal(agreement=agreement, proposed_by=by, **fields)
    proposal.full_clean()
    proposal.save()
    audit.record("proposal.made", proposal, by=by)
    return proposal


@transaction.atomic
def accept_session(*, proposal, by, **fields):
    """Book the meeting as the officer leaves it, and the proposal is accepted with it."""
    session = schedule_session(batch=proposal.batch, by=by, **fields)
    _decide(proposal, is_accepted=True, by=by)
    return session


@transaction.atomic
def accept_instructor(*, proposal, by, **fields):
    """Add the instructor as the officer leaves her, and the proposal is accepted with it."""
    instructor = add_instructor(partner=proposal.agreement.partner, by=by, **fields)
    _decide(proposal, is_accepted=True, by=by)
    return instructor


@transaction.atomic
def refuse_proposal(*, proposal, refusal, by):
    return _decide(proposal, is_accepted=False, refusal=refusal, by=by)


def _decide(proposal, *, is_accepted, refusal="", by):
    proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if proposal.decided_at:
        raise ValidationError(_("Usulan ini sudah diputuskan."))
    proposal.is_accepted = is_accepted
    proposal.refusal = refusal
    proposal.decided_at = timezone.now()
    proposal.decided_by = by
    proposal.full_clean()
    proposal.save(update_fields=["is_accepted", "refusal", "decided_at", "decided_by"])
    audit.record("proposal.decided", proposal, by=by, accepted=is_accepted, reason=refusal)
    return proposal
