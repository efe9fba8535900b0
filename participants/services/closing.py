"""Sheets closed many at a time: by the rule of the Lapas, or a whole class by hand."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Facility
from participants.services.attendance import lock_attendance
from programs.models import Batch, Session
from programs.services import locked


def set_sheet_days(*, sheet_days, reason="", by):
    """After how many days the sheets of one's own Lapas close; None means by hand only.

    Holds at once, also for sheets that are open now; what is locked stays locked, and what is complete is locked
    by the old rule first. Closed sheets that a longer term opens again need a `reason`, as one of them would.
    """
    if _is_longer(sheet_days, Facility.objects.get(pk=by.facility.pk).sheet_days):
        _each(_past_their_days(by.facility), _lock_by_rule)
    return _set_sheet_days(sheet_days, reason.strip(), by)


@transaction.atomic
def _set_sheet_days(sheet_days, reason, by):
    """Apart from the locking, which takes batch before facility, and one sheet at a time."""
    facility = Facility.objects.select_for_update(no_key=True).get(pk=by.facility.pk)
    opened = _opened_by(facility, sheet_days)
    if opened and not reason:
        words = ngettext(
            "%(count)s daftar hadir yang sudah ditutup akan terbuka lagi. Tulis alasannya.",
            "%(count)s daftar hadir yang sudah ditutup akan terbuka lagi. Tulis alasannya.",
            opened,
        )
        raise ValidationError({"reason": words % {"count": opened}})
    changed = audit.set_fields(facility, {"sheet_days": sheet_days})
    facility.full_clean()
    if changed:
        facility.save(update_fields=["sheet_days"])
        why = {"reason": reason, "opened": opened} if opened else {}
        audit.record(
            "facility.sheet_rule_set", facility, by=by, facility=facility, changed=changed, **why
        )
    return facility


def _is_longer(new, old):
    return old is not None and (new is None or new > old)


def _opened_by(facility, sheet_days):
    """How many sheets that the rule has closed would take marks again under `sheet_days`."""
    if not _is_longer(sheet_days, facility.sheet_days):
        return 0
    closed = _past_their_days(facility)
    for one in closed:
        one.batch.facility.sheet_days = sheet_days
    return sum(not one.is_closed for one in closed)


def close_sheets():
    """Lock by rule every complete sheet past its days; ([Session] locked, [(Session, why not)]).

    What is incomplete stays as it is: it takes no marks, and counts nowhere until an officer opens it.
    """
    return _each(_past_their_days(), _lock_by_rule)


def lock_all(*, batch, by):
    """Lock every complete sheet of a class; ([Session] locked, [(Session, why not)])."""
    sessions = [one for one in batch.sessions.alive().filter(locked_at=None) if one.has_begun]
    return _each(sessions, lambda session: lock_attendance(session=session, by=by))


def _each(sessions, lock):
    """Each sheet in a transaction of its own: one that cannot be locked keeps no other open."""
    done, left = [], []
    for session in sessions:
        try:
            if lock(session):
                done.append(session)
        except ValidationError as error:
            left.append((session, error.messages[0]))
    return done, left


def _past_their_days(facility=None):
    """[Session] that the rule has closed and nobody has locked, of one Lapas or of all."""
    sessions = (
        Session.objects.alive()
        .filter(
            locked_at=None,
            batch__facility__sheet_days__isnull=False,
            takes_place_on__lt=timezone.localdate() - timedelta(days=1),
        )
        .exclude(batch__state__in=Batch.OVER)
        .select_related("batch__facility")
    )
    if facility:
        sessions = sessions.filter(batch__facility=facility)
    return [one for one in sessions if one.is_closed]


@transaction.atomic
def _lock_by_rule(session):
    """None when somebody opened or locked it since it was looked up."""
    session = locked(session)
    if session.is_locked or not session.is_closed:
        return None
    return lock_attendance(session=session, by=None)
