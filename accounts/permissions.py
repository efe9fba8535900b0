"""The one decorator that asks whether somebody may."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied

from accounts.roles import Permission, roles_that_can

__all__ = ["MissingRight", "Permission", "require"]


class MissingRight(PermissionDenied):
    """The right facility, the wrong role: the 403 page says which roles can."""

    def __init__(self, permission):
        super().__init__(permission)
        self.roles = [role.label for role in roles_that_can(permission)]


def require(permission):
    """Only for signed-in people whose present assignment grants `permission`; others get 403 with words."""

    def decorate(view):
        @wraps(view)
        @login_required
        def guarded(request, *args, **kwargs):
            if not request.user.can(permission):
                raise MissingRight(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate
