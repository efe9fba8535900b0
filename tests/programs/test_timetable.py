"""A curriculum over days: stories of one week, and every layout against a recount by brute force."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from programs.timetable import Booking, Layout, Load, Slot, lay_out, shift

MONDAY = date(2026, 1, 5)
DAY = timedelta(days=1)
WEEK = [MONDAY + number * DAY for number in range(5)]
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = WEEK[1:]
SATURDAY = FRIDAY + DAY
NEXT_WEEK = [day + 7 * DAY for day in WEEK]

MORNING = Slot(time(8), time(11))  # four JP of 45 minutes
AFTERNOON = Slot(time(13), time(14, 30))  # two


def at(text):
    """A time: at("8.45")."""
    hour, _, minute = text.partition(".")
    return time(int(hour), int(minute or 0))


def load(unit, theory=0, practice=0, instructor="Sri"):
    return Load(unit, theory, practice, instructor)


def booked(day, starts_at, ends_at, whom=None):
    return Booking(day, at(starts_at), at(ends_at), whom)


def laid(*loads, days=WEEK, slots=(MORNING,), bookings=(), minutes=45, later=()):
    return lay_out(loads, days=days, slots=slots, bookings=bookings, minutes=minutes, later=later)


def told(layout):
    """Each meeting in a line: "Mo 08.00-11.00 Roti 4 (1)", with the theory in brackets."""
    return [
        f"{one.day:%a}"[:2]
        + f" {one.starts_at:%H.%M}-{one.ends_at:%H.%M} {one.unit} {one.hours} ({one.theory_hours})"
        for one in layout.meetings
    ]


class TestSlot:
    @pytest.mark.parametrize(
        ("minutes", "lessons"), [(45, 4), (60, 3), (50, 3), (180, 1), (181, 0)]
    )
    def test_only_whole_lessons_count(self, minutes, lessons):
        assert MORNING.lessons(minutes) == lessons

    @pytest.mark.parametrize("ends_at", [time(7), time(8)])
    def test_one_that_does_not_end_after_it_starts_is_refused(self, ends_at):
        with pytest.raises(ValueError, match="does not end after it starts"):
            Slot(time(8), ends_at)

    def test_seconds_never_make_a_lesson_longer_than_its_slot(self):
        slot = Slot(time(8, 0, 30), time(8, 45, 59))
        assert slot.lessons(45) == 0
        layout = laid(load("Roti", 1), slots=[slot], minutes=44)
        assert told(layout) == ["Mo 08.01-08.45 Roti 1 (1)"]


class TestLayOut:
    def test_theory_first_and_both_in_one_meeting(self):
        layout = laid(load("Roti", theory=5, practice=3))
        assert told(layout) == ["Mo 08.00-11.00 Roti 4 (4)", "Tu 08.00-11.00 Roti 4 (1)"]

    def test_the_next_unit_begins_where_the_last_ended(self):
        layout = laid(load("Higiene", 1), load("Roti", practice=4))
        assert told(layout) == [
            "Mo 08.00-08.45 Higiene 1 (1)",
            "Mo 08.45-11.00 Roti 3 (0)",
            "Tu 08.00-08.45 Roti 1 (0)",
        ]

    def test_its_teacher_may_come_later_than_that(self):
        busy = booked(MONDAY, "8", "9.15", whom="Budi")
        layout = laid(load("Higiene", 1), load("Roti", 2, instructor="Budi"), bookings=[busy])
        assert told(layout) == ["Mo 08.00-08.45 Higiene 1 (1)", "Mo 09.15-10.45 Roti 2 (2)"]

    def test_another_teacher_who_is_busy_disturbs_nobody(self):
        busy = booked(MONDAY, "8", "11", whom="Budi")
        assert told(laid(load("Roti", 4), bookings=[busy])) == ["Mo 08.00-11.00 Roti 4 (4)"]

    def test_a_booking_in_the_middle_splits_the_morning(self):
        """What is left before it is too short for a second lesson, and stays empty."""
        layout = laid(load("Roti", 1, 2), bookings=[booked(MONDAY, "9.10", "9.40")])
        assert told(layout) == [
            "Mo 08.00-08.45 Roti 1 (1)",
            "Mo 09.40-10.25 Roti 1 (0)",
            "Tu 08.00-08.45 Roti 1 (0)",
        ]

    def test_bookings_in_any_order_that_overlap_each_other_count_once(self):
        bookings = [
            booked(MONDAY, "9.30", "10.15", whom="Sri"),
            booked(MONDAY, "8.45", "9", whom="Sri"),
            booked(MONDAY, "8", "10"),
        ]
        assert told(laid(load("Roti", 1), bookings=bookings)) == ["Mo 10.15-11.00 Roti 1 (1)"]

    def test_a_booking_right_before_and_after_takes_nothing(self):
        bookings = [
            booked(MONDAY, "7", "8"),
            booked(MONDAY, "8.45", "9"),
            booked(MONDAY, "12", "13"),
        ]
        layout = laid(load("Roti", 3), bookings=bookings)
        assert told(layout) == ["Mo 08.00-08.45 Roti 1 (1)", "Mo 09.00-10.30 Roti 2 (2)"]

    def test_a_booking_after_the_slot_does_not_lengthen_it(self):
        layout = laid(load("Roti", 5), days=[MONDAY], bookings=[booked(MONDAY, "12", "13")])
        assert told(layout) == ["Mo 08.00-11.00 Roti 4 (4)"]

    def test_half_a_minute_of_a_booking_takes_the_minute(self):
        seconds = Booking(MONDAY, time(8), time(8, 30, 30), None)
        assert told(laid(load("Roti", 1), bookings=[seconds])) == ["Mo 08.31-09.16 Roti 1 (1)"]

    def test_days_and_slots_in_any_order_and_twice(self):
        layout = laid(
            load("Roti", 0, 8), days=[TUESDAY, MONDAY, MONDAY], slots=[AFTERNOON, MORNING]
        )
        assert told(layout) == [
            "Mo 08.00-11.00 Roti 4 (0)",
            "Mo 13.00-14.30 Roti 2 (0)",
            "Tu 08.00-09.30 Roti 2 (0)",
        ]

    def test_slots_that_touch_make_two_meetings(self):
        slots = [MORNING, Slot(time(11), time(12, 30))]
        assert told(laid(load("Roti", 5), slots=slots)) == [
            "Mo 08.00-11.00 Roti 4 (4)",
            "Mo 11.00-11.45 Roti 1 (1)",
        ]

    @pytest.mark.parametrize("other", [MORNING, Slot(time(10, 59), time(12))])
    def test_slots_that_overlap_are_refused(self, other):
        with pytest.raises(ValueError, match="begins before 11:00"):
            laid(load("Roti", 1), slots=[other, MORNING])

    def test_a_lesson_without_length_is_refused(self):
        with pytest.raises(ValueError, match="a JP of 0 minutes"):
            laid(load("Roti", 1), minutes=0)

    def test_less_than_nothing_cannot_be_placed(self):
        with pytest.raises(ValueError, match="-1 and 4 JP of Roti"):
            load("Roti", -1, 4)

    def test_a_unit_that_is_done_takes_no_place(self):
        layout = laid(load("Higiene"), load("Roti", 1), load("Kue"))
        assert told(layout) == ["Mo 08.00-08.45 Roti 1 (1)"]
        assert (layout.fits, layout.missing_hours, layout.fits_until) == (True, 0, None)

    @pytest.mark.parametrize("nothing", [{"days": []}, {"slots": []}, {"minutes": 181}])
    def test_without_days_slots_or_a_lesson_that_fits_all_is_missing(self, nothing):
        assert laid(load("Roti", 3, 5), **nothing) == Layout([], [("Roti", 8)], None)

    def test_what_found_no_place_is_said_by_unit(self):
        layout = laid(load("Higiene", 3), load("Roti", 2, 4), load("Kue", 5), days=[MONDAY])
        assert layout.unplaced == [("Roti", 5), ("Kue", 5)]
        assert (layout.fits, layout.missing_hours) == (False, 10)

    def test_a_unit_that_waits_is_not_overtaken(self):
        away = [booked(day, "7", "17", whom="Sri") for day in WEEK]
        layout = laid(load("Higiene", 1), load("Roti", 2, instructor="Budi"), bookings=away)
        assert layout.unplaced == [("Higiene", 1), ("Roti", 2)]


class TestFitsUntil:
    def test_the_last_day_needed_when_the_class_goes_on(self):
        layout = laid(load("Roti", 12), load("Kue", 9), days=[MONDAY], later=NEXT_WEEK)
        assert told(layout) == ["Mo 08.00-11.00 Roti 4 (4)"]
        assert (layout.missing_hours, layout.fits_until) == (17, NEXT_WEEK[4])

    def test_none_when_even_that_is_not_enough(self):
        assert laid(load("Roti", 25), days=[MONDAY], later=NEXT_WEEK).fits_until is None

    def test_none_when_it_fits_anyway(self):
        assert laid(load("Roti", 4), days=[MONDAY], later=NEXT_WEEK).fits_until is None

    def test_later_days_are_booked_too(self):
        busy = [booked(TUESDAY, "8", "11"), booked(WEDNESDAY, "8", "9", whom="Sri")]
        layout = laid(load("Roti", 5), days=[MONDAY], bookings=busy, later=WEEK[1:])
        assert layout.fits_until == WEDNESDAY

    def test_days_that_are_not_later_do_not_count(self):
        layout = laid(load("Roti", 8), days=[TUESDAY], later=[WEDNESDAY, MONDAY, TUESDAY])
        assert layout.fits_until == WEDNESDAY


# Against brute force: every time is a multiple of five minutes.

STEP = 5


def minute(at):
    return at.hour * 60 + at.minute


def clock(number):
    return time(*divmod(number, 60))


def overlap(one, other):
    return one.day == other.day and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def has_place(instructor, *, after, before, days, slots, bookings, minutes):
    """Whether some lesson of `instructor` could begin from `after` on and end by `before`: (day, time)."""
    for day in days:
        for slot in slots:
            last = minute(slot.ends_at) - minutes
            for start in range(minute(slot.starts_at), last + 1, STEP):
                lesson = Booking(day, clock(start), clock(start + minutes), instructor)
                if (day, lesson.starts_at) < after or (day, lesson.ends_at) > before:
                    continue
                taken = (one for one in bookings if one.whom in (None, instructor))
                if not any(overlap(lesson, one) for one in taken):
                    return True
    return False


def problems(layout, loads, **frame):
    """[What is wrong with a layout], each once; written without a look at how it was made."""
    meetings, left = layout.meetings, dict(layout.unplaced)
    found = {problem for one in meetings for problem in problems_of_meeting(one, **frame)}
    for work in loads:
        mine = [one for one in meetings if one.unit == work.unit]
        found |= set(problems_of_unit(work, mine, left.get(work.unit, 0)))
    for one, following in pairwise(meetings):
        if (one.day, one.ends_at) > (following.day, following.starts_at):
            found.add("two meetings at once")
        if is_torn(one, following, frame["slots"]):
            found.add("torn for nothing")
    places = [[work.unit for work in loads].index(one.unit) for one in meetings]
    if places != sorted(places):
        found.add("units out of order")
    waiting = [work for work in loads if work.unit in left]
    if [(work.unit, left[work.unit]) for work in waiting] != layout.unplaced or 0 in left.values():
        found.add("unplaced are not in order")
    # Before each meeting, and for the first that waits after all of them: no lesson would have fitted.
    moment = (date.min, time.min)
    for one in meetings:
        if has_place(one.instructor, after=moment, before=(one.day, one.starts_at), **frame):
            found.add("a gap before a meeting")
        moment = (one.day, one.ends_at)
    for work in waiting[:1]:
        if has_place(work.instructor, after=moment, before=(date.max, time.max), **frame):
            found.add("a gap at the end")
    return sorted(found)


def problems_of_meeting(one, *, days, slots, bookings, minutes):
    if one.day not in days:
        yield "a day that was not given"
    if not any(slot.starts_at <= one.starts_at and one.ends_at <= slot.ends_at for slot in slots):
        yield "outside the slots"
    if minute(one.ends_at) - minute(one.starts_at) != one.hours * minutes:
        yield "not as long as its lessons"
    if not 0 <= one.theory_hours <= one.hours or one.hours < 1:
        yield "lessons of less than nothing"
    if any(overlap(one, other) for other in bookings if other.whom in (None, one.instructor)):
        yield "booked already"


def problems_of_unit(work, mine, left):
    placed = sum(one.hours for one in mine)
    if placed + left != work.hours:
        yield "lessons lost or won"
    if sum(one.theory_hours for one in mine) != min(work.theory, placed):
        yield "not all theory"
    if any(one.theory_hours < one.hours and two.theory_hours for one, two in pairwise(mine)):
        yield "practice before theory"
    if {one.instructor for one in mine} - {work.instructor}:
        yield "somebody else teaches"


def is_torn(one, following, slots):
    """Whether two meetings of a unit touch inside one slot, and so should have been one."""
    if (one.unit, one.day, one.ends_at) != (following.unit, following.day, following.starts_at):
        return False
    return any(slot.starts_at < one.ends_at < slot.ends_at for slot in slots)


# A quarter past six to eight in the evening, more than the slots below.
moments = st.integers(75, 240).map(lambda number: clock(number * STEP))
bookings_of_the_week = st.lists(
    st.builds(
        lambda day, span, whom: Booking(day, *sorted(span), whom),
        st.sampled_from(WEEK),
        st.sets(moments, min_size=2, max_size=2),
        st.sampled_from(["Sri", "Budi", None]),
    ),
    min_size=2,
    max_size=10,
)


@st.composite
def given_slots(draw):
    """One to three slots that do not overlap, in any order."""
    edges = draw(st.lists(st.integers(84, 204), min_size=2, max_size=6, unique=True).map(sorted))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return draw(st.permutations([Slot(clock(a * STEP), clock(b * STEP)) for a, b in pairs]))


@st.composite
def tasks(draw):
    """(loads, all that lay_out is given, how many of its days are regular ones)."""
    people, lessons = st.sampled_from(["Sri", "Budi"]), st.integers(0, 8)
    loads = [
        Load(f"unit {number}", theory, practice, person)
        for number, (theory, practice, person) in enumerate(
            draw(st.lists(st.tuples(lessons, lessons, people), min_size=2, max_size=4))
        )
    ]
    days = sorted(draw(st.sets(st.sampled_from(WEEK), min_size=2)))
    frame = {
        "days": days,
        "slots": draw(given_slots()),
        "bookings": draw(bookings_of_the_week),
        "minutes": draw(st.sampled_from([20, 35, 45, 60])),
    }
    return loads, frame, draw(st.integers(0, len(days)))


thorough = settings(max_examples=200, deadline=None)


@thorough
@given(task=tasks())
def test_every_layout_stands_the_recount(task):
    loads, frame, _ = task
    layout = lay_out(loads, **frame)
    assert problems(layout, loads, **frame) == []
    assert layout.missing_hours == sum(one.hours for one in loads) - sum(
        one.hours for one in layout.meetings
    )


@thorough
@given(task=tasks())
def test_fits_until_is_the_last_day_of_the_longer_class(task):
    loads, frame, number = task
    regular, later = frame["days"][:number], frame["days"][number:]
    longer = lay_out(loads, **frame)
    layout = lay_out(loads, **frame | {"days": regular}, later=later)
    needed = longer.meetings[-1].day if longer.fits and not layout.fits else None
    assert layout.fits_until == needed
    assert layout.meetings == [one for one in longer.meetings if one.day in regular]


class TestTheRecountItself:
    """A sound layout, broken in one place after the other: the recount sees each break."""

    LOADS = [load("Higiene", 2, 1), load("Roti", 1, 4, instructor="Budi"), load("Kue", 1)]
    FRAME = {
        "days": [MONDAY, TUESDAY],
        "slots": [MORNING],
        "bookings": [booked(TUESDAY, "8", "8.45", whom="Budi")],
        "minutes": 45,
    }

    def sound(self):
        return lay_out(self.LOADS, **self.FRAME)

    def test_the_sound_one(self):
        layout = self.sound()
        assert told(layout) == [
            "Mo 08.00-10.15 Higiene 3 (2)",
            "Mo 10.15-11.00 Roti 1 (1)",
            "Tu 08.45-11.00 Roti 3 (0)",
        ]
        assert layout.unplaced == [("Roti", 1), ("Kue", 1)]
        assert problems(layout, self.LOADS, **self.FRAME) == []

    @pytest.mark.parametrize(
        ("number", "change", "seen"),
        [
            (1, {"starts_at": at("10"), "ends_at": at("10.45")}, ["two meetings at once"]),
            (2, {"starts_at": at("8.40"), "ends_at": at("10.55")}, ["booked already"]),
            (2, {"starts_at": at("9"), "ends_at": at("11.15")}, ["outside the slots"]),
            (2, {"day": WEDNESDAY}, ["a day that was not given", "a gap before a meeting"]),
            (2, {"ends_at": at("10.50")}, ["not as long as its lessons"]),
            (2, {"hours": 2, "ends_at": at("10.15")}, ["a gap at the end", "lessons lost or won"]),
            (0, {"theory_hours": 1}, ["not all theory"]),
            (2, {"theory_hours": 4}, ["lessons of less than nothing", "not all theory"]),
            (2, {"instructor": "Sri"}, ["a gap before a meeting", "somebody else teaches"]),
        ],
    )
    def test_sees_a_broken_meeting(self, number, change, seen):
        layout = self.sound()
        layout.meetings[number] = replace(layout.meetings[number], **change)
        assert problems(layout, self.LOADS, **self.FRAME) == seen

    def test_sees_units_that_changed_places(self):
        first, *others = self.LOADS
        assert problems(self.sound(), [*others, first], **self.FRAME) == ["units out of order"]

    def test_sees_practice_before_theory(self):
        layout = self.sound()
        layout.meetings[1:] = [
            replace(one, theory_hours=theory)
            for one, theory in zip(layout.meetings[1:], (0, 1), strict=True)
        ]
        assert problems(layout, self.LOADS, **self.FRAME) == ["practice before theory"]

    def test_sees_a_meeting_torn_for_nothing(self):
        layout = self.sound()
        whole = layout.meetings[0]
        layout.meetings[:1] = [
            replace(whole, ends_at=at("8.45"), hours=1, theory_hours=1),
            replace(whole, starts_at=at("8.45"), hours=2, theory_hours=1),
        ]
        assert problems(layout, self.LOADS, **self.FRAME) == ["torn for nothing"]

    def test_sees_what_came_in_the_wrong_order(self):
        layout = replace(self.sound(), unplaced=[("Kue", 1), ("Roti", 1)])
        assert problems(layout, self.LOADS, **self.FRAME) == ["unplaced are not in order"]

    def test_sees_a_morning_left_empty(self):
        layout = self.sound()
        last = layout.meetings.pop()
        lazy = replace(layout, unplaced=[("Roti", 4), ("Kue", 1)])
        assert problems(lazy, self.LOADS, **self.FRAME) == ["a gap at the end"]
        lazy.meetings.append(replace(last, starts_at=at("9.30"), ends_at=at("11"), hours=2))
        late = replace(lazy, unplaced=[("Roti", 2), ("Kue", 1)])
        assert problems(late, self.LOADS, **self.FRAME) == ["a gap before a meeting"]


class TestShift:
    """Classes on workdays of two weeks, Thursday of the first being a holiday."""

    TEACHING = [MONDAY, TUESDAY, WEDNESDAY, FRIDAY, *NEXT_WEEK]

    def moved(self, *meetings, to, teaching_days=TEACHING):
        found = shift(meetings, old=meetings[0], new=to, teaching_days=teaching_days)
        assert list(found) == list(meetings)
        return list(found.values())

    def test_all_go_on_by_as_many_teaching_days(self):
        assert self.moved(MONDAY, WEDNESDAY, FRIDAY, to=TUESDAY) == [
            TUESDAY,
            FRIDAY,
            NEXT_WEEK[0],
        ]

    def test_and_back(self):
        assert self.moved(TUESDAY, FRIDAY, NEXT_WEEK[0], to=MONDAY) == [
            MONDAY,
            WEDNESDAY,
            FRIDAY,
        ]

    def test_to_a_saturday_on_which_nobody_meets_the_others_stay(self):
        assert self.moved(FRIDAY, *NEXT_WEEK[:2], to=SATURDAY) == [SATURDAY, *NEXT_WEEK[:2]]
        assert self.moved(SATURDAY, *NEXT_WEEK[:2], to=FRIDAY) == [FRIDAY, *NEXT_WEEK[:2]]

    def test_to_a_saturday_beyond_a_teaching_day_they_go_on_by_that_one(self):
        assert self.moved(WEDNESDAY, FRIDAY, to=SATURDAY) == [SATURDAY, NEXT_WEEK[0]]

    def test_fleeing_the_holiday_pushes_the_day_it_flees_to(self):
        assert self.moved(THURSDAY, FRIDAY, NEXT_WEEK[1], to=FRIDAY) == [
            FRIDAY,
            NEXT_WEEK[0],
            NEXT_WEEK[2],
        ]

    def test_a_follower_on_the_holiday_takes_the_next_teaching_day(self):
        """So does Friday's then, but Monday's rests where the shift alone brings it."""
        assert self.moved(TUESDAY, THURSDAY, FRIDAY, NEXT_WEEK[2], to=WEDNESDAY) == [
            WEDNESDAY,
            NEXT_WEEK[0],
            NEXT_WEEK[1],
            NEXT_WEEK[3],
        ]

    def test_two_meetings_of_the_week_of_a_raid_stay_two(self):
        raid = [MONDAY, *NEXT_WEEK]
        assert self.moved(MONDAY, *WEEK[2:4], to=MONDAY, teaching_days=raid) == [
            MONDAY,
            *NEXT_WEEK[:2],
        ]

    def test_alone_it_goes_wherever_it_likes(self):
        assert self.moved(FRIDAY, to=NEXT_WEEK[4] + 30 * DAY) == [NEXT_WEEK[4] + 30 * DAY]

    def test_refused_when_the_days_run_out(self):
        with pytest.raises(ValueError, match="no teaching day left for the meeting of 2026-01-16"):
            self.moved(*NEXT_WEEK, to=NEXT_WEEK[1])

    @pytest.mark.parametrize("meetings", [[], [TUESDAY, WEDNESDAY]])
    def test_refused_when_the_old_day_has_no_meeting_to_move(self, meetings):
        with pytest.raises(ValueError):
            shift(meetings, old=MONDAY, new=TUESDAY, teaching_days=self.TEACHING)


numbers = st.integers(0, 30)


@thorough
@given(
    teaching=st.sets(numbers, min_size=3),
    meetings=st.sets(numbers, min_size=1).map(sorted),
    new=numbers,
)
def test_shifted_days_stay_distinct_in_order_and_on_teaching_days(teaching, meetings, new):
    # Room behind the last meeting, however far it goes.
    teaching_days = [MONDAY + number * DAY for number in sorted(teaching | set(range(31, 93)))]
    days = [MONDAY + number * DAY for number in meetings]
    new = MONDAY + new * DAY
    moved = shift(days, old=days[0], new=new, teaching_days=teaching_days)
    assert list(moved) == days
    assert moved[days[0]] == new
    assert list(moved.values()) == sorted(set(moved.values()))
    assert {moved[day] for day in days[1:]} - set(teaching_days) == set()


@thorough
@given(
    teaching=st.sets(numbers, min_size=3).map(sorted), old=numbers, new=numbers, chosen=st.data()
)
def test_followers_on_teaching_days_go_on_by_the_same_and_come_back(teaching, old, new, chosen):
    teaching_days = [MONDAY + number * DAY for number in [*teaching, *range(31, 93)]]
    old, new = MONDAY + old * DAY, MONDAY + new * DAY
    candidates = [day for day in teaching_days[: len(teaching)] if day > old]
    assume(candidates)
    following = sorted(chosen.draw(st.sets(st.sampled_from(candidates))))
    moved = shift([old, *following], old=old, new=new, teaching_days=teaching_days)
    steps = Counter(teaching_days.index(moved[day]) - teaching_days.index(day) for day in following)
    assert len(steps) <= 1
    back = shift(list(moved.values()), old=new, new=old, teaching_days=teaching_days)
    assert list(back.values()) == [old, *following]


def test_no_meeting_is_longer_than_the_database_allows():
    slot = Slot(time(6), time(17))
    layout = lay_out(
        [Load("A", 0, 20, "Sri")], days=[date(2025, 12, 17)], slots=[slot], bookings=[], minutes=30
    )
    assert [meeting.hours for meeting in layout.meetings] == [16, 4]
