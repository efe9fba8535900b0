"""The kept file of a certificate: given out exactly as it was sealed, or not at all."""

import hashlib

from django.utils.translation import gettext as _


class Damaged(Exception):
    """The kept bytes of a certificate are gone or are not those that were sealed; says so in words."""

    def __init__(self, certificate):
        words = _("Berkas %(number)s hilang atau berubah. Pulihkan dari cadangan, lalu ulangi.")
        super().__init__(words % {"number": certificate})


def sealed_bytes(certificate):
    """Raises Damaged."""
    try:
        content = certificate.path.read_bytes()
    except FileNotFoundError:
        raise Damaged(certificate) from None
    if hashlib.sha256(content).hexdigest() != certificate.sha256:
        raise Damaged(certificate)
    return content
