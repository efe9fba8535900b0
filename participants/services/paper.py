"""A signed paper sheet keyed in: its marks as ordinary marks, with the scan beside them."""

from django.core.files.base import ContentFile
from django.db import transaction

from accounts import audit
from participants.models import Attendance, PaperScan
from participants.services.attendance import Mark, record_attendance
from partnerships.services import look_into


def mark_from_paper(row, code, *, version, cause="", minutes=None):
    """The Mark of a PaperRow whose paper says `code`; what the paper leaves open stays as it is stored,
    or else as it was announced.
    """
    stored, announced = row.stored, row.announced
    if stored and stored.code == code:
        cause, minutes = cause or stored.cause, minutes or stored.minutes_late
    elif announced and announced.code == code:
        cause = cause or announced.cause
    return Mark(
        code=code,
        cause=cause,
        version=version,
        minutes_late=minutes,
        remark=stored.remark if stored else "",
    )


def keep_paper(*, session, marks, file, nonce, day=None, by):
    """Write the marks as `record_attendance` does, and keep the scan `file` (a Django File, or None) with them.

    Both or neither: after a conflict, and of a form that was received before, no scan is kept.
    """
    looked_into = look_into(file, by=by) if file else None
    return _keep(session, marks, nonce, day, looked_into, by)


@transaction.atomic
def _keep(session, marks, nonce, day, looked_into, by):
    """Apart from the look into the file, which takes its time and must not hold the lock."""
    outcome = record_attendance(
        session=session,
        marks=marks,
        nonce=nonce,
        source=Attendance.Source.PAPER,
        day=day,
        by=by,
    )
    if looked_into and not outcome.conflicts and not outcome.is_replay:
        _attach(session, *looked_into, by)
    return outcome


def _attach(session, content, facts, by):
    scan = PaperScan(session=session, **facts)
    scan.full_clean(exclude=["file"])
    scan.file.save(f"scans/{session.pk}/{scan.sha256}", ContentFile(content), save=False)
    scan.save()
    audit.record("scan.kept", scan, by=by, session=session.pk, sha256=scan.sha256)
