"""What the database itself refuses, by the constraint's name."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.models import Certificate, IssueRun, NumberSeries, new_public_id
from tests.certificates import stages


def constraint(model, name):
    return next(one for one in model._meta.constraints if one.name == name)


def refused(name, **fields):
    """Writing `fields` into the first certificate breaks that constraint and no other."""
    certificate = Certificate.objects.order_by("pk").first()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**fields)
    return True


class TestCertificate:
    def test_certificate_approved_by_another_person(self, finished, cast):
        draft = stages.prepare(finished)[0]
        fields = {"status": "approved", "approved_at": timezone.now()}
        assert refused(
            "certificate_approved_by_another_person",
            approved_by=cast.certificate_admin,
            **fields,
        )
        written = Certificate.objects.filter(pk=draft.pk).update(approved_by=cast.head, **fields)
        assert written == 1

    def test_certificate_approved_at_and_by_together(self, finished, cast):
        stages.prepare(finished)
        name = "certificate_approved_at_and_by_together"
        assert refused(name, status="approved", approved_at=timezone.now())
        assert refused(name, status="approved", approved_by=cast.head)
        assert refused(name, approved_at=timezone.now(), approved_by=cast.head)

    @pytest.mark.parametrize("missing", ["series", "sequence", "number", "numbered_at"])
    def test_certificate_numbered_with_series(self, approved, missing):
        whole = {
            "series": NumberSeries.objects.create(key="BKR/SMKN3-JBR/2025"),
            "sequence": 1,
            "number": "001/BKR/SMKN3-JBR/XII/2025",
            "numbered_at": timezone.now(),
        }
        torn = {**whole, missing: None}
        name = "certificate_numbered_with_series"
        assert refused(name, status="numbered", **torn)
        assert refused(name, **whole)

    @pytest.mark.parametrize(
        "missing",
        [{"sha256": ""}, {"byte_count": None}, {"sealed_at": None}, {"status": "numbered"}],
    )
    def test_certificate_sealed_with_hash(self, sealed, missing):
        assert refused("certificate_sealed_with_hash", **missing)

    def test_certificate_sequence_once_per_series(self, sealed):
        first, second, _ = sealed
        second.sequence = first.sequence
        once = constraint(Certificate, "certificate_sequence_once_per_series")
        with pytest.raises(ValidationError, match="Nomor ini sudah dipakai dalam buku register"):
            once.validate(Certificate, second)
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save(update_fields=["sequence"])

    def test_public_ids_are_26_letters_and_never_the_same(self):
        ids = {new_public_id() for _ in range(1000)}
        assert len(ids) == 1000
        assert all(re.fullmatch("[A-Z2-7]{26}", one) for one in ids)


class TestIssueRun:
    def test_issue_run_one_at_a_time_per_batch(self, training, cast):
        first = IssueRun.objects.create(batch=training.batch, started_by=cast.head)
        second = IssueRun(batch=training.batch, started_by=cast.officer)
        once = constraint(IssueRun, "issue_run_one_at_a_time_per_batch")
        with pytest.raises(ValidationError, match="Penerbitan angkatan ini sedang berjalan"):
            once.validate(IssueRun, second)
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save()
        first.finished_at = timezone.now()
        first.save()
        second.save()
        assert IssueRun.objects.count() == 2
