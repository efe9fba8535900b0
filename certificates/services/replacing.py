"""A second certificate for somebody who has one: a duplicate of it, or another in its place."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.content import duplicate_content, unnumbered
from certificates.models import Certificate
from certificates.queries import readiness
from certificates.queries.life import REOPENING, bar_to_duplicate, bar_to_replacement, differing
from certificates.services.preparing import EMPTY_IN_A_DRAFT, lock_batch, save_draft, try_on_paper
from certificates.services.voiding import locked_certificate
from participants.services import reopen_enrollment

Reason = Certificate.EndReason


@transaction.atomic
def duplicate(*, certificate, explanation, dated_on, by):
    """A draft that says all the first one says, and that it is a duplicate. Another person approves."""
    lock_batch(certificate.enrollment.batch)
    first = locked_certificate(certificate)
    if bar := bar_to_duplicate(first):
        raise ValidationError(bar)
    _check_day(dated_on, first)
    draft = save_draft(
        Certificate(
            enrollment=first.enrollment,
            kind=first.kind,
            duplicate_of=first,
            content=duplicate_content(first),
            dated_on=dated_on,
            prepared_by=by,
        )
    )
    audit.record(
        "certificate.duplicated", draft, by=by, duplicate_of=str(first), explanation=explanation
    )
    return draft


@transaction.atomic
def replace(*, certificate, reason, explanation, dated_on, by):
    """A draft to stand in the place of `certificate`, which stays in force until that one is sealed.

    Results are open again where they are what is to be corrected; until the draft says what is true, nobody can
    approve it. Preparing the batch again says it anew.
    """
    batch = lock_batch(certificate.enrollment.batch)
    first = locked_certificate(certificate)
    if bar := bar_to_replacement(first):
        raise ValidationError(bar)
    _check_day(dated_on, first)
    if reason == Reason.COMPLETED and first.kind != Certificate.Kind.PARTIAL:
        raise ValidationError(
            {"reason": _("Ini sudah sertifikat pelatihan; hanya surat keterangan yang dilengkapi.")}
        )
    if reason in REOPENING:
        reopen_enrollment(enrollment=first.enrollment)
    draft = Certificate(
        enrollment=first.enrollment,
        kind=Certificate.Kind.TRAINING if reason == Reason.COMPLETED else first.kind,
        replaces=first,
        replacement_reason=reason,
        content=unnumbered(first),
        dated_on=dated_on,
        prepared_by=by,
        begun_by=by,
    )
    draft.full_clean(exclude=EMPTY_IN_A_DRAFT)
    draft.save()
    _say_what_is_true(draft, batch)
    audit.record(
        "certificate.replacement_begun",
        draft,
        by=by,
        replaces=str(first),
        reason=reason,
        explanation=explanation,
        differing=differing(first, batch),
    )
    return draft


def _check_day(dated_on, first):
    if not first.dated_on <= dated_on <= timezone.localdate():
        raise ValidationError(
            {
                "dated_on": _(
                    "Tanggalnya tidak boleh sebelum tanggal sertifikat pertama atau sesudah hari ini."
                )
            }
        )


def _say_what_is_true(draft, batch):
    """Today's content, where the person has all it takes; else it waits with the first one's words."""
    [candidate] = [
        one for one in readiness(batch).candidates if one.enrollment.pk == draft.enrollment_id
    ]
    if candidate.content and not candidate.blockers:
        draft.content = candidate.content
        try_on_paper(draft)
        draft.save(update_fields=["content"])
