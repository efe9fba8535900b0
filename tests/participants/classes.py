"""Classes with catch-ups and many meetings, written row by row without the services' checks."""

from datetime import date, time

from participants.models import Attendance, CatchUpPlace
from programs.models import Session


def meeting(training, *, unit=0, day=19, hours=4, status="held", kind="regular", **fields):
    """A meeting of the class in December 2025; a cancelled one has its reason."""
    if status == "cancelled":
        fields |= {"cancel_reason": "Razia", "cancel_cause": "facility"}
    return Session.objects.create(
        batch=training.batch,
        unit=training.units[unit],
        instructor=training.cast.teacher,
        room=training.session.room,
        takes_place_on=date(2025, 12, day),
        starts_at=time(8),
        ends_at=time(20),
        hours=hours,
        status=status,
        kind=kind,
        **fields,
    )


def catch_up(training, invited, **fields):
    """A catch-up for these enrollments, planned unless said otherwise."""
    session = meeting(training, kind="catch_up", **{"status": "planned"} | fields)
    CatchUpPlace.objects.bulk_create(
        CatchUpPlace(session=session, enrollment=one) for one in invited
    )
    return session


def note(training, session, enrollment, code, cause=""):
    """One mark, as it stands in the database."""
    return Attendance.objects.create(
        session=session,
        enrollment=enrollment,
        code=code,
        cause=cause,
        marked_by=training.cast.officer,
    )
