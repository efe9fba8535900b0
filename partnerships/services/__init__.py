from partnerships.services.agreements import (
    add_signatory,
    end_agreement,
    record_agreement,
    remove_signatory,
    update_agreement,
)
from partnerships.services.documents import keep_document, look_into
from partnerships.services.partners import (
    add_contact,
    give_account,
    register_partner,
    update_contact,
    update_partner,
)
from partnerships.services.promises import (
    record_commitment,
    record_delivery,
    update_commitment,
    withdraw_commitment,
    withdraw_delivery,
)

__all__ = [
    "add_contact",
    "add_signatory",
    "end_agreement",
    "give_account",
    "keep_document",
    "look_into",
    "record_agreement",
    "record_commitment",
    "record_delivery",
    "register_partner",
    "remove_signatory",
    "update_agreement",
    "update_commitment",
    "update_contact",
    "update_partner",
    "withdraw_commitment",
    "withdraw_delivery",
]
