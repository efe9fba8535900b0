from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from certificates.models.certificates import Certificate
from partnerships.models.documents import KeptFile


class PaperMove(models.Model):
    """One step of the sheet of paper: printed, signed, stored, handed over, lost. Append-only."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="paper_moves")
    step = models.CharField(_("langkah"), max_length=8, choices=Certificate.PAPER_STEPS)
    happened_on = models.DateField(_("tanggal"))
    place = models.CharField(
        _("tempat"), max_length=120, blank=True, help_text=_("Misalnya lemari arsip Giatja, map 3.")
    )
    recipient = models.CharField(_("diterima oleh"), max_length=120, blank=True)
    relation = models.CharField(
        _("hubungan"), max_length=60, blank=True, help_text=_("Kosongkan bila diterima sendiri.")
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        ordering = ["recorded_at", "pk"]
        verbose_name = _("perjalanan lembar")
        constraints = [
            models.CheckConstraint(
                name="paper_move_stored_somewhere",
                condition=~Q(step="stored") | ~Q(place=""),
                violation_error_code="place",
                violation_error_message=_("Tulis di mana lembarnya disimpan."),
            ),
            models.CheckConstraint(
                name="paper_move_handed_to_somebody",
                condition=Q(step="handed") & ~Q(recipient="")
                | ~Q(step="handed") & Q(recipient="", relation=""),
                violation_error_code="recipient",
                violation_error_message=_("Tulis siapa yang menerima lembarnya."),
            ),
        ]

    def __str__(self):
        return f"{self.certificate} {self.step}"


class SignedScanQuerySet(ScopedQuerySet):
    facility_path = "certificate__enrollment__batch__facility"


class SignedScan(KeptFile):
    """The paper with ink and stamp, scanned back."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="signed_scans")

    objects = SignedScanQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("pindaian lembar bertanda tangan")
