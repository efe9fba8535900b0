"""The evidence of what somebody made."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Enrollment, Evidence
from participants.services.enrollment import refuse_when_closed
from participants.services.results import locked_batch
from partnerships.services import look_into


def keep_evidence(*, result, file, caption="", by):
    """Keep uploaded files (`file`, a list of Django Files) as evidence of a result, each as it came.

    Raises ValidationError on "file"; then none of them is kept.
    """
    files = [look_into(one, by=by) for one in file]
    if len({facts["sha256"] for _content, facts in files}) < len(files):
        raise ValidationError({"file": _("Dua dari berkas ini sama persis. Pilih satu saja.")})
    return _keep(files, result, caption, by)


@transaction.atomic
def _keep(files, result, caption, by):
    """Apart from the look into the files, which takes its time and must not hold the lock."""
    batch = _locked_batch(result)
    caption = " ".join(caption.split())
    kept = [Evidence(result=result, caption=caption, **facts) for _content, facts in files]
    for evidence in kept:
        # All of them before the first is saved: a file on the disk knows no way back.
        evidence.full_clean(exclude=["file"])
    for evidence, (content, _facts) in zip(kept, files, strict=True):
        evidence.file.save(
            f"results/{result.pk}/{evidence.sha256}", ContentFile(content), save=False
        )
        evidence.save()
        audit.record(
            "evidence.kept",
            evidence,
            by=by,
            facility=batch.facility,
            result=str(result),
            sha256=evidence.sha256,
        )
    return kept


def _locked_batch(result):
    """Locked; refused once the certificate that rests on this evidence has its number."""
    batch = locked_batch(result.enrollment.batch)
    refuse_when_closed(Enrollment.objects.select_related("inmate").get(pk=result.enrollment_id))
    return batch


@transaction.atomic
def withdraw_evidence(*, evidence, by):
    """It no longer counts as evidence; the file stays."""
    batch = _locked_batch(evidence.result)
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
    if evidence.withdrawn_at:
        raise ValidationError(_("Bukti ini sudah ditarik."))
    evidence.withdrawn_at, evidence.withdrawn_by = timezone.now(), by
    evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("evidence.withdrawn", evidence, by=by, facility=batch.facility)
    return evidence
