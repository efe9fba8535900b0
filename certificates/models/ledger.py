from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certificates.models.certificates import Certificate


class LedgerEntry(models.Model):
    """One link of the chain: what became of a certificate. Append-only; triggers refuse the rest.

    `commitment` is an HMAC over what the certificate says, whose it is and why it ended, under a salt that
    stands with the certificate: without the salt it tells nothing, so a person can be erased and the chain
    stays whole. `at` is the moment that the certificate itself names.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("diberi nomor")
        SEAL = "seal", _("disegel")
        REVOKE = "revoke", _("dicabut")
        SUPERSEDE = "supersede", pgettext_lazy("sertifikat", "digantikan")
        VOID = "void", _("dibatalkan")

    MOMENTS = {
        Kind.NUMBER: "numbered_at",
        Kind.SEAL: "sealed_at",
        Kind.REVOKE: "ended_at",
        Kind.SUPERSEDE: "ended_at",
        Kind.VOID: "voided_at",
    }

    index = models.PositiveIntegerField(primary_key=True)  # from 1, without gaps
    kind = models.CharField(max_length=9, choices=Kind)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="ledger_entries")
    at = models.DateTimeField()
    public_id = models.CharField(max_length=26)
    number = models.CharField(max_length=80)
    commitment = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, blank=True)  # of the sealed file
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["index"]
        verbose_name = _("catatan rantai")
        constraints = [
            models.UniqueConstraint(
                name="ledger_entry_once_per_kind",
                fields=["certificate", "kind"],
                violation_error_message=_("Peristiwa ini sudah tercatat."),
            ),
            models.CheckConstraint(
                name="ledger_entry_seal_has_a_hash",
                condition=Q(kind="seal") & ~Q(sha256="") | ~Q(kind="seal") & Q(sha256=""),
                violation_error_message=_("Hanya penyegelan mencatat sidik berkas."),
            ),
        ]

    def __str__(self):
        return f"{self.index} {self.kind} {self.number}"
