from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates.models import IssuerKey
from certificates.services.keys import issuer_key
from certificates.services.ledger import keep_head


@transaction.atomic
def retire_key(*, kid, is_compromised=False, by):
    """Sign nothing more with a key: today is its last day. Its successor is there when this returns.

    What a retired key signed up to its last day stays proven; nothing that a compromised one ever signed does.
    A key that was retired may turn out compromised later; the ledger's end is then signed anew by its successor.
    Returns the IssuerKey.
    """
    key = IssuerKey.objects.select_for_update(no_key=True).filter(kid=kid).first()
    if key is None:
        raise ValidationError(_("Tidak ada kunci %(kid)s.") % {"kid": kid})
    if key.retired_on and key.is_compromised >= is_compromised:
        raise ValidationError(_("Kunci %(kid)s sudah berhenti dipakai.") % {"kid": kid})
    key.retired_on = key.retired_on or timezone.localdate()
    key.is_compromised = is_compromised
    key.save(update_fields=["retired_on", "is_compromised"])
    issuer_key()
    audit.record("issuer_key.retired", key, by=by, is_compromised=is_compromised)
    transaction.on_commit(keep_head, robust=True)
    return key
