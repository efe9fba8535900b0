"""What the school asks for and the officer decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from partnerships.models import Agreement
from programs.models.batches import Batch


class ProposalQuerySet(ScopedQuerySet):
    facility_path = "agreement__facility"

    def within_school(self, assignment):
        return self.filter(agreement__in=Agreement.objects.within_school(assignment))

    def waiting(self):
        return self.filter(decided_at=None)


class Proposal(models.Model):
    """What the school's coordinator asks for: a session of a batch, or an instructor.

    `details` holds the fields of the form that the officer would fill in; accepting is filling it in.
    """

    class Kind(models.TextChoices):
        SESSION = "session", _("Pertemuan")
        INSTRUCTOR = "instructor", _("Instruktur")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="proposals")
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    details = models.JSONField()
    note = models.CharField(_("catatan"), max_length=200, blank=True)
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals"
    )
    is_accepted = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(_("alasan ditolak"), max_length=200, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("usulan")
        constraints = [
            models.CheckConstraint(
                name="proposal_batch_exactly_for_sessions",
                condition=Q(kind="session", batch__isnull=False)
                | Q(kind="instructor", batch__isnull=True),
                violation_error_message=_("Usulan pertemuan harus menyebut angkatannya."),
            ),
            models.CheckConstraint(
                name="proposal_decided_at_by_and_how_together",
                condition=Q(decided_at=None, decided_by=None, is_accepted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_accepted__isnull=False),
                violation_error_message=_("Keputusan harus mencantumkan waktu dan pelakunya."),
            ),
            models.CheckConstraint(
                name="proposal_refused_with_reason",
                condition=Q(is_accepted=False) & ~Q(refusal="")
                | Q(refusal="") & (Q(is_accepted=True) | Q(is_accepted=None)),
                violation_error_code="refusal",
                violation_error_message=_("Tuliskan alasan usulan ditolak."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.batch or self.agreement}"

    @property
    def facility(self):
        return self.agreement.facility
