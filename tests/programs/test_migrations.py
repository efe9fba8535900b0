"""What the first offices entered before rooms, states and versions existed is all still there afterwards."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [
    ("accounts", "0002_audit_is_append_only"),
    ("partnerships", "0001_initial"),
    ("programs", "0001_initial"),
]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def drop_everything():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            return
        with connection.constraint_checks_disabled():
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")


@pytest.fixture
def before(transactional_db):
    """The models as they were, in a database that never knew more; afterwards it is as it should be again."""
    drop_everything()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        yield migrate(BEFORE), lambda: migrate(newest)
    finally:
        migrate(newest)


def old_rows(models):
    """Two prisons; in the first, meetings in one room spelt in three ways, and a cancelled one."""
    get = models.get_model
    region = get("accounts", "Region").objects.create(code="jatim", name="Kanwil")
    user = get("accounts", "User").objects.create(username="petugas")
    batches = []
    for number in (1, 2):
        facility = get("accounts", "Facility").objects.create(
            code=f"L{number}", name=f"Lapas {number}", region=region, grade="IIA", city="Jember"
        )
        partner = get("partnerships", "Partner").objects.create(name="SMK", short_code=f"S{number}")
        today = timezone.localdate()
        agreement = get("partnerships", "Agreement").objects.create(
            facility=facility, partner=partner, facility_number="1", partner_number="2",
            signed_on=today, starts_on=today, ends_on=today,
        )  # fmt: skip
        for sha in "ab":
            agreement.documents.create(
                filename="PKS.pdf",
                file=sha,
                sha256=sha,
                byte_count=1,
                page_count=1,
                uploaded_by=user,
            )
        program = get("programs", "Program").objects.create(
            facility=facility, code="BKR", name="Roti", field="bakery"
        )
        curriculum = program.curricula.create(version=1)
        unit = curriculum.units.create(position=1, title="Adonan", practice_hours=4)
        instructor = get("programs", "Instructor").objects.create(partner=partner, name="Sri")
        for code, days in [("PAST", -30), ("NOW", 0), ("SOON", 30)]:
            batches.append(
                get("programs", "Batch").objects.create(
                    facility=facility,
                    agreement=agreement,
                    curriculum=curriculum,
                    code=f"{code}-{number}",
                    name=code,
                    starts_on=today + timedelta(days),
                    ends_on=today + timedelta(days + 5),
                )
            )
        for hour, room in [(8, "Aula"), (10, "aula "), (12, "AULA")]:
            batches[-1].sessions.create(
                unit=unit, instructor=instructor, takes_place_on=date(2026, 1, 5),
                starts_at=time(hour), ends_at=time(hour + 1), hours=1, room=room,
                status="cancelled" if hour == 12 else "planned",
                cancel_reason="Hujan" if hour == 12 else "",
            )  # fmt: skip


def test_old_rows_come_through(before):
    models, forward = before
    old_rows(models)
    now = forward()
    sessions = now.get_model("programs", "Session").objects.order_by("pk")
    assert [(one.room.name, one.room.facility.code) for one in sessions] == [
        *[("Aula", "L1")] * 3, *[("Aula", "L2")] * 3,
    ]  # fmt: skip
    assert [one.cancel_cause for one in sessions] == ["", "", "other"] * 2
    states = dict(now.get_model("programs", "Batch").objects.values_list("code", "state"))
    assert states == {
        "PAST-1": "finished", "NOW-1": "running", "SOON-1": "open",
        "PAST-2": "finished", "NOW-2": "running", "SOON-2": "open",
    }  # fmt: skip
    documents = now.get_model("partnerships", "Document").objects.order_by("pk")
    assert [(one.title, one.version) for one in documents] == [("PKS.pdf", 1), ("PKS.pdf", 2)] * 2
    assert now.get_model("programs", "Tag").objects.count() == 5
