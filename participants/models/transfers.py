from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from participants.models.enrollments import Enrollment
from participants.models.inmates import Inmate


class TransferStatementQuerySet(ScopedQuerySet):
    facility_path = "enrollment__batch__facility"


class TransferStatement(models.Model):
    """A signed surat keterangan on what a participant did here, for the facility to which he moves.

    `content` is what the paper says and what the next facility reads; a newer one for the same
    enrollment, after marks were finished, takes the older one's place there.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="statements")
    number = models.CharField(_("nomor surat"), max_length=80)
    content = models.JSONField()
    file = models.FileField(upload_to="statements/")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = TransferStatementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("surat keterangan pindah")

    def __str__(self):
        return self.number

    @property
    def facility(self):
        return self.enrollment.batch.facility


class CarriedTraining(models.Model):
    """What an inmate brought along from another facility, read from its signed statement."""

    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="carried_trainings")
    statement_uuid = models.UUIDField()
    batch_key = models.CharField(max_length=120)
    content = models.JSONField()
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = _("pelatihan bawaan")
        constraints = [
            models.UniqueConstraint(
                name="carried_training_once_per_statement",
                fields=["inmate", "statement_uuid"],
                violation_error_message=_("Surat keterangan ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return f"{self.inmate}: {self.statement_uuid}"
