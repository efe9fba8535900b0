from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.scope import ScopedQuerySet
from participants.models.inmates import Inmate
from programs.models import Batch


class ApplicationQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def in_running(self):
        """Proposed or waiting, of people who are still here."""
        return self.filter(
            state__in=Application.IN_RUNNING,
            inmate__departed_on=None,
        )

    def chosen(self):
        """Promised a seat by the panel and not seated yet, of people who are still here."""
        return self.filter(state=Application.State.CHOSEN, inmate__departed_on=None)


class Application(models.Model):
    """Somebody is proposed for a batch, or asks for it."""

    class Origin(models.TextChoices):
        OFFICER = "officer", _("Petugas")
        GUARDIAN = "guardian", _("Wali")
        OWN = "own", _("Permintaan sendiri")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Diusulkan")
        WAITING = "waiting", _("Daftar tunggu")
        CHOSEN = "chosen", _("Terpilih")
        DECLINED = "declined", _("Tidak terpilih")
        WITHDRAWN = "withdrawn", _("Ditarik")
        ENROLLED = "enrolled", _("Menjadi peserta")

    IN_RUNNING = {State.PROPOSED, State.WAITING}

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications")
    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="applications")
    origin = models.CharField(_("usulan dari"), max_length=8, choices=Origin)
    note = models.CharField(_("keterangan"), max_length=300, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=9, choices=State, default=State.PROPOSED, editable=False
    )
    reason = models.CharField(max_length=300, blank=True, editable=False)
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("usulan peserta")
        constraints = [
            models.UniqueConstraint(
                name="application_once_per_batch_and_inmate",
                fields=["batch", "inmate"],
                violation_error_code="inmate",
                violation_error_message=_("Orang ini sudah diusulkan untuk angkatan ini."),
            ),
        ]

    def __str__(self):
        return f"{self.inmate} · {self.batch}"

    def get_absolute_url(self):
        return reverse("participants:application_detail", args=[self.pk])

    @property
    def facility(self):
        return self.batch.facility

    @property
    def can_withdraw(self):
        return self.state in {*self.IN_RUNNING, self.State.CHOSEN}

    @property
    def tone(self):
        return {
            self.State.PROPOSED: "info",
            self.State.WAITING: "warn",
            self.State.CHOSEN: "ok",
            self.State.ENROLLED: "ok",
        }.get(self.state, "plain")


class ApplicationMove(models.Model):
    """One step of an application, never changed: from proposed to waiting, chosen, declined …"""

    application = models.ForeignKey(Application, models.PROTECT, related_name="moves")
    state = models.CharField(max_length=9, choices=Application.State)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.application}: {self.state}"


class SelectionRoundQuerySet(ScopedQuerySet):
    facility_path = "batch__facility"

    def unfinished(self):
        """Not decided, or decided and somebody chosen still has no seat; annotated with `to_seat`."""
        here = Candidate.objects.to_seat().filter(
            round=OuterRef("pk"), application__inmate__departed_on=None
        )
        count = here.order_by().values("round").annotate(people=Count("pk")).values("people")
        return (
            self.filter(batch__state__in=Batch.UNDER_WAY)
            .annotate(to_seat=Coalesce(Subquery(count, IntegerField()), 0))
            .exclude(state=SelectionRound.State.DECIDED, to_seat=0)
        )


class SelectionRound(models.Model):
    """One sitting of the review panel (sidang TPP) on the people proposed for a batch.

    Open: people are scored. Submitted: the ranking is frozen, ties broken by `seed`. Decided: the panel's
    minutes are in; the decree that makes participants follows.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Dinilai")
        SUBMITTED = "submitted", _("Diajukan ke TPP")
        DECIDED = "decided", _("Diputuskan")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="selection_rounds")
    seats = models.PositiveSmallIntegerField(
        _("kursi"), validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    held_on = models.DateField(_("hari sidang TPP"))
    chair = models.CharField(_("ketua sidang"), max_length=120, blank=True)
    members = models.TextField(
        _("anggota sidang"), max_length=1000, blank=True, help_text=_("Satu nama satu baris.")
    )
    state = models.CharField(max_length=9, choices=State, default=State.OPEN, editable=False)
    minutes_number = models.CharField(_("nomor berita acara"), max_length=80, blank=True)
    decree_number = models.CharField(_("nomor SK peserta"), max_length=80, blank=True)
    decree_on = models.DateField(_("tanggal SK"), null=True, blank=True)
    decreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    seed = models.CharField(_("angka undian"), max_length=32, blank=True, editable=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SelectionRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("putaran seleksi")
        constraints = [
            models.UniqueConstraint(
                name="selection_round_one_at_a_time_per_batch",
                fields=["batch"],
                condition=~Q(state="decided"),
                violation_error_message=_(
                    "Angkatan ini masih punya putaran seleksi yang berjalan."
                ),
            ),
            models.CheckConstraint(
                name="selection_round_seed_once_submitted",
                condition=Q(state="open", seed="") | ~Q(state="open") & ~Q(seed=""),
                violation_error_message=_("Angka undian diambil ketika putaran diajukan."),
            ),
            models.CheckConstraint(
                name="selection_round_decided_by_minutes",
                condition=~Q(state="decided") | ~Q(minutes_number=""),
                violation_error_code="minutes_number",
                violation_error_message=_("Isi nomor berita acara sidang TPP."),
            ),
            models.CheckConstraint(
                name="selection_round_decree_after_decision",
                condition=Q(decree_number="", decree_on=None)
                | Q(state="decided", decree_on__isnull=False) & ~Q(decree_number=""),
                violation_error_code="decree_number",
                violation_error_message=_("SK peserta: isi nomor dan tanggalnya, sesudah sidang."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} {self.held_on}"

    def get_absolute_url(self):
        return reverse("participants:selection_round", args=[self.pk])

    @property
    def facility(self):
        return self.batch.facility


class Criterion(models.Model):
    """What is scored in a round, and with which weight."""

    round = models.ForeignKey(SelectionRound, models.PROTECT, related_name="criteria")
    name = models.CharField(_("yang dinilai"), max_length=60)
    weight = models.PositiveSmallIntegerField(
        _("bobot"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="criterion_position_once_per_round",
                fields=["round", "position"],
                violation_error_message=_("Nomor urut ini sudah terpakai."),
            ),
            models.CheckConstraint(
                name="criterion_weight_between_1_and_100",
                condition=Q(weight__range=(1, 100)),
                violation_error_code="weight",
                violation_error_message=_("Bobot berada antara 1 dan 100."),
            ),
        ]

    def __str__(self):
        return self.name


class CandidateQuerySet(models.QuerySet):
    def chosen(self):
        """Whom the panel chose, where that is its last word: who withdrew may be chosen anew elsewhere."""
        last = Candidate.objects.filter(
            application=OuterRef("application"), round__state=SelectionRound.State.DECIDED
        ).order_by("-round__decided_at", "-round")
        return self.annotate(last_round=Subquery(last.values("round")[:1])).filter(
            is_chosen=True, round=F("last_round")
        )

    def to_seat(self):
        """Chosen, and not seated yet."""
        return self.chosen().filter(application__state=Application.State.CHOSEN)


class Candidate(models.Model):
    """An application in a round: its ranking as it was frozen, and what the panel made of it.

    While the round is open, `is_proposed` is the officer's tick against the ranking (None: as ranked),
    `proposal_reason` the words for it. Submitting freezes what the panel saw: register number, ticket,
    advice in short. `reason` is why somebody was not chosen, `waiting_place` the number that the decision
    gave on the waiting list.
    """

    round = models.ForeignKey(SelectionRound, models.PROTECT, related_name="candidates")
    application = models.ForeignKey(Application, models.PROTECT, related_name="candidacies")
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    register_number = models.CharField(max_length=40, blank=True)
    ticket = models.CharField(max_length=64, blank=True)
    advice = models.CharField(max_length=300, blank=True)
    is_proposed = models.BooleanField(null=True)
    proposal_reason = models.CharField(_("alasan usulan"), max_length=300, blank=True)
    is_chosen = models.BooleanField(null=True)
    waiting_place = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="candidate_once_per_round",
                fields=["round", "application"],
                violation_error_message=_("Orang ini sudah ikut putaran ini."),
            ),
            models.UniqueConstraint(
                name="candidate_rank_once_per_round",
                fields=["round", "rank"],
                violation_error_message=_("Urutan ini sudah terpakai."),
            ),
        ]

    def __str__(self):
        return str(self.application)


class Score(models.Model):
    """Points of one candidate on one criterion, 0 to 100."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.DecimalField(
        _("nilai"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    version = models.PositiveIntegerField(default=1)
    scored_at = models.DateTimeField(auto_now=True)
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="score_once_per_candidate_and_criterion",
                fields=["candidate", "criterion"],
                violation_error_message=_("Sudah dinilai."),
            ),
            models.CheckConstraint(
                name="score_points_between_0_and_100",
                condition=Q(points__range=(0, 100)),
                violation_error_code="points",
                violation_error_message=_("Nilai berada antara 0 dan 100."),
            ),
        ]

    def __str__(self):
        return f"{self.candidate} {self.criterion}: {self.points}"
