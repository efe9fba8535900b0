"""What is taught: programs, the versions of their curricula, and the units of each."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from partnerships.models import Agreement

CODE = RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*$", _("Pakai huruf besar, angka, dan tanda hubung."))


class Tag(models.Model):
    """A national aim that programs serve, by which the ministry counts them."""

    name = models.CharField(_("nama"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class ProgramQuerySet(ScopedQuerySet):
    def within_school(self, assignment):
        mine = Agreement.objects.within_school(assignment)
        return self.filter(
            Exists(Coverage.objects.filter(program=OuterRef("pk"), agreement__in=mine))
        )

    def within_classes(self, assignment):
        mine = self.model.objects.filter(
            curricula__batches__facility=assignment.facility_id,
            curricula__batches__sessions__instructor__user=assignment.user_id,
        )
        return self.filter(pk__in=mine.values("pk"))

    def with_latest(self):
        """latest_version, and latest_hours in JP, of the newest curriculum."""
        latest = Curriculum.objects.filter(program=OuterRef("pk")).order_by("-version")
        hours = latest.with_hours().annotate(total=F("theory_total") + F("practice_total"))
        return self.annotate(
            latest_version=Subquery(latest.values("version")[:1]),
            latest_hours=Subquery(hours.values("total")[:1]),
        )


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
    tags = models.ManyToManyField(
        Tag, blank=True, related_name="programs", verbose_name=_("mendukung")
    )
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


def usual_predicates():
    return [["Sangat Baik", 85], ["Baik", 75], ["Cukup", 0]]


class Curriculum(models.Model):
    """One version of a program's units; a batch keeps the version it began with."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="curricula")
    version = models.PositiveSmallIntegerField(_("versi"), default=1)
    pass_mark = models.PositiveSmallIntegerField(
        _("nilai lulus"), default=65, validators=[MaxValueValidator(100)]
    )
    predicates = models.JSONField(
        _("predikat"),
        default=usual_predicates,
        help_text=_("Satu predikat sebaris dengan nilai terendahnya, dari yang terbaik."),
    )
    theory_weight = models.PositiveSmallIntegerField(
        _("bobot teori (%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Bila dikosongkan, menurut JP teori dan praktik tiap unit."),
    )
    needs_second_assessor = models.BooleanField(
        _("dinilai dua penguji"),
        default=False,
        help_text=_("Setiap unit dinilai oleh dua orang yang berbeda."),
    )
    standard = models.CharField(
        _("acuan"),
        max_length=200,
        blank=True,
        help_text=_("Standar yang menjadi acuan, dicetak di balik sertifikat."),
    )
    tools = models.TextField(
        _("alat"), max_length=2000, blank=True, help_text=_("Satu alat sebaris, dengan jumlahnya.")
    )
    materials = models.TextField(
        _("bahan"),
        max_length=2000,
        blank=True,
        help_text=_("Satu bahan sebaris, dengan jumlah untuk satu angkatan."),
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
            models.CheckConstraint(
                name="curriculum_theory_weight_is_a_percentage",
                condition=Q(theory_weight=None) | Q(theory_weight__lte=100),
                violation_error_code="theory_weight",
                violation_error_message=_("Bobot teori berada antara 0 dan 100 persen."),
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
    standard = models.CharField(
        _("acuan"), max_length=120, blank=True, help_text=_("Misalnya Kepmenaker 98/2018.")
    )
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


class Skill(models.Model):
    """One line of a unit's practice checklist, which an instructor ticks once a participant masters it."""

    class Kind(models.TextChoices):
        THEORY = "theory", _("Teori")
        PRACTICE = "practice", _("Praktik")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="skills")
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind)
    position = models.PositiveSmallIntegerField(_("urutan"))
    title = models.CharField(_("keterampilan"), max_length=120)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-kind", "position"]
        verbose_name = _("keterampilan")
        constraints = [
            models.UniqueConstraint(
                name="skill_title_once_per_unit_and_kind",
                fields=["unit", "kind", "title"],
                violation_error_code="title",
                violation_error_message=_("Keterampilan ini sudah ada pada unit itu."),
            ),
        ]

    def __str__(self):
        return self.title
