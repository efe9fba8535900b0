"""Who signs for each school, and for how long yet."""

from dataclasses import dataclass

from django.utils import timezone

from certificates.models import SignerIdentity
from partnerships.models import Partner

WARN_DAYS = 60


@dataclass(frozen=True)
class Signing:
    """A school with what it signs with today, and how many it signed with before."""

    partner: Partner
    identity: SignerIdentity | None
    earlier_count: int

    @property
    def tone(self):
        """The chip beside the last day: none while there is time."""
        if self.identity is None or not self.needs_somebody:
            return ""
        left = self.identity.expires_at - timezone.now()
        if left.total_seconds() <= 0:
            return "bad"
        return "warn" if left.days < WARN_DAYS else ""

    @property
    def needs_somebody(self):
        """A certificate of our own is renewed without anybody; a school's has to be asked for."""
        return self.identity.source == SignerIdentity.Source.IMPORTED


def signing_of(partners):
    """A Signing for each of the partners, in their order."""
    partners = list(partners)
    identities = {}
    for one in SignerIdentity.objects.filter(partner__in=partners):
        identities.setdefault(one.partner_id, []).append(one)
    for partner in partners:
        found = identities.get(partner.pk, [])
        current = next((one for one in found if one.retired_at is None), None)
        yield Signing(partner, current, sum(one.retired_at is not None for one in found))
