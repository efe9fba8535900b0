"""What in a class's marks somebody should look at. It points; deciding is an officer's work. No database."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from programs.models import Session

# How far back marks are looked at: long enough for a habit, short enough to be talked about still.
LOOK_BACK = timedelta(weeks=8)
# So many illnesses on one weekday are more than chance: a visit, a duty, a cell's search may lie behind them.
ILLNESSES = 3
# Smaller classes are quickly marked by hand.
FEWEST_MARKS = 5
# Nobody looks twenty people in the face within it; a class ticked from memory is saved in one go.
AT_ONCE = timedelta(seconds=1)
# Up to a day after the meeting is the ordinary evening's work.
LONG_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class SheetTimes:
    """When a session ended, and when its marks were saved: how many, how many of them H, the first, the last."""

    session: Session
    ended_at: datetime
    marks: int
    presents: int
    first_at: datetime
    last_at: datetime
    saved_by: str = ""


def is_low(percent, minimum):
    """Whether an attendance in per cent is below the minimum; None is no attendance yet."""
    return percent is not None and percent < minimum


def ill_on_one_weekday(days, today: date):
    """[[day]]: the days of illness that share a weekday, where they are ILLNESSES or more since LOOK_BACK."""
    by_weekday = defaultdict(list)
    for day in sorted(set(days)):
        if today - LOOK_BACK <= day <= today:
            by_weekday[day.weekday()].append(day)
    return [same for _weekday, same in sorted(by_weekday.items()) if len(same) >= ILLNESSES]


def is_marked_at_once(sheet: SheetTimes):
    """Whether a whole class was marked present in one go, long after the meeting."""
    return (
        sheet.marks >= FEWEST_MARKS
        and sheet.presents == sheet.marks
        and sheet.last_at - sheet.first_at <= AT_ONCE
        and sheet.first_at - sheet.ended_at > LONG_AFTER
    )
