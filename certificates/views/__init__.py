from certificates.views.batches import approve, batch, batch_download, issue, prepare
from certificates.views.public import verify
from certificates.views.register import (
    certificate_detail,
    certificate_download,
    certificate_list,
    of_inmate,
)

__all__ = [
    "approve",
    "batch",
    "batch_download",
    "certificate_detail",
    "certificate_download",
    "certificate_list",
    "issue",
    "of_inmate",
    "prepare",
    "verify",
]
