"""Issuing goes on where it was killed, exactly once. `make drill` does the same at random and for long."""

import signal
from functools import partial

import pytest
from django.db import transaction

from certificates import services
from certificates.models import Certificate, LedgerEntry
from certificates.services import drafts, sealing
from tests.certificates import stages
from tests.drills import drills, processes, world

pytestmark = pytest.mark.django_db(transaction=True)


def killed(training, *die):
    """Issue the class in a process that dies where `die` says."""

    services.issuer_key()  # its file is linked too

    def issue():
        how, *where = die
        how(*where)
        stages.issue(training)

    assert processes.ending(processes.fork(issue)) == -signal.SIGKILL


def tmp_files(settings):
    return len(list(settings.CERTIFICATE_ROOT.rglob("*.tmp")))


def test_killed_three_times_each_is_issued_once(approved, cheap, settings):
    before, after = processes.dying_before, processes.dying_after
    killed(approved, before, sealing.os, "link")  # the draft is written and has no name
    assert (tmp_files(settings), LedgerEntry.objects.count()) == (1, 3)
    killed(approved, after, sealing.os, "link")  # the file is there, the database knows nothing
    assert tmp_files(settings) == 1  # its own: the first one's was swept
    assert len(list(settings.CERTIFICATE_ROOT.rglob("*.pdf"))) == 1
    killed(approved, after, sealing.ledger, "append")  # within the transaction
    assert LedgerEntry.objects.count() == 3
    drawn = Certificate.objects.order_by("sequence").first().path.read_bytes()

    stages.issue(approved)
    assert world.faults(approved.batch) == []
    assert Certificate.objects.order_by("sequence").first().path.read_bytes() == drawn


def test_without_the_sweep_orphans_would_stay(approved, cheap, monkeypatch):
    killed(approved, processes.dying_before, sealing.os, "link")
    monkeypatch.setattr(drafts, "sweep", lambda: None)
    stages.issue(approved)
    [fault] = world.faults(approved.batch)
    assert fault.endswith(".tmp left")


def test_eight_processes_leave_a_whole_ledger(cast, cheap):
    """They number a class of 24 between them; every entry continues the one before."""
    batch = world.approved_class(cast, "LAS", 24)
    waiting = list(Certificate.objects.of(batch))

    def number(some):
        for one in some:
            services.assign_number(certificate=one, by=None)

    pids = [processes.fork(partial(number, waiting[start::8])) for start in range(8)]
    assert [processes.ending(pid) for pid in pids] == [0] * 8
    services.issue_batch(batch=batch, by=None)
    assert world.faults(batch) == []


def test_eight_processes_take_each_number_once():
    assert drills.numbers(transaction.atomic, per_worker=25) == []
