"""The papers behind an agreement."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.agreements import Agreement


class Document(models.Model):
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
    media_type = models.CharField(max_length=30, default="application/pdf", editable=False)
    filename = models.CharField(_("nama berkas"), max_length=200)
    file = models.FileField(_("berkas"), max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveIntegerField()
    page_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

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

    def __str__(self):
        return self.filename
