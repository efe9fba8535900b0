from partnerships.models.agreements import Agreement, Alert, Side, Signatory
from partnerships.models.documents import Document
from partnerships.models.partners import Contact, Partner
from partnerships.models.promises import Commitment, Delivery

__all__ = [
    "Agreement",
    "Alert",
    "Commitment",
    "Contact",
    "Delivery",
    "Document",
    "Partner",
    "Side",
    "Signatory",
]
