"""The trail. Every service that writes leaves one line, inside its own transaction."""

from accounts.models import AuditEvent


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


def changes(thing, new):
    """{field: [old, new]} as text, of the fields that `new` would really change on `thing`."""
    return {
        name: [str(getattr(thing, name)), str(value)]
        for name, value in new.items()
        if getattr(thing, name) != value
    }
