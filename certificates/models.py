import base64
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from participants.models import Enrollment
from programs.models import Batch


def new_public_id():
    """128 random bits as 26 base32 characters: the address of the verify page, not to be guessed."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


class NumberSeries(models.Model):
    """A book of numbers: one issuer, one program, one year; without gaps."""

    key = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("buku register sertifikat")

    def __str__(self):
        return self.key


class CertificateQuerySet(ScopedQuerySet):
    facility_path = "enrollment__batch__facility"

    def of(self, batch):
        return self.filter(enrollment__batch=batch).order_by("enrollment__position")

    def sealed(self):
        return self.filter(status=Certificate.Status.SEALED)


class Certificate(models.Model):
    """A certificate of training.

    `content` holds what it says from the day it is prepared: that is what the head approves, and
    nothing else gets a number. With the number it is frozen for ever.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Menunggu persetujuan")
        APPROVED = "approved", _("Disetujui")
        NUMBERED = "numbered", _("Bernomor")
        SEALED = "sealed", _("Terbit")

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="certificate")
    status = models.CharField(_("keadaan"), max_length=10, choices=Status, default=Status.DRAFT)
    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    dated_on = models.DateField(_("tanggal sertifikat"))
    prepared_at = models.DateTimeField(auto_now_add=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="prepared_certificates"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approved_certificates"
    )
    series = models.ForeignKey(NumberSeries, models.PROTECT, null=True, related_name="certificates")
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(_("nomor"), max_length=80, unique=True, null=True)  # noqa: DJ001 - unique
    content = models.JSONField()
    numbered_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    byte_count = models.PositiveIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "series", "sequence"]
        verbose_name = _("sertifikat")
        constraints = [
            models.UniqueConstraint(
                name="certificate_sequence_once_per_series",
                fields=["series", "sequence"],
                violation_error_message=_("Nomor ini sudah dipakai dalam buku register."),
            ),
            models.CheckConstraint(
                name="certificate_approved_by_another_person",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                violation_error_message=_("Yang menyiapkan tidak boleh menyetujui."),
            ),
            models.CheckConstraint(
                name="certificate_approved_at_and_by_together",
                condition=Q(status="draft", approved_at=None, approved_by=None)
                | ~Q(status="draft") & Q(approved_at__isnull=False, approved_by__isnull=False),
                violation_error_message=_("Persetujuan harus mencantumkan waktu dan pelakunya."),
            ),
            models.CheckConstraint(
                name="certificate_numbered_with_series",
                condition=Q(
                    status__in=["draft", "approved"],
                    series=None,
                    sequence=None,
                    number=None,
                    numbered_at=None,
                )
                | Q(
                    status__in=["numbered", "sealed"],
                    series__isnull=False,
                    sequence__isnull=False,
                    number__isnull=False,
                    numbered_at__isnull=False,
                ),
                violation_error_message=_("Nomor dan buku register dicatat bersama."),
            ),
            models.CheckConstraint(
                name="certificate_sealed_with_hash",
                condition=~Q(status="sealed") & Q(sha256="", byte_count=None, sealed_at=None)
                | Q(status="sealed", byte_count__isnull=False, sealed_at__isnull=False)
                & ~Q(sha256=""),
                violation_error_message=_("Berkas yang disegel harus memiliki sidik SHA-256."),
            ),
        ]

    def __str__(self):
        return self.number or str(self.enrollment.inmate)

    def get_absolute_url(self):
        return reverse("certificates:certificate_detail", args=[self.pk])

    @property
    def facility(self):
        return self.enrollment.batch.facility

    @property
    def path(self):
        """Where the sealed bytes lie."""
        return settings.CERTIFICATE_ROOT / self.public_id[:2] / f"{self.public_id}.pdf"

    @property
    def public_path(self):
        """The verify page, as this site's own link."""
        return f"/v/{self.public_id}"

    @property
    def filename(self):
        return f"sertifikat-{self.number.replace('/', '-')}.pdf"

    @property
    def verify_url(self):
        """Upper case throughout: a QR code holds that in fewer modules."""
        return f"{settings.PUBLIC_BASE_URL}/V/{self.public_id}".upper()

    @property
    def tone(self):
        return {self.Status.DRAFT: "warn", self.Status.SEALED: "ok"}.get(self.status, "info")


class IssueRunQuerySet(models.QuerySet):
    def stalled(self):
        """Begun and never ended, longer ago than any batch takes: its job was killed."""
        return self.filter(finished_at=None, started_at__lt=timezone.now() - IssueRun.STALLS_AFTER)


class IssueRun(models.Model):
    """One press of the issue button: a background job that goes on when the page is left."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="issue_runs")
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    STALLS_AFTER = timedelta(minutes=3)

    objects = IssueRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="issue_run_one_at_a_time_per_batch",
                fields=["batch"],
                condition=Q(finished_at=None),
                violation_error_message=_("Penerbitan angkatan ini sedang berjalan."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self):
        return self.finished_at is None and self.started_at > timezone.now() - IssueRun.STALLS_AFTER
