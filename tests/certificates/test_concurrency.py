"""Several at once: numbers without doubles or gaps, each certificate issued once."""

from contextlib import nullcontext
from functools import partial
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import AuditEvent
from certificates import services
from certificates.models import Certificate, NumberSeries
from certificates.services import issuing, sealing
from participants.models import UnitResult
from programs.models import Unit
from tests.certificates import stages

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, CALLS = 8, 25
EVERY_NUMBER = list(range(1, WORKERS * CALLS + 1))
EIGHTY = range(1, 81)
SERIES = "BKR/SMKN3-JBR/2025"


def numbers_taken(guard):
    """All numbers that eight workers took, 25 each, every one inside its own `guard()`."""

    def work():
        taken = []
        for _ in range(CALLS):
            with guard():
                taken.append(NumberSeries.objects.take(SERIES).last)
        return taken

    return sorted(sum(stages.at_once(*[work] * WORKERS), []))


class TestTakeNumber:
    def test_eight_workers_take_each_number_once(self):
        assert numbers_taken(transaction.atomic) == EVERY_NUMBER
        assert NumberSeries.objects.get().last == len(EVERY_NUMBER)

    def test_without_the_lock_they_would_not(self, monkeypatch):
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
        NumberSeries.objects.create(key=SERIES)
        taken = numbers_taken(nullcontext)
        assert len(taken) == len(EVERY_NUMBER)
        assert len(set(taken)) < len(EVERY_NUMBER)


class TestAssignNumber:
    def test_eight_workers_number_eighty(self, cast):
        training = stages.another_training(cast, program="BKR", names=map(str, EIGHTY))
        self.give_results(training)
        drafts = Certificate.objects.bulk_create(
            Certificate(
                enrollment=one,
                content={},
                dated_on=stages.LAST_DAY,
                prepared_by=cast.certificate_admin,
                status="approved",
                approved_at=training.enrollments[0].enrolled_at,
                approved_by=cast.head,
            )
            for one in training.enrollments
        )
        stages.at_once(
            *(partial(self.number, drafts[worker::WORKERS]) for worker in range(WORKERS))
        )
        given = Certificate.objects.order_by("sequence").values_list("sequence", "number")
        assert list(given) == [
            (sequence, f"{sequence:03d}/BKR/SMKN3-JBR/XII/2025") for sequence in EIGHTY
        ]
        assert AuditEvent.objects.filter(action="certificate.numbered").count() == len(drafts)

    def give_results(self, training):
        unit = Unit.objects.get(curriculum=training.curriculum)
        UnitResult.objects.bulk_create(
            UnitResult(
                enrollment=one,
                unit=unit,
                score=88,
                is_competent=True,
                assessed_by=training.cast.instructor,
            )
            for one in training.enrollments
        )

    def number(self, certificates):
        for certificate in certificates:
            services.assign_number(certificate=certificate, by=None)

    def test_two_who_number_the_same_one_give_it_one_number(self, approved):
        certificate, *_ = Certificate.objects.of(approved.batch)
        number = partial(services.assign_number, certificate=certificate, by=None)
        given = stages.at_once(*[number] * 4)
        assert {one.number for one in given} == {"001/BKR/SMKN3-JBR/XII/2025"}
        assert NumberSeries.objects.get(key=SERIES).last == 1


class TestIssueBatch:
    def test_two_issuers_issue_each_certificate_once(self, approved, monkeypatch, settings):
        both = Barrier(2)

        def drawing_together(contents):
            contents = list(contents)
            both.wait(20)
            yield from stages.cheap_pdfs(contents)

        monkeypatch.setattr(sealing, "certificate_pdfs", drawing_together)
        one, other = stages.at_once(*[partial(stages.issue, approved)] * 2)
        assert one == other == list(Certificate.objects.of(approved.batch).sealed())
        assert [certificate.sequence for certificate in one] == [1, 2, 3]
        files = [path.name for path in settings.CERTIFICATE_ROOT.rglob("*.*")]
        assert sorted(files) == sorted(certificate.path.name for certificate in one)
        done = AuditEvent.objects.filter(action__in=["certificate.numbered", "certificate.sealed"])
        assert done.count() == 6

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
    def test_issuing_and_ending_a_certificate_wait_for_each_other(self, sealed, cast, monkeypatch):
        """The one has numbered a duplicate when the other ends the second duplicate's first."""
        batch = sealed[0].enrollment.batch
        copies = [
            services.duplicate(
                certificate=one,
                explanation="Lembarnya hilang",
                dated_on=stages.LAST_DAY,
                by=cast.certificate_admin,
            )
            for one in sealed[:2]
        ]
        services.approve(batch=batch, by=cast.head)
        has_numbered = Event()
        assign_number = issuing.assign_number

        def assign_and_give_time(**what):
            numbered = assign_number(**what)
            has_numbered.set()
            sleep(0.5)
            return numbered

        def revoke():
            has_numbered.wait(10)
            services.end(certificate=sealed[1], status="revoked", reason="fraud", by=cast.head)

        monkeypatch.setattr(issuing, "assign_number", assign_and_give_time)
        issue = partial(services.issue_batch, batch=batch, by=cast.certificate_admin)
        stages.at_once(issue, revoke)
        copies[1].refresh_from_db()
        assert copies[1].status in ("void", "revoked")

    def test_two_who_seal_the_same_one_keep_one_file(self, approved, monkeypatch):
        """Both have written before either gives its file the name."""
        both, fsync = Barrier(2), sealing.os.fsync
        waiting = [both.wait, both.wait]

        def fsync_together(handle):
            fsync(handle)
            if waiting:
                waiting.pop()(20)

        certificate, *_ = Certificate.objects.of(approved.batch)
        services.assign_number(certificate=certificate, by=None)
        monkeypatch.setattr(sealing.os, "fsync", fsync_together)
        stages.at_once(
            *(
                partial(services.seal, certificate=certificate, pdf=pdf, by=None)
                for pdf in (b"%PDF first", b"%PDF second, longer")
            )
        )
        certificate.refresh_from_db()
        assert certificate.byte_count == len(certificate.path.read_bytes())
        assert [path.name for path in certificate.path.parent.iterdir()] == [certificate.path.name]


class TestPrepare:
    def test_two_who_prepare_make_one_draft_each_person(self, finished):
        """The later one is refused by the database, or finds nobody left."""

        def prepare():
            try:
                return len(stages.prepare(finished))
            except Exception as refusal:
                return type(refusal).__name__

        outcomes = stages.at_once(prepare, prepare)
        assert sorted(map(str, outcomes)) in (["3", "ValidationError"], ["3", "IntegrityError"])
        assert Certificate.objects.count() == 3
