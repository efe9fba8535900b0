import pytest
import time_machine

from tests.factories import AgreementFactory


@pytest.fixture
def january():
    """The world stands on 15 January 2026: Jember's agreement is a month old."""
    with time_machine.travel("2026-01-15 08:00+07:00"):
        yield


@pytest.fixture
def agreement(cast):
    return AgreementFactory(
        facility=cast.jember, partner=cast.school, facility_number="W15.PAS-PK.01/2025"
    )
