from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from participants.models import Inmate
from partnerships.models.documents import KeptFile


class OutsideCertificateQuerySet(ScopedQuerySet):
    facility_path = "inmate__facility"


class OutsideCertificate(KeptFile):
    """A certificate of competence that somebody else issued (an LSP under BNSP): recorded, never printed by us."""

    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="outside_certificates")
    issuer = models.CharField(_("lembaga sertifikasi"), max_length=120, help_text=_("Nama LSP."))
    scheme = models.CharField(_("skema"), max_length=160)
    number = models.CharField(_("nomor"), max_length=80)
    issued_on = models.DateField(_("tanggal terbit"))
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)

    objects = OutsideCertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "pk"]
        verbose_name = _("sertifikat dari luar")
        constraints = [
            models.UniqueConstraint(
                name="outside_certificate_number_once_per_issuer",
                fields=["issuer", "number"],
                violation_error_code="number",
                violation_error_message=_("Nomor ini sudah dicatat untuk lembaga itu."),
            ),
            models.CheckConstraint(
                name="outside_certificate_ends_after_issue",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
                violation_error_code="valid_until",
                violation_error_message=_("Tidak mungkin sebelum tanggal terbit."),
            ),
        ]

    def __str__(self):
        return f"{self.scheme}, {self.number}"

    @property
    def facility(self):
        return self.inmate.facility
