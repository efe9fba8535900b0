"""The ledger of hours: against a recount by hand, and the page on which each number opens what it is made of."""

from collections import defaultdict, namedtuple
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from participants.models import Attendance, Enrollment, ReadingTrail, Suspension
from participants.queries.book import book_of
from participants.queries.ledger import (
    NOTHING,
    Account,
    Hours,
    absences_left,
    hours_of,
    ledger,
    percentage,
)
from programs.models import Session
from tests import factories
from tests.core.counting import queries_of
from tests.participants.classes import catch_up, meeting, note

pytestmark = pytest.mark.django_db


def sums(training):
    """Everybody's Hours over all units, in the order of the paper."""
    hours = hours_of(training.enrollments)
    return [hours[one.pk] for one in training.enrollments]


class TestDebts:
    """Two units with one meeting of 4 JP each; Achmad is kept away from the first by the Lapas."""

    @pytest.fixture(autouse=True)
    def owed(self, training):
        training.mark(training.sessions[0], "AHA", cause="facility")
        training.mark(training.sessions[1], "HAH", cause="participant")

    def test_a_debt_counts_against_nobody(self, training):
        achmad, sutrisno, _ = sums(training)
        assert (achmad.attended, achmad.counted, achmad.debt, achmad.percent) == (4, 4, 4, 100)
        assert (sutrisno.attended, sutrisno.counted, sutrisno.debt) == (4, 8, 0)
        assert sutrisno.percent == 50

    def test_a_catch_up_repays_what_is_owed_in_its_unit(self, training):
        achmad = training.enrollments[0]
        note(training, catch_up(training, [achmad], status="held", hours=3), achmad, "H")
        hours = sums(training)[0]
        assert (hours.debt, hours.attended, hours.counted, hours.caught_up) == (1, 7, 7, 3)

    def test_in_another_unit_it_repays_nothing(self, training):
        achmad = training.enrollments[0]
        note(training, catch_up(training, [achmad], status="held", unit=1), achmad, "H")
        assert (sums(training)[0].debt, sums(training)[0].attended) == (4, 4)

    def test_what_was_missed_is_recovered_and_no_more(self, training):
        """6 JP made up of 4 missed: 8 of 8, and not 10."""
        sutrisno = training.enrollments[1]
        late = catch_up(training, [sutrisno], status="held", unit=1, hours=6)
        note(training, late, sutrisno, "T", cause="participant")
        hours = sums(training)[1]
        assert (hours.attended, hours.counted, hours.still_missed) == (8, 8, 0)

    def test_a_catch_up_repays_no_debt_of_later_days(self, training):
        """8 JP were taught for the 4 owed then; the 4 of the 22nd nobody has taught again."""
        achmad = training.enrollments[0]
        note(training, catch_up(training, [achmad], status="held", day=20, hours=8), achmad, "H")
        later = meeting(training, unit=0, day=22, hours=4, status="held", kind="regular")
        note(training, later, achmad, "I", cause="facility")
        assert (sums(training)[0].debt, sums(training)[0].attended) == (4, 8)

    def test_a_debt_takes_no_catch_up_away(self, training):
        """Sutrisno made good what he missed; that the Lapas keeps him away afterwards lowers nothing."""
        sutrisno = training.enrollments[1]
        late = catch_up(training, [sutrisno], status="held", unit=1, day=20)
        note(training, late, sutrisno, "H")
        assert sums(training)[1].percent == 100
        later = meeting(training, unit=1, day=22, hours=4, status="held", kind="regular")
        note(training, later, sutrisno, "I", cause="facility")
        assert (sums(training)[1].percent, sums(training)[1].debt) == (100, 4)

    @pytest.mark.parametrize("status", ["planned", "cancelled"])
    def test_only_a_catch_up_that_was_held_repays(self, training, status):
        achmad = training.enrollments[0]
        note(training, catch_up(training, [achmad], status=status), achmad, "H")
        assert sums(training)[0].debt == 4

    def test_staying_away_from_a_catch_up_costs_nothing_more(self, training):
        achmad = training.enrollments[0]
        away = catch_up(training, [achmad], status="held")
        note(training, away, achmad, "A", cause="participant")
        hours = sums(training)[0]
        assert (hours.debt, hours.counted, hours.unmarked) == (4, 4, 0)


class TestAbsencesLeft:
    @pytest.mark.parametrize(
        ("attended", "counted", "meetings", "left"),
        [
            (0, 0, [], 0),
            (0, 0, [4] * 10, 2),
            (32, 32, [4, 4], 2),
            (24, 32, [4, 4], 0),
            (20, 32, [4, 4], None),
            (16, 16, [8, 2, 2, 2], 0),  # the longest alone is too much
            (28, 28, [8, 2, 2], 1),
            (26, 26, [8, 2, 2], 0),  # either short one would do, the long one would not
            (7994, 10_000, [], None),
            (7995, 10_000, [], 0),  # 79.95 is 80.0 on every paper
        ],
    )
    def test_counts_whole_meetings_longest_first(self, attended, counted, meetings, left):
        hours = Hours(there=attended, missed=counted - attended)
        assert absences_left(hours, meetings, minimum=80) == left

    @given(
        st.integers(0, 60),
        st.integers(0, 30),
        st.lists(st.integers(1, 8), max_size=8),
        st.integers(0, 100),
    )
    def test_one_more_would_fall_below_whichever_they_are(self, there, missed, meetings, minimum):
        left = absences_left(Hours(there=there, missed=missed), meetings, minimum=minimum)
        whole = there + missed + sum(meetings)

        def percent_without(absent):
            return percentage(there + sum(meetings) - sum(absent), whole)

        longest = sorted(meetings, reverse=True)
        if left is None:
            assert percent_without([]) < minimum
        elif whole:
            assert percent_without(longest[:left]) >= minimum
            assert left == len(meetings) or percent_without(longest[: left + 1]) < minimum


DAYS = range(17, 32)
MARK = st.sampled_from(
    [("H", ""), ("H", ""), None]
    + [(code, cause) for code in "SIAT" for cause in ("participant", "facility", "partner")]
)
MEETING = st.tuples(
    st.sampled_from(DAYS),
    st.integers(0, 1),
    st.integers(1, 8),
    st.sampled_from(["held", "held", "held", "planned", "cancelled"]),
    st.sampled_from(["regular", "regular", "catch_up"]),
    st.tuples(MARK, MARK, MARK),
)
LIFE = st.tuples(
    st.sampled_from([17, 17, 20]),
    st.sampled_from([None, None, 27]),
    st.none() | st.tuples(st.integers(18, 24), st.sampled_from([None, 0, 3])),
)


def takes_part(life, day):
    joined, ended, away = life
    if day < joined or (ended and day > ended):
        return False
    if away and day >= away[0]:
        return away[1] is not None and day > away[0] + away[1]
    return True


def recount(lives, meetings):
    """{(person, unit): [planned, delivered, attended, counted, debt, unmarked]}, hour by hour, as on paper."""
    found = {}
    for person, life in enumerate(lives):
        for unit in (0, 1):
            planned = delivered = there = missed = made_good = repaid = unmarked = 0
            still_open = []
            for day, of, hours, status, kind, letters in sorted(meetings, key=lambda one: one[0]):
                letter = letters[person]
                if of != unit or status == "cancelled":
                    continue
                if kind == "catch_up":
                    for _ in range(
                        hours if status == "held" and letter and letter[0] in "HT" else 0
                    ):
                        good = next((one for one in ("missed", "owed") if one in still_open), None)
                        if good:
                            still_open.remove(good)
                            made_good += 1
                            repaid += good == "owed"
                    continue
                if takes_part(life, day):
                    planned += hours
                    if status == "held":
                        delivered += hours
                        unmarked += letter is None
                if status == "held" and letter:
                    if letter[0] in "HT":
                        there += hours
                    elif letter[1] == "participant":
                        missed += hours
                        still_open += ["missed"] * hours
                    else:
                        still_open += ["owed"] * hours
            found[person, unit] = [
                planned, delivered, there + made_good, there + missed + repaid,
                still_open.count("owed"), unmarked,
            ]  # fmt: skip
    return found


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lives=st.tuples(LIFE, LIFE, LIFE),
    meetings=st.lists(MEETING, max_size=8),
)
def test_the_ledger_equals_a_naive_recount(training, lives, meetings):
    with transaction.atomic():
        training.batch.sessions.all().delete()
        for one, (joined, ended, away) in zip(training.enrollments, lives, strict=True):
            Enrollment.objects.filter(pk=one.pk).update(
                joined_on=date(2025, 12, joined),
                ended_on=ended and date(2025, 12, ended),
                end_reason="released" if ended else "",
            )
            if away:
                first = date(2025, 12, away[0])
                until = None if away[1] is None else first + timedelta(away[1])
                factories.SuspensionFactory(enrollment=one, starts_on=first, ends_on=until)
        for day, unit, hours, status, kind, letters in meetings:
            session = meeting(training, unit=unit, day=day, hours=hours, status=status, kind=kind)
            for one, letter in zip(training.enrollments, letters, strict=True):
                if letter:
                    note(training, session, one, *letter)
        found = ledger(training.enrollments)
        transaction.set_rollback(True)
    got = {
        (person, unit): found[one.pk].get(training.units[unit].pk, NOTHING)
        for person, one in enumerate(training.enrollments)
        for unit in (0, 1)
    }
    expected = recount(lives, meetings)
    assert expected == {
        key: [one.planned, one.delivered, one.attended, one.counted, one.debt, one.unmarked]
        for key, one in got.items()
    }
    for key, one in got.items():
        attended, counted = expected[key][2:4]
        exact = Decimal(100 * attended) / counted if counted else None
        assert one.percent == (exact and exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


ROW = namedtuple("Row", "takes_part unit kind status hours code cause")
ENTRY = st.builds(
    lambda kind, hours, mark: ROW(True, 1, kind, "held", hours, *mark),
    st.sampled_from(["regular", "regular", "catch_up"]),
    st.integers(1, 8),
    st.sampled_from([("H", ""), ("T", "partner"), ("A", "participant"), ("I", "facility")]),
)


@given(st.lists(ENTRY, max_size=10), st.integers(0, 10), st.integers(1, 8))
def test_whatever_the_lapas_causes_lowers_nobody(entries, place, hours):
    """And is owed in full, unless a later catch-up repays it."""
    away = ROW(True, 1, "regular", "held", hours, "I", "facility")
    without, with_it = Account(), Account()
    for one in entries:
        without.enter(one)
    for one in [*entries[:place], away, *entries[place:]]:
        with_it.enter(one)
    before, after = without.hours, with_it.hours
    assert after.attended * before.counted >= before.attended * after.counted
    assert after.debt + after.repaid == before.debt + before.repaid + hours


def test_forty_people_and_sixty_meetings_are_one_query(training, django_assert_num_queries):
    people = Enrollment.objects.bulk_create(
        Enrollment(
            batch=training.batch,
            inmate=factories.InmateFactory(facility=training.cast.jember),
            position=position,
            joined_on=training.batch.starts_on,
            enrolled_by=training.cast.officer,
        )
        for position in range(4, 41)
    )
    sessions = Session.objects.bulk_create(
        Session(
            batch=training.batch, unit=training.units[number % 2], room=training.session.room,
            instructor=training.cast.teacher, takes_place_on=date(2025, 12, 17), hours=2,
            starts_at=time(8), ends_at=time(10), status="held",
        )
        for number in range(58)
    )  # fmt: skip
    people += training.enrollments
    Attendance.objects.bulk_create(
        Attendance(session=session, enrollment=one, code="H", marked_by=training.cast.officer)
        for session in sessions
        for one in people
    )
    with django_assert_num_queries(1):
        found = ledger(people)
    assert {sum(units.values(), NOTHING).attended for units in found.values()} == {116}


class TestLedger:
    @pytest.fixture
    def url(self, training):
        return reverse("participants:ledger", args=[training.batch.pk])

    @pytest.fixture
    def owed(self, training):
        """Sutrisno is owed the first meeting, and missed half of what counts."""
        training.mark(training.sessions[0], "HAH", cause="facility")
        training.mark(training.sessions[1], "HHA", cause="participant")
        return training

    def test_everybody_every_unit_and_who_saw_it(self, owed, browse, url):
        page = browse(owed.cast.instructor).get(url)
        book = page.context["book"]
        assert [(one.hours.attended, one.hours.debt) for one in book.people] == [
            (8, 0),
            (4, 4),
            (4, 0),
        ]
        assert [(one.row.held, one.debt, one.people) for one in book.units] == [
            (4, 4, 1),
            (4, 0, 0),
        ]
        noted = ReadingTrail.objects.get(page="ledger")
        assert (noted.by, noted.batch, noted.how) == (owed.cast.instructor, owed.batch, "viewed")

    @pytest.mark.parametrize(
        ("of", "days"),
        [("", [17, 18]), ("attended", [18]), ("debt", [17]), ("missed", []), ("made-up", [])],
    )
    def test_each_number_opens_what_it_is_made_of(self, owed, browse, url, of, days):
        query = {"person": owed.enrollments[1].pk} | ({"of": of} if of else {})
        page = browse(owed.cast.officer).get(url, query)
        assert [one.session.takes_place_on.day for one in page.context["entries"]] == days

    def test_a_catch_up_stands_behind_the_debt_it_repays(self, owed, browse, url):
        sutrisno = owed.enrollments[1]
        note(owed, catch_up(owed, [sutrisno], status="held"), sutrisno, "H")
        catch_up(owed, [owed.enrollments[0]], day=20)  # not for Sutrisno
        page = browse(owed.cast.officer).get(url, {"person": sutrisno.pk, "of": "debt"})
        assert [
            (one.session.takes_place_on.day, one.session.is_catch_up)
            for one in page.context["entries"]
        ] == [(17, False), (19, True)]

    @pytest.mark.parametrize("person", ["x", "0", "²", "999999999999999999999"])
    def test_a_person_of_no_line_is_not_found(self, owed, browse, url, person):
        assert browse(owed.cast.officer).get(url, {"person": person}).status_code == 404

    @pytest.mark.parametrize(
        ("sort", "positions"),
        [("", [1, 2, 3]), ("name", [1, 3, 2]), ("-debt", [2, 1, 3]), ("percent", [3, 1, 2])],
    )
    def test_sorts(self, owed, browse, url, sort, positions):
        page = browse(owed.cast.officer).get(url, {"sort": sort})
        assert [one.enrollment.position for one in page.context["people"]] == positions

    def test_exports_what_it_shows(self, owed, browse, url):
        answer = browse(owed.cast.head).get(url, {"export": "xlsx"})
        rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert rows[0][3:7] == ["JP terlaksana", "JP diikuti", "JP tidak hadir", "Utang JP"]
        assert [rows[2][1], *rows[2][3:9]] == ["Sutrisno", 8, 4, 0, 4, 0, 100]
        assert ReadingTrail.objects.get(page="ledger").how == "exported"

    def test_does_not_betray_when_somebody_leaves(self, owed, browse, url):
        """Planned for the 18th: an instructor's figures are the same as without it."""
        meeting(owed, day=22, status="planned")
        before = [one.prospect for one in book_of(owed.batch).people]
        owed.batch.enrollments.update(planned_end_on=date(2025, 12, 18))
        assert [one.prospect for one in book_of(owed.batch).people] == before
        assert [one.best_percent for one in before] == [100, 100, Decimal("66.7")]
        assert [one.absences_left for one in before] == [0, 0, None]

    def test_costs_the_same_for_one_and_three(self, owed, browse, url):
        officer, counts = browse(owed.cast.officer), []
        counts.append(queries_of(officer, url))
        for one in owed.enrollments[1:]:
            one.attendances.all().delete()
            one.delete()
        counts.append(queries_of(officer, url))
        assert counts[0] == counts[1]


def test_roster_says_how_many_absences_are_left(training, browse):
    """One meeting of 8 JP attended, one to come: 80 per cent allows none of it."""
    training.mark(training.sessions[0], "HHA", cause="participant")
    page = browse(training.cast.instructor).get(
        reverse("participants:roster", args=[training.batch.pk])
    )
    text = page.content.decode()
    assert (text.count("tidak boleh absen lagi"), text.count("tidak terkejar tanpa susulan")) == (
        2,
        1,
    )


def test_suspended_days_ask_for_nothing(training):
    factories.SuspensionFactory(enrollment=training.enrollments[0], ends_on=date(2025, 12, 17))
    assert Suspension.objects.count() == 1
    assert [one.planned for one in sums(training)] == [4, 8, 8]


def test_units_are_kept_apart(training):
    training.mark(training.sessions[0], "HHH")
    units = defaultdict(list)
    for mine in ledger(training.enrollments).values():
        for pk, hours in mine.items():
            units[pk].append((hours.delivered, hours.attended))
    assert units == {training.units[0].pk: [(4, 4)] * 3, training.units[1].pk: [(0, 0)] * 3}
