from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.content import numbered, numbering_of
from certificates.models import Certificate, LedgerEntry, NumberSeries
from certificates.services import ledger
from participants.services import close_enrollment

# What the number of a certificate is made of.
NUMBERED_WITH = (
    "enrollment__inmate",
    "enrollment__batch__facility",
    "enrollment__batch__curriculum__program",
    "enrollment__batch__agreement__partner__number_format",
)


@transaction.atomic
def assign_number(*, certificate, by):
    """A number for what was approved, in one short transaction; nothing is drawn while the series is locked.

    ValidationError when the number exists: another book was written in the same way.
    """
    certificate = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*NUMBERED_WITH)
        .get(pk=certificate.pk)
    )
    if certificate.status != Certificate.Status.APPROVED:
        return certificate
    numbering = numbering_of(certificate)
    series = NumberSeries.objects.take(numbering.series_key)
    certificate.series, certificate.sequence = series, series.last
    certificate.number = numbering.text(series.last)
    if Certificate.objects.filter(number=certificate.number).exists():
        raise ValidationError(
            _("Nomor %(number)s sudah dipakai sertifikat lain. Ubah susunan nomor sekolah ini.")
            % {"number": certificate.number}
        )
    certificate.content = numbered(certificate, certificate.number)
    certificate.numbered_at = timezone.now()
    certificate.status = Certificate.Status.NUMBERED
    certificate.save(
        update_fields=["series", "sequence", "number", "content", "numbered_at", "status"]
    )
    close_enrollment(enrollment=certificate.enrollment)
    ledger.append(certificate=certificate, kind=LedgerEntry.Kind.NUMBER)
    audit.record("certificate.numbered", certificate, by=by)
    return certificate
