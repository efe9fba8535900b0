"""The drills: each prints what it counted and returns what went wrong."""

import os
import random
import signal
import time
from functools import partial

from django.db import Error, connection, transaction

from certificates import heads, services
from certificates.chain import COUNTER, commitment, link_hash
from certificates.models import Certificate, LedgerEntry, NumberSeries
from certificates.queries.ledger import Examination, compare_certificates, walk
from certificates.services import ledger
from tests.drills import processes, world

WORKERS, NUMBERS = 8, 2000
KILLS, PEOPLE = 50, 40
STOPS = 10
LONGEST = 2.5  # seconds until the database is stopped, at most


def numbers(guard=transaction.atomic, *, key="LATIHAN/2026", per_worker=NUMBERS // WORKERS):
    """Eight processes take 2,000 numbers between them, none twice, none left out."""
    NumberSeries.objects.get_or_create(key=key)
    reader, writer = os.pipe()

    def take():
        for _ in range(per_worker):
            with guard():
                last = NumberSeries.objects.take(key).last
            os.write(writer, b"%d\n" % last)

    started = time.monotonic()
    pids = [processes.fork(take) for _ in range(WORKERS)]
    os.close(writer)
    with os.fdopen(reader) as lines:
        taken = sorted(map(int, lines))
    failed = [code for code in map(processes.ending, pids) if code]
    seconds = time.monotonic() - started
    NumberSeries.objects.filter(key=key).delete()  # the ledger would miss their certificates
    doubles = len(taken) - len(set(taken))
    print(
        f"numbers: {len(taken)} by {WORKERS} processes, {len(taken) / seconds:.0f} a second, {doubles} double"
    )
    found = [f"{len(failed)} processes failed"] * bool(failed)
    if taken != list(range(1, WORKERS * per_worker + 1)):
        found.append(f"{doubles} numbers double, {taken[-1] - len(set(taken))} left out")
    return found


def kills(cast, *, seed):
    """Whoever issues a class is killed at random moments, at least 50 times, until all is issued."""
    chance, hits, found, batches, between = random.Random(seed), 0, [], 0, 0
    longest = _seconds_for_five(cast)
    while hits < KILLS:
        batches += 1
        batch = world.approved_class(cast, f"K{batches}", PEOPLE)
        while hits < KILLS and _waiting(batch):
            pid = processes.fork(partial(services.issue_batch, batch=batch, by=None))
            time.sleep(chance.uniform(0, longest))
            os.kill(pid, signal.SIGKILL)
            code = processes.ending(pid)
            hits += code == -signal.SIGKILL
            found += [f"a process failed with {code}"] * (code > 0)
        between += Certificate.objects.of(batch).sealed().count()
        services.issue_batch(batch=batch, by=None)
        found += world.faults(batch)
    print(
        f"kills: {hits} in {batches} classes of {PEOPLE}, {between} sealed between them, "
        f"{len(found)} faults (seed {seed})"
    )
    return found


def _seconds_for_five(cast):
    """How long five certificates take on this machine now: who is killed within has sealed some of them."""
    batch = world.approved_class(cast, "K0", 5)
    started = time.monotonic()
    processes.ending(processes.fork(partial(services.issue_batch, batch=batch, by=None)))
    return time.monotonic() - started


def stops(cast, server, *, seed):
    """The database is stopped at once in the middle of issuing, ten times, and started again."""
    chance, hits, found, batches = random.Random(seed), 0, [], 0
    while hits < STOPS:
        batches += 1
        batch = world.approved_class(cast, f"S{batches}", PEOPLE)
        while hits < STOPS and _waiting(batch):
            pid = processes.fork(partial(_issue_until_it_is_away, batch))
            time.sleep(chance.uniform(0.05, LONGEST))
            server.stop_at_once()
            code = processes.ending(pid)
            hits += code == AWAY
            found += [f"a process failed with {code}"] * (code not in (0, AWAY))
            server.start_again()
        services.issue_batch(batch=batch, by=None)
        found += world.faults(batch)
    print(f"stops: {hits} in {batches} classes of {PEOPLE}, {len(found)} faults (seed {seed})")
    return found


AWAY = 3


def long_ledger(cast, *, entries=100_000):
    """How long it takes to check a ledger of 100,000 entries; afterwards it was never there."""
    batch = world.approved_class(cast, "LONG", 1)
    services.issue_batch(batch=batch, by=None)
    with transaction.atomic():
        _lengthen(Certificate.objects.of(batch).get(), entries)
        for path in heads.kept():
            path.unlink()  # what they saw is not what stands here
        started = time.monotonic()
        seen = Examination()
        walk(seen, [])
        walked = time.monotonic()
        compare_certificates(seen, with_files=False)
        done = time.monotonic()
        transaction.set_rollback(True)
    ledger.export_head()
    print(
        f"ledger: {seen.entries} entries walked in {walked - started:.1f} s, "
        f"compared with {seen.certificates} certificates in {done - walked:.1f} s"
    )
    return list(map(str, seen.findings))


def _lengthen(first, entries):
    """Duplicates of `first`, numbered and sealed, until the ledger has that many entries."""
    last = LedgerEntry.objects.order_by("-index").first()
    copies = Certificate.objects.bulk_create(
        [_copy_of(first, number) for number in range(2, 2 + (entries - last.index) // 2)],
        batch_size=500,
    )
    NumberSeries.objects.filter(pk=first.series_id).update(last=1 + len(copies))
    links, index, previous = [], last.index, last.hash
    for copy in copies:
        promised = commitment(copy)
        for kind, sha256, at in (
            ("number", "", copy.numbered_at),
            ("seal", copy.sha256, copy.sealed_at),
        ):
            index += 1
            link = LedgerEntry(
                index=index, kind=kind, certificate=copy, at=at, number=copy.number,
                public_id=copy.public_id, commitment=promised, sha256=sha256, previous=previous,
            )  # fmt: skip
            link.hash = previous = link_hash(link)
            links.append(link)
    LedgerEntry.objects.bulk_create(links, batch_size=500)
    NumberSeries.objects.filter(key=COUNTER).update(last=index)


def _copy_of(first, number):
    named = ("enrollment_id", "status", "dated_on", "series_id", "content", "sha256", "byte_count")
    named += ("prepared_by_id", "approved_by_id", "approved_at", "numbered_at", "sealed_at")
    return Certificate(
        **{name: getattr(first, name) for name in named},
        duplicate_of=first,
        sequence=number,
        number=f"{first.number} {number}",
    )


def _issue_until_it_is_away(batch):
    try:
        services.issue_batch(batch=batch, by=None)
    except Error:
        os._exit(AWAY)


def _waiting(batch):
    waiting = Certificate.objects.of(batch).exclude(status=Certificate.Status.SEALED).exists()
    connection.close()
    return waiting
