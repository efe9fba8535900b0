"""Error pages that say what to do next. Django's own 500 page renders templates/500.html."""

from django.http import Http404
from django.shortcuts import render


def forbidden(request, exception):
    """The right facility, the wrong role: who can."""
    roles = getattr(exception, "roles", [])
    return render(request, "403.html", {"roles": roles}, status=403)


def not_found(request, exception):
    """Public addresses answer without a word of what this site is for."""
    template = "certificates/verify_unknown.html" if _is_public(request) else "404.html"
    return render(request, template, status=404)


def bad_request(request, exception):
    """Of whom an unknown host was asked nothing is known: a stranger, whoever it is."""
    template = "certificates/verify_unreadable.html" if _is_public(request) else "400.html"
    return render(request, template, status=400)


def _is_public(request):
    user = getattr(request, "user", None)
    return request.path.lower().startswith("/v/") or user is None or not user.is_authenticated


class SameNotFoundMiddleware:
    """A missing page looks the same in DEBUG, where Django would show its list of addresses instead."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            return not_found(request, None)
        return response

    def process_exception(self, request, exception):
        return not_found(request, exception) if isinstance(exception, Http404) else None
