"""The trail. Every service that writes leaves one line, inside its own transaction."""

from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from core.bulk import insert_all


def record(action, subject, *, by, facility=None, **details):
    """One line: `action` (verb.past, e.g. "agreement.recorded") on `subject`, done `by` a User or None.

    `details` must be JSON-able and must not hold what the reader of the trail may not know
    (housing, dates of sentence).
    """
    return AuditEvent.objects.create(
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject=str(subject)[:200],
        facility=facility or getattr(subject, "facility", None),
        by=by,
        details=details,
    )


def record_all(action, model, subjects, *, by, facility):
    """One line a subject, in few statements: `subjects` are [(key, text, details as `record` takes them)]."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    insert_all(
        AuditEvent,
        [
            {
                "at": now,
                "action": action,
                "subject_type": model._meta.label_lower,
                "subject_id": str(key),
                "subject": text[:200],
                "facility_id": facility.pk,
                "by_id": by and by.pk,
                "details": details,
            }
            for key, text, details in subjects
        ],
    )


def set_fields(thing, new):
    """Set the fields in `new` on `thing`, unsaved; {field: [old, new]} as text of those that really change."""
    changed = {
        name: [str(getattr(thing, name)), str(value)]
        for name, value in new.items()
        if getattr(thing, name) != value
    }
    for name, value in new.items():
        setattr(thing, name, value)
    return changed
