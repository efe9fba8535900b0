"""On which days a facility can teach: the national calendar, with the facility's own word over it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
from django.utils.translation import get_language

from programs.models import DayRule

NATIONAL = "national"
JOINT_LEAVE = "joint_leave"
FACILITY = "facility"
OPENED = "opened"

ENGLISH = "en_US"
INDONESIAN = "id"


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not like others, with the name to show beside it.

    `kind` is NATIONAL or JOINT_LEAVE (cuti bersama) as the government decreed them, FACILITY for a day
    that the facility closes by its own rule, OPENED for one that its rule keeps open, holiday or not.
    """

    day: date
    name: str
    kind: str

    @property
    def is_closed(self):
        return self.kind != OPENED

    @property
    def may_be_taught(self):
        """Open, or open for whoever asks: a joint leave binds the offices, not the class."""
        return self.kind in {JOINT_LEAVE, OPENED}


def special_days(facility, first, last):
    """{date: SpecialDay} from `first` to `last`, both included, in order; names in the active language.

    Each day has one entry, the strongest: the facility's rule, else the holiday, else the joint leave.
    The library knows the years 1946 to 2100, and joint leave as far as it is decreed. One query.
    """
    language = _language()
    found = {
        one.day: one
        for year in range(first.year, last.year + 1)
        for one in _national(year, language)
        if first <= one.day <= last
    }
    for rule in DayRule.objects.filter(facility=facility).between(first, last):
        kind = OPENED if rule.is_open else FACILITY
        found[rule.falls_on] = SpecialDay(rule.falls_on, rule.reason, kind)
    return dict(sorted(found.items()))


def open_days(facility, first, last, *, weekdays, with_joint_leave=False):
    """[date] from `first` to `last`, both included, on which a class of these weekdays can meet.

    `weekdays` holds ISO weekdays, 1 for Monday. An opened day is still left out when its weekday is not
    among them. With `with_joint_leave` the class goes on during cuti bersama. One query.
    """
    special = special_days(facility, first, last)
    closed = {
        day
        for day, one in special.items()
        if one.is_closed and not (with_joint_leave and one.may_be_taught)
    }
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() in weekdays and day not in closed]


def _language():
    """The library's name for the active language; Indonesian when there is none."""
    return ENGLISH if (get_language() or "").startswith("en") else INDONESIAN


@cache
def _national(year, language):
    """(SpecialDay, …) of one year, in order; a day that is both keeps its holiday."""
    found = {}
    for category, kind in (("government", JOINT_LEAVE), ("public", NATIONAL)):
        known = holidays.country_holidays(
            "ID", years=year, categories=(category,), language=language
        )
        found |= {day: SpecialDay(day, name, kind) for day, name in known.items()}
    return tuple(found[day] for day in sorted(found))
