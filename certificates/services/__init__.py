from certificates.services.ending import end
from certificates.services.issuing import Issued, issue_batch, run_issuing, start_issuing
from certificates.services.numbering import assign_number
from certificates.services.preparing import approve, batch_for_certificates, prepare
from certificates.services.sealing import seal, seal_numbered

__all__ = [
    "Issued",
    "approve",
    "assign_number",
    "batch_for_certificates",
    "end",
    "issue_batch",
    "prepare",
    "run_issuing",
    "seal",
    "seal_numbered",
    "start_issuing",
]
