from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.content import numbered, numbering_of
from certificates.documents import CannotDraw, look_of, sheet
from certificates.models import Certificate
from certificates.numbers import WIDEST_SEQUENCE
from certificates.papers import sample_paper
from certificates.queries import readiness
from programs.models import Batch

# NULL until a later step fills them, which Django's own validation would ask for now.
EMPTY_IN_A_DRAFT = [field.name for field in Certificate._meta.fields if field.null]


def batch_for_certificates(batch):
    """The batch with all that certificates say about it."""
    return Batch.objects.select_related(
        "agreement__partner__number_format", "curriculum__program", "facility"
    ).get(pk=batch.pk)


def lock_batch(batch):
    """The batch, locked, with all that certificates say about it.

    Whoever prepares, voids, replaces or numbers comes through here: two at once would double drafts, or bring
    back one that was voided meanwhile.
    """
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    return batch_for_certificates(batch)


@transaction.atomic
def prepare(*, batch, dated_on, by):
    """A draft for every participant who may have a certificate; returns them. Another person approves.

    A replacement in work is said anew as well, and keeps its own day.
    """
    batch = lock_batch(batch)
    check_day(dated_on, batch)
    ready = _unblocked(batch)
    if not ready.ready:
        raise ValidationError(_("Tidak ada peserta yang bisa disiapkan sertifikatnya."))
    drafts = [_draft(candidate=candidate, dated_on=dated_on, by=by) for candidate in ready.ready]
    audit.record("certificates.prepared", batch, by=by, count=len(drafts))
    return drafts


@transaction.atomic
def prepare_statements(*, batch, enrollments, dated_on, by):
    """A draft of a statement of units for each of these enrollments; returns them. Another person approves."""
    batch = lock_batch(batch)
    check_day(dated_on, batch)
    entitled = {
        one.enrollment.pk: one for one in _unblocked(batch).candidates if one.can_have_statement
    }
    if missing := [one for one in enrollments if one.pk not in entitled]:
        raise ValidationError(
            {
                "enrollments": _(
                    "Tidak bisa diberi surat keterangan, atau sudah disiapkan: %(names)s."
                )
                % {"names": ", ".join(str(one.inmate) for one in missing)}
            }
        )
    drafts = [_statement(entitled[one.pk], dated_on, by) for one in enrollments]
    audit.record("certificates.statements_prepared", batch, by=by, count=len(drafts))
    return drafts


def check_day(dated_on, batch):
    """ValidationError unless the day is from the batch's last to today."""
    if not batch.ends_on <= dated_on <= timezone.localdate():
        raise ValidationError(
            {
                "dated_on": _(
                    "Tanggal sertifikat tidak boleh sebelum hari terakhir angkatan atau sesudah hari ini."
                )
            }
        )


def _unblocked(batch):
    ready = readiness(batch)
    if ready.blockers:
        raise ValidationError([blocker.what for blocker in ready.blockers])
    return ready


def _draft(*, candidate, dated_on, by):
    """A new draft, or the old one said anew; an approval of what it said before is void."""
    certificate = candidate.certificate or Certificate(enrollment=candidate.enrollment)
    certificate.status = Certificate.Status.DRAFT
    certificate.content = candidate.content
    if not certificate.replaces_id:
        certificate.dated_on = dated_on
    certificate.prepared_by, certificate.approved_by, certificate.approved_at = by, None, None
    return save_draft(certificate)


def _statement(candidate, dated_on, by):
    return save_draft(
        Certificate(
            enrollment=candidate.enrollment,
            kind=Certificate.Kind.PARTIAL,
            content=candidate.partial_content,
            dated_on=dated_on,
            prepared_by=by,
        )
    )


def save_draft(certificate):
    """Kept, once it is certain that it can be drawn."""
    certificate.full_clean(exclude=EMPTY_IN_A_DRAFT)
    try_on_paper(certificate)
    certificate.save()
    return certificate


def try_on_paper(certificate):
    """ValidationError unless what it says fits the sheet, under the longest number it may get."""
    content = numbered(certificate, numbering_of(certificate).text(WIDEST_SEQUENCE))
    try:
        sheet(sample_paper(content), look_of(content))
    except CannotDraw as error:
        raise ValidationError(f"{content['name']}: {error}") from None


@transaction.atomic
def approve(*, batch, by):
    """Approve what others prepared and is still true; returns how many. Nobody approves what they prepared or began.

    What cannot be approved stays a draft; ValidationError when that is all there is.
    """
    drafts = list(
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .of(batch)
        .filter(status=Certificate.Status.DRAFT)
    )
    others = [draft for draft in drafts if not draft.is_work_of(by)]
    if drafts and not others:
        raise ValidationError(_("Yang menyiapkan tidak boleh menyetujui."))
    still_true = _still_true(batch_for_certificates(batch)) if others else set()
    true = [draft for draft in others if draft.pk in still_true]
    if others and not true:
        raise ValidationError(
            _(
                "Ada yang berubah sejak sertifikat disiapkan. Minta petugas sertifikat menyiapkannya lagi."
            )
        )
    for draft in true:
        draft.status = Certificate.Status.APPROVED
        draft.approved_at = timezone.now()
        draft.approved_by = by
        draft.save(update_fields=["status", "approved_at", "approved_by"])
    if true:
        audit.record("certificates.approved", batch, by=by, count=len(true))
    return len(true)


def _still_true(batch):
    """Keys of the certificates in work that say what is true, duplicates among them.

    A duplicate says what the first one says, whatever has become of the batch since.
    """
    ready = readiness(batch)
    of_candidates = [
        one.certificate.pk
        for one in ready.candidates
        if one.is_unnumbered and not one.obstacles and not ready.blockers
    ]
    return {*of_candidates, *(one.pk for one in ready.duplicates)}
