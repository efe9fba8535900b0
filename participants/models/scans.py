"""Paper sheets that were printed, and the scans in which they come back."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from core.forms import one_line, printable
from partnerships.models.documents import KeptFile
from programs.models import Session


class PrintedSheetQuerySet(ScopedQuerySet):
    facility_path = "session__batch__facility"

    def within_classes(self, assignment):
        return self.filter(session__in=Session.objects.within_classes(assignment))


class PrintedSheet(models.Model):
    """One page of a session's attendance sheet as it went to paper; its code names this row.

    `enrollments` are the people in the order of its rows, so that it reads the same after the roster has
    changed. Printing the same page again is no new sheet.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="printed_sheets")
    # The day that stands on it; a meeting may be moved after its sheet was printed.
    takes_place_on = models.DateField()
    page = models.PositiveSmallIntegerField()
    page_count = models.PositiveSmallIntegerField()
    paper = models.CharField(max_length=2, choices=[("a4", "A4"), ("f4", "F4")])
    layout = models.PositiveSmallIntegerField()
    enrollments = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    printed_at = models.DateTimeField(default=timezone.now)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PrintedSheetQuerySet.as_manager()

    class Meta:
        # What was printed is a log: a GET may write it.
        db_table = "participants_printed_sheet_log"
        ordering = ["session", "page", "pk"]
        verbose_name = _("lembar tercetak")
        constraints = [
            models.UniqueConstraint(
                name="printed_sheet_once",
                fields=["session", "sha256"],
                violation_error_message=_("Lembar ini sudah pernah dicetak."),
            ),
            models.CheckConstraint(
                name="printed_sheet_page_within_count",
                condition=Q(page__gte=1, page__lte=models.F("page_count")),
                violation_error_message=_("Halaman itu tidak ada pada lembarnya."),
            ),
        ]

    def __str__(self):
        return f"{self.session}, {self.page}/{self.page_count}"

    @property
    def facility(self):
        return self.session.facility

    @property
    def has_moved(self):
        """Its meeting is on another day than the one that stands on the paper."""
        return self.takes_place_on != self.session.takes_place_on


class ScanUpload(models.Model):
    """Scans that came together: one PDF, several pictures; a job reads their pages one by one.

    `refused_files` are those that were no scan: [{"name", "reason"}].
    """

    STALLS_AFTER = timedelta(minutes=3)

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="scan_uploads")
    refused_files = models.JSONField(default=list)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The job's sign of life: when it last took up a page.
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("unggahan pindaian")

    def __str__(self):
        return f"{self.uploaded_by}, {self.uploaded_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("participants:scan_upload", args=[self.pk])

    @property
    def has_stalled(self):
        """If pages of it still wait, their job was killed or never begun; it can be begun again."""
        return (self.read_at or self.uploaded_at) <= timezone.now() - self.STALLS_AFTER


class ScanFileQuerySet(ScopedQuerySet):
    facility_path = "upload__facility"


class ScanFile(KeptFile):
    """One file of an upload, kept byte for byte."""

    upload = models.ForeignKey(ScanUpload, models.PROTECT, related_name="files")

    objects = ScanFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("berkas pindaian")

    @property
    def facility(self):
        return self.upload.facility


class ScanPageQuerySet(ScopedQuerySet):
    facility_path = "file__upload__facility"

    def awaiting(self):
        """Read, and its sheet is not confirmed yet: neither from this scan nor from another one."""
        confirmed = ScanPage.objects.filter(sheet=OuterRef("sheet"), state=ScanPage.State.CONFIRMED)
        return self.filter(~Exists(confirmed), state=ScanPage.State.READ)


class ScanPage(models.Model):
    """One scanned page on its way to marks: waiting, read or refused, confirmed or set aside.

    `reading` is what the machine saw (participants.paper.reader.Reading as JSON), for all rows of the layout;
    `answers` what the officer made of it, {row from 1: code or ""}. No mark comes from `reading` alone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu dibaca")
        READ = "read", _("Menunggu konfirmasi")
        REFUSED = "refused", _("Tidak terbaca")
        CONFIRMED = "confirmed", _("Dikonfirmasi")
        SET_ASIDE = "set_aside", _("Disisihkan")

    class Refusal(models.TextChoices):
        BLANK = "blank", _("Halaman kosong")
        NO_SHEET = "no_sheet", _("Bukan lembar daftar hadir")
        MIRRORED = "mirrored", _("Gambarnya terbalik kiri-kanan")
        TWO_SHEETS = "two_sheets", _("Dua lembar dalam satu gambar")
        BENT = "bent", _("Kertasnya terlipat atau melengkung")
        COARSE = "coarse", _("Gambarnya terlalu kasar")
        HUGE = "huge", _("Gambarnya terlalu besar")
        DAMAGED = "damaged", _("Gambarnya tidak bisa dibuka")
        NO_CODE = "no_code", _("Kode lembarnya tidak terbaca")
        FORGED = "forged", _("Kodenya bukan buatan sistem ini")
        FOREIGN = "foreign", _("Bukan lembar Lapas ini")
        OTHER_LAYOUT = "other_layout", _("Kodenya milik lembar dengan ukuran lain")

    file = models.ForeignKey(ScanFile, models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    refusal = models.CharField(max_length=12, choices=Refusal, blank=True)
    sheet = models.ForeignKey(
        PrintedSheet, models.PROTECT, null=True, blank=True, related_name="scans"
    )
    # The layout whose markers were seen; a page without a code has its boxes read all the same.
    paper = models.CharField(max_length=2, blank=True)
    reading = models.JSONField(default=dict)
    picture = models.FileField(max_length=200, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    present_count = models.PositiveSmallIntegerField(
        _("jumlah tanda H di kertas"), null=True, blank=True
    )
    count_note = models.CharField(
        pgettext_lazy("hitungan", "alasan"),
        max_length=120,
        blank=True,
        validators=[printable, one_line],
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_aside_reason = models.CharField(
        _("alasan menyisihkan"), max_length=120, blank=True, validators=[printable, one_line]
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScanPageQuerySet.as_manager()

    class Meta:
        ordering = ["file", "number"]
        verbose_name = _("halaman pindaian")
        constraints = [
            models.UniqueConstraint(
                name="scan_page_once_per_file",
                fields=["file", "number"],
                violation_error_message=_("Halaman ini sudah ada."),
            ),
            models.CheckConstraint(
                name="scan_page_refused_for_a_reason",
                condition=Q(state="refused") & ~Q(refusal="")
                | ~Q(state="refused") & (Q(refusal="") | Q(state="set_aside")),
                violation_error_message=_("Halaman yang tidak terbaca harus punya alasannya."),
            ),
            models.CheckConstraint(
                name="scan_page_has_a_sheet_when_read",
                condition=~Q(state__in=["read", "confirmed"]) | Q(sheet__isnull=False),
                violation_error_message=_("Halaman yang terbaca harus milik satu lembar."),
            ),
            models.CheckConstraint(
                name="scan_page_confirmed_at_and_by",
                condition=Q(confirmed_at=None, confirmed_by=None) & ~Q(state="confirmed")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                violation_error_message=_("Konfirmasi harus mencantumkan waktu dan pelakunya."),
            ),
            models.CheckConstraint(
                name="scan_page_set_aside_at_and_by",
                condition=Q(set_aside_at=None, set_aside_by=None, set_aside_reason="")
                & ~Q(state="set_aside")
                | Q(set_aside_at__isnull=False, set_aside_by__isnull=False, state="set_aside")
                & ~Q(set_aside_reason=""),
                violation_error_message=_("Halaman yang disisihkan harus punya alasannya."),
            ),
        ]

    def __str__(self):
        return f"{self.file}, {self.number}"

    def get_absolute_url(self):
        return reverse("participants:scan_page", args=[self.pk])

    @property
    def facility(self):
        return self.file.facility
