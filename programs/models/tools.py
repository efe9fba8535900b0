from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from programs.models.batches import Session

MOST = 999


class ToolCountQuerySet(ScopedQuerySet):
    facility_path = "session__batch__facility"

    def within_classes(self, assignment):
        return self.filter(session__in=Session.objects.within_classes(assignment))

    def not_even(self):
        """Not as many back as went out, or more."""
        return self.exclude(taken_out=Coalesce(F("brought_back"), 0))


class ToolCount(models.Model):
    """How many of one tool went out to a meeting, and how many came back; none may stay behind."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="tool_counts")
    tool = models.CharField(_("alat"), max_length=120)
    position = models.PositiveSmallIntegerField(_("urutan"))
    taken_out = models.PositiveSmallIntegerField(
        _("keluar"), default=0, validators=[MaxValueValidator(MOST)]
    )
    brought_back = models.PositiveSmallIntegerField(
        _("kembali"), null=True, blank=True, validators=[MaxValueValidator(MOST)]
    )
    version = models.PositiveIntegerField(default=1)
    counted_at = models.DateTimeField(auto_now=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = ToolCountQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("hitungan alat")
        constraints = [
            models.UniqueConstraint(
                name="tool_count_once_per_session_and_tool",
                fields=["session", "tool"],
                violation_error_code="tool",
                violation_error_message=_("Alat ini sudah dihitung pada pertemuan itu."),
            ),
            models.CheckConstraint(
                name="tool_count_is_plausible",
                condition=Q(taken_out__lte=MOST)
                & (Q(brought_back=None) | Q(brought_back__lte=MOST)),
                violation_error_message=_("Jumlah alat paling banyak 999."),
            ),
        ]

    def __str__(self):
        return f"{self.session} · {self.tool}"

    @property
    def facts(self):
        return self.taken_out, self.brought_back

    @property
    def missing(self):
        """How many are still outside; below zero when more came back than went out."""
        return self.taken_out - (self.brought_back or 0)
