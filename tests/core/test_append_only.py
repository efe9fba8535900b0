"""The audit trail can be written and never rewritten, whoever asks and on whichever database."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEvent
from core.append_only import protect, unprotect

TABLE = "accounts_auditevent"


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def save_forged():
    event = AuditEvent.objects.get()
    event.action = "agreement.forged"
    event.save()


CHANGES = {
    "UPDATE": lambda: run(f"UPDATE {TABLE} SET action = 'agreement.forged'"),
    "DELETE": lambda: run(f"DELETE FROM {TABLE}"),
    "queryset update": lambda: AuditEvent.objects.update(action="agreement.forged"),
    "queryset delete": lambda: AuditEvent.objects.all().delete(),
    "save": save_forged,
    "instance delete": lambda: AuditEvent.objects.get().delete(),
}


@pytest.fixture
def trail(cast):
    """What stands in the trail: one line."""
    audit.record("partner.registered", cast.school, by=cast.officer)
    return lambda: list(AuditEvent.objects.values_list("action", flat=True))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
class TestAuditEvent:
    def test_the_database_refuses(self, trail, change):
        with pytest.raises(DatabaseError, match=f"{TABLE} is append-only"), transaction.atomic():
            change()

        assert trail() == ["partner.registered"]

    def test_canary_without_the_triggers_it_would_work(self, trail, change):
        unprotect(connection, TABLE)
        change()

        assert trail() in (["agreement.forged"], [])


def test_protection_can_be_taken_away_and_put_back(trail):
    unprotect(connection, TABLE)
    unprotect(connection, TABLE)
    protect(connection, TABLE)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(f"DELETE FROM {TABLE}")


def test_the_trail_can_grow(trail, cast):
    audit.record("partner.updated", cast.school, by=cast.officer)

    assert trail() == ["partner.updated", "partner.registered"]
