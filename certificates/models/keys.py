from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partner


class IssuerKey(models.Model):
    """The public half of an Ed25519 key that signs QR codes, credentials, status lists and ledger heads.

    The secret half lies in `DATA_DIR/keys`, never in the database. A retired key still proves what is
    dated up to its last day; a compromised one proves nothing any more.
    """

    kid = models.CharField(max_length=8, unique=True)  # 4 bytes in hex: what a QR code has room for
    public_key = models.CharField(max_length=64, unique=True)  # 32 bytes in hex
    created_at = models.DateTimeField(auto_now_add=True)
    retired_on = models.DateField(_("berhenti dipakai pada"), null=True, blank=True)
    is_compromised = models.BooleanField(_("bocor"), default=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("kunci penanda")
        constraints = [
            models.CheckConstraint(
                name="issuer_key_compromised_is_retired",
                condition=Q(is_compromised=False) | Q(retired_on__isnull=False),
                violation_error_message=_("Kunci yang bocor harus berhenti dipakai."),
            ),
        ]

    def __str__(self):
        return self.kid


class SignerIdentityQuerySet(models.QuerySet):
    def current(self):
        return self.filter(retired_at=None)


class SignerIdentity(models.Model):
    """The X.509 certificate under which a school's PDFs are signed; its key lies in `DATA_DIR/keys`.

    Everything in it is public: it names the school, never the prison.
    """

    class Source(models.TextChoices):
        OWN = "own", _("dibuat di sini")
        IMPORTED = "imported", _("milik sekolah")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="signer_identities")
    source = models.CharField(_("asal"), max_length=8, choices=Source)
    subject = models.CharField(_("atas nama"), max_length=300)
    fingerprint = models.CharField(
        max_length=64, unique=True
    )  # SHA-256 of the DER, names the key file
    certificate = models.TextField()  # PEM
    chain = models.TextField(blank=True)  # PEM, from the issuer up; the last one is trusted
    starts_at = models.DateTimeField(_("berlaku sejak"))
    expires_at = models.DateTimeField(_("berlaku sampai"))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SignerIdentityQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "-created_at"]
        verbose_name = _("identitas penanda tangan")
        constraints = [
            models.UniqueConstraint(
                name="signer_identity_one_current_per_partner",
                fields=["partner"],
                condition=Q(retired_at=None),
                violation_error_message=_("Sekolah ini sudah punya identitas penanda tangan."),
            ),
        ]

    def __str__(self):
        return self.subject
