from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import audit
from certificates.models import Certificate, IssueRun
from certificates.queries import readiness
from certificates.services.ledger import keep_head
from certificates.services.numbering import assign_number
from certificates.services.preparing import batch_for_certificates
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

    Raises ValidationError when the whole batch no longer passes its checks. Returns Issued.
    """
    skipped = _number_approved(batch, by)
    skipped += seal_numbered(batch=batch, by=by)
    keep_head()
    return Issued(list(Certificate.objects.of(batch).sealed()), skipped)


@transaction.atomic
def _number_approved(batch, by):
    """Numbers for what was approved and is still true; in words, whom that leaves out.

    The batch is locked, as whoever records marks or scores locks it: nothing becomes untrue between the look
    and the number.
    """
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    ready = readiness(batch_for_certificates(batch))
    approved = [
        one
        for one in ready.candidates
        if one.certificate and one.certificate.status == Certificate.Status.APPROVED
    ]
    if approved and ready.blockers:
        raise ValidationError([blocker.what for blocker in ready.blockers])
    skipped = []
    for candidate in approved:
        if candidate.obstacles:
            skipped.append(f"{candidate.enrollment.inmate}: {', '.join(candidate.obstacles)}")
        else:
            assign_number(certificate=candidate.certificate, by=by)
    for duplicate in ready.duplicates:
        assign_number(certificate=duplicate, by=by)
    return skipped


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
    except SigningFailed as error:
        run.error = str(error)
    except Exception:
        run.error = str(STOPPED)
        raise
    finally:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at", "error"])
