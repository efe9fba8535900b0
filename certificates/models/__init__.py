from certificates.models.certificates import (
    Certificate,
    IssueRun,
    NumberFormat,
    NumberSeries,
    new_public_id,
    new_salt,
)
from certificates.models.custody import PaperMove, SignedScan
from certificates.models.designs import Design, Emblem, ForbiddenWord
from certificates.models.keys import IssuerKey, SignerIdentity
from certificates.models.ledger import LedgerEntry
from certificates.models.outside import OutsideCertificate
from certificates.models.revocation import Revocation

__all__ = [
    "Certificate",
    "Design",
    "Emblem",
    "ForbiddenWord",
    "IssueRun",
    "IssuerKey",
    "LedgerEntry",
    "NumberFormat",
    "NumberSeries",
    "OutsideCertificate",
    "PaperMove",
    "Revocation",
    "SignedScan",
    "SignerIdentity",
    "new_public_id",
    "new_salt",
]
