from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from partnerships.models import Agreement, Contact, Partner

CODE = RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*$", _("Pakai huruf besar, angka, dan tanda hubung."))


class ProgramQuerySet(ScopedQuerySet):
    def within_school(self, assignment):
        mine = Agreement.objects.within_school(assignment)
        return self.filter(
            Exists(Coverage.objects.filter(program=OuterRef("pk"), agreement__in=mine))
        )

    def within_classes(self, assignment):
        mine = Batch.objects.within_classes(assignment)
        return self.filter(pk__in=mine.values("curriculum__program"))


class Program(models.Model):
    """A training that a facility offers, e.g. Produksi Bakery."""

    class Field(models.TextChoices):
        BAKERY = "bakery", _("Boga dan bakery")
        WELDING = "welding", _("Las dan konstruksi")
        COFFEE = "coffee", _("Kopi")
        AGRIBUSINESS = "agribusiness", _("Agribisnis")
        CHEMISTRY = "chemistry", _("Kimia industri")
        SEWING = "sewing", _("Busana")
        OTHER = "other", _("Lainnya")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="programs")
    code = models.CharField(
        _("kode"),
        max_length=12,
        validators=[CODE],
        help_text=_("Dipakai dalam nomor sertifikat, misalnya BKR."),
    )
    name = models.CharField(_("nama"), max_length=90)
    field = models.CharField(_("bidang"), max_length=15, choices=Field)
    aim = models.TextField(_("tujuan"), max_length=2000, blank=True)
    agreements = models.ManyToManyField(
        Agreement, through="Coverage", related_name="programs", editable=False
    )

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("program")
        constraints = [
            models.UniqueConstraint(
                name="program_code_once_per_facility",
                fields=["facility", "code"],
                violation_error_code="code",
                violation_error_message=_("Kode ini sudah dipakai program lain."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programs:program_detail", args=[self.pk])


class Coverage(models.Model):
    """An agreement covers a program: without it, no certificate of that program."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="coverages")
    program = models.ForeignKey(Program, models.PROTECT, related_name="coverages")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="coverage_once_per_agreement_and_program",
                fields=["agreement", "program"],
                violation_error_code="program",
                violation_error_message=_("Program ini sudah dicakup perjanjian itu."),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} · {self.program}"


class CurriculumQuerySet(ScopedQuerySet):
    facility_path = "program__facility"

    def with_hours(self):
        return self.annotate(
            theory_total=Sum("units__theory_hours", default=0),
            practice_total=Sum("units__practice_hours", default=0),
        )


class Curriculum(models.Model):
    """One version of a program's units; a batch keeps the version it began with."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="curricula")
    version = models.PositiveSmallIntegerField(_("versi"), default=1)
    pass_mark = models.PositiveSmallIntegerField(
        _("nilai lulus"), default=65, validators=[MaxValueValidator(100)]
    )
    standard = models.CharField(
        _("acuan"),
        max_length=200,
        blank=True,
        help_text=_("Standar yang menjadi acuan, dicetak di balik sertifikat."),
    )

    objects = CurriculumQuerySet.as_manager()

    class Meta:
        ordering = ["program__name", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="curriculum_version_once_per_program",
                fields=["program", "version"],
                violation_error_message=_("Versi ini sudah ada."),
            ),
            models.CheckConstraint(
                name="curriculum_pass_mark_is_a_score",
                condition=Q(pass_mark__range=(0, 100)),
                violation_error_code="pass_mark",
                violation_error_message=_("Nilai lulus berada antara 0 dan 100."),
            ),
        ]

    def __str__(self):
        return _("%(program)s, kurikulum v%(version)s") % {
            "program": self.program,
            "version": self.version,
        }


class Unit(models.Model):
    """A unit of competence with its hours in JP."""

    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="units")
    position = models.PositiveSmallIntegerField(_("urutan"))
    code = models.CharField(
        _("kode"),
        max_length=30,
        blank=True,
        help_text=_("Kode SKKNI atau kode sekolah."),
    )
    title = models.CharField(_("judul"), max_length=120)
    theory_hours = models.PositiveSmallIntegerField(_("JP teori"), default=0)
    practice_hours = models.PositiveSmallIntegerField(_("JP praktik"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("unit kompetensi")
        constraints = [
            models.UniqueConstraint(
                name="unit_position_once_per_curriculum",
                fields=["curriculum", "position"],
                violation_error_code="position",
                violation_error_message=_("Urutan ini sudah dipakai unit lain."),
            ),
            models.UniqueConstraint(
                name="unit_title_once_per_curriculum",
                fields=["curriculum", "title"],
                violation_error_code="title",
                violation_error_message=_("Unit ini sudah ada dalam kurikulum."),
            ),
            models.CheckConstraint(
                name="unit_has_hours",
                condition=Q(theory_hours__gt=0) | Q(practice_hours__gt=0),
                violation_error_code="theory_hours",
                violation_error_message=_("Isi JP teori atau JP praktik."),
            ),
            models.CheckConstraint(
                name="unit_hours_are_plausible",
                condition=Q(theory_hours__lte=500, practice_hours__lte=500),
                violation_error_code="theory_hours",
                violation_error_message=_(
                    "Satu unit paling banyak 500 JP teori dan 500 JP praktik."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def hours(self):
        return self.theory_hours + self.practice_hours


class InstructorQuerySet(ScopedQuerySet):
    facility_path = "partner__facilities"

    def within_school(self, assignment):
        return self.filter(
            partner__in=Contact.objects.filter(user=assignment.user_id).values("partner")
        )


class Instructor(models.Model):
    """A partner's teacher; with an account, she logs attendance and results herself."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="instructors", verbose_name=_("mitra")
    )
    name = models.CharField(_("nama"), max_length=120)
    nip = models.CharField(_("NIP/NUPTK"), max_length=21, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instructor",
        verbose_name=_("akun"),
    )

    objects = InstructorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("instruktur")
        constraints = [
            models.UniqueConstraint(
                name="instructor_once_per_partner",
                fields=["partner", "name"],
                violation_error_code="name",
                violation_error_message=_("Instruktur ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return self.name


class BatchQuerySet(ScopedQuerySet):
    def within_school(self, assignment):
        return self.filter(agreement__in=Agreement.objects.within_school(assignment))

    def within_classes(self, assignment):
        taught = Session.objects.filter(batch=OuterRef("pk"), instructor__user=assignment.user_id)
        return self.filter(Exists(taught), facility=assignment.facility_id)

    def with_hours(self):
        """planned_hours, held_hours and session counts, each one subquery-free sum over the sessions."""
        alive = ~Q(sessions__status=Session.Status.CANCELLED)
        return self.annotate(
            planned_hours=Sum("sessions__hours", filter=alive, default=0),
            held_hours=Sum(
                "sessions__hours", filter=Q(sessions__status=Session.Status.HELD), default=0
            ),
            session_count=Count("sessions", filter=alive),
        )

    def running(self, day=None):
        day = day or timezone.localdate()
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Batch(models.Model):
    """A class: a group of people going through one curriculum under one agreement."""

    class Stage(models.TextChoices):
        PLANNED = "planned", _("Rencana")
        RUNNING = "running", _("Berjalan")
        FINISHED = "finished", _("Selesai")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="batches")
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="batches", verbose_name=_("perjanjian")
    )
    curriculum = models.ForeignKey(
        Curriculum, models.PROTECT, related_name="batches", verbose_name=_("kurikulum")
    )
    code = models.CharField(
        _("kode"),
        max_length=30,
        unique=True,
        validators=[CODE],
        help_text=_("Unik di seluruh Indonesia, misalnya JBR-BKR-A1."),
        error_messages={"unique": _("Kode ini sudah dipakai angkatan lain.")},
    )
    name = models.CharField(_("nama"), max_length=90)
    quota = models.PositiveSmallIntegerField(
        _("kursi"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    starts_on = models.DateField(_("hari pertama"))
    ends_on = models.DateField(_("hari terakhir"))
    minimum_attendance = models.PositiveSmallIntegerField(
        _("kehadiran minimum (%)"), default=80, validators=[MaxValueValidator(100)]
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("angkatan")
        constraints = [
            models.CheckConstraint(
                name="batch_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_(
                    "Hari terakhir harus sama dengan atau sesudah hari pertama."
                ),
            ),
            models.CheckConstraint(
                name="batch_quota_is_positive",
                condition=Q(quota__range=(1, 500)),
                violation_error_code="quota",
                violation_error_message=_("Isi 1 sampai 500 kursi."),
            ),
            models.CheckConstraint(
                name="batch_minimum_attendance_is_a_percentage",
                condition=Q(minimum_attendance__lte=100),
                violation_error_code="minimum_attendance",
                violation_error_message=_("Kehadiran minimum berada antara 0 dan 100 persen."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programs:batch_detail", args=[self.pk])

    @property
    def stage(self):
        today = timezone.localdate()
        if self.starts_on > today:
            return self.Stage.PLANNED
        return self.Stage.RUNNING if self.ends_on >= today else self.Stage.FINISHED

    @property
    def tone(self):
        return {self.Stage.PLANNED: "plain", self.Stage.RUNNING: "warn"}.get(self.stage, "ok")


class SessionQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def within_school(self, assignment):
        return self.filter(batch__in=Batch.objects.within_school(assignment))

    def within_classes(self, assignment):
        return self.filter(batch__in=Batch.objects.within_classes(assignment))

    def alive(self):
        return self.exclude(status=Session.Status.CANCELLED)

    def overlapping(self, *, takes_place_on, starts_at, ends_at):
        """Sessions, not cancelled, that share at least a minute of that day."""
        return self.alive().filter(
            takes_place_on=takes_place_on, starts_at__lt=ends_at, ends_at__gt=starts_at
        )

    def sheet_missing(self):
        """Over, and nobody has filled the attendance sheet."""
        return self.filter(status=Session.Status.PLANNED, takes_place_on__lt=timezone.localdate())


class Session(models.Model):
    """One meeting of a batch: a day, a time, a unit, a room, an instructor."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Rencana")
        HELD = "held", _("Terlaksana")
        CANCELLED = "cancelled", _("Batal")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="sessions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sessions", verbose_name=_("unit"))
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, related_name="sessions", verbose_name=_("instruktur")
    )
    takes_place_on = models.DateField(_("tanggal"))
    starts_at = models.TimeField(_("mulai"))
    ends_at = models.TimeField(_("selesai"))
    hours = models.PositiveSmallIntegerField(_("JP"), validators=[MinValueValidator(1)])
    room = models.CharField(_("ruang"), max_length=60)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED, editable=False)
    cancel_reason = models.CharField(_("alasan batal"), max_length=200, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="locked_sessions",
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["takes_place_on", "starts_at", "pk"]
        verbose_name = _("pertemuan")
        indexes = [models.Index(fields=["takes_place_on", "status"])]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_code="ends_at",
                violation_error_message=_(
                    "Jam selesai harus sesudah jam mulai, pada hari yang sama."
                ),
            ),
            models.CheckConstraint(
                name="session_has_hours",
                condition=Q(hours__range=(1, 16)),
                violation_error_code="hours",
                violation_error_message=_("Satu pertemuan 1 sampai 16 JP."),
            ),
            models.CheckConstraint(
                name="session_cancelled_with_reason",
                condition=Q(status="cancelled") & ~Q(cancel_reason="")
                | ~Q(status="cancelled") & Q(cancel_reason=""),
                violation_error_code="cancel_reason",
                violation_error_message=_("Tuliskan alasan pertemuan dibatalkan."),
            ),
            models.CheckConstraint(
                name="session_locked_at_and_by_together",
                condition=Q(locked_at=None, locked_by=None)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                violation_error_message=_("Penguncian harus mencantumkan waktu dan pelakunya."),
            ),
            models.CheckConstraint(
                name="session_locked_only_when_held",
                condition=Q(locked_at=None) | Q(status="held"),
                violation_error_message=_("Hanya daftar hadir yang sudah diisi yang bisa dikunci."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} · {date_format(self.takes_place_on)}"

    def get_absolute_url(self):
        return reverse("participants:attendance", args=[self.pk])

    @property
    def facility(self):
        return self.batch.facility

    @property
    def is_locked(self):
        return self.locked_at is not None

    @property
    def has_begun(self):
        zone = ZoneInfo(self.batch.facility.timezone)
        begins = datetime.combine(self.takes_place_on, self.starts_at, zone)
        return begins <= timezone.now()

    @property
    def is_writable(self):
        """Whether its attendance sheet takes marks now."""
        return self.has_begun and not self.is_locked and self.status != self.Status.CANCELLED
