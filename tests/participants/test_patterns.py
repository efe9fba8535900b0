"""Patterns: each boundary by itself, and that they point at the right people in a constant number of queries."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import Attendance, ReadingTrail
from participants.patterns import SheetTimes, ill_on_one_weekday, is_low, is_marked_at_once
from participants.queries.patterns import patterns_of
from programs.models import Session
from reports.worklist import worklist
from tests import factories
from tests.participants.classes import meeting, note

MONDAY = date(2025, 12, 22)
ENDED = datetime(2025, 12, 17, 4, tzinfo=UTC)


class TestIsLow:
    @pytest.mark.parametrize(
        ("percent", "low"), [(None, False), (79.9, True), (80, False), (0, True)]
    )
    def test_is_below_the_minimum(self, percent, low):
        assert is_low(percent, 80) is low


class TestIllOnOneWeekday:
    def mondays(self, *weeks_ago):
        return [MONDAY - timedelta(weeks=weeks) for weeks in weeks_ago]

    @pytest.mark.parametrize(
        ("weeks_ago", "found"),
        [
            ((0, 1, 2), True),
            ((0, 1), False),
            ((0, 1, 1), False),  # twice on one day is one illness
            ((0, 1, 8), True),
            ((0, 1, 9), False),
            ((0, 1, -1), False),  # of days to come nobody is ill
        ],
    )
    def test_three_within_eight_weeks(self, weeks_ago, found):
        days = self.mondays(*weeks_ago)
        assert bool(ill_on_one_weekday(days, MONDAY)) is found

    def test_of_different_weekdays_are_no_pattern(self):
        days = [MONDAY, MONDAY - timedelta(1), MONDAY - timedelta(2)]
        assert ill_on_one_weekday(days, MONDAY) == []

    def test_says_which_days_by_weekday(self):
        tuesdays = [day - timedelta(6) for day in self.mondays(0, 1, 2)]
        days = [*self.mondays(2, 0, 1), *tuesdays]
        assert ill_on_one_weekday(days, MONDAY) == [self.mondays(2, 1, 0), sorted(tuesdays)]


class TestIsMarkedAtOnce:
    def sheet(self, *, marks=5, presents=5, after=timedelta(days=1, seconds=1), took=timedelta(0)):
        return SheetTimes(
            session=None,
            ended_at=ENDED,
            marks=marks,
            presents=presents,
            first_at=ENDED + after,
            last_at=ENDED + after + took,
        )

    def test_everybody_present_in_a_second_a_day_later(self):
        assert is_marked_at_once(self.sheet())
        assert is_marked_at_once(self.sheet(took=timedelta(seconds=1)))

    @pytest.mark.parametrize(
        "change",
        [
            {"marks": 4, "presents": 4},
            {"presents": 4},
            {"after": timedelta(days=1)},
            {"took": timedelta(seconds=1, microseconds=1)},
        ],
    )
    def test_anything_less_is_ordinary(self, change):
        assert not is_marked_at_once(self.sheet(**change))


@pytest.mark.django_db
class TestPatterns:
    @pytest.fixture(autouse=True)
    def december(self):
        with time_machine.travel(datetime(2025, 12, 22, 3, tzinfo=UTC), tick=False):
            yield

    @pytest.fixture
    def striking(self, training):
        """Achmad was ill on three Mondays, and Sutrisno is low; five people were marked late in one go."""
        achmad, sutrisno, mohammad = training.enrollments
        for weeks in range(3):
            day = meeting(training)
            Session.objects.filter(pk=day.pk).update(takes_place_on=MONDAY - timedelta(weeks=weeks))
            note(training, day, achmad, "S", "facility")
            note(training, day, sutrisno, "A", "participant")
        more = [factories.EnrollmentFactory(batch=training.batch) for _ in range(2)]
        for one in (achmad, sutrisno, mohammad, *more):
            note(training, training.session, one, "H")
        Session.objects.filter(pk=training.session.pk).update(status="held")
        return training

    def found(self, training):
        found = patterns_of([training.batch])[training.batch.pk]
        return SimpleNamespace(
            low=[one for one, _hours in found.low],
            ill=[one for one, _days in found.ill],
            at_once=[one.session for one in found.at_once],
        )

    def test_point_at_people_and_sheets(self, striking):
        found = self.found(striking)
        assert found.low == [striking.enrollments[1]]
        assert found.ill == [striking.enrollments[0]]
        assert found.at_once == [striking.session]

    def test_a_sheet_with_its_paper_attached_proves_itself(self, striking):
        factories.PaperScanFactory(session=striking.session)
        assert self.found(striking).at_once == []

    def test_who_left_is_left_in_peace(self, striking):
        striking.batch.enrollments.update(ended_on=MONDAY, end_reason="released")
        assert (self.found(striking).low, self.found(striking).ill) == ([], [])

    def test_three_batches_cost_as_many_queries_as_one(self, striking):
        counts = []
        batches = [striking.batch, factories.BatchFactory(), factories.BatchFactory()]
        for some in (batches[:1], batches):
            with CaptureQueriesContext(connection) as seen:
                patterns_of(some)
            counts.append(len(seen))
        assert counts == [4, 4]

    def test_page_tells_the_facts_and_decides_nothing(self, striking, browse):
        url = reverse("participants:patterns", args=[striking.batch.pk])
        before = list(Attendance.objects.values())
        text = browse(striking.cast.head).get(url).content.decode()
        for words in (
            "Hadir 25 %, di bawah minimum 80 %: 4 dari 16 JP.",
            "Sakit 3 kali pada hari Senin:",
            "8 Des, 15 Des, 22 Des",
            "5 orang ditandai Hadir dalam satu detik oleh Ratna Wulandari",
            "untuk dilihat, bukan keputusan",
        ):
            assert words in text
        assert list(Attendance.objects.values()) == before
        assert ReadingTrail.objects.get(page="patterns").batch == striking.batch

    def test_home_counts_them_in_one_line(self, striking, browse):
        def lines():
            return [
                (one.what, one.where, one.url)
                for one in worklist(striking.cast.officer)
                if one.icon == "eye"
            ]

        url = reverse("participants:patterns", args=[striking.batch.pk])
        assert lines() == [("3 pola kehadiran untuk dilihat", "Produksi Bakery A1", url)]
        Attendance.objects.all().delete()
        assert lines() == []
