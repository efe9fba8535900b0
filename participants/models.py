from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from programs.models import Batch, Session, Unit


class InmateQuerySet(ScopedQuerySet):
    def not_in(self, batch):
        """Of the batch's facility, and not yet taking part in it."""
        taking_part = Enrollment.objects.filter(inmate=OuterRef("pk"), batch=batch)
        return self.filter(~Exists(taking_part), facility=batch.facility_id)


class Inmate(models.Model):
    """A Warga Binaan. The offence and the NIK are never stored (UU 27/2022)."""

    class Sex(models.TextChoices):
        MALE = "L", _("Laki-laki")
        FEMALE = "P", _("Perempuan")

    class RegisterClass(models.TextChoices):
        BI = "B.I", "B.I"
        BIIA = "B.IIa", "B.IIa"
        BIIB = "B.IIb", "B.IIb"
        BIII = "B.III", "B.III"
        AI = "A.I", "A.I"
        AII = "A.II", "A.II"
        AIII = "A.III", "A.III"
        AIV = "A.IV", "A.IV"
        AV = "A.V", "A.V"

    RESTRICTED_FIELDS = (
        "register_class",
        "housing_unit",
        "one_third_on",
        "half_on",
        "two_thirds_on",
        "expires_on",
        "expected_release_on",
        "disciplined_until",
    )

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="inmates")
    register_number = models.CharField(
        _("no. register"), max_length=40, help_text=_("Misalnya B.I 214/2025.")
    )
    name = models.CharField(_("nama"), max_length=120)
    sex = models.CharField(_("jenis kelamin"), max_length=1, choices=Sex)
    born_on = models.DateField(_("tanggal lahir"), null=True, blank=True)
    register_class = models.CharField(
        _("golongan"), max_length=6, choices=RegisterClass, blank=True
    )
    housing_unit = models.CharField(_("blok/kamar"), max_length=40, blank=True)
    one_third_on = models.DateField(_("1/3 masa pidana"), null=True, blank=True)
    half_on = models.DateField(_("1/2 masa pidana"), null=True, blank=True)
    two_thirds_on = models.DateField(_("2/3 masa pidana"), null=True, blank=True)
    expires_on = models.DateField(_("ekspirasi"), null=True, blank=True)
    expected_release_on = models.DateField(_("perkiraan bebas"), null=True, blank=True)
    disciplined_until = models.DateField(_("Register F sampai"), null=True, blank=True)

    objects = InmateQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("warga binaan")
        constraints = [
            models.UniqueConstraint(
                name="inmate_register_number_once_per_facility",
                fields=["facility", "register_number"],
                violation_error_code="register_number",
                violation_error_message=_("No. register ini sudah terdaftar."),
            ),
            models.CheckConstraint(
                name="inmate_sentence_dates_in_order",
                condition=Q(one_third_on=None)
                | Q(two_thirds_on=None)
                | Q(two_thirds_on__gte=F("one_third_on")),
                violation_error_code="two_thirds_on",
                violation_error_message=_("2/3 masa pidana tidak mungkin sebelum 1/3."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("participants:inmate_detail", args=[self.pk])

    @property
    def is_disciplined(self):
        return self.disciplined_until is not None and self.disciplined_until >= timezone.localdate()

    @property
    def short_register(self):
        """The last digits before the year, all that an instructor sees of a register number: …214."""
        head = self.register_number.rpartition("/")[0] or self.register_number
        return "…" + "".join(sign for sign in head if sign.isdigit())[-3:]


class EnrollmentQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def within_classes(self, assignment):
        return self.filter(batch__in=Batch.objects.within_classes(assignment))

    def active(self):
        return self.filter(ended_on=None)

    def on_roster_of(self, session):
        """Who belongs in that session's attendance sheet, in the order of the paper."""
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gte=session.takes_place_on),
            batch=session.batch_id,
            joined_on__lte=session.takes_place_on,
        ).in_paper_order()

    def in_paper_order(self):
        return self.select_related("inmate").order_by("position")


class Enrollment(models.Model):
    """One person's place in one batch."""

    class EndReason(models.TextChoices):
        RELEASED = "released", _("Bebas")
        TRANSFERRED = "transferred", _("Mutasi")
        ILL = "ill", _("Sakit")
        DISCIPLINE = "discipline", _("Disiplin")
        WITHDREW = "withdrew", _("Mundur")
        OTHER = "other", _("Lainnya")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="enrollments")
    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="enrollments")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    joined_on = models.DateField(_("ikut sejak"))
    ended_on = models.DateField(_("hari terakhir ikut"), null=True, blank=True)
    end_reason = models.CharField(_("alasan"), max_length=12, choices=EndReason, blank=True)
    closed_at = models.DateTimeField(
        _("ditutup pada"),
        null=True,
        blank=True,
        help_text=_("Sertifikatnya bernomor: tidak berubah lagi."),
    )
    enrolled_at = models.DateTimeField(auto_now_add=True)
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "position"]
        verbose_name = _("peserta")
        constraints = [
            models.UniqueConstraint(
                name="enrollment_once_per_batch_and_inmate",
                fields=["batch", "inmate"],
                violation_error_code="inmate",
                violation_error_message=_("Orang ini sudah menjadi peserta angkatan ini."),
            ),
            models.UniqueConstraint(
                name="enrollment_position_once_per_batch",
                fields=["batch", "position"],
                violation_error_message=_("Nomor urut ini sudah terpakai."),
            ),
            models.CheckConstraint(
                name="enrollment_ended_on_and_reason_together",
                condition=Q(ended_on=None, end_reason="")
                | Q(ended_on__isnull=False) & ~Q(end_reason=""),
                violation_error_code="end_reason",
                violation_error_message=_("Tanggal berhenti dan alasannya diisi bersama."),
            ),
            models.CheckConstraint(
                name="enrollment_ends_after_joining",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("joined_on")),
                violation_error_code="ended_on",
                violation_error_message=_("Hari terakhir tidak mungkin sebelum hari mulai ikut."),
            ),
        ]

    def __str__(self):
        return f"{self.inmate} · {self.batch}"

    def get_absolute_url(self):
        return reverse("participants:roster", args=[self.batch_id])

    @property
    def facility(self):
        return self.batch.facility


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
