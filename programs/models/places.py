"""Where and on which days a facility can teach."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet


class Room(models.Model):
    """A place of the facility where classes meet."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="rooms")
    name = models.CharField(_("nama"), max_length=60)
    capacity = models.PositiveSmallIntegerField(
        _("daya tampung"), null=True, blank=True, help_text=_("Jumlah orang yang dapat ditampung.")
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("ruang")
        constraints = [
            models.UniqueConstraint(
                "facility",
                Lower("name"),
                name="room_once_per_facility",
                violation_error_code="name",
                violation_error_message=_("Ruang ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return self.name


class DayRuleQuerySet(ScopedQuerySet):
    def between(self, starts_on, ends_on):
        return self.filter(falls_on__range=(starts_on, ends_on))


class DayRule(models.Model):
    """The facility's own word on one day, over the national calendar: closed, or open after all."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="day_rules")
    falls_on = models.DateField(_("tanggal"))
    is_open = models.BooleanField(
        _("tetap ada pelatihan"),
        default=False,
        help_text=_(
            "Untuk hari libur nasional yang di sini tidak libur, atau tanggalnya bergeser."
        ),
    )
    reason = models.CharField(
        _("keterangan"), max_length=90, help_text=_("Misalnya razia, kunjungan Idulfitri.")
    )

    objects = DayRuleQuerySet.as_manager()

    class Meta:
        ordering = ["falls_on"]
        verbose_name = _("hari khusus")
        constraints = [
            models.UniqueConstraint(
                name="day_rule_once_per_facility_and_day",
                fields=["facility", "falls_on"],
                violation_error_code="falls_on",
                violation_error_message=_("Tanggal ini sudah punya keterangan."),
            ),
        ]

    def __str__(self):
        return f"{date_format(self.falls_on)} · {self.reason}"
