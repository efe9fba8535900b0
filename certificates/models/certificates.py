import base64
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.scope import ScopedQuerySet
from participants.models import Enrollment
from partnerships.models import Partner
from programs.models import Batch


def new_public_id():
    """128 random bits as 26 base32 characters: the address of the verify page, not to be guessed."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def new_salt():
    """What keeps a ledger commitment from being guessed; goes when its person is erased."""
    return secrets.token_hex(16)


class NumberSeriesQuerySet(models.QuerySet):
    def locked(self, key):
        """The series, made when it is the first of its book, for the caller's transaction alone."""
        self.get_or_create(key=key)
        return self.select_for_update(no_key=True).get(key=key)

    def take(self, key):
        """The series with its next number, inside the caller's transaction: gone through or never taken."""
        series = self.locked(key)
        series.last += 1
        series.save(update_fields=["last"])
        return series


class NumberSeries(models.Model):
    """A book of numbers without gaps: one issuer, one year and, if the number names it, one program.

    The ledger counts its entries in one too.
    """

    key = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("buku register sertifikat")

    def __str__(self):
        return self.key


class NumberFormat(models.Model):
    """How a school writes the numbers of its certificates, as parts in braces.

    Without one: STANDARD. Which parts there are: certificates.numbers.
    """

    STANDARD = "{urut}/{program}/{sekolah}/{bulan}/{tahun}"

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="number_format")
    template = models.CharField(_("susunan nomor"), max_length=80, default=STANDARD)
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("susunan nomor sertifikat")

    def __str__(self):
        return self.template


class CertificateQuerySet(ScopedQuerySet):
    facility_path = "enrollment__batch__facility"

    def of(self, batch):
        return self.filter(enrollment__batch=batch).order_by("enrollment__position", "pk")

    def sealed(self):
        """In force: neither revoked nor superseded."""
        return self.filter(status=Certificate.Status.SEALED)

    def published(self):
        """Out in the world, in force or not: their bytes are kept and their verify pages answer."""
        return self.filter(status__in=Certificate.PUBLISHED)

    def originals(self):
        return self.filter(duplicate_of=None)

    def in_register(self):
        """Whatever took a number, in the order of the book."""
        return self.exclude(number=None).order_by("series", "sequence")


class Certificate(models.Model):
    """A certificate of training, a statement of units completed, or a duplicate of either.

    `content` holds what it says from the day it is prepared: that is what the head approves, and
    nothing else gets a number. With the number it is frozen for ever.
    """

    class Kind(models.TextChoices):
        TRAINING = "training", _("Sertifikat pelatihan")
        PARTIAL = "partial", _("Surat keterangan")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Menunggu persetujuan")
        APPROVED = "approved", _("Disetujui")
        NUMBERED = "numbered", _("Bernomor")
        SEALED = "sealed", _("Terbit")
        REVOKED = "revoked", _("Dicabut")
        SUPERSEDED = "superseded", _("Digantikan")
        VOID = "void", pgettext_lazy("sertifikat", "Batal")

    class EndReason(models.TextChoices):
        """Why it is no longer in force: codes that a stranger may read."""

        MISTAKE = "mistake", _("salah isi")
        NOT_ENTITLED = "not_entitled", _("syarat ternyata tidak terpenuhi")
        FRAUD = "fraud", _("diperoleh dengan tidak benar")
        OTHER = "other", _("sebab lain")
        NAME = "name", _("pembetulan nama")
        RESULTS = "results", _("pembetulan hasil")
        COMPLETED = "completed", _("pelatihan dilengkapi")

    class Paper(models.TextChoices):
        """Where the sheet of paper is on its way to its holder."""

        NONE = "", _("belum dicetak")
        PRINTED = "printed", _("dicetak")
        SIGNED = "signed", _("ditandatangani")
        STORED = "stored", _("disimpan")
        HANDED = "handed", _("diserahkan")
        LOST = "lost", _("hilang atau rusak")

    REASONS_TO_REVOKE = [
        (one.value, one.label)
        for one in (EndReason.MISTAKE, EndReason.NOT_ENTITLED, EndReason.FRAUD, EndReason.OTHER)
    ]
    REASONS_TO_REPLACE = [
        (one.value, one.label)
        for one in (EndReason.NAME, EndReason.RESULTS, EndReason.MISTAKE, EndReason.COMPLETED)
    ]
    PAPER_STEPS = [(one.value, one.label) for one in Paper if one.value]

    UNNUMBERED = (Status.DRAFT, Status.APPROVED)
    IN_WORK = (*UNNUMBERED, Status.NUMBERED)
    ENDED = (Status.REVOKED, Status.SUPERSEDED)
    PUBLISHED = (Status.SEALED, *ENDED)

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="certificates")
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind, default=Kind.TRAINING)
    status = models.CharField(_("keadaan"), max_length=10, choices=Status, default=Status.DRAFT)
    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    replacement_reason = models.CharField(
        _("alasan penggantian"), max_length=12, choices=REASONS_TO_REPLACE, blank=True
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    dated_on = models.DateField(_("tanggal sertifikat"))
    prepared_at = models.DateTimeField(auto_now_add=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="prepared_certificates"
    )
    # Who asked for a replacement, which others may prepare anew after every correction.
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approved_certificates"
    )
    series = models.ForeignKey(NumberSeries, models.PROTECT, null=True, related_name="certificates")
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(_("nomor"), max_length=80, unique=True, null=True)  # noqa: DJ001 - unique
    content = models.JSONField()
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    numbered_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    byte_count = models.PositiveIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(_("sebab"), max_length=12, choices=EndReason, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="voided_certificates"
    )
    void_reason = models.CharField(_("alasan pembatalan"), max_length=200, blank=True)
    paper = models.CharField(
        _("lembar"), max_length=8, choices=Paper, default=Paper.NONE, blank=True
    )
    paper_place = models.CharField(_("tempat lembar"), max_length=120, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "series", "sequence"]
        indexes = [models.Index(fields=["sha256"]), models.Index(fields=["status", "paper"])]
        verbose_name = _("sertifikat")
        constraints = [
            models.UniqueConstraint(
                name="certificate_sequence_once_per_series",
                fields=["series", "sequence"],
                violation_error_message=_("Nomor ini sudah dipakai dalam buku register."),
            ),
            models.UniqueConstraint(
                name="certificate_one_in_work_per_enrollment",
                fields=["enrollment"],
                condition=Q(status__in=["draft", "approved", "numbered"], duplicate_of=None),
                violation_error_message=_("Sertifikat orang ini sedang disiapkan."),
            ),
            models.UniqueConstraint(
                name="certificate_one_in_force_per_enrollment",
                fields=["enrollment"],
                condition=Q(status="sealed", duplicate_of=None),
                violation_error_message=_("Orang ini sudah bersertifikat untuk angkatan ini."),
            ),
            models.CheckConstraint(
                name="certificate_approved_by_another_person",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                violation_error_message=_("Yang menyiapkan tidak boleh menyetujui."),
            ),
            models.CheckConstraint(
                name="certificate_approved_by_another_than_began_it",
                condition=Q(approved_by=None) | Q(begun_by=None) | ~Q(approved_by=F("begun_by")),
                violation_error_message=_("Yang meminta penggantian tidak boleh menyetujuinya."),
            ),
            models.CheckConstraint(
                name="certificate_approved_at_and_by_together",
                condition=Q(status__in=["draft", "void"], approved_at=None, approved_by=None)
                | ~Q(status="draft") & Q(approved_at__isnull=False, approved_by__isnull=False),
                violation_error_message=_("Persetujuan harus mencantumkan waktu dan pelakunya."),
            ),
            models.CheckConstraint(
                name="certificate_numbered_with_series",
                condition=Q(
                    status__in=["draft", "approved", "void"],
                    series=None,
                    sequence=None,
                    number=None,
                    numbered_at=None,
                )
                | Q(
                    status__in=["numbered", "sealed", "revoked", "superseded", "void"],
                    series__isnull=False,
                    sequence__isnull=False,
                    number__isnull=False,
                    numbered_at__isnull=False,
                ),
                violation_error_message=_("Nomor dan buku register dicatat bersama."),
            ),
            models.CheckConstraint(
                name="certificate_sealed_with_hash",
                condition=Q(
                    status__in=["draft", "approved", "numbered", "void"],
                    sha256="",
                    byte_count=None,
                    sealed_at=None,
                    paper="",
                )
                | Q(
                    status__in=["sealed", "revoked", "superseded"],
                    byte_count__isnull=False,
                    sealed_at__isnull=False,
                )
                & ~Q(sha256=""),
                violation_error_message=_("Berkas yang disegel harus memiliki sidik SHA-256."),
            ),
            models.CheckConstraint(
                name="certificate_ended_at_and_why_together",
                condition=Q(status__in=["revoked", "superseded"], ended_at__isnull=False)
                & ~Q(end_reason="")
                | ~Q(status__in=["revoked", "superseded"]) & Q(ended_at=None, end_reason=""),
                violation_error_message=_("Pencabutan harus mencantumkan waktu dan sebabnya."),
            ),
            models.CheckConstraint(
                name="certificate_voided_at_by_and_why_together",
                condition=Q(status="void", voided_at__isnull=False, voided_by__isnull=False)
                & ~Q(void_reason="")
                | ~Q(status="void") & Q(voided_at=None, voided_by=None, void_reason=""),
                violation_error_message=_(
                    "Pembatalan harus mencantumkan waktu, pelaku, dan alasan."
                ),
            ),
            models.CheckConstraint(
                name="certificate_replaces_with_a_reason",
                condition=Q(replaces=None, replacement_reason="")
                | Q(replaces__isnull=False, duplicate_of=None) & ~Q(replacement_reason=""),
                violation_error_code="replacement_reason",
                violation_error_message=_("Penggantian harus mencantumkan alasannya."),
            ),
        ]

    def __str__(self):
        return self.number or str(self.enrollment.inmate)

    def get_absolute_url(self):
        return reverse("certificates:certificate_detail", args=[self.pk])

    @property
    def facility(self):
        return self.enrollment.batch.facility

    @property
    def is_published(self):
        return self.status in self.PUBLISHED

    @property
    def is_duplicate(self):
        return self.duplicate_of_id is not None

    def is_work_of(self, user):
        """Whether `user` prepared it or asked for it: another person approves."""
        return user.pk in (self.prepared_by_id, self.begun_by_id)

    @property
    def path(self):
        """Where the sealed bytes lie."""
        return settings.CERTIFICATE_ROOT / self.public_id[:2] / f"{self.public_id}.pdf"

    @property
    def public_path(self):
        """The verify page, as this site's own link."""
        return f"/v/{self.public_id}"

    @property
    def filename(self):
        return f"sertifikat-{self.number.replace('/', '-')}.pdf"

    @property
    def verify_url(self):
        """Upper case throughout: a QR code holds that in fewer modules."""
        return f"{settings.PUBLIC_BASE_URL}/V/{self.public_id}".upper()

    @property
    def tone(self):
        tones = {self.Status.DRAFT: "warn", self.Status.SEALED: "ok", self.Status.REVOKED: "bad"}
        return tones.get(self.status, "info")


class IssueRunQuerySet(models.QuerySet):
    def stalled(self):
        """Begun and never ended, longer ago than any batch takes: its job was killed."""
        return self.filter(finished_at=None, started_at__lt=timezone.now() - IssueRun.STALLS_AFTER)


class IssueRun(models.Model):
    """One press of the issue button: a background job that goes on when the page is left."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="issue_runs")
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    STALLS_AFTER = timedelta(minutes=3)

    objects = IssueRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="issue_run_one_at_a_time_per_batch",
                fields=["batch"],
                condition=Q(finished_at=None),
                violation_error_message=_("Penerbitan angkatan ini sedang berjalan."),
            ),
        ]

    def __str__(self):
        return f"{self.batch} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self):
        return self.finished_at is None and self.started_at > timezone.now() - IssueRun.STALLS_AFTER
