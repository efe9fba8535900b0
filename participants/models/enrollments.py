from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from participants.models.inmates import Inmate
from participants.models.rules import Rule
from programs.models import Batch


class EnrollmentQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def within_classes(self, assignment):
        return self.filter(batch__in=Batch.objects.within_classes(assignment))

    def active(self):
        return self.filter(ended_on=None)

    def on_roster_of(self, session):
        """Who belongs in that session's attendance sheet, in the order of the paper.

        The whole class; in a catch-up those who are to make up hours.
        """
        there = self.taking_part_on(session.takes_place_on).filter(batch=session.batch_id)
        if session.is_catch_up:
            there = there.filter(catch_up_places__session=session)
        return there.in_paper_order()

    def taking_part_on(self, day):
        """Joined, not ended, and not suspended on `day`."""
        suspended = Suspension.objects.on(day).filter(enrollment=OuterRef("pk"))
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gte=day), ~Exists(suspended), joined_on__lte=day
        )

    def in_paper_order(self):
        return self.select_related("inmate").order_by("position")


class Enrollment(models.Model):
    """One person's place in one batch."""

    class EndReason(models.TextChoices):
        RELEASED = "released", _("Bebas")
        TRANSFERRED = "transferred", _("Mutasi")
        ILL = "ill", _("Sakit")
        DISCIPLINE = "discipline", _("Disiplin")
        WITHDREW = "withdrew", _("Mundur")
        OTHER = "other", _("Lainnya")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="enrollments")
    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="enrollments")
    position = models.PositiveSmallIntegerField(_("nomor urut"))
    joined_on = models.DateField(_("ikut sejak"))
    ended_on = models.DateField(_("hari terakhir ikut"), null=True, blank=True)
    end_reason = models.CharField(_("alasan"), max_length=12, choices=EndReason, blank=True)
    end_note = models.CharField(_("keterangan berhenti"), max_length=200, blank=True)
    planned_end_on = models.DateField(
        _("rencana berhenti"),
        null=True,
        blank=True,
        help_text=_("Bila sudah diketahui sebelumnya, misalnya hari bebas."),
    )
    closed_at = models.DateTimeField(
        _("ditutup pada"),
        null=True,
        blank=True,
        help_text=_("Sertifikatnya bernomor: tidak berubah lagi."),
    )
    enrolled_at = models.DateTimeField(auto_now_add=True)
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "position"]
        verbose_name = _("peserta")
        constraints = [
            models.UniqueConstraint(
                name="enrollment_once_per_batch_and_inmate",
                fields=["batch", "inmate"],
                violation_error_code="inmate",
                violation_error_message=_("Orang ini sudah menjadi peserta angkatan ini."),
            ),
            models.UniqueConstraint(
                name="enrollment_position_once_per_batch",
                fields=["batch", "position"],
                violation_error_message=_("Nomor urut ini sudah terpakai."),
            ),
            models.CheckConstraint(
                name="enrollment_ended_on_and_reason_together",
                condition=Q(ended_on=None, end_reason="")
                | Q(ended_on__isnull=False) & ~Q(end_reason=""),
                violation_error_code="end_reason",
                violation_error_message=_("Tanggal berhenti dan alasannya diisi bersama."),
            ),
            models.CheckConstraint(
                name="enrollment_ends_after_joining",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("joined_on")),
                violation_error_code="ended_on",
                violation_error_message=_("Hari terakhir tidak mungkin sebelum hari mulai ikut."),
            ),
            models.CheckConstraint(
                name="enrollment_planned_end_after_joining",
                condition=Q(planned_end_on=None) | Q(planned_end_on__gte=F("joined_on")),
                violation_error_code="planned_end_on",
                violation_error_message=_(
                    "Rencana berhenti tidak mungkin sebelum hari mulai ikut."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.inmate} · {self.batch}"

    def get_absolute_url(self):
        return reverse("participants:roster", args=[self.batch_id])

    @property
    def facility(self):
        return self.batch.facility

    @property
    def suspension(self):
        """Today's, or None; no query where suspensions are prefetched."""
        today = timezone.localdate()
        return next((one for one in self.suspensions.all() if one.covers(today)), None)

    def is_on_sheet_of(self, session, places):
        """What the queryset's `on_roster_of` says, of one row; `places` are the `pairs()` of its catch-ups."""
        return self.takes_part_on(session.takes_place_on) and (
            not session.is_catch_up or (session.pk, self.pk) in places
        )

    def takes_part_on(self, day):
        """What the queryset's `taking_part_on` says, of one row; no query where suspensions are prefetched."""
        return (
            self.joined_on <= day
            and (self.ended_on is None or day <= self.ended_on)
            and not any(one.covers(day) for one in self.suspensions.all())
        )


class SuspensionQuerySet(ScopedQuerySet):
    facility_path = "enrollment__batch__facility"

    def on(self, day):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def during(self, starts_on, ends_on):
        """Those that share a day with starts_on to ends_on; without an end, with any day from starts_on."""
        begun = self.filter(starts_on__lte=ends_on) if ends_on else self
        return begun.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))


class Suspension(models.Model):
    """Days on which a participant takes no part: no sheet asks for a mark, no hour counts."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="suspensions")
    starts_on = models.DateField(_("tidak ikut sejak"))
    ends_on = models.DateField(_("tidak ikut sampai"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        verbose_name = _("penangguhan")
        constraints = [
            models.CheckConstraint(
                name="suspension_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_("Hari terakhir tidak mungkin sebelum hari pertama."),
            ),
            models.UniqueConstraint(
                name="suspension_open_once_per_enrollment",
                fields=["enrollment"],
                condition=Q(ends_on=None),
                violation_error_message=_("Peserta ini sudah ditangguhkan."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment} {self.starts_on}"

    @property
    def facility(self):
        return self.enrollment.facility

    def covers(self, day):
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class OverrideQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"


class Override(models.Model):
    """An officer's reason against an advice. It names the advice as it stood, and is never changed."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="overrides")
    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="overrides")
    rule = models.CharField(_("syarat"), max_length=20, choices=Rule)
    advice = models.CharField(_("saran"), max_length=300)
    reason = models.CharField(_("alasan"), max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("pengesampingan saran")

    def __str__(self):
        return f"{self.inmate}: {self.get_rule_display()}"
