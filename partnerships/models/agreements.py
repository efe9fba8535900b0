"""What was signed, by whom, for how long."""

from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from partnerships.models.partners import Contact, Partner


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
        return self.signed().with_last_day().filter(starts_on__lte=day, last_day__gte=day)

    def signed(self):
        """Without the drafts: only what is signed can be in force."""
        return self.exclude(signed_on=None)

    def ending_within(self, *, days):
        """Main agreements in force that end within so many days, with `covered_until`, the last day.

        An addendum may prolong them; a signed renewal takes over when it begins before a day is lost.
        """
        today = timezone.localdate()
        addenda = (
            Agreement.objects.signed()
            .filter(kind=Agreement.Kind.ADDENDUM, parent=OuterRef("pk"))
            .with_last_day()
            .order_by("-last_day")
        )
        day_after = ExpressionWrapper(
            OuterRef("covered_until") + timedelta(days=1), output_field=models.DateField()
        )
        renewed = (
            Agreement.objects.signed()
            .with_last_day()
            .filter(
                renews=OuterRef("pk"),
                starts_on__lte=day_after,
                last_day__gt=OuterRef("covered_until"),
            )
        )
        prolonged = Greatest(
            "last_day", Coalesce(Subquery(addenda.values("last_day")[:1]), "last_day")
        )
        return (
            self.signed()
            .with_last_day()
            .exclude(kind=Agreement.Kind.ADDENDUM)
            .filter(starts_on__lte=today)
            .annotate(covered_until=prolonged)
            .filter(covered_until__range=(today, today + timedelta(days=days)))
            .exclude(Exists(renewed))
        )


class Side(models.TextChoices):
    """The two parties of an agreement."""

    FACILITY = "facility", _("Lapas")
    PARTNER = "partner", _("Mitra")


class Agreement(models.Model):
    """What a facility and a partner signed; whether it is in force follows from its dates, never typed."""

    class Kind(models.TextChoices):
        MOU = "mou", _("Nota Kesepahaman")
        PKS = "pks", _("Perjanjian Kerja Sama")
        ADDENDUM = "addendum", _("Adendum")

    class State(models.TextChoices):
        DRAFT = "draft", _("Rancangan")
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
        related_name="children",
        verbose_name=_("perjanjian induk"),
        help_text=_(
            "Adendum: perjanjian yang diubah atau diperpanjang. "
            "Perjanjian Kerja Sama: Nota Kesepahaman payungnya, bila ada."
        ),
    )
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("memperpanjang"),
        help_text=_("Perjanjian lama yang diteruskan oleh naskah baru ini."),
    )
    facility_number = models.CharField(
        _("nomor Lapas"),
        max_length=80,
        blank=True,
        help_text=_("Persis seperti tertulis pada naskah. Rancangan boleh belum bernomor."),
    )
    partner_number = models.CharField(
        _("nomor mitra"),
        max_length=80,
        blank=True,
        help_text=_("Persis seperti tertulis pada naskah. Rancangan boleh belum bernomor."),
    )
    signed_on = models.DateField(
        _("tanggal tanda tangan"),
        null=True,
        blank=True,
        help_text=_("Kosong berarti masih rancangan, belum berlaku."),
    )
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
                name="agreement_parent_as_its_kind_asks",
                condition=Q(kind="addendum", parent__isnull=False)
                | Q(kind="pks")
                | Q(kind="mou", parent__isnull=True),
                violation_error_code="parent",
                violation_error_message=_(
                    "Adendum harus punya perjanjian induk; Nota Kesepahaman tidak boleh."
                ),
            ),
            models.CheckConstraint(
                name="agreement_addendum_renews_nothing",
                condition=Q(renews=None) | ~Q(kind="addendum"),
                violation_error_code="renews",
                violation_error_message=_(
                    "Adendum mengubah perjanjian induknya; yang memperpanjang adalah naskah baru."
                ),
            ),
            models.CheckConstraint(
                name="agreement_signed_with_both_numbers",
                condition=Q(signed_on=None) | ~Q(facility_number="") & ~Q(partner_number=""),
                violation_error_code="signed_on",
                violation_error_message=_(
                    "Naskah yang sudah ditandatangani harus punya kedua nomor. "
                    "Isi nomornya, atau kosongkan tanggal tanda tangan."
                ),
            ),
            models.UniqueConstraint(
                name="agreement_number_once_per_facility",
                fields=["facility", "facility_number"],
                condition=~Q(facility_number=""),
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
    def months(self):
        """How long it was made for, in whole months; a day before the anniversary counts as whole."""
        after = self.ends_on + timedelta(days=1)
        months = (after.year - self.starts_on.year) * 12 + after.month - self.starts_on.month
        return months - (after.day < self.starts_on.day)

    @property
    def days_left(self):
        return (self.last_day_on - timezone.localdate()).days

    @property
    def state(self):
        today = timezone.localdate()
        if self.signed_on is None:
            return self.State.DRAFT
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
            self.State.DRAFT: "plain",
            self.State.UPCOMING: "plain",
            self.State.IN_FORCE: "ok",
            self.State.ENDING_SOON: "warn",
        }.get(self.state, "bad")

    @property
    def is_addendum(self):
        return self.kind == self.Kind.ADDENDUM

    @property
    def root(self):
        """The agreement that this one belongs to: itself, or an addendum's parent."""
        return self.parent if self.is_addendum else self

    @property
    def number(self):
        """The number it is known by here, and a word for a draft that has none yet."""
        return self.facility_number or _("belum bernomor")


class Signatory(models.Model):
    """Who signs for one side; those of the partner's side may also sign its certificates."""

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
                r"^[0-9]{8} [0-9]{6} [0-9] [0-9]{3}$",
                _("NIP terdiri atas 18 angka: 19661018 199203 1 001."),
            )
        ],
        help_text=_("18 angka."),
    )
    took_office_on = models.DateField(_("menjabat sejak"), null=True, blank=True)
    leaves_office_on = models.DateField(
        _("menjabat sampai"),
        null=True,
        blank=True,
        help_text=_("Sesudahnya ia tidak lagi menandatangani sertifikat."),
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
            models.CheckConstraint(
                name="signatory_leaves_office_after_taking_it",
                condition=Q(took_office_on=None)
                | Q(leaves_office_on=None)
                | Q(leaves_office_on__gte=F("took_office_on")),
                violation_error_code="leaves_office_on",
                violation_error_message=_("Akhir jabatan tidak mungkin sebelum awalnya."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def has_left_office(self):
        return self.leaves_office_on is not None and self.leaves_office_on < timezone.localdate()


class Alert(models.Model):
    """A warning sent by mail; `topic` says about what, so that nobody is warned twice of the same."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="alerts")
    topic = models.CharField(max_length=80)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="alert_once_per_agreement_and_topic",
                fields=["agreement", "topic"],
                violation_error_message=_("Peringatan ini sudah terkirim."),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} · {self.topic}"
