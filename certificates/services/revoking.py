from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from certificates.models import Certificate, Revocation
from certificates.queries.life import bar_to_revocation
from certificates.services.ending import end
from certificates.services.preparing import lock_batch
from certificates.services.voiding import locked_certificate


@transaction.atomic
def request_revocation(*, certificate, reason, explanation, by):
    """Ask for a certificate to be revoked; another person decides. It stays in force meanwhile."""
    certificate = locked_certificate(certificate)
    if bar := bar_to_revocation(certificate):
        raise ValidationError(bar)
    revocation = Revocation(
        certificate=certificate, reason=reason, explanation=explanation, requested_by=by
    )
    revocation.full_clean()
    revocation.save()
    audit.record("revocation.requested", certificate, by=by, reason=reason)
    return revocation


@transaction.atomic
def decide_revocation(*, revocation, is_granted, answer="", by):
    """Grant it, and the certificate is out of force at once with its duplicates; or refuse, and say why.

    ValidationError for whoever asked, and for the second of two who decide.
    """
    lock_batch(revocation.certificate.enrollment.batch)  # a replacement in work is voided with it
    certificate = locked_certificate(revocation.certificate)  # before the request, as those who ask
    revocation = (
        Revocation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("decided_by")
        .get(pk=revocation.pk)
    )
    if revocation.decided_at:
        raise ValidationError(already_decided(revocation))
    if revocation.requested_by_id == by.pk:
        raise ValidationError(_("Yang meminta tidak boleh memutuskan."))
    if is_granted and (bar := bar_to_revocation(certificate)):
        raise ValidationError(_("%(why)s Permintaan ini hanya bisa ditolak.") % {"why": bar})
    if not is_granted and not answer:
        raise ValidationError({"answer": _("Tulis mengapa permintaan ini ditolak.")})
    revocation.decided_at, revocation.decided_by = timezone.now(), by
    revocation.is_granted, revocation.answer = is_granted, answer
    revocation.full_clean()
    revocation.save(update_fields=["decided_at", "decided_by", "is_granted", "answer"])
    verb = "granted" if is_granted else "refused"
    audit.record(f"revocation.{verb}", certificate, by=by, reason=revocation.reason)
    if is_granted:
        end(
            certificate=certificate,
            status=Certificate.Status.REVOKED,
            reason=revocation.reason,
            by=by,
        )
    return revocation


def already_decided(revocation):
    """Who was faster, in words."""
    words = (
        _("Permintaan ini sudah dikabulkan oleh %(by)s pada %(at)s.")
        if revocation.is_granted
        else _("Permintaan ini sudah ditolak oleh %(by)s pada %(at)s.")
    )
    at = timezone.localtime(revocation.decided_at)
    return words % {"by": revocation.decided_by, "at": date_format(at, "DATETIME_FORMAT")}
