"""What everybody of a batch can still reach, as far as an instructor may know it."""

from dataclasses import dataclass
from decimal import Decimal

from participants.finishing import Course, Presence, look_ahead
from participants.queries.ledger import NOTHING, absences_left


@dataclass(frozen=True)
class Prospect:
    """`meetings` to come, the attendance in per cent if none is missed, and how many may be missed.

    `absences_left` is None when even full attendance falls short. Nothing here knows a release or a planned
    end: instructors see it. Where somebody is going to be cut short is told by `advice.at_risk`.
    """

    meetings: int
    best_percent: Decimal | None
    absences_left: int | None


def prospects(batch, enrollments, hours):
    """{enrollment.pk: Prospect} of those who still take part; `hours` as `hours_of` gives them. One query.

    `enrollments` with their suspensions at hand.
    """
    course = Course(tuple(batch.sessions.alive().regular()), batch.ends_on)
    return {
        one.pk: _prospect(batch, course, one, hours.get(one.pk, NOTHING))
        for one in enrollments
        if one.ended_on is None
    }


def _prospect(batch, course, enrollment, hours):
    presence = Presence(
        joined_on=enrollment.joined_on,
        suspensions=tuple(enrollment.suspensions.all()),
        attended=hours.attended,
        counted=hours.counted,
    )
    outlook = look_ahead(course, presence, None, minimum=batch.minimum_attendance)
    to_come = [one.hours for one in course.planned if presence.is_expected_on(one.takes_place_on)]
    left = absences_left(hours, to_come, minimum=batch.minimum_attendance)
    return Prospect(outlook.sessions_left, outlook.best_percent, left)
