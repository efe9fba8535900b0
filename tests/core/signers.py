"""Another installation, which has a signing key of its own."""

THEIR_SECRET = "another house " * 4


def at_another_house(settings, act):
    """What `act()` gives there."""
    ours, settings.SIGNING_KEY = settings.SIGNING_KEY, THEIR_SECRET
    try:
        return act()
    finally:
        settings.SIGNING_KEY = ours
