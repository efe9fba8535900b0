from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Accounts are opened by an admin; nobody signs up."""

    def is_open_for_signup(self, request):
        return False
