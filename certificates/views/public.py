from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.content import masked
from certificates.models import Certificate


@never_cache
@require_safe
def verify(request, public_id):
    """What a stranger sees: the printed fields with a masked name. The only public page besides login.

    One indexed query; an unknown id and an unsealed certificate get the very same 404.
    """
    public_id = public_id.upper().replace("\0", "?")  # PostgreSQL takes no NUL
    certificate = Certificate.objects.sealed().filter(public_id=public_id).first()
    if certificate is None:
        response = render(request, "certificates/verify_unknown.html", status=404)
    else:
        content = certificate.content
        context = {
            "content": content,
            "masked_name": masked(content["name"]),
            "emblem": f"img/emblem-{content['school']['emblem']}.svg",
            "starts_on": date.fromisoformat(content["starts_on"]),
            "ends_on": date.fromisoformat(content["ends_on"]),
            "issued_on": date.fromisoformat(content["issued_on"]),
            "now": timezone.localtime(timezone=ZoneInfo(settings.TIME_ZONE)),
        }
        response = render(request, "certificates/verify.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
