from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Everyone active signs in; demo accounts, whose password is printed at start, only in DEBUG."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEBUG or not user.is_demo)
