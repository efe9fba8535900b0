from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.batches import Session

MOST = 999


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
    def missing(self):
        """How many are still outside; below zero when more came back than went out."""
        return self.taken_out - (self.brought_back or 0)
