"""The pages for strangers: whoever holds a paper may check it. Nothing here tells where it was earned."""

import logging
import re
from datetime import date
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.content import masked
from certificates.documents.sheet import OUR_EMBLEMS
from certificates.keyring import KeyMissing
from certificates.models import Certificate
from certificates.offline import offline_page
from core.throttle import throttled

logger = logging.getLogger(__name__)

CODE = re.compile(r"[A-Z2-7]{26}")
# Of what the page says, all that the QR code says too; the name only masked.
FACTS = ("number", "kind", "program", "hours", "starts_on", "ends_on", "issued_on", "predicate")


def too_often(request):
    return render(request, "certificates/verify_busy.html")


def answers_strangers(scope, *, limit):
    """A view that only reads; its answers are not kept, not indexed, not followed back, and counted."""

    def decorate(view):
        counted = never_cache(
            require_safe(throttled(scope, limit=limit, refuse=too_often)(_later_without_key(view))),
        )

        @wraps(view)
        def with_headers(request, *args, **kwargs):
            response = counted(request, *args, **kwargs)
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

        return with_headers

    return decorate


def _later_without_key(view):
    """Where the key to sign with is gone, people bring it back from the backup; whoever asks may wait."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except KeyMissing:
            logger.exception("Strangers get no answer.")
            words = _("Pemeriksaan sedang tidak tersedia. Coba lagi nanti.")
            return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")

    return answered


# About one certificate; and what is the same for everybody, which those pages load besides.
about_one = answers_strangers("verify", limit=30)
for_all = answers_strangers("verify for all", limit=120)


def unknown(request):
    """The one answer to whatever is not there."""
    return render(request, "certificates/verify_unknown.html", status=404)


@for_all
def verify_start(request):
    """Where a check begins without a QR code: the code that was printed, or the file."""
    code = "".join(request.GET.get("code", "").split()).upper()
    if CODE.fullmatch(code):
        return redirect("verify", code)
    return render(
        request,
        "certificates/verify_start.html",
        {"is_wrong": bool(code)},
        status=422 if code else 200,
    )


@about_one
def verify(request, public_id):
    """The printed fields with a masked name, and whether they hold today.

    One indexed query; an unknown id and an unsealed certificate get the very same 404.
    """
    public_id = public_id.upper().replace("\0", "?")  # PostgreSQL takes no NUL
    certificate = (
        Certificate.objects.published()
        .select_related("replaces", "replaced_by", "duplicate_of__replaced_by")
        .filter(public_id=public_id)
        .first()
    )
    if certificate is None:
        return unknown(request)
    content = certificate.content
    emblem, first = content["school"]["emblem"], content["duplicate_of"]
    context = {
        "certificate": certificate,
        "content": content,
        "masked_name": masked(content["name"]),
        "facts": _facts(content),
        "emblem": f"img/emblem-{emblem}.svg" if emblem in OUR_EMBLEMS else "",
        "emblem_sha256": emblem.removeprefix("sha256:") if emblem.startswith("sha256:") else "",
        "is_in_force": certificate.status == Certificate.Status.SEALED,
        "replacement": _replacement(certificate),
        "first_issued_on": first and date.fromisoformat(first["issued_on"]),
        "now": timezone.localtime(timezone=ZoneInfo(settings.TIME_ZONE)),
        **{
            name: date.fromisoformat(content[name])
            for name in ("starts_on", "ends_on", "issued_on")
        },
    }
    return render(request, "certificates/verify.html", context)


def _facts(content):
    return {
        **{name: content[name] for name in FACTS},
        "school": content["school"]["name"],
        "masked_name": masked(content["name"]),
        "is_duplicate": content["duplicate_of"] is not None,
        "is_specimen": content["is_specimen"],
    }


def _replacement(certificate):
    """What took its place, once that is out in the world; a duplicate goes the way of its first one."""
    first = certificate.duplicate_of or certificate
    successor = getattr(first, "replaced_by", None)
    return successor if successor and successor.is_published else None


@for_all
def verify_offline(request):
    """The offline verifier, one file to keep."""
    return HttpResponse(
        offline_page(),
        headers={"Content-Disposition": 'attachment; filename="pemeriksa-sertifikat.html"'},
    )
