"""What programs ask, the verify page's own script among them: no names, and only about what one already holds."""

import re

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from certificates.models import Certificate, Emblem
from certificates.offline import public_keys
from certificates.services.keys import current_key
from certificates.status import status_list
from certificates.views.public import about_one, for_all, unknown

SHA256 = re.compile(r"[0-9a-f]{64}")
STATUS_WORDS = {
    Certificate.Status.SEALED: "active",
    Certificate.Status.REVOKED: "revoked",
    Certificate.Status.SUPERSEDED: "superseded",
}


@for_all
def verify_keys(request):
    """Every key that ever signed here, as JSON Web Keys; with its last day, if it has one."""
    return JsonResponse(public_keys())


@for_all
def verify_status(request, page):
    """A status list, true at this moment."""
    key = current_key()
    said = status_list(page, key, timezone.now()) if key else None
    if said is None:
        return unknown(request)
    # The name is for people who keep it beside the offline verifier.
    return JsonResponse(
        said,
        content_type="application/vc",
        json_dumps_params={"ensure_ascii": False},
        headers={"Content-Disposition": f'inline; filename="status-{page}.json"'},
    )


@about_one
def verify_file(request, sha256):
    """Whether a file is one of ours, byte for byte, and whether it still holds."""
    certificate = None
    if SHA256.fullmatch(sha256):
        certificate = Certificate.objects.published().filter(sha256=sha256).first()
    if certificate is None:
        return JsonResponse({"known": False})
    return JsonResponse(
        {
            "known": True,
            "status": STATUS_WORDS[certificate.status],
            "number": certificate.number,
            "address": certificate.public_path,
        }
    )


@for_all
def verify_emblem(request, sha256):
    """A school's emblem, as it stands on its certificates."""
    emblem = Emblem.objects.filter(sha256=sha256).first() if SHA256.fullmatch(sha256) else None
    if emblem is None:
        return unknown(request)
    return HttpResponse(emblem.png, content_type="image/png")
