from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLE_PERMISSIONS, Role
from accounts.scope import ScopedQuerySet


class Region(models.Model):
    """A regional office (Kanwil Ditjenpas)."""

    code = models.SlugField(_("kode"), max_length=20, unique=True)
    name = models.CharField(_("nama"), max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class FacilityQuerySet(ScopedQuerySet):
    facility_path = "pk"

    def within_region(self, assignment):
        return self.filter(region=assignment.region_id)


class Facility(models.Model):
    """A prison (UPT): the tenant whose rows nobody else sees."""

    class Grade(models.TextChoices):
        I = "I", _("Lapas Kelas I")  # noqa: E741 - the class is called so
        IIA = "IIA", _("Lapas Kelas IIA")
        IIB = "IIB", _("Lapas Kelas IIB")
        III = "III", _("Lapas Kelas III")
        LPP = "LPP", _("Lapas Perempuan")
        LPKA = "LPKA", _("Lembaga Pembinaan Khusus Anak")
        RUTAN = "RUTAN", _("Rumah Tahanan Negara")

    class Timezone(models.TextChoices):
        WIB = "Asia/Jakarta", "WIB"
        WITA = "Asia/Makassar", "WITA"
        WIT = "Asia/Jayapura", "WIT"

    code = models.SlugField(_("kode"), max_length=20, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    grade = models.CharField(_("kelas"), max_length=5, choices=Grade)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("kantor wilayah"))
    city = models.CharField(_("kota atau kabupaten"), max_length=80)
    address = models.CharField(
        _("alamat"), max_length=200, blank=True, help_text=_("Tercetak pada kop surat.")
    )
    timezone = models.CharField(
        _("zona waktu"), max_length=20, choices=Timezone, default=Timezone.WIB
    )

    sheet_days = models.PositiveSmallIntegerField(
        _("daftar hadir ditutup sesudah (hari)"),
        default=7,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_(
            "Sesudah itu, membukanya lagi perlu alasan dari petugas. Bila dikosongkan, "
            "daftar hadir hanya ditutup dengan tangan."
        ),
    )

    is_demo = models.BooleanField(
        _("data contoh"), default=False, help_text=_("Sertifikatnya bertanda SPESIMEN.")
    )

    objects = FacilityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("Lapas")
        constraints = [
            models.CheckConstraint(
                name="facility_sheet_days_are_plausible",
                condition=Q(sheet_days=None) | Q(sheet_days__range=(1, 60)),
                violation_error_code="sheet_days",
                violation_error_message=_("Isi 1 sampai 60 hari."),
            ),
        ]

    def __str__(self):
        return self.name


class LapasUserManager(UserManager):
    def create_superuser(self, username, email=None, password=None, **fields):
        """The first account of an installation: it can act at once as admin."""
        user = super().create_superuser(username, email, password, **fields)
        Assignment.objects.create(user=user, role=Role.ADMIN)
        return user


class User(AbstractUser):
    """A person with an account; where and as what they act stands in their assignments."""

    first_name = None
    last_name = None
    name = models.CharField(_("nama lengkap"), max_length=120)
    is_demo = models.BooleanField(
        _("akun contoh"), default=False, help_text=_("Tidak bisa masuk di luar DEBUG.")
    )

    objects = LapasUserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def assignment(self):
        """The assignment under which this person acts; the middleware sets the one chosen in the header."""
        return self.assignments.active().first()

    @property
    def facility(self):
        return self.assignment.facility if self.assignment else None

    def can(self, permission):
        return self.assignment is not None and permission in ROLE_PERMISSIONS[self.assignment.role]


class AssignmentQuerySet(ScopedQuerySet):
    def active(self):
        return self.filter(ended_at=None).select_related("facility", "region").order_by("pk")


class Assignment(models.Model):
    """One role of one person in one place."""

    REACH = {
        Role.INSTRUCTOR: "classes",
        Role.COORDINATOR: "school",
        Role.REGIONAL: "region",
        Role.NATIONAL: "nation",
        Role.AUDITOR: "nation",
        Role.ADMIN: "nation",
    }

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    role = models.CharField(_("peran"), max_length=20, choices=Role)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name=_("Lapas")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("kantor wilayah")
    )
    title = models.CharField(
        _("jabatan"),
        max_length=80,
        blank=True,
        help_text=_("Nama jabatan di kantor itu, misalnya Kasi Kegiatan Kerja."),
    )
    ended_at = models.DateTimeField(_("diakhiri pada"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_facility_exactly_for_facility_roles",
                condition=Q(
                    role__in=["officer", "instructor", "certificate_admin", "head"],
                    facility__isnull=False,
                )
                | Q(facility__isnull=True)
                & ~Q(role__in=["officer", "instructor", "certificate_admin", "head"]),
                violation_error_code="facility",
                violation_error_message=_("Pilih Lapas hanya untuk peran yang bertugas di Lapas."),
            ),
            models.CheckConstraint(
                name="assignment_region_exactly_for_regional_role",
                condition=Q(role="regional", region__isnull=False)
                | Q(region__isnull=True) & ~Q(role="regional"),
                violation_error_code="region",
                violation_error_message=_("Pilih kantor wilayah untuk peran kantor wilayah saja."),
            ),
            models.UniqueConstraint(
                "user",
                "role",
                # Two empty places are the same place; NULLs alone would count as different.
                Coalesce("facility", 0),
                Coalesce("region", 0),
                name="assignment_once_per_person_role_and_place",
                condition=Q(ended_at=None),
                violation_error_code="role",
                violation_error_message=_("Orang ini sudah bertugas dengan peran itu di sana."),
            ),
        ]

    def __str__(self):
        return f"{self.label} · {self.place}"

    @property
    def reach(self):
        """How far this role sees: facility, classes, school, region or nation."""
        return self.REACH.get(self.role, "facility")

    @property
    def label(self):
        return self.title or self.get_role_display()

    @property
    def place(self):
        place = self.facility or self.region
        if place:
            return place.name
        return _("Sekolah mitra") if self.role == Role.COORDINATOR else _("Indonesia")


class AuditEvent(models.Model):
    """Who did what to what, and when. Written by services only; triggers refuse change and removal."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="audit_events"
    )
    facility = models.ForeignKey(Facility, models.PROTECT, null=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self):
        return f"{self.action} {self.subject}"

    def get_absolute_url(self):
        return reverse("accounts:audit_list")
