from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from participants.models.inmates import Inmate


class RosterImport(models.Model):
    """A spreadsheet of people, from upload to undoing.

    `rows`, `wrong` and `passed_over` are what the file says (participants.imports.rosters.Roster); they are
    emptied once the import is over. `answers` is what the officer said: {"missing": {inmate id: {"departure",
    "departed_on", "destination"}}, "same": {register number in the file: inmate id}}.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Diperiksa")
        RUNNING = "running", _("Berjalan")
        DONE = "done", _("Tersimpan")
        FAILED = "failed", _("Gagal")
        UNDONE = "undone", _("Dibatalkan")
        DISCARDED = "discarded", _("Tidak jadi")

    STALLS_AFTER = timedelta(minutes=3)

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="roster_imports")
    filename = models.CharField(_("berkas"), max_length=200)
    sha256 = models.CharField(max_length=64)
    facts_on = models.DateField(_("data per tanggal"))
    state = models.CharField(max_length=9, choices=State, default=State.CHECKED)
    rows = models.JSONField(default=list)
    wrong = models.JSONField(default=list)
    passed_over = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("impor daftar warga binaan")
        constraints = [
            models.UniqueConstraint(
                name="roster_import_one_at_a_time_per_facility",
                fields=["facility"],
                condition=Q(state="running"),
                violation_error_message=_("Impor lain sedang berjalan. Tunggu sampai selesai."),
            ),
        ]

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("participants:roster_import", args=[self.pk])

    @property
    def waits(self):
        """For the officer: nothing of it is in the registry, and a killed job is not going on."""
        return self.state in (self.State.CHECKED, self.State.FAILED) or self.is_stalled

    @property
    def is_running(self):
        return (
            self.state == self.State.RUNNING
            and self.started_at > timezone.now() - self.STALLS_AFTER
        )

    @property
    def is_stalled(self):
        """Its job was killed; it can be begun again."""
        return self.state == self.State.RUNNING and not self.is_running

    @property
    def is_newest(self):
        """In the registry, with no other import committed after it; one query."""
        newest = (
            RosterImport.objects.filter(
                facility=self.facility_id, state__in=[self.State.DONE, self.State.UNDONE]
            )
            .order_by("-finished_at", "-pk")
            .values_list("pk", flat=True)
            .first()
        )
        return self.state == self.State.DONE and newest == self.pk


class RosterChange(models.Model):
    """What an import did to one person, so that it can be undone: fields before (null: new) and after.

    Of the unchanged it is only the day to which their facts are known.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("Baru")
        CHANGED = "changed", _("Berubah")
        UNCHANGED = "unchanged", _("Sama")
        DEPARTED = "departed", _("Sudah keluar")

    roster_import = models.ForeignKey(RosterImport, models.PROTECT, related_name="changes")
    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="roster_change_once_per_person",
                fields=["roster_import", "inmate"],
                violation_error_message=_("Orang ini sudah diubah oleh impor ini."),
            ),
        ]

    def __str__(self):
        return f"{self.roster_import} {self.inmate_id}"
