"""Who teaches, with which papers."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from partnerships.models import Contact, Partner
from programs.models.curricula import Program


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
    nip = models.CharField(
        _("NIP/NUPTK"),
        max_length=21,
        blank=True,
        validators=[
            RegexValidator(
                r"^(\d{8} \d{6} \d \d{3}|\d{16})$",
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

    def may_teach(self, program_id):
        """Whether she may teach that program: any one, until somebody has said which."""
        named = {program.pk for program in self.programs.all()}
        return not named or program_id in named


class Competence(models.Model):
    """A paper that says what an instructor masters, and until when it holds."""

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
    def is_expired(self):
        return self.valid_until is not None and self.valid_until < timezone.localdate()
