"""What participants achieve: results per unit, their earlier attempts and evidence, skills mastered."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from core.forms import one_line, printable
from participants.models.enrollments import Enrollment
from partnerships.models.documents import KeptFile
from programs.models import Batch, Skill, Unit

SCORE = {
    "max_digits": 5,
    "decimal_places": 2,
    "validators": [MinValueValidator(0), MaxValueValidator(100)],
}
ASSESSOR = {"max_length": 120, "blank": True, "validators": [printable, one_line]}


class UnitResultQuerySet(ScopedQuerySet):
    facility_path = "enrollment__batch__facility"

    def within_classes(self, assignment):
        batches = Batch.objects.within_classes(assignment)
        return self.filter(enrollment__batch__in=batches)

    def complete(self):
        """Without those of which theory or practice is still to come: a part is not yet a result."""
        return self.filter(score__isnull=False)


class UnitResult(models.Model):
    """What a participant achieved in one unit, in the last attempt; without a `score`, only a part of it."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="results")
    attempt = models.PositiveSmallIntegerField(_("percobaan"), default=1)
    theory_score = models.DecimalField(_("nilai teori"), **SCORE, null=True, blank=True)
    practice_score = models.DecimalField(_("nilai praktik"), **SCORE, null=True, blank=True)
    score = models.DecimalField(_("nilai"), **SCORE, null=True, blank=True)
    is_competent = models.BooleanField(_("kompeten"))
    assessor = models.CharField(_("penguji"), **ASSESSOR)
    second_assessor = models.CharField(_("penguji kedua"), **ASSESSOR)
    assessed_on = models.DateField(_("diuji pada"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    assessed_at = models.DateTimeField(auto_now=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = UnitResultQuerySet.as_manager()

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
            models.CheckConstraint(
                name="result_without_score_is_a_part_of_one",
                condition=Q(score__isnull=False)
                | Q(is_competent=False, theory_score__isnull=False)
                | Q(is_competent=False, practice_score__isnull=False),
                violation_error_code="score",
                violation_error_message=_("Isi nilai teori atau nilai praktiknya."),
            ),
            models.CheckConstraint(
                name="result_theory_and_practice_between_0_and_100",
                condition=(Q(theory_score=None) | Q(theory_score__range=(0, 100)))
                & (Q(practice_score=None) | Q(practice_score__range=(0, 100))),
                violation_error_code="theory_score",
                violation_error_message=_("Nilai teori dan praktik berada antara 0 dan 100."),
            ),
            models.CheckConstraint(
                name="result_assessors_are_two_people",
                condition=Q(second_assessor="") | ~Q(second_assessor=F("assessor")),
                violation_error_code="second_assessor",
                violation_error_message=_("Penguji kedua harus orang lain."),
            ),
        ]

    def __str__(self):
        whose = f"{self.enrollment.inmate} · {self.unit}"
        return whose if self.is_part else f"{whose}: {self.score}"

    @property
    def facility(self):
        return self.enrollment.facility

    @property
    def is_part(self):
        """Theory or practice alone: neither K nor BK."""
        return self.score is None


class EarlierAttempt(models.Model):
    """A result as it stood before a remedial; never changed."""

    result = models.ForeignKey(UnitResult, models.PROTECT, related_name="earlier_attempts")
    attempt = models.PositiveSmallIntegerField()
    theory_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    practice_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    is_competent = models.BooleanField()
    assessor = models.CharField(max_length=120, blank=True)
    second_assessor = models.CharField(max_length=120, blank=True)
    assessed_on = models.DateField(null=True)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["attempt"]
        constraints = [
            models.UniqueConstraint(
                name="earlier_attempt_once_per_number",
                fields=["result", "attempt"],
                violation_error_message=_("Percobaan ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return f"{self.result} ({self.attempt})"


class EvidenceQuerySet(ScopedQuerySet):
    facility_path = "result__enrollment__batch__facility"

    def within_classes(self, assignment):
        return self.filter(result__in=UnitResult.objects.within_classes(assignment))

    def current(self):
        return self.filter(withdrawn_at=None)


class Evidence(KeptFile):
    """A photograph or file that shows what somebody made."""

    result = models.ForeignKey(UnitResult, models.PROTECT, related_name="evidence")
    caption = models.CharField(
        _("keterangan"), max_length=120, blank=True, validators=[printable, one_line]
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("bukti")
        constraints = [
            models.UniqueConstraint(
                name="evidence_once_per_result",
                fields=["result", "sha256"],
                condition=Q(withdrawn_at=None),
                violation_error_code="file",
                violation_error_message=_("Berkas yang sama sudah menjadi bukti."),
            ),
            models.CheckConstraint(
                name="evidence_withdrawn_at_and_by_together",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                violation_error_message=_("Penarikan harus mencantumkan waktu dan pelakunya."),
            ),
        ]

    @property
    def facility(self):
        return self.result.facility


class Mastery(models.Model):
    """Whether a participant masters one skill, and who said so last."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="masteries")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="masteries")
    is_mastered = models.BooleanField(_("dikuasai"))
    version = models.PositiveIntegerField(default=1)
    ticked_at = models.DateTimeField(auto_now=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("penguasaan")
        constraints = [
            models.UniqueConstraint(
                name="mastery_once_per_enrollment_and_skill",
                fields=["enrollment", "skill"],
                violation_error_message=_("Keterampilan ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment.inmate}: {self.skill}"
