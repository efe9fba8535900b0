from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from programs.models import Program


class Rule(models.TextChoices):
    """What is looked at before somebody joins a batch. Each is advice, never a wall."""

    SENTENCE_SERVED = "sentence_served", _("Masa pidana dijalani")
    DAYS_LEFT = "days_left", _("Sisa waktu sampai bebas")
    REGISTER_F = "register_f", _("Register F")
    HEALTH = "health", _("Kesehatan")
    EDUCATION = "education", _("Pendidikan")
    SEX_QUOTA = "sex_quota", _("Kursi perempuan")
    PREVIOUS_REMOVAL = "previous_removal", _("Pernah diberhentikan")
    ALREADY_CERTIFIED = "already_certified", _("Sudah bersertifikat")
    MUST_NOT_MEET = "must_not_meet", _("Tidak boleh bertemu")
    OTHER_ACTIVITIES = "other_activities", _("Kegiatan lain")


class EligibilityRule(models.Model):
    """A facility's word on one rule, for one program or (without one) for all of them.

    `amount` is what the rule counts: the share of the sentence in per cent (33, 50, 67), days of remission
    to reckon with for each 17 August, the least schooling (0 to 4), seats for women in per cent,
    months since a removal. Rules that count nothing have none.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="eligibility_rules")
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="eligibility_rules"
    )
    rule = models.CharField(_("syarat"), max_length=20, choices=Rule)
    is_on = models.BooleanField(_("dipakai"), default=True)
    amount = models.PositiveSmallIntegerField(_("ukuran"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["rule"]
        verbose_name = _("syarat peserta")
        constraints = [
            models.UniqueConstraint(
                "facility",
                "rule",
                Coalesce("program", 0),
                name="eligibility_rule_once_per_place",
                violation_error_message=_("Syarat ini sudah diatur di sana."),
            ),
            models.CheckConstraint(
                name="eligibility_rule_amount_is_small",
                condition=Q(amount=None) | Q(amount__lte=366),
                violation_error_code="amount",
                violation_error_message=_("Batasnya paling besar 366."),
            ),
        ]

    def __str__(self):
        return self.get_rule_display()
