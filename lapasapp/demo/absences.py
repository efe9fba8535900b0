"""Who of a running class will not come, as the Lapas knows it ahead."""

from datetime import time, timedelta

from participants.models import AnnouncedAbsence
from participants.services import announce_absence, withdraw_absence

Reason = AnnouncedAbsence.Reason
# Place on the paper, days from today, how many days, hours or None, what for, and the note.
ABSENCES = (
    (2, 0, 1, (time(9), time(10)), Reason.VISIT, "Keluarga dari Banyuwangi"),
    (4, 0, 1, None, Reason.CLINIC, ""),
    (10, 1, 1, None, Reason.COURT, "PN Jember"),
    (13, 2, 2, None, Reason.DUTY, "Menyiapkan upacara"),
    (15, 3, 1, (time(8), time(12)), Reason.PANEL, ""),
)
WITHDRAWN = (6, 1, 1, None, Reason.VISIT, "")


def announce(batch, *, today, by):
    people = list(batch.enrollments.in_paper_order())
    for about in ABSENCES:
        _announce(people, *about, today=today, by=by)
    withdraw_absence(absence=_announce(people, *WITHDRAWN, today=today, by=by), by=by)


def _announce(people, place, ahead, days, hours, reason, note, *, today, by):
    starts_on = today + timedelta(ahead)
    starts_at, ends_at = hours or (None, None)
    return announce_absence(
        inmate=people[place - 1].inmate,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days - 1),
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        note=note,
        by=by,
    )
