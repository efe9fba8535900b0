"""Who teaches, with which papers."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from partnerships.models import Contact, Partner
from programs.models.curricula import Program


class InstructorQuerySet(ScopedQuerySet):
    facility_path = "partner__facilities"

    def within_facility(self, assignment):
        return self.filter(partner__in=Partner.objects.worked_with(assignment.facility_id))

    def within_region(self, assignment):
        """Once, however many facilities of the region the partner works with."""
        return self.filter(partner__in=Partner.objects.within_region(assignment))

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
    nip = models.CharField(
        _("NIP/NUPTK"),
        max_length=21,
        blank=True,
        validators=[
            RegexValidator(
                r"^([0-9]{8} [0-9]{6} [0-9] [0-9]{3}|[0-9]{16})$",
                _("NIP 18 angka seperti 19661018 199203 1 001, atau NUPTK 16 angka."),
            )
        ],
    )
    programs = models.ManyToManyField(
        Program,
        blank=True,
        related_name="instructors",
        verbose_name=_("boleh mengajar"),
        help_text=_("Kosong berarti belum dibatasi."),
    )
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

    def get_absolute_url(self):
        return reverse("programs:instructor_detail", args=[self.pk])

    def may_teach(self, program_id):
        """Whether she may teach that program: any of its facility, until somebody there has said which."""
        named = self.programs.filter(facility__programs=program_id)
        named = set(named.values_list("pk", flat=True))
        return not named or program_id in named


class CompetenceQuerySet(models.QuerySet):
    def current(self):
        """Without the withdrawn."""
        return self.filter(withdrawn_at=None)

    def expiring(self):
        """Expired, or about to."""
        soon = timezone.localdate() + timedelta(days=Competence.EXPIRING_SOON_DAYS)
        return self.current().filter(valid_until__lte=soon)


class Competence(models.Model):
    """A paper that says what an instructor masters, and until when it holds."""

    EXPIRING_SOON_DAYS = 60

    instructor = models.ForeignKey(Instructor, models.PROTECT, related_name="competences")
    title = models.CharField(
        _("judul"), max_length=120, help_text=_("Misalnya Sertifikat Kompetensi Las SMAW.")
    )
    number = models.CharField(_("nomor"), max_length=80, blank=True)
    issuer = models.CharField(_("penerbit"), max_length=120, blank=True)
    valid_until = models.DateField(
        _("berlaku sampai"), null=True, blank=True, help_text=_("Kosong berarti seumur hidup.")
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("surat kompetensi")
        constraints = [
            models.UniqueConstraint(
                name="competence_once_per_instructor",
                fields=["instructor", "title", "number"],
                condition=Q(withdrawn_at=None),
                violation_error_code="title",
                violation_error_message=_("Surat ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def days_left(self):
        """None when it holds for life."""
        return self.valid_until and (self.valid_until - timezone.localdate()).days

    @property
    def is_expired(self):
        return self.valid_until is not None and self.days_left < 0

    @property
    def is_expiring(self):
        return self.valid_until is not None and 0 <= self.days_left <= self.EXPIRING_SOON_DAYS
