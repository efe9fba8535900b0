from django.http import HttpResponse

from certificates.credential import public_credential
from certificates.models import Certificate
from certificates.services.keys import current_key
from certificates.views.public import about_one, unknown
from core.signing import canonical


@about_one
def credential(request, public_id):
    """The Open Badges credential with a masked name, signed as it leaves: for verifiers, not for readers.

    A revoked one is given too; its status list says so. What was sealed before there were keys gets
    the 404 of an unknown id: reading makes no key.
    """
    public_id = public_id.upper().replace("\0", "?")  # PostgreSQL takes no NUL
    certificate = Certificate.objects.published().filter(public_id=public_id).first()
    key = current_key()
    if certificate is None or key is None:
        return unknown(request)
    return HttpResponse(
        canonical(public_credential(certificate, key)), content_type="application/vc"
    )
