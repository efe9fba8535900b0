from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from participants.models.enrollments import Enrollment
from programs.models import Session, Unit


class Attendance(models.Model):
    """One mark: one person in one session. `version` grows with each change."""

    class Code(models.TextChoices):
        PRESENT = "H", _("Hadir")
        ILL = "S", _("Sakit")
        EXCUSED = "I", _("Izin")
        ABSENT = "A", _("Alpa")
        LATE = "T", _("Terlambat")

    class Cause(models.TextChoices):
        PARTICIPANT = "participant", pgettext_lazy("sebab", "Peserta")
        FACILITY = "facility", pgettext_lazy("sebab", "Lapas")
        PARTNER = "partner", pgettext_lazy("sebab", "Mitra")

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="attendances")
    code = models.CharField(_("tanda"), max_length=1, choices=Code)
    cause = models.CharField(_("sebab"), max_length=11, choices=Cause, blank=True)
    version = models.PositiveIntegerField(default=1)
    marked_at = models.DateTimeField(auto_now=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("tanda hadir")
        constraints = [
            models.UniqueConstraint(
                name="attendance_once_per_session_and_enrollment",
                fields=["session", "enrollment"],
                violation_error_message=_("Peserta ini sudah punya tanda pada pertemuan itu."),
            ),
            models.CheckConstraint(
                name="attendance_code_is_known",
                condition=Q(code__in=["H", "S", "I", "A", "T"]),
                violation_error_code="code",
                violation_error_message=_("Pakai H, S, I, A, atau T."),
            ),
            models.CheckConstraint(
                name="attendance_cause_exactly_when_not_present",
                condition=Q(code="H", cause="")
                | ~Q(code="H") & Q(cause__in=["participant", "facility", "partner"]),
                violation_error_code="cause",
                violation_error_message=_("Pilih sebabnya: peserta, Lapas, atau mitra."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment.inmate} {self.code}"


class Submission(models.Model):
    """An attendance form that arrived. Its nonce makes sending it twice harmless."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="submissions")
    nonce = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now)
    received_from = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="submission_nonce_once_per_session",
                fields=["session", "nonce"],
                violation_error_message=_("Isian ini sudah diterima."),
            ),
        ]

    def __str__(self):
        return self.nonce


class UnitResult(models.Model):
    """What a participant achieved in one unit."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="results")
    score = models.DecimalField(
        _("nilai"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    is_competent = models.BooleanField(_("kompeten"))
    version = models.PositiveIntegerField(default=1)
    assessed_at = models.DateTimeField(auto_now=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("hasil unit")
        constraints = [
            models.UniqueConstraint(
                name="result_once_per_enrollment_and_unit",
                fields=["enrollment", "unit"],
                violation_error_message=_("Unit ini sudah dinilai."),
            ),
            models.CheckConstraint(
                name="result_score_between_0_and_100",
                condition=Q(score__range=(0, 100)),
                violation_error_code="score",
                violation_error_message=_("Nilai berada antara 0 dan 100."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment.inmate} · {self.unit}: {self.score}"
