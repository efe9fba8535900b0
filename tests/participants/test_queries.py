"""Where everybody stands: against a recount by hand."""

from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import Attendance, UnitResult
from participants.queries.standings import standings
from programs.models import Session
from tests import factories

pytestmark = pytest.mark.django_db


def percents(batch):
    return [one.percent for one in standings(batch)]


class TestStandings:
    """Two meetings of 4 JP; three people."""

    def test_nobody_stands_anywhere_before_the_first_sheet(self, training):
        rows = [(one.attended, one.counted, one.percent) for one in standings(training.batch)]
        assert rows == [(0, 0, None)] * 3

    def test_late_is_there_and_the_rest_is_not(self, training):
        training.mark(training.sessions[0], "HTS")
        training.mark(training.sessions[1], "HAI")
        assert percents(training.batch) == [Decimal(100), Decimal(50), Decimal(0)]

    @pytest.mark.parametrize("cause", ["facility", "partner"])
    def test_an_absence_caused_by_others_counts_for_nobody(self, training, cause):
        training.mark(training.sessions[0], "HHH")
        training.mark(training.sessions[1], "HAS", cause=cause)
        rows = [(one.attended, one.counted, one.percent) for one in standings(training.batch)]
        assert rows == [(8, 8, 100), (4, 4, 100), (4, 4, 100)]

    def test_late_because_of_the_prison_is_still_there(self, training):
        training.mark(training.sessions[0], "HTH", cause="facility")
        assert [one.attended for one in standings(training.batch)] == [4, 4, 4]

    def test_only_owed_hours_are_no_percentage_at_all(self, training):
        training.mark(training.sessions[0], "HAH", cause="facility")
        assert percents(training.batch) == [100, None, 100]

    def test_rounds_half_up_to_one_decimal(self, training):
        """7 of 16 hours are 43.75 per cent."""
        for session, hours, codes in zip(training.sessions, (7, 9), ("HHH", "AAA"), strict=True):
            training.mark(session, codes)
            Session.objects.filter(pk=session.pk).update(hours=hours)
        assert [str(percent) for percent in percents(training.batch)] == ["43.8"] * 3

    def test_units_competent_of_units_assessed(self, training):
        training.assess()
        first = training.enrollments[0].results.first()
        UnitResult.objects.filter(pk=first.pk).update(is_competent=False)
        training.enrollments[1].results.all().delete()
        rows = [
            (one.units_assessed, one.units_competent, one.units)
            for one in standings(training.batch)
        ]
        assert rows == [(2, 1, 2), (0, 0, 2), (2, 2, 2)]

    def test_marks_do_not_multiply_by_results(self, training):
        training.finish()
        rows = [(one.attended, one.units_assessed) for one in standings(training.batch)]
        assert rows == [(8, 2)] * 3

    def test_who_left_keeps_the_place_on_the_paper(self, training):
        training.mark(training.sessions[0], "HHH")
        type(training.enrollments[0]).objects.filter(pk=training.enrollments[0].pk).update(
            ended_on=date(2025, 12, 17), end_reason="released"
        )
        training.enrollments.pop(0)
        training.mark(training.sessions[1], "HH")
        assert [(one.enrollment.position, one.counted) for one in standings(training.batch)] == [
            (1, 4),
            (2, 8),
            (3, 8),
        ]

    def test_three_people_cost_as_many_queries_as_one(self, training):
        training.finish()
        single = factories.BatchFactory(
            agreement=training.agreement, curriculum=training.curriculum
        )
        factories.EnrollmentFactory(batch=single)
        counts = {}
        for batch in (single, training.batch):
            with CaptureQueriesContext(connection) as seen:
                people = [one.enrollment.inmate.name for one in standings(batch)]
            counts[len(people)] = len(seen)
        assert counts == {1: 5, 3: 5}


mark = st.sampled_from(
    [("H", ""), None]
    + [(code, cause) for code in "SIAT" for cause in ("participant", "facility", "partner")]
)
meetings = st.lists(
    st.tuples(
        st.integers(1, 16),
        st.sampled_from(["held", "held", "planned", "cancelled"]),
        st.tuples(mark, mark, mark),
    ),
    max_size=6,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(meetings=meetings)
def test_standings_equal_a_recount(training, meetings):
    expected = [[0, 0] for _ in training.enrollments]
    with transaction.atomic():
        for hours, status, letters in meetings:
            session = Session.objects.create(
                batch=training.batch,
                unit=training.units[0],
                instructor=training.cast.teacher,
                takes_place_on=date(2025, 12, 19),
                starts_at=time(8),
                ends_at=time(20),
                room=training.session.room,
                hours=hours,
                status=status,
                cancel_reason="Hujan" if status == "cancelled" else "",
                cancel_cause="other" if status == "cancelled" else "",
            )
            for enrollment, letter, sums in zip(
                training.enrollments, letters, expected, strict=True
            ):
                if letter is None:
                    continue
                Attendance.objects.create(
                    session=session,
                    enrollment=enrollment,
                    code=letter[0],
                    cause=letter[1],
                    marked_by=training.cast.officer,
                )
                was_there = letter[0] in "HT"
                if status == "held":
                    sums[0] += hours * was_there
                    sums[1] += hours * (was_there or letter[1] == "participant")
        rows = standings(training.batch)
        transaction.set_rollback(True)
    assert [[one.attended, one.counted] for one in rows] == expected
    for row, (attended, counted) in zip(rows, expected, strict=True):
        exact = Decimal(attended * 100) / counted if counted else None
        assert row.percent == (exact and exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
