"""A class: who teaches it, how far it is, and its meetings."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from partnerships.models import Agreement
from programs.models.curricula import CODE, Curriculum, Unit
from programs.models.instructors import Instructor
from programs.models.places import Room


class BatchQuerySet(ScopedQuerySet):
    def within_school(self, assignment):
        return self.filter(agreement__in=Agreement.objects.within_school(assignment))

    def within_classes(self, assignment):
        taught = Session.objects.filter(batch=OuterRef("pk"), instructor__user=assignment.user_id)
        return self.filter(Exists(taught), facility=assignment.facility_id)

    def with_hours(self):
        """planned_hours, held_hours and session counts, each one subquery-free sum over the sessions."""
        regular = Q(sessions__kind=Session.Kind.REGULAR)
        alive = ~Q(sessions__status=Session.Status.CANCELLED)
        held = Q(sessions__status=Session.Status.HELD)
        return self.annotate(
            planned_hours=Sum("sessions__hours", filter=regular & alive, default=0),
            held_hours=Sum("sessions__hours", filter=regular & held, default=0),
            session_count=Count("sessions", filter=alive),
        )

    def running(self):
        return self.filter(state=Batch.State.RUNNING)

    def under_way(self):
        """Planned, open or running: whatever may still meet."""
        return self.filter(state__in=Batch.UNDER_WAY)

    def sharing_people_with(self, batch):
        """Other batches in which somebody of `batch` takes part: they cannot meet at the same hour.

        Enrollments live in a higher app; this, `Batch.count_people` and `Batch.is_assessed` look upwards.
        """
        people = batch.enrollments.filter(ended_on=None).values("inmate")
        theirs = Q(enrollments__inmate__in=people, enrollments__ended_on=None)
        return self.exclude(pk=batch.pk).filter(theirs).distinct()


class Batch(models.Model):
    """A class: a group of people going through one curriculum under one agreement."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Rencana")
        OPEN = "open", _("Dibuka")
        RUNNING = "running", _("Berjalan")
        FINISHED = "finished", _("Selesai")
        CLOSED = "closed", _("Ditutup")
        CANCELLED = "cancelled", _("Dibatalkan")

    UNDER_WAY = {State.PLANNED, State.OPEN, State.RUNNING}
    OVER = {State.CLOSED, State.CANCELLED}
    # From each state to those that a person may choose next.
    MOVES = {
        State.PLANNED: [State.OPEN, State.CANCELLED],
        State.OPEN: [State.RUNNING, State.PLANNED, State.CANCELLED],
        State.RUNNING: [State.FINISHED, State.CANCELLED],
        State.FINISHED: [State.CLOSED, State.RUNNING],
        State.CLOSED: [State.FINISHED],
        State.CANCELLED: [],
    }
    # What the button to each state says.
    VERBS = {
        State.PLANNED: _("Kembali ke rencana"),
        State.OPEN: _("Buka pendaftaran"),
        State.RUNNING: _("Mulai pelatihan"),
        State.FINISHED: _("Nyatakan selesai"),
        State.CLOSED: _("Tutup angkatan"),
        State.CANCELLED: _("Batalkan angkatan"),
    }
    # Steps back and ends are explained.
    MOVES_WITH_REASON = {
        (State.OPEN, State.PLANNED),
        (State.FINISHED, State.RUNNING),
        (State.CLOSED, State.FINISHED),
        (State.PLANNED, State.CANCELLED),
        (State.OPEN, State.CANCELLED),
        (State.RUNNING, State.CANCELLED),
    }

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="batches")
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="batches", verbose_name=_("perjanjian")
    )
    curriculum = models.ForeignKey(
        Curriculum, models.PROTECT, related_name="batches", verbose_name=_("kurikulum")
    )
    code = models.CharField(
        _("kode"),
        max_length=30,
        unique=True,
        validators=[CODE],
        help_text=_("Unik di seluruh Indonesia, misalnya JBR-BKR-A1."),
        error_messages={"unique": _("Kode ini sudah dipakai angkatan lain.")},
    )
    name = models.CharField(_("nama"), max_length=90)
    quota = models.PositiveSmallIntegerField(
        _("kursi"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    starts_on = models.DateField(_("hari pertama"))
    ends_on = models.DateField(_("hari terakhir"))
    minimum_attendance = models.PositiveSmallIntegerField(
        _("kehadiran minimum (%)"), default=80, validators=[MaxValueValidator(100)]
    )
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("ruang utama"),
    )
    escort = models.CharField(
        _("pendamping"),
        max_length=120,
        blank=True,
        help_text=_("Petugas yang mendampingi kelas."),
    )
    funding = models.CharField(
        _("paket anggaran"),
        max_length=120,
        blank=True,
        help_text=_("Misalnya DIPA 2026, paket pelatihan tahap I."),
    )
    weekdays = models.CharField(
        _("hari pelatihan"),
        max_length=7,
        blank=True,
        editable=False,
        help_text=_("Hari menurut ISO dari jadwal yang disusun sekaligus, misalnya 135."),
    )
    state = models.CharField(
        _("keadaan"), max_length=10, choices=State, default=State.PLANNED, editable=False
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("angkatan")
        constraints = [
            models.CheckConstraint(
                name="batch_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_(
                    "Hari terakhir harus sama dengan atau sesudah hari pertama."
                ),
            ),
            models.CheckConstraint(
                name="batch_quota_is_positive",
                condition=Q(quota__range=(1, 500)),
                violation_error_code="quota",
                violation_error_message=_("Isi 1 sampai 500 kursi."),
            ),
            models.CheckConstraint(
                name="batch_minimum_attendance_is_a_percentage",
                condition=Q(minimum_attendance__lte=100),
                violation_error_code="minimum_attendance",
                violation_error_message=_("Kehadiran minimum berada antara 0 dan 100 persen."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("programs:batch_detail", args=[self.pk])

    @property
    def tone(self):
        return {
            self.State.PLANNED: "plain",
            self.State.OPEN: "info",
            self.State.RUNNING: "warn",
            self.State.CANCELLED: "bad",
        }.get(self.state, "ok")

    @property
    def takes_people(self):
        return self.state in {self.State.OPEN, self.State.RUNNING}

    @property
    def takes_sessions(self):
        return self.state in self.UNDER_WAY

    def count_people(self):
        """How many take part now."""
        return self.enrollments.filter(ended_on=None).count()

    def is_assessed(self):
        """Whether anybody has a result in it."""
        return self.enrollments.filter(results__isnull=False).exists()


class Teaching(models.Model):
    """An instructor of a batch: the regular one, or a substitute."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="teachings")
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, related_name="teachings", verbose_name=_("instruktur")
    )
    is_substitute = models.BooleanField(_("pengganti"), default=False)

    class Meta:
        ordering = ["is_substitute", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="teaching_once_per_batch_and_instructor",
                fields=["batch", "instructor"],
                violation_error_code="instructor",
                violation_error_message=_("Instruktur ini sudah tercatat pada angkatan ini."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} · {self.instructor}"


class BatchMove(models.Model):
    """One step of a batch from state to state: who took it, when and why."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, choices=Batch.State)
    to_state = models.CharField(max_length=10, choices=Batch.State)
    reason = models.CharField(_("alasan"), max_length=200, blank=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        ordering = ["-moved_at", "-pk"]

    def __str__(self):
        return f"{self.batch} → {self.get_to_state_display()}"


class SessionQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def within_school(self, assignment):
        return self.filter(batch__in=Batch.objects.within_school(assignment))

    def within_classes(self, assignment):
        return self.filter(batch__in=Batch.objects.within_classes(assignment))

    def alive(self):
        return self.exclude(status=Session.Status.CANCELLED)

    def cancelled(self):
        return self.filter(status=Session.Status.CANCELLED)

    def to_come(self):
        """Planned, from today on."""
        return self.filter(status=Session.Status.PLANNED, takes_place_on__gte=timezone.localdate())

    def overlapping(self, *, takes_place_on, starts_at, ends_at):
        """Sessions, not cancelled, that share at least a minute of that day."""
        return self.alive().filter(
            takes_place_on=takes_place_on, starts_at__lt=ends_at, ends_at__gt=starts_at
        )

    def annotate_blocking(self, blocking):
        """`is_blocking`: whether a row meets that Q; the others take no more than their instructor."""
        return self.annotate(is_blocking=Case(When(blocking, then=True), default=False))

    def regular(self):
        """Those of the curriculum's hours; a catch-up teaches again what was taught already."""
        return self.filter(kind=Session.Kind.REGULAR)

    def sheet_missing(self):
        """Over, and nobody has filled the attendance sheet."""
        return self.filter(status=Session.Status.PLANNED, takes_place_on__lt=timezone.localdate())


class Session(models.Model):
    """One meeting of a batch: a day, a time, a unit, a room, an instructor."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Rencana")
        HELD = "held", _("Terlaksana")
        CANCELLED = "cancelled", _("Batal")

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Pertemuan")
        CATCH_UP = "catch_up", _("Susulan")

    class Cause(models.TextChoices):
        """Whose doing a cancelled meeting is."""

        FACILITY = "facility", pgettext_lazy("sebab", "Lapas")
        PARTNER = "partner", pgettext_lazy("sebab", "Mitra")
        OTHER = "other", pgettext_lazy("sebab", "Keadaan lain")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="sessions")
    kind = models.CharField(
        _("jenis"), max_length=10, choices=Kind, default=Kind.REGULAR, editable=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sessions", verbose_name=_("unit"))
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, related_name="sessions", verbose_name=_("instruktur")
    )
    takes_place_on = models.DateField(_("tanggal"))
    starts_at = models.TimeField(_("mulai"))
    ends_at = models.TimeField(_("selesai"))
    hours = models.PositiveSmallIntegerField(_("JP"), validators=[MinValueValidator(1)])
    theory_hours = models.PositiveSmallIntegerField(
        _("JP teori"), default=0, help_text=_("Bagian dari JP di atas; sisanya praktik.")
    )
    room = models.ForeignKey(Room, models.PROTECT, related_name="sessions", verbose_name=_("ruang"))
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED, editable=False)
    cancel_reason = models.CharField(_("alasan batal"), max_length=200, blank=True, editable=False)
    cancel_cause = models.CharField(
        _("sebab"), max_length=10, choices=Cause, blank=True, editable=False
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replacement",
        verbose_name=_("menggantikan"),
    )
    reopened_until_on = models.DateField(
        _("dibuka lagi sampai"), null=True, blank=True, editable=False
    )
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="locked_sessions",
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["takes_place_on", "starts_at", "pk"]
        verbose_name = _("pertemuan")
        indexes = [models.Index(fields=["takes_place_on", "status"])]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_code="ends_at",
                violation_error_message=_(
                    "Jam selesai harus sesudah jam mulai, pada hari yang sama."
                ),
            ),
            models.CheckConstraint(
                name="session_has_hours",
                condition=Q(hours__range=(1, 16)),
                violation_error_code="hours",
                violation_error_message=_("Satu pertemuan 1 sampai 16 JP."),
            ),
            models.CheckConstraint(
                name="session_theory_is_part_of_it",
                condition=Q(theory_hours__lte=F("hours")),
                violation_error_code="theory_hours",
                violation_error_message=_("JP teori tidak mungkin lebih dari JP pertemuannya."),
            ),
            models.CheckConstraint(
                name="session_cancelled_with_reason_and_cause",
                condition=Q(status="cancelled") & ~Q(cancel_reason="") & ~Q(cancel_cause="")
                | ~Q(status="cancelled") & Q(cancel_reason="", cancel_cause=""),
                violation_error_code="cancel_reason",
                violation_error_message=_("Tuliskan alasan pertemuan dibatalkan, dan sebabnya."),
            ),
            models.CheckConstraint(
                name="session_locked_by_only_when_locked",
                condition=Q(locked_at__isnull=False) | Q(locked_by=None),
                violation_error_message=_(
                    "Penguncian yang menyebut pelakunya harus mencantumkan waktunya."
                ),
            ),
            models.CheckConstraint(
                name="session_locked_only_when_held",
                condition=Q(locked_at=None) | Q(status="held"),
                violation_error_message=_("Hanya daftar hadir yang sudah diisi yang bisa dikunci."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} · {date_format(self.takes_place_on)}"

    def get_absolute_url(self):
        return reverse("participants:attendance", args=[self.pk])

    @property
    def facility(self):
        return self.batch.facility

    @property
    def replaced_by(self):
        """The meeting held instead of this cancelled one, or None."""
        return getattr(self, "replacement", None)

    @property
    def is_catch_up(self):
        return self.kind == self.Kind.CATCH_UP

    @property
    def is_locked(self):
        return self.locked_at is not None

    @property
    def closes_on(self):
        """The last day on which its sheet takes marks by the rule of the Lapas, or None."""
        days = self.batch.facility.sheet_days
        if days is None:
            return None
        by_rule = self.takes_place_on + timedelta(days=days)
        return max(by_rule, self.reopened_until_on or by_rule)

    @property
    def is_closed(self):
        """Locked, or past the days that the Lapas gives a sheet."""
        return self.is_locked or bool(self.closes_on and timezone.localdate() > self.closes_on)

    @property
    def has_begun(self):
        return self._is_past(self.starts_at)

    @property
    def has_ended(self):
        return self._is_past(self.ends_at)

    def _is_past(self, time):
        zone = ZoneInfo(self.batch.facility.timezone)
        return datetime.combine(self.takes_place_on, time, zone) <= timezone.now()

    @property
    def is_writable(self):
        """Whether its attendance sheet takes marks now."""
        return (
            self.has_begun
            and not self.is_closed
            and self.status != self.Status.CANCELLED
            and self.batch.state not in Batch.OVER
        )
