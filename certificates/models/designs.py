from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from partnerships.models import Agreement, Partner


class EmblemQuerySet(ScopedQuerySet):
    """A school's emblems are seen by whoever sees the school."""

    facility_path = "partner__facilities"

    def within_region(self, assignment):
        return self.filter(partner__in=Partner.objects.within_region(assignment))

    def within_school(self, assignment):
        return self.filter(partner__in=Partner.objects.within_school(assignment))


class Emblem(models.Model):
    """A school's or program's emblem, drawn anew from the upload as a PNG; never changed, only added."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="emblems")
    name = models.CharField(_("nama"), max_length=60)
    sha256 = models.CharField(max_length=64)
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()  # pixels
    height = models.PositiveSmallIntegerField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = EmblemQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("lambang")
        constraints = [
            models.UniqueConstraint(
                name="emblem_once_per_partner",
                fields=["partner", "sha256"],
                violation_error_code="name",
                violation_error_message=_("Lambang ini sudah ada."),
            ),
        ]

    def __str__(self):
        return self.name


class DesignQuerySet(models.QuerySet):
    def of(self, agreement):
        """Its versions, the newest first."""
        return self.filter(agreement=agreement).order_by("-version")


class Design(models.Model):
    """How the certificates under an agreement look and what they say beside the facts: one version.

    A change makes the next version; a certificate keeps the words of the one it was prepared with.
    An agreement without any has the first one's defaults.
    """

    class Look(models.TextChoices):
        RESMI = "resmi", _("Resmi")
        MODERN = "modern", _("Modern")
        KOP = "kop", _("Kop sekolah")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="designs")
    version = models.PositiveSmallIntegerField(_("versi"), default=1, editable=False)
    look = models.CharField(_("tampilan"), max_length=6, choices=Look, default=Look.RESMI)
    emblem = models.ForeignKey(
        Emblem,
        models.PROTECT,
        verbose_name=_("lambang sekolah"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Kosong: lambang bawaan sesuai bidang."),
    )
    program_emblem = models.ForeignKey(
        Emblem,
        models.PROTECT,
        verbose_name=_("lambang program"),
        null=True,
        blank=True,
        related_name="+",
    )
    letterhead = models.TextField(
        _("baris di atas nama sekolah"),
        max_length=160,
        blank=True,
        help_text=_("Paling banyak dua baris, misalnya pemerintah provinsi dan dinas pendidikan."),
    )
    address = models.CharField(_("baris alamat"), max_length=160, blank=True)
    title = models.CharField(_("judul"), max_length=40, default="Sertifikat Pelatihan")
    opening = models.CharField(_("pengantar nama"), max_length=60, default="diberikan kepada")
    sentence = models.CharField(
        _("kalimat pencapaian"),
        max_length=90,
        default="atas keberhasilannya menyelesaikan pelatihan",
    )
    partial_title = models.CharField(
        _("judul surat keterangan"), max_length=40, default="Surat Keterangan"
    )
    partial_sentence = models.CharField(
        _("kalimat surat keterangan"),
        max_length=90,
        default="telah mengikuti sebagian unit kompetensi pada pelatihan",
    )
    is_bilingual = models.BooleanField(
        _("dengan baris bahasa Inggris"), default=False, help_text=_("Kecil, di bawah judul.")
    )
    title_en = models.CharField(
        _("judul bahasa Inggris"), max_length=60, blank=True, default="Certificate of Training"
    )
    partial_title_en = models.CharField(
        _("judul surat keterangan bahasa Inggris"),
        max_length=60,
        blank=True,
        default="Statement of Units Completed",
    )
    can_name_facility = models.BooleanField(
        _("boleh menunjukkan tempat pelatihan"),
        default=False,
        help_text=_(
            "Hanya bila perjanjian dan pemegangnya menghendaki. Kata yang menunjukkan lapas"
            " tidak lagi menghalangi penerbitan."
        ),
    )
    naming_reason = models.CharField(_("alasannya"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = DesignQuerySet.as_manager()

    class Meta:
        ordering = ["agreement", "-version"]
        verbose_name = _("desain sertifikat")
        constraints = [
            models.UniqueConstraint(
                name="design_version_once_per_agreement",
                fields=["agreement", "version"],
                violation_error_message=_("Versi ini sudah ada."),
            ),
            models.CheckConstraint(
                name="design_naming_the_facility_has_a_reason",
                condition=Q(can_name_facility=False, naming_reason="")
                | Q(can_name_facility=True) & ~Q(naming_reason=""),
                violation_error_code="naming_reason",
                violation_error_message=_("Tulis alasannya, atau hapus izinnya."),
            ),
        ]

    def __str__(self):
        return f"{self.get_look_display()}, v{self.version}"


class ForbiddenWord(models.Model):
    """A word that no certificate may bear, beside those that come with the product; of one Lapas or of all."""

    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="forbidden_words"
    )
    word = models.CharField(_("kata"), max_length=60)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["word"]
        verbose_name = _("kata terlarang")
        constraints = [
            models.UniqueConstraint(
                name="forbidden_word_once_per_facility",
                fields=["facility", "word"],
                violation_error_code="word",
                violation_error_message=_("Kata ini sudah ada."),
            ),
            models.UniqueConstraint(
                name="forbidden_word_once_everywhere",
                fields=["word"],
                condition=Q(facility=None),
                violation_error_code="word",
                violation_error_message=_("Kata ini sudah ada."),
            ),
        ]

    def __str__(self):
        return self.word
