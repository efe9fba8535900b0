from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.scope import ScopedQuerySet
from core.forms import one_line, printable
from participants.models.enrollments import Enrollment
from participants.models.inmates import Inmate
from partnerships.models.documents import KeptFile
from programs.models import Session


class Attendance(models.Model):
    """One mark: one person in one session. `version` grows with each change."""

    class Code(models.TextChoices):
        PRESENT = "H", _("Hadir")
        ILL = "S", _("Sakit")
        EXCUSED = "I", _("Izin")
        ABSENT = "A", _("Alpa")
        LATE = "T", _("Terlambat")

    class Cause(models.TextChoices):
        PARTICIPANT = "participant", pgettext_lazy("sebab", "Peserta")
        FACILITY = "facility", pgettext_lazy("sebab", "Lapas")
        PARTNER = "partner", pgettext_lazy("sebab", "Mitra")

    FACTS = ("code", "cause", "minutes_late", "remark")

    class Source(models.TextChoices):
        SCREEN = "screen", _("layar")
        PAPER = "paper", _("kertas")

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="attendances")
    code = models.CharField(_("tanda"), max_length=1, choices=Code)
    cause = models.CharField(_("sebab"), max_length=11, choices=Cause, blank=True)
    minutes_late = models.PositiveSmallIntegerField(
        _("menit terlambat"), null=True, blank=True, validators=[MaxValueValidator(600)]
    )
    remark = models.CharField(
        _("catatan"), max_length=120, blank=True, validators=[printable, one_line]
    )
    source = models.CharField(max_length=6, choices=Source, default=Source.SCREEN)
    version = models.PositiveIntegerField(default=1)
    marked_at = models.DateTimeField(auto_now=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("tanda hadir")
        constraints = [
            models.UniqueConstraint(
                name="attendance_once_per_session_and_enrollment",
                fields=["session", "enrollment"],
                violation_error_message=_("Peserta ini sudah punya tanda pada pertemuan itu."),
            ),
            models.CheckConstraint(
                name="attendance_code_is_known",
                condition=Q(code__in=["H", "S", "I", "A", "T"]),
                violation_error_code="code",
                violation_error_message=_("Pakai H, S, I, A, atau T."),
            ),
            models.CheckConstraint(
                name="attendance_cause_exactly_when_not_present",
                condition=Q(code="H", cause="")
                | ~Q(code="H") & Q(cause__in=["participant", "facility", "partner"]),
                violation_error_code="cause",
                violation_error_message=_("Pilih sebabnya: peserta, Lapas, atau mitra."),
            ),
            models.CheckConstraint(
                name="attendance_minutes_only_when_late",
                condition=Q(minutes_late=None) | Q(code="T", minutes_late__range=(1, 600)),
                violation_error_code="minutes_late",
                violation_error_message=_("Menit terlambat 1 sampai 600, hanya untuk T."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment.inmate} {self.code}"

    @property
    def facts(self):
        return tuple(getattr(self, name) for name in self.FACTS)

    @facts.setter
    def facts(self, facts):
        for name, value in zip(self.FACTS, facts, strict=True):
            setattr(self, name, value)


class Submission(models.Model):
    """An attendance form that arrived. Its nonce makes sending it twice harmless."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="submissions")
    nonce = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now)
    received_from = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="submission_nonce_once_per_session",
                fields=["session", "nonce"],
                violation_error_message=_("Isian ini sudah diterima."),
            ),
        ]

    def __str__(self):
        return self.nonce


class PaperScanQuerySet(ScopedQuerySet):
    facility_path = "session__batch__facility"

    def within_classes(self, assignment):
        return self.filter(session__in=Session.objects.within_classes(assignment))


class PaperScan(KeptFile):
    """The signed paper sheet of a session, from which its marks were keyed."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="scans")

    objects = PaperScanQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("pindaian daftar hadir")
        constraints = [
            models.UniqueConstraint(
                name="paper_scan_once_per_session",
                fields=["session", "sha256"],
                violation_error_code="file",
                violation_error_message=_("Pindaian yang sama sudah terlampir."),
            ),
        ]

    @property
    def facility(self):
        return self.session.facility


class CatchUpPlaceQuerySet(models.QuerySet):
    def pairs(self):
        """{(session key, enrollment key)}"""
        return set(self.values_list("session", "enrollment"))


class CatchUpPlace(models.Model):
    """Somebody is to make up hours in a catch-up session; nobody else stands on its sheet."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="catch_up_places")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="catch_up_places")

    objects = CatchUpPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="catch_up_place_once_per_session_and_enrollment",
                fields=["session", "enrollment"],
                violation_error_message=_("Peserta ini sudah diundang ke susulan itu."),
            ),
        ]

    def __str__(self):
        return f"{self.enrollment.inmate} · {self.session}"


class AnnouncedAbsenceQuerySet(ScopedQuerySet):
    facility_path = "inmate__facility"

    def in_force(self):
        return self.filter(withdrawn_at=None)

    def on(self, day):
        """Those in force that cover `day`."""
        return self.in_force().filter(starts_on__lte=day, ends_on__gte=day)

    def upcoming(self):
        """Those in force of today and later."""
        return self.in_force().filter(ends_on__gte=timezone.localdate())

    def past(self):
        return self.in_force().filter(ends_on__lt=timezone.localdate())

    def withdrawn(self):
        return self.exclude(withdrawn_at=None)


class AnnouncedAbsence(models.Model):
    """The Lapas knows ahead that somebody will not come: court, a visit, the clinic, a duty.

    What for is restricted; a sheet says no more than the mark and whose cause it is.
    """

    class Reason(models.TextChoices):
        COURT = "court", _("Sidang pengadilan")
        PANEL = "panel", _("Sidang TPP")
        VISIT = "visit", _("Kunjungan")
        CLINIC = "clinic", _("Klinik atau rumah sakit")
        DUTY = "duty", _("Kerja atau piket")
        OTHER = "other", _("Lainnya")

    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="announced_absences")
    starts_on = models.DateField(_("dari"))
    ends_on = models.DateField(_("sampai"))
    starts_at = models.TimeField(
        _("mulai pukul"), null=True, blank=True, help_text=_("Kosong berarti sehari penuh.")
    )
    ends_at = models.TimeField(_("selesai pukul"), null=True, blank=True)
    reason = models.CharField(_("untuk"), max_length=6, choices=Reason)
    note = models.CharField(
        _("keterangan"), max_length=120, blank=True, validators=[printable, one_line]
    )
    announced_at = models.DateTimeField(auto_now_add=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="announced_absences"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = AnnouncedAbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "starts_at", "pk"]
        verbose_name = _("pemberitahuan")
        constraints = [
            models.CheckConstraint(
                name="announced_absence_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_("Hari terakhir tidak mungkin sebelum hari pertama."),
            ),
            models.CheckConstraint(
                name="announced_absence_hours_together",
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                violation_error_code="ends_at",
                violation_error_message=_("Isi kedua jamnya; selesai sesudah mulai."),
            ),
            models.CheckConstraint(
                name="announced_absence_withdrawn_at_and_by_together",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                violation_error_message=_("Pembatalan harus mencantumkan waktu dan pelakunya."),
            ),
        ]

    def __str__(self):
        return f"{self.inmate}: {self.get_reason_display()}"

    @property
    def facility(self):
        return self.inmate.facility

    @property
    def code(self):
        """The mark it proposes."""
        is_clinic = self.reason == self.Reason.CLINIC
        return Attendance.Code.ILL if is_clinic else Attendance.Code.EXCUSED

    @property
    def cause(self):
        """Whose doing: an illness is the participant's own, what the Lapas calls for is the Lapas's."""
        own = {self.Reason.CLINIC, self.Reason.OTHER}
        return Attendance.Cause.PARTICIPANT if self.reason in own else Attendance.Cause.FACILITY

    @property
    def is_past(self):
        return self.ends_on < timezone.localdate()

    def covers(self, session):
        """Whether it keeps its person from that meeting."""
        if self.withdrawn_at or not self.starts_on <= session.takes_place_on <= self.ends_on:
            return False
        return self.starts_at is None or (
            self.starts_at < session.ends_at and self.ends_at > session.starts_at
        )
