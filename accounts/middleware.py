from zoneinfo import ZoneInfo

from django.utils import timezone

SESSION_KEY = "assignment"


class AssignmentMiddleware:
    """Under which assignment this request acts, and in which time zone it tells the time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        zone = None
        if request.user.is_authenticated:
            chosen = request.session.get(SESSION_KEY)
            assignments = list(request.user.assignments.active())
            request.user.assignment = next(
                (one for one in assignments if one.pk == chosen), next(iter(assignments), None)
            )
            request.assignments = assignments
            zone = request.user.facility and ZoneInfo(request.user.facility.timezone)
        with timezone.override(zone):
            response = self.get_response(request)
        if request.user.is_authenticated:
            # On a shared PC the back button must not show people after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
