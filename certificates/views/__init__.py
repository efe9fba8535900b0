from certificates.views.batches import (
    approve,
    batch,
    batch_download,
    issue,
    prepare,
    statement_create,
)
from certificates.views.credentials import credential
from certificates.views.custody import (
    hand_over,
    paper_of,
    receipt,
    signed_scan_create,
    signed_scan_download,
)
from certificates.views.designs import (
    design_detail,
    design_list,
    design_of_agreement,
    design_preview,
    design_update,
    emblem_create,
    emblem_image,
)
from certificates.views.handover import handover_list, unclaimed_list
from certificates.views.identities import identity_import, identity_list, identity_retire
from certificates.views.life import (
    certificate_detail,
    duplicate_create,
    replacement_create,
    revocation_create,
    revocation_decide,
    revocation_list,
    void_create,
)
from certificates.views.outside import (
    outside_create,
    outside_download,
    outside_list,
    outside_update,
)
from certificates.views.proofs import verify_emblem, verify_file, verify_keys, verify_status
from certificates.views.public import verify, verify_offline, verify_start
from certificates.views.register import (
    certificate_download,
    certificate_list,
    of_inmate,
)
from certificates.views.tray import print_file, tray, tray_list, tray_move
from certificates.views.wording import (
    forbidden_word_create,
    forbidden_word_create_shared,
    forbidden_word_list,
    forbidden_word_remove,
    forbidden_word_remove_shared,
    number_format_update,
)

__all__ = [
    "approve",
    "batch",
    "batch_download",
    "certificate_detail",
    "certificate_download",
    "certificate_list",
    "credential",
    "design_detail",
    "design_list",
    "design_of_agreement",
    "design_preview",
    "design_update",
    "duplicate_create",
    "emblem_create",
    "emblem_image",
    "forbidden_word_create",
    "forbidden_word_create_shared",
    "forbidden_word_list",
    "forbidden_word_remove",
    "forbidden_word_remove_shared",
    "hand_over",
    "handover_list",
    "identity_import",
    "identity_list",
    "identity_retire",
    "issue",
    "number_format_update",
    "of_inmate",
    "outside_create",
    "outside_download",
    "outside_list",
    "outside_update",
    "paper_of",
    "prepare",
    "print_file",
    "receipt",
    "replacement_create",
    "revocation_create",
    "revocation_decide",
    "revocation_list",
    "signed_scan_create",
    "signed_scan_download",
    "statement_create",
    "tray",
    "tray_list",
    "tray_move",
    "unclaimed_list",
    "verify",
    "verify_emblem",
    "verify_file",
    "verify_keys",
    "verify_offline",
    "verify_start",
    "verify_status",
    "void_create",
]
