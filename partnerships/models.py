from datetime import timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet


class PartnerQuerySet(ScopedQuerySet):
    """Partners are national rows (one school, one row); a facility sees those it works with."""

    facility_path = "facilities"

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
        validators=[RegexValidator(r"^\d{8}$", _("NPSN terdiri atas 8 angka."))],
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
    emblem = models.CharField(
        _("lambang pada sertifikat"), max_length=10, choices=Emblem, default=Emblem.WHEAT
    )
    facilities = models.ManyToManyField(Facility, related_name="partners", editable=False)

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


class AgreementQuerySet(ScopedQuerySet):
    def within_school(self, assignment):
        return self.filter(
            partner__in=Contact.objects.filter(user=assignment.user_id).values("partner")
        )

    def with_last_day(self):
        return self.annotate(last_day=Least("ends_on", Coalesce("ended_early_on", "ends_on")))

    def in_force(self, day=None):
        """Agreements in force on `day` (today)."""
        day = day or timezone.localdate()
        return self.with_last_day().filter(starts_on__lte=day, last_day__gte=day)

    def expiring_within(self, *, days):
        today = timezone.localdate()
        return self.in_force(today).filter(last_day__lte=today + timedelta(days=days))


class Agreement(models.Model):
    """What a facility and a partner signed; whether it is in force follows from its dates, never typed."""

    class Kind(models.TextChoices):
        MOU = "mou", _("Nota Kesepahaman")
        PKS = "pks", _("Perjanjian Kerja Sama")
        ADDENDUM = "addendum", _("Adendum")

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("Belum mulai")
        IN_FORCE = "in_force", _("Berlaku")
        ENDING_SOON = "ending_soon", _("Segera berakhir")
        ENDED = "ended", _("Berakhir")
        ENDED_EARLY = "ended_early", _("Diakhiri lebih awal")

    ENDING_SOON_DAYS = 90

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="agreements")
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="agreements", verbose_name=_("mitra")
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind, default=Kind.PKS)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="addenda",
        verbose_name=_("perjanjian induk"),
        help_text=_("Hanya untuk adendum: perjanjian yang diubah atau diperpanjang."),
    )
    facility_number = models.CharField(
        _("nomor Lapas"), max_length=80, help_text=_("Persis seperti tertulis pada naskah.")
    )
    partner_number = models.CharField(
        _("nomor mitra"), max_length=80, help_text=_("Persis seperti tertulis pada naskah.")
    )
    signed_on = models.DateField(_("tanggal tanda tangan"))
    starts_on = models.DateField(_("mulai berlaku"))
    ends_on = models.DateField(_("hari terakhir berlaku"))
    ended_early_on = models.DateField(_("diakhiri pada"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("alasan diakhiri"), max_length=200, blank=True, editable=False)
    legal_basis = models.TextField(_("dasar hukum"), max_length=2000, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("perjanjian")
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_(
                    "Hari terakhir harus sama dengan atau sesudah hari mulai."
                ),
            ),
            models.CheckConstraint(
                name="agreement_ended_early_within_term",
                condition=Q(ended_early_on=None)
                | Q(ended_early_on__gte=F("starts_on"), ended_early_on__lte=F("ends_on")),
                violation_error_code="ended_early_on",
                violation_error_message=_("Tanggal diakhiri harus berada dalam masa berlaku."),
            ),
            models.CheckConstraint(
                name="agreement_ended_early_with_reason",
                condition=Q(ended_early_on=None, end_reason="")
                | Q(ended_early_on__isnull=False) & ~Q(end_reason=""),
                violation_error_code="end_reason",
                violation_error_message=_("Tuliskan alasan perjanjian diakhiri."),
            ),
            models.CheckConstraint(
                name="agreement_parent_exactly_for_addenda",
                condition=Q(kind="addendum", parent__isnull=False)
                | Q(parent__isnull=True) & ~Q(kind="addendum"),
                violation_error_code="parent",
                violation_error_message=_(
                    "Pilih perjanjian induk untuk adendum, dan hanya untuk adendum."
                ),
            ),
            models.UniqueConstraint(
                name="agreement_number_once_per_facility",
                fields=["facility", "facility_number"],
                violation_error_code="facility_number",
                violation_error_message=_("Nomor Lapas ini sudah dipakai perjanjian lain."),
            ),
        ]

    def __str__(self):
        kind = {self.Kind.MOU: _("MoU"), self.Kind.PKS: _("PKS")}.get(self.kind, _("Adendum"))
        return f"{kind} {self.partner}"

    def get_absolute_url(self):
        return reverse("partnerships:agreement_detail", args=[self.pk])

    @property
    def last_day_on(self):
        return self.ended_early_on or self.ends_on

    @property
    def days_left(self):
        return (self.last_day_on - timezone.localdate()).days

    @property
    def state(self):
        today = timezone.localdate()
        if self.ended_early_on and self.ended_early_on < today:
            return self.State.ENDED_EARLY
        if self.last_day_on < today:
            return self.State.ENDED
        if self.starts_on > today:
            return self.State.UPCOMING
        if self.days_left <= self.ENDING_SOON_DAYS:
            return self.State.ENDING_SOON
        return self.State.IN_FORCE

    @property
    def tone(self):
        return {
            self.State.UPCOMING: "plain",
            self.State.IN_FORCE: "ok",
            self.State.ENDING_SOON: "warn",
        }.get(self.state, "bad")

    @property
    def root(self):
        """The agreement that this one belongs to: itself, or an addendum's parent."""
        return self.parent if self.parent_id else self


class Signatory(models.Model):
    """Who signs for one side; those of the partner's side may also sign its certificates."""

    class Side(models.TextChoices):
        FACILITY = "facility", _("Lapas")
        PARTNER = "partner", _("Mitra")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatories")
    side = models.CharField(_("pihak"), max_length=10, choices=Side)
    name = models.CharField(_("nama"), max_length=120)
    title = models.CharField(_("jabatan"), max_length=120)
    nip = models.CharField(
        _("NIP"),
        max_length=21,
        blank=True,
        validators=[
            RegexValidator(
                r"^\d{8} \d{6} \d \d{3}$", _("NIP terdiri atas 18 angka: 19661018 199203 1 001.")
            )
        ],
        help_text=_("18 angka."),
    )
    has_certificate_signature = models.BooleanField(
        _("menandatangani sertifikat"),
        default=False,
        help_text=_("Hanya dari pihak mitra, paling banyak dua."),
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["side", "pk"]
        verbose_name = _("penanda tangan")
        constraints = [
            models.UniqueConstraint(
                name="signatory_once_per_agreement_and_side",
                fields=["agreement", "side", "name"],
                condition=Q(removed_at=None),
                violation_error_code="name",
                violation_error_message=_("Orang ini sudah menandatangani di pihak itu."),
            ),
            models.CheckConstraint(
                name="signatory_of_certificates_is_partners",
                condition=Q(has_certificate_signature=False) | Q(side="partner"),
                violation_error_code="has_certificate_signature",
                violation_error_message=_(
                    "Sertifikat ditandatangani pihak mitra: nama Lapas tidak boleh tampak di sana."
                ),
            ),
        ]

    def __str__(self):
        return self.name


class Document(models.Model):
    """A signed scan, kept byte for byte: a file saved anew would lose an electronic signature."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents")
    filename = models.CharField(_("nama berkas"), max_length=200)
    file = models.FileField(_("berkas"), max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveIntegerField()
    page_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("dokumen")
        constraints = [
            models.UniqueConstraint(
                name="document_once_per_agreement",
                fields=["agreement", "sha256"],
                violation_error_code="file",
                violation_error_message=_("Berkas yang sama sudah ada pada perjanjian ini."),
            ),
        ]

    def __str__(self):
        return self.filename
