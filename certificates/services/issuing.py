from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import audit
from certificates.content import numbering_of
from certificates.documents import CannotDraw
from certificates.models import Certificate, IssueRun, NumberSeries
from certificates.queries import readiness
from certificates.services.ledger import keep_head
from certificates.services.numbering import NUMBERED_WITH, assign_number
from certificates.services.preparing import lock_batch, try_on_paper
from certificates.services.sealing import seal_numbered
from certificates.signing import SigningFailed
from programs.models import Batch

STOPPED = gettext_lazy("Penerbitan terhenti. Tekan lagi untuk melanjutkan; nomor tidak akan ganda.")


@dataclass(frozen=True)
class Issued:
    """What one run brought: all sealed certificates of the batch, and why others were left out."""

    sealed: list
    skipped: list


def issue_batch(*, batch, by):
    """Number, draw and seal what was approved and is still true; goes on where an earlier run stopped.

    Returns Issued, with why the whole batch waits when it no longer passes its checks. Raises
    ValidationError when a number exists already, CannotDraw when a sheet does not take what it says.
    """
    skipped = _number_approved(batch, by)
    skipped += seal_numbered(batch=batch, by=by)
    keep_head()
    return Issued(list(Certificate.objects.of(batch).sealed()), skipped)


@transaction.atomic
def _number_approved(batch, by):
    """Numbers for what was approved and is still true; in words, whom that leaves out.

    The batch is locked, as whoever records marks or scores locks it: nothing becomes untrue between the look
    and the number. A duplicate says what the first one says, whatever has become of the batch since.
    """
    batch = lock_batch(batch)
    locked = _locked_approved(batch)
    ready = readiness(batch)
    approved = [one for one in ready.candidates if one.certificate and one.certificate.pk in locked]
    skipped = [blocker.what for blocker in ready.blockers] if approved else []
    obstacles = {} if skipped else {one.certificate.pk: one.obstacles for one in approved}
    obstacles |= {one.pk: [] for one in ready.duplicates if one.pk in locked}
    passed = []
    for certificate, found in ((locked[key], found) for key, found in obstacles.items()):
        if found:
            skipped.append(f"{certificate.enrollment.inmate}: {', '.join(found)}")
        elif found := _does_not_fit(certificate):
            skipped += found
        else:
            passed.append(certificate)
    _lock_books(passed)
    for certificate in passed:
        assign_number(certificate=certificate, by=by)
    return skipped


def _locked_approved(batch):
    """{key: certificate} of all that may get a number, locked before any of them takes the ledger.

    The ledger is the last lock of whoever ends a certificate and its duplicates.
    """
    approved = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*NUMBERED_WITH)
        .filter(enrollment__batch=batch, status=Certificate.Status.APPROVED)
        .order_by("pk")
    )
    return {one.pk: one for one in approved}


def _lock_books(certificates):
    """The books of these numbers, in one order and before the ledger too: other batches use the same ones."""
    for key in sorted({numbering_of(one).series_key for one in certificates}):
        NumberSeries.objects.locked(key)


def _does_not_fit(certificate):
    """Why its sheet would not take it, in words: no number is spent on that."""
    try:
        try_on_paper(certificate)
    except ValidationError as error:
        return error.messages
    return []


@transaction.atomic
def start_issuing(*, batch, by):
    """Note that the batch is being issued; a second press while it runs is refused.

    A run whose job was killed is closed here, so that the next press goes on.
    """
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    batch.issue_runs.stalled().update(finished_at=timezone.now(), error=str(STOPPED))
    run = IssueRun(batch=batch, started_by=by)
    run.clean_fields(exclude=["finished_at"])  # empty while it runs
    run.validate_constraints()
    run.save()
    audit.record("certificates.issue_started", batch, by=by)
    return run


def run_issuing(*, run):
    """What the background job does; an obstacle is written down for the page."""
    try:
        run.error = "\n".join(issue_batch(batch=run.batch, by=run.started_by).skipped)
    except ValidationError as error:
        run.error = "\n".join(error.messages)
    except (SigningFailed, CannotDraw) as error:
        run.error = str(error)
    except Exception:
        run.error = str(STOPPED)
        raise
    finally:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at", "error"])
