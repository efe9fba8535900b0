from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from certificates.models.certificates import Certificate


class RevocationQuerySet(ScopedQuerySet):
    facility_path = "certificate__enrollment__batch__facility"

    def waiting(self):
        return self.filter(decided_at=None)


class Revocation(models.Model):
    """A request to revoke a certificate; another person grants or refuses it."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="revocations")
    reason = models.CharField(_("alasan"), max_length=12, choices=Certificate.REASONS_TO_REVOKE)
    explanation = models.TextField(
        _("penjelasan"), max_length=500, help_text=_("Hanya dibaca di kantor ini.")
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requested_revocations"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_revocations",
    )
    is_granted = models.BooleanField(null=True, blank=True)
    answer = models.TextField(_("jawaban"), max_length=500, blank=True)

    objects = RevocationQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("permintaan pencabutan")
        constraints = [
            models.UniqueConstraint(
                name="revocation_one_waiting_per_certificate",
                fields=["certificate"],
                condition=Q(decided_at=None),
                violation_error_message=_("Pencabutan sertifikat ini sudah diminta."),
            ),
            models.CheckConstraint(
                name="revocation_decided_by_another_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                violation_error_message=_("Yang meminta tidak boleh memutuskan."),
            ),
            models.CheckConstraint(
                name="revocation_decided_at_by_and_how_together",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
                violation_error_message=_("Keputusan mencantumkan waktu, pelaku, dan isinya."),
            ),
        ]

    def __str__(self):
        return f"{self.certificate} {self.reason}"
