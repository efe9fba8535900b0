"""Warnings by mail, each sent once."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from partnerships.models import Agreement, Alert
from programs.alerts import warnings

logger = logging.getLogger(__name__)


def send_alerts(*, facility=None):
    """Mail what is due and not yet said, of one facility or of all; how many mails went out.

    Nothing is written where no mail is set or nobody can be reached, so that it is said later.
    """
    if not settings.MAIL_IS_SET:
        return 0
    agreements = Agreement.objects.all()
    if facility:
        agreements = agreements.filter(facility=facility)
    with translation.override(settings.LANGUAGE_CODE):
        return sum(_send(warning) for warning in warnings(agreements))


def _send(warning):
    to = _recipients(warning.agreement)
    if not to:
        return False
    try:
        with transaction.atomic():
            _alert, is_new = Alert.objects.get_or_create(
                agreement=warning.agreement, topic=warning.topic
            )
            if is_new:
                # Within the transaction: what could not be sent counts as not said.
                # Nobody reads the addresses of the others.
                mail = EmailMessage(" ".join(warning.subject.split()), warning.body, bcc=to)
                mail.send()
            return is_new
    except Exception:
        # Whatever is wrong with one mail must not keep the others from going out.
        logger.exception("alert not sent: %s", warning.topic)
        return False


def _recipients(agreement):
    """Mail addresses of the facility's officers and of the school's coordinators."""
    officers = User.objects.filter(
        assignments__role=Role.OFFICER,
        assignments__facility=agreement.facility_id,
        assignments__ended_at=None,
    )
    coordinators = User.objects.filter(
        contact__partner=agreement.partner_id,
        assignments__role=Role.COORDINATOR,
        assignments__ended_at=None,
    )
    everybody = (officers | coordinators).filter(is_active=True).exclude(email="")
    return sorted(set(everybody.values_list("email", flat=True)))
