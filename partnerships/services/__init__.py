from partnerships.services.agreements import (
    add_signatory,
    end_agreement,
    record_agreement,
    remove_signatory,
    update_agreement,
)
from partnerships.services.documents import keep_document
from partnerships.services.partners import (
    add_contact,
    give_account,
    register_partner,
    update_partner,
)

__all__ = [
    "add_contact",
    "add_signatory",
    "end_agreement",
    "give_account",
    "keep_document",
    "record_agreement",
    "register_partner",
    "remove_signatory",
    "update_agreement",
    "update_partner",
]
