from django.conf import settings
from django.db import connection
from django.http import HttpResponseBadRequest, UnreadablePostError
from django.utils import translation


class PreferredLanguageMiddleware:
    """Indonesian unless this browser once chose otherwise; what the browser itself prefers is ignored.

    Office PCs are often installed in English, and their users still work in Indonesian.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request):
        # Public pages set no cookie: there the address says it, for that page alone.
        asked = request.GET.get("lang")
        chosen = asked or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NoNulMiddleware:
    """PostgreSQL takes no NUL character in a text; what carries one is refused here, once for all.

    Uploaded files are no texts and pass.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", "") or any(
            "\x00" in value for value in request.COOKIES.values()
        ):
            return HttpResponseBadRequest("NUL", content_type="text/plain")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        try:
            typed = [value for _, values in request.POST.lists() for value in values]
        except UnreadablePostError:
            return HttpResponseBadRequest("incomplete", content_type="text/plain")
        if any("\x00" in value for value in typed):
            return HttpResponseBadRequest("NUL", content_type="text/plain")
        return None


class QueryCountMiddleware:
    """In DEBUG each answer says how many queries it cost."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not settings.DEBUG:
            return self.get_response(request)
        count = 0

        def counting(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counting):
            response = self.get_response(request)
        response.headers["X-Query-Count"] = str(count)
        return response
