"""What each side promised, and what came of it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.models.agreements import Agreement, Side

# More than any agreement of this kind is about, and safely added up.
MOST = 10**12


class StandingQuerySet(models.QuerySet):
    """Rows that may be withdrawn; they stay, and count no more."""

    def standing(self):
        return self.filter(withdrawn_at=None)


class Commitment(models.Model):
    """What one side promised in an agreement, in a countable measure."""

    class Kind(models.TextChoices):
        HOURS = "hours", _("Jam pelajaran")
        INSTRUCTORS = "instructors", pgettext_lazy("daftar", "Instruktur")
        SEATS = "seats", _("Peserta")
        CERTIFICATES = "certificates", _("Sertifikat")
        MATERIALS = "materials", _("Bahan dan alat")
        MONEY = "money", _("Dana")
        OTHER = "other", _("Lainnya")

    class Pace(models.TextChoices):
        EVEN = "even", _("Merata sampai jatuh tempo")
        AT_ONCE = "at_once", _("Sekaligus pada jatuh tempo")

    # Delivered as the records say; of the others somebody notes each delivery.
    COUNTED = {Kind.HOURS, Kind.INSTRUCTORS, Kind.SEATS, Kind.CERTIFICATES}
    # What such promises are measured in, where nobody says otherwise.
    MEASURES = {
        Kind.HOURS: "JP",
        Kind.INSTRUCTORS: "orang",
        Kind.SEATS: "peserta",
        Kind.CERTIFICATES: "lembar",
        Kind.MONEY: "rupiah",
    }

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments")
    side = models.CharField(_("pihak"), max_length=10, choices=Side)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind)
    title = models.CharField(
        _("janji"), max_length=90, help_text=_("Misalnya bahan praktik, oven dek kedua.")
    )
    promised = models.PositiveBigIntegerField(_("jumlah"))
    measure = models.CharField(
        _("satuan"), max_length=20, help_text=_("Misalnya JP, orang, paket, rupiah.")
    )
    pace = models.CharField(_("cara pemenuhan"), max_length=8, choices=Pace, default=Pace.EVEN)
    due_on = models.DateField(
        _("jatuh tempo"),
        null=True,
        blank=True,
        help_text=_("Kosong berarti sampai perjanjian berakhir."),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["-side", "pk"]
        verbose_name = _("janji")
        constraints = [
            models.CheckConstraint(
                name="commitment_promises_something",
                condition=Q(promised__range=(1, MOST)),
                violation_error_code="promised",
                violation_error_message=_("Isi jumlah yang dijanjikan, paling sedikit 1."),
            ),
            models.UniqueConstraint(
                name="commitment_once_per_agreement_side_and_title",
                fields=["agreement", "side", "title"],
                condition=Q(withdrawn_at=None),
                violation_error_code="title",
                violation_error_message=_("Janji ini sudah tercatat untuk pihak itu."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnerships:commitment_detail", args=[self.pk])

    @property
    def is_counted(self):
        return self.kind in self.COUNTED


class Delivery(models.Model):
    """A part of a promise kept, noted by hand; a mistaken one is withdrawn, never removed."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="deliveries")
    amount = models.PositiveBigIntegerField(_("jumlah"))
    delivered_on = models.DateField(_("tanggal"))
    note = models.CharField(_("keterangan"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["-delivered_on", "-pk"]
        verbose_name = _("realisasi")
        constraints = [
            models.CheckConstraint(
                name="delivery_brings_something",
                condition=Q(amount__range=(1, MOST)),
                violation_error_code="amount",
                violation_error_message=_("Isi jumlah yang diterima, paling sedikit 1."),
            ),
        ]

    def __str__(self):
        return f"{self.commitment} {self.amount}"
