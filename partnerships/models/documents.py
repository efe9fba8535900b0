"""The papers behind an agreement."""

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models.agreements import Agreement

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), TIFF: (".tif", ".tiff")}


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agreement__in=Agreement.objects.visible_to(user))

    def of_title(self, title):
        """All versions of one paper, the newest first; capitals do not tell papers apart."""
        return self.filter(title__iexact=title).order_by("-version")

    def current(self):
        """The newest version of each paper, those with signatures first."""
        newer = Document.objects.filter(
            agreement=OuterRef("agreement"),
            title=OuterRef("title"),
            version__gt=OuterRef("version"),
        )
        is_signed = Case(When(kind=Document.Kind.SIGNED, then=Value(0)), default=Value(1))
        return self.filter(~Exists(newer)).order_by(is_signed, "kind", "title")


class KeptFile(models.Model):
    """An uploaded PDF, JPEG or PNG, or where scans come together a TIFF, kept byte for byte."""

    media_type = models.CharField(max_length=30, default=PDF, editable=False)
    filename = models.CharField(_("nama berkas"), max_length=200)
    file = models.FileField(_("berkas"), max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveIntegerField()
    page_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        abstract = True

    def __str__(self):
        return self.filename

    @property
    def is_pdf(self):
        return self.media_type == PDF

    @property
    def download_name(self):
        """Its own name, which ends as what it is: a photograph that came as x.exe leaves as x.exe.jpg."""
        suffixes = SUFFIXES[self.media_type]
        if PurePath(self.filename).suffix.lower() in suffixes:
            return self.filename
        return f"{self.filename}{suffixes[0]}"


class Document(KeptFile):
    """A signed scan or an attachment, kept byte for byte: a file saved anew would lose an electronic signature."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("Naskah bertanda tangan")
        ANNEX = "annex", _("Lampiran")
        MINUTES = "minutes", _("Berita acara")
        OTHER = "other", _("Lainnya")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents")
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind, default=Kind.SIGNED)
    title = models.CharField(
        _("judul"),
        max_length=120,
        help_text=_("Berkas dengan judul yang sama menjadi versi berikutnya."),
    )
    version = models.PositiveSmallIntegerField(_("versi"), default=1, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "title", "-version"]
        verbose_name = _("dokumen")
        constraints = [
            models.UniqueConstraint(
                name="document_version_once_per_title",
                fields=["agreement", "title", "version"],
                violation_error_code="title",
                violation_error_message=_("Versi ini sudah ada."),
            ),
            models.UniqueConstraint(
                name="document_once_per_agreement",
                fields=["agreement", "sha256"],
                violation_error_code="file",
                violation_error_message=_("Berkas yang sama sudah ada pada perjanjian ini."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("partnerships:document_detail", args=[self.pk])
