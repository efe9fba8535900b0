from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.content import numbered, numbering_of
from certificates.documents import CannotDraw, look_of, sheet
from certificates.models import Certificate
from certificates.papers import sample_paper
from certificates.queries import readiness
from programs.models import Batch

# NULL until a later step fills them, which Django's own validation would ask for now.
EMPTY_IN_A_DRAFT = [field.name for field in Certificate._meta.fields if field.null]
# A draft is tried on paper under the widest number that a series of this size may reach.
LONGEST_SEQUENCE = 9999


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
    try_on_paper(certificate)
    certificate.save()
    return certificate


def try_on_paper(certificate):
    """ValidationError unless what it says fits the sheet, under the longest number it may get."""
    content = numbered(certificate, numbering_of(certificate).text(LONGEST_SEQUENCE))
    try:
        sheet(sample_paper(content), look_of(content))
    except CannotDraw as error:
        raise ValidationError(f"{content['name']}: {error}") from None


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
