from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participants.models.inmates import Inmate
from programs.models import Batch


class ReadingTrail(models.Model):
    """Somebody saw, found, exported or printed a person's file, or the people of a batch. Append-only."""

    class How(models.TextChoices):
        VIEWED = "viewed", _("dibuka")
        LISTED = "listed", _("terlihat di daftar")
        SEARCHED = "searched", _("ditemukan lewat pencarian")
        EXPORTED = "exported", _("diekspor")
        PRINTED = "printed", _("dicetak")

        @classmethod
        def of_list(cls, query, *, is_export=False):
            """How a list is read: taken along as a file, found by a search, or merely seen."""
            if is_export:
                return cls.EXPORTED
            return cls.SEARCHED if query else cls.LISTED

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    page = models.CharField(max_length=60)
    query = models.CharField(max_length=200, blank=True)
    inmate = models.ForeignKey(Inmate, models.PROTECT, null=True, related_name="readings")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="readings")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["inmate", "at"]),
            models.Index(fields=["batch", "at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="reading_is_of_a_person_or_a_batch",
                condition=Q(inmate__isnull=False, batch=None) | Q(inmate=None, batch__isnull=False),
                violation_error_message=_("Sebut orangnya atau angkatannya."),
            ),
        ]

    def __str__(self):
        return f"{self.by} {self.how} {self.page}"
