import hashlib
import os
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from certificates.content import numbered, series_key
from certificates.documents import CannotDraw, certificate_pdfs, sheet
from certificates.models import Certificate, IssueRun, NumberSeries
from certificates.queries import readiness
from participants.services import close_enrollment
from programs.models import Batch

# NULL until a later step fills them, which Django's own validation would ask for now.
EMPTY_IN_A_DRAFT = [field.name for field in Certificate._meta.fields if field.null]
# A draft is tried on paper under the widest number that a series of this size may reach.
LONGEST_SEQUENCE = 9999
STOPPED = gettext_lazy("Penerbitan terhenti. Tekan lagi untuk melanjutkan; nomor tidak akan ganda.")


def batch_for_certificates(batch):
    """The batch with all that certificates say about it."""
    return Batch.objects.select_related(
        "agreement__partner", "curriculum__program", "facility"
    ).get(pk=batch.pk)


@transaction.atomic
def prepare(*, batch, dated_on, by):
    """A draft for every participant who may have a certificate; returns them. Another person approves."""
    Batch.objects.select_for_update(no_key=True).get(
        pk=batch.pk
    )  # two who prepare at once would double drafts
    batch = batch_for_certificates(batch)
    if not batch.ends_on <= dated_on <= timezone.localdate():
        raise ValidationError(
            {
                "dated_on": _(
                    "Tanggal sertifikat tidak boleh sebelum hari terakhir angkatan atau sesudah hari ini."
                )
            }
        )
    ready = readiness(batch)
    if ready.blockers:
        raise ValidationError([blocker.what for blocker in ready.blockers])
    if not ready.ready:
        raise ValidationError(_("Tidak ada peserta yang bisa disiapkan sertifikatnya."))
    drafts = [_draft(candidate=candidate, dated_on=dated_on, by=by) for candidate in ready.ready]
    audit.record("certificates.prepared", batch, by=by, count=len(drafts))
    return drafts


def _draft(*, candidate, dated_on, by):
    """A new draft, or the old one said anew; an approval of what it said before is void."""
    certificate = candidate.certificate or Certificate(enrollment=candidate.enrollment)
    certificate.status = Certificate.Status.DRAFT
    certificate.dated_on, certificate.content = dated_on, candidate.content
    certificate.prepared_by, certificate.approved_by, certificate.approved_at = by, None, None
    certificate.full_clean(exclude=EMPTY_IN_A_DRAFT)
    try:
        sheet(numbered(certificate, LONGEST_SEQUENCE))
    except CannotDraw as error:
        raise ValidationError(f"{candidate.enrollment.inmate}: {error}") from None
    certificate.save()
    return certificate


@transaction.atomic
def approve(*, batch, by):
    """Approve the batch's drafts; nobody approves what they prepared. Returns how many."""
    drafts = list(
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .of(batch)
        .filter(status=Certificate.Status.DRAFT)
    )
    if any(draft.prepared_by_id == by.pk for draft in drafts):
        raise ValidationError(_("Yang menyiapkan tidak boleh menyetujui."))
    ready = readiness(batch_for_certificates(batch))
    waiting = {draft.pk for draft in drafts}
    changed = [
        one
        for one in ready.candidates
        if one.obstacles and one.certificate and one.certificate.pk in waiting
    ]
    if ready.blockers or changed:
        raise ValidationError(
            _(
                "Ada yang berubah sejak sertifikat disiapkan. Minta petugas sertifikat menyiapkannya lagi."
            )
        )
    for draft in drafts:
        draft.status = Certificate.Status.APPROVED
        draft.approved_at = timezone.now()
        draft.approved_by = by
        draft.save(update_fields=["status", "approved_at", "approved_by"])
    audit.record("certificates.approved", batch, by=by, count=len(drafts))
    return len(drafts)


def take_number(key):
    """The next number of a series, inside the caller's transaction: gone through or never taken."""
    NumberSeries.objects.get_or_create(key=key)
    series = NumberSeries.objects.select_for_update(no_key=True).get(key=key)
    series.last += 1
    series.save(update_fields=["last"])
    return series


@transaction.atomic
def assign_number(*, certificate, by):
    """A number for what was approved, in one short transaction; nothing is drawn while the series is locked."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "enrollment__inmate",
            "enrollment__batch__facility",
            "enrollment__batch__curriculum__program",
            "enrollment__batch__agreement__partner",
        )
        .get(pk=certificate.pk)
    )
    if certificate.status != Certificate.Status.APPROVED:
        return certificate
    series = take_number(series_key(certificate))
    certificate.series, certificate.sequence = series, series.last
    certificate.content = numbered(certificate, series.last)
    certificate.number = certificate.content["number"]
    certificate.numbered_at = timezone.now()
    certificate.status = Certificate.Status.NUMBERED
    certificate.save(
        update_fields=["series", "sequence", "number", "content", "numbered_at", "status"]
    )
    close_enrollment(enrollment=certificate.enrollment)
    audit.record("certificate.numbered", certificate, by=by)
    return certificate


def seal(*, certificate, pdf, by):
    """Keep the bytes for ever, then say so in the database. Whoever comes second changes nothing."""
    path = certificate.path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{uuid4().hex}.tmp")
    with draft.open("wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # refuses to overwrite: the first bytes stay
    except FileExistsError:
        pdf = path.read_bytes()
    draft.unlink()
    _sync_folder(path.parent)
    with transaction.atomic():
        sealed = Certificate.objects.filter(
            pk=certificate.pk, status=Certificate.Status.NUMBERED
        ).update(
            status=Certificate.Status.SEALED,
            sha256=hashlib.sha256(pdf).hexdigest(),
            byte_count=len(pdf),
            sealed_at=timezone.now(),
        )
        if sealed:
            audit.record("certificate.sealed", certificate, by=by)


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
    _seal_numbered(batch, by)
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
    return skipped


def _seal_numbered(batch, by):
    waiting = list(
        Certificate.objects.of(batch)
        .filter(status=Certificate.Status.NUMBERED)
        .select_related("enrollment__batch__facility")
        .order_by("series", "sequence")
    )
    pdfs = certificate_pdfs(certificate.content for certificate in waiting)
    for certificate, pdf in zip(waiting, pdfs, strict=True):
        seal(certificate=certificate, pdf=pdf, by=by)


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
    except Exception:
        run.error = str(STOPPED)
        raise
    finally:
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at", "error"])
