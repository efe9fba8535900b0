"""Who teaches: schools and other providers, with their people."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet


class PartnerQuerySet(ScopedQuerySet):
    """Partners are national rows (one school, one row); a facility sees those it works with."""

    facility_path = "facilities"

    def current(self):
        """Without those merged into another row."""
        return self.filter(merged_into=None)

    def worked_with(self, facility_id):
        """Those whose people a facility may know: it has an agreement, or is the only one to name them.

        Naming a school by its public NPSN alone opens nobody's numbers.
        """
        others = Partner.facilities.through.objects.filter(partner=OuterRef("pk")).exclude(
            facility=facility_id
        )
        signed = Partner.objects.filter(agreements__facility=facility_id).values("pk")
        return self.filter(Q(pk__in=signed) | ~Exists(others), facilities=facility_id)

    def within_region(self, assignment):
        return self.filter(
            pk__in=Facility.objects.filter(region=assignment.region_id).values("partners")
        )

    def within_school(self, assignment):
        return self.filter(pk__in=Contact.objects.filter(user=assignment.user_id).values("partner"))


class Partner(models.Model):
    """Who teaches: a school or another training provider."""

    class Kind(models.TextChoices):
        SMK = "smk", _("SMK")
        BLK = "blk", _("BLK")
        LKP = "lkp", _("LKP")
        AGENCY = "agency", _("Dinas")
        COMPANY = "company", _("Perusahaan")

    class Emblem(models.TextChoices):
        WHEAT = "wheat", _("Bulir gandum")
        COG = "cog", _("Roda gigi")
        LEAF = "leaf", _("Daun")

    kind = models.CharField(_("jenis"), max_length=10, choices=Kind, default=Kind.SMK)
    name = models.CharField(_("nama"), max_length=120)
    npsn = models.CharField(
        _("NPSN"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{8}$", _("NPSN terdiri atas 8 angka."))],
        help_text=_("8 angka. Kosongkan untuk mitra yang bukan sekolah."),
    )
    short_code = models.CharField(
        _("kode singkat"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Z0-9]+(-[A-Z0-9]+)*$", _("Pakai huruf besar, angka, dan tanda hubung.")
            )
        ],
        help_text=_("Dipakai dalam nomor sertifikat, misalnya SMKN3-JBR."),
        error_messages={"unique": _("Kode singkat ini sudah dipakai mitra lain.")},
    )
    city = models.CharField(_("kota atau kabupaten"), max_length=80)
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    is_center_of_excellence = models.BooleanField(_("SMK Pusat Keunggulan"), default=False)
    expertise = models.CharField(
        _("bidang keunggulan"),
        max_length=120,
        blank=True,
        help_text=_("Misalnya agribisnis, kuliner, teknik pengelasan."),
    )
    emblem = models.CharField(
        _("lambang pada sertifikat"), max_length=10, choices=Emblem, default=Emblem.WHEAT
    )
    facilities = models.ManyToManyField(Facility, related_name="partners", editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("mitra")
        constraints = [
            models.UniqueConstraint(
                name="partner_npsn_names_one_school",
                fields=["npsn"],
                condition=~Q(npsn=""),
                violation_error_code="npsn",
                violation_error_message=_("NPSN ini sudah dipakai sekolah lain."),
            ),
            models.CheckConstraint(
                name="partner_not_merged_into_itself",
                condition=~Q(merged_into=F("pk")),
                violation_error_code="into",
                violation_error_message=_("Mitra tidak bisa digabungkan ke dirinya sendiri."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("partnerships:partner_detail", args=[self.pk])

    @property
    def is_shared(self):
        """Whether several facilities work with it: then none of them alone may rename it."""
        return self.facilities.count() > 1


class Contact(models.Model):
    """A person at the partner's; with an account, the school's coordinator."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="contacts")
    name = models.CharField(_("nama"), max_length=120)
    title = models.CharField(_("jabatan"), max_length=120, blank=True)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="contact"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("narahubung")
        constraints = [
            models.UniqueConstraint(
                name="contact_once_per_partner",
                fields=["partner", "name"],
                violation_error_code="name",
                violation_error_message=_("Narahubung ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return self.name
