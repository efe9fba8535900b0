"""Certificates issued before there was a ledger stand in it afterwards, and nothing about them is amiss."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from certificates.models import Certificate, LedgerEntry
from tests.certificates import stages

NUMBER = "{:03d}/LAS/SMKN3-JBR/XII/2025"
SHA256 = "ab" * 32


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def training(transactional_db, cast):
    return stages.another_training(cast, names=("Bambang", "Sutrisno", "Yusuf", "Arif"))


@pytest.fixture
def before(training):
    """The certificates' models as they were, everything else as it is; afterwards all is new again."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    others = [node for node in newest if node[0] != "certificates"]
    try:
        yield migrate([*others, ("certificates", "0001_initial")]), lambda: migrate(newest)
    finally:
        migrate(newest)


def old_rows(models, training):
    """A draft, one numbered, and two sealed, the later number first."""
    get = models.get_model
    series = get("certificates", "NumberSeries").objects.create(key="LAS/SMKN3-JBR/2025", last=3)
    lives = [("draft", None, None), ("numbered", 3, None), ("sealed", 2, 5), ("sealed", 1, 9)]
    for enrollment, (status, sequence, sealed_at) in zip(training.enrollments, lives, strict=True):
        certificate = get("certificates", "Certificate")(
            enrollment_id=enrollment.pk,
            status=status,
            dated_on=stages.LAST_DAY,
            prepared_by_id=training.cast.certificate_admin.pk,
            content={"name": enrollment.inmate.name, "look": "resmi"},
        )
        if status != "draft":
            certificate.approved_by_id = training.cast.head.pk
            certificate.approved_at = datetime(2026, 1, 5, 1, tzinfo=UTC)
            certificate.series, certificate.sequence = series, sequence
            certificate.number = NUMBER.format(sequence)
            certificate.content["issued_on"] = stages.LAST_DAY.isoformat()
            certificate.numbered_at = datetime(2026, 1, 5, 2, sequence, 3, 456789, tzinfo=UTC)
        if sealed_at:
            certificate.sealed_at = datetime(2026, 1, 5, 2, sealed_at, tzinfo=UTC)
            certificate.sha256, certificate.byte_count = SHA256, 8
        certificate.save()


def test_old_certificates_get_their_entries(before, training):
    models, forward = before
    old_rows(models, training)
    forward()

    said = StringIO()
    call_command("verify_ledger", stdout=said, stderr=StringIO())
    assert said.getvalue() == "5 entries, 3 certificates, 0 heads: 0 findings\n"
    assert list(LedgerEntry.objects.values_list("index", "kind", "number", "sha256")) == [
        (1, "number", NUMBER.format(1), ""),
        (2, "number", NUMBER.format(2), ""),
        (3, "number", NUMBER.format(3), ""),
        (4, "seal", NUMBER.format(2), SHA256),
        (5, "seal", NUMBER.format(1), SHA256),
    ]
    draft = Certificate.objects.get(status="draft")
    assert draft.content["name"] == "Bambang"
    assert draft.content["wording"]["title"] == "Sertifikat Pelatihan"
    assert {one.content["kind"] for one in Certificate.objects.all()} == {"training"}
    assert len(set(Certificate.objects.values_list("salt", flat=True))) == 4
