"""The evidence of what somebody made."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from participants.models import Evidence
from participants.services.results import locked_batch
from partnerships.services import look_into


def keep_evidence(*, result, file, caption="", by):
    """Keep uploaded files (`file`, a list of Django Files) as evidence of a result, each as it came.

    Raises ValidationError on "file"; then none of them is kept.
    """
    return _keep([look_into(one, by=by) for one in file], result, caption, by)


@transaction.atomic
def _keep(files, result, caption, by):
    """Apart from the look into the files, which takes its time and must not hold the lock."""
    batch = locked_batch(result.enrollment.batch)
    kept = []
    for content, facts in files:
        evidence = Evidence(result=result, caption=" ".join(caption.split()), **facts)
        evidence.full_clean(exclude=["file"])
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
        kept.append(evidence)
    return kept


@transaction.atomic
def withdraw_evidence(*, evidence, by):
    """It no longer counts as evidence; the file stays."""
    batch = locked_batch(evidence.result.enrollment.batch)
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
    if evidence.withdrawn_at:
        raise ValidationError(_("Bukti ini sudah ditarik."))
    evidence.withdrawn_at, evidence.withdrawn_by = timezone.now(), by
    evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("evidence.withdrawn", evidence, by=by, facility=batch.facility)
    return evidence
