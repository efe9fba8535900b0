from datetime import UTC, datetime

import pytest
import time_machine

from tests.certificates import stages


@pytest.fixture
def january():
    """Monday 5 January 2026, five days after the batch."""
    with time_machine.travel(datetime(2026, 1, 5, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def cheap(monkeypatch):
    """Certificates without drawing them."""
    monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)


@pytest.fixture
def finished(training, january):
    """The bakery class, taught, marked, locked and assessed."""
    training.finish()
    return training


@pytest.fixture
def approved(finished):
    stages.prepare(finished)
    stages.approve(finished)
    return finished


@pytest.fixture
def sealed(approved, cheap):
    """The three certificates of the bakery class."""
    return stages.issue(approved)
