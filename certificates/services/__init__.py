from certificates.services.custody import hand_over, keep_signed_scan, move_papers
from certificates.services.designs import (
    add_emblem,
    allow_word,
    forbid_word,
    save_design,
    set_number_format,
)
from certificates.services.ending import end
from certificates.services.identities import import_identity, retire_identity, signer_for
from certificates.services.issuing import Issued, issue_batch, run_issuing, start_issuing
from certificates.services.keys import issuer_key
from certificates.services.numbering import assign_number
from certificates.services.outside import record_outside, update_outside
from certificates.services.preparing import (
    approve,
    batch_for_certificates,
    prepare,
    prepare_statements,
)
from certificates.services.replacing import duplicate, replace
from certificates.services.retiring import retire_key
from certificates.services.revoking import (
    already_decided,
    decide_revocation,
    request_revocation,
)
from certificates.services.sealing import seal, seal_numbered
from certificates.services.voiding import void

__all__ = [
    "Issued",
    "add_emblem",
    "allow_word",
    "already_decided",
    "approve",
    "assign_number",
    "batch_for_certificates",
    "decide_revocation",
    "duplicate",
    "end",
    "forbid_word",
    "hand_over",
    "import_identity",
    "issue_batch",
    "issuer_key",
    "keep_signed_scan",
    "move_papers",
    "prepare",
    "prepare_statements",
    "record_outside",
    "replace",
    "request_revocation",
    "retire_identity",
    "retire_key",
    "run_issuing",
    "save_design",
    "seal",
    "seal_numbered",
    "set_number_format",
    "signer_for",
    "start_issuing",
    "update_outside",
    "void",
]
