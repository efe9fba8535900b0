"""Will he finish? A batch's course of meetings against a person's days. No database."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from participants.queries.ledger import percentage
from programs.models import Session

INDEPENDENCE_DAY = (8, 17)


@dataclass(frozen=True)
class Release:
    """When somebody is expected to leave; reckoned from the end of the sentence less remission, or recorded."""

    on: date
    is_reckoned: bool
    remission_days: int = 0


def release_of(inmate, *, remission_days, today):
    """Release, or None when neither date is known.

    Each 17 August between today and the release takes `remission_days` off, but sets nobody free before it.
    """
    if inmate.expected_release_on:
        return Release(inmate.expected_release_on, is_reckoned=False)
    if not inmate.expires_on:
        return None
    release_on = inmate.expires_on
    for year in range(today.year, inmate.expires_on.year + 1):
        given_on = date(year, *INDEPENDENCE_DAY)
        if today < given_on < release_on:
            release_on = max(release_on - timedelta(remission_days), given_on)
    taken_off = (inmate.expires_on - release_on).days
    return Release(release_on, is_reckoned=True, remission_days=taken_off)


@dataclass(frozen=True)
class Course:
    """The meetings of a batch, cancelled ones and catch-ups left out; without any it ends on `ends_on`."""

    sessions: tuple
    ends_on: date

    @cached_property
    def last_on(self):
        return max((one.takes_place_on for one in self.sessions), default=self.ends_on)

    @cached_property
    def hours(self):
        return sum(one.hours for one in self.sessions)

    def hours_until(self, day):
        """JP of the meetings up to and with `day`."""
        return sum(one.hours for one in self.sessions if one.takes_place_on <= day)

    @cached_property
    def planned(self):
        return [one for one in self.sessions if one.status == Session.Status.PLANNED]

    def meetings_during(self, activity):
        """[Session] planned at the hours of a weekly activity."""
        last = activity.ends_on or date.max
        return [
            one
            for one in self.planned
            if one.takes_place_on.isoweekday() == activity.weekday
            and activity.starts_on <= one.takes_place_on <= last
            and one.starts_at < activity.ends_at
            and one.ends_at > activity.starts_at
        ]


@dataclass(frozen=True)
class Outlook:
    """How far somebody can still get in a batch. Hours in JP.

    `leaves_on` is the earlier of release and planned end, None when neither is known; `best_percent` the
    attendance if nothing more is missed until then, None before anything counts.
    """

    release_on: date | None
    leaves_on: date | None
    sessions_left: int
    hours_taught_by_then: int
    hours_total: int
    best_percent: Decimal | None
    is_at_risk: bool


@dataclass(frozen=True)
class Presence:
    """One person's days in a batch, and the hours so far, as `Standing` counts them."""

    joined_on: date
    planned_end_on: date | None = None
    suspensions: tuple = ()
    attended: int = 0
    counted: int = 0

    def is_expected_on(self, day):
        return day >= self.joined_on and not any(one.covers(day) for one in self.suspensions)


def look_ahead(course, presence, release, *, minimum):
    """Outlook of somebody with that Presence and Release; `minimum` is the attendance asked for, in per cent."""
    release_on = release.on if release else None
    leaves_on = min(filter(None, (release_on, presence.planned_end_on)), default=None)
    last_day = leaves_on or date.max
    to_come = [one for one in course.planned if presence.is_expected_on(one.takes_place_on)]
    possible = [one for one in to_come if one.takes_place_on <= last_day]
    best = percentage(
        presence.attended + sum(one.hours for one in possible),
        presence.counted + sum(one.hours for one in to_come),
    )
    return Outlook(
        release_on=release_on,
        leaves_on=leaves_on,
        sessions_left=len(possible),
        hours_taught_by_then=course.hours_until(last_day),
        hours_total=course.hours,
        best_percent=best,
        is_at_risk=last_day < course.last_on or (best is not None and best < minimum),
    )
