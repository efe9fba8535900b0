"""Will he finish? The best percentage that is still possible, and whom the page lists."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from participants import services
from participants.finishing import Course, Presence, Release, look_ahead
from participants.models import Attendance, Inmate, Suspension
from participants.queries.advice import at_risk, outlook_for
from programs.models import Batch, Session
from tests import factories
from tests.core.counting import queries_of

FIRST = date(2026, 2, 2)


def day(number):
    return FIRST + timedelta(number)


MEETINGS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from(["planned", "held"]),
        st.sampled_from(["H", "T", "S", "A", ""]),
        st.sampled_from(["participant", "facility", "partner"]),
    ),
    max_size=12,
)
DAYS = st.none() | st.integers(0, 20)


def recount(meetings, joined, leaves, away):
    """Day by day, as one would on paper: (best per cent, JP taught by then)."""
    got = due = taught = 0
    for number in range(21):
        for when, hours, status, code, cause in meetings:
            if when != number:
                continue
            if leaves is None or number <= leaves:
                taught += hours
            if status == "held" and code in ("H", "T"):
                got, due = got + hours, due + hours
            elif status == "held" and code:
                due += hours if cause == "participant" else 0
            elif status == "planned" and number >= joined and number not in away:
                due += hours
                if leaves is None or number <= leaves:
                    got += hours
    best = Decimal(100 * got) / due if due else None
    return best and best.quantize(Decimal("0.1"), ROUND_HALF_UP), taught


class TestLookAhead:
    @given(MEETINGS, st.integers(0, 10), DAYS, DAYS, st.sets(st.integers(0, 20), max_size=3))
    def test_like_a_recount_day_by_day(self, meetings, joined, release, planned_end, away):
        """Marks of held meetings come as the sums of `hours_of`, which test_queries checks."""
        counts = [one for one in meetings if one[2] == "held" and one[3]]
        attended = sum(hours for _, hours, _, code, _ in counts if code in "HT")
        presence = Presence(
            joined_on=day(joined),
            planned_end_on=None if planned_end is None else day(planned_end),
            suspensions=tuple(Suspension(starts_on=day(n), ends_on=day(n)) for n in away),
            attended=attended,
            counted=attended
            + sum(h for _, h, _, code, cause in counts if code in "SA" and cause == "participant"),
        )
        course = Course(
            tuple(Session(takes_place_on=day(n), hours=h, status=s) for n, h, s, *_ in meetings),
            day(20),
        )
        left = None if release is None else Release(day(release), is_reckoned=False)
        outlook = look_ahead(course, presence, left, minimum=80)
        leaves = min((n for n in (release, planned_end) if n is not None), default=None)
        best, taught = recount(meetings, joined, leaves, away)
        assert (outlook.best_percent, outlook.hours_taught_by_then) == (best, taught)
        last = max((one[0] for one in meetings), default=20)
        is_early = leaves is not None and leaves < last
        assert outlook.is_at_risk == (is_early or (best is not None and best < 80))


@pytest.fixture
def between():
    """Noon of 17 December 2025: the first of two meetings is over, the second is tomorrow."""
    with time_machine.travel(datetime(2025, 12, 17, 5, tzinfo=UTC), tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("between")
class TestAtRisk:
    @pytest.fixture
    def url(self, training):
        return reverse("participants:at_risk", args=[training.batch.pk])

    def names(self, batch):
        return [one.inmate.name for one, _outlook in at_risk([batch])[batch.pk]]

    def test_released_before_the_last_meeting_planned_to_leave_or_absent_too_often(self, training):
        """Absence through the prison's fault is a debt, and no risk."""
        achmad, sutrisno, putra = training.enrollments
        training.mark(training.session, "HHH")
        assert self.names(training.batch) == []
        Inmate.objects.filter(pk=achmad.inmate_id).update(expected_release_on=date(2025, 12, 17))
        services.plan_end(
            enrollment=sutrisno, planned_end_on=date(2025, 12, 17), by=training.cast.officer
        )
        marks = Attendance.objects.filter(enrollment=putra)
        marks.update(code="A", cause="participant")
        assert self.names(training.batch) == [achmad.inmate.name, "Sutrisno", putra.inmate.name]
        marks.update(cause="facility")
        assert self.names(training.batch) == [achmad.inmate.name, "Sutrisno"]

    def test_newcomers_have_an_outlook_too(self, training):
        slamet = factories.InmateFactory(
            facility=training.cast.jember, expected_release_on=date(2025, 12, 17)
        )
        outlook = outlook_for(training.batch, [slamet])[slamet.pk]
        assert (outlook.hours_taught_by_then, outlook.hours_total) == (4, 8)
        assert (outlook.sessions_left, outlook.best_percent) == (1, Decimal("50.0"))

    def test_three_cost_as_many_queries_as_one(self, training, browse, url):
        officer = browse(training.cast.officer)
        people = Inmate.objects.filter(enrollments__batch=training.batch)
        counts = []
        for number in (1, 3):
            chosen = people.values("pk")[:number]
            Inmate.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
                expected_release_on=date(2025, 12, 17)
            )
            assert len(self.names(training.batch)) == number
            counts.append(queries_of(officer, url))
        assert counts[0] == counts[1]

    def test_remedies_lead_somewhere(self, training, browse, url):
        """A class of the same program that is over before he leaves; not the one that ends after."""
        achmad = training.enrollments[0]
        Inmate.objects.filter(pk=achmad.inmate_id).update(expected_release_on=date(2025, 12, 17))
        same = {"agreement": training.agreement, "curriculum": training.curriculum}
        fast = factories.BatchFactory(**same, ends_on=date(2025, 12, 17), name="Kilat")
        factories.BatchFactory(**same, ends_on=date(2025, 12, 18), name="Lambat")
        officer = browse(training.cast.officer)
        page = officer.get(url)
        (risk,) = page.context["risks"]
        assert risk.faster == [fast]
        links = [
            reverse("participants:catch_up_create", args=[training.batch.pk]),
            reverse("participants:enrollment_create", args=[fast.pk])
            + f"?inmates={achmad.inmate_id}",
            reverse("participants:statement_create", args=[achmad.pk]),
        ]
        text = page.content.decode()
        assert [link for link in links if f'href="{link}"' not in text] == []
        assert [officer.get(link).status_code for link in links] == [200, 200, 200]
        (row,) = [row for row in officer.get(links[1]).context["rows"] if row["is_chosen"]]
        assert row["inmate"] == achmad.inmate

    def test_the_head_reads_and_the_roster_counts(self, training, browse, url):
        Inmate.objects.filter(pk=training.enrollments[0].inmate_id).update(
            expected_release_on=date(2025, 12, 17)
        )
        roster = reverse("participants:roster", args=[training.batch.pk])
        cast = training.cast
        counts = {
            who: browse(getattr(cast, who)).get(roster).context["risk_count"]
            for who in ("officer", "head", "instructor", "auditor")
        }
        assert counts == {"officer": 1, "head": 1, "instructor": 0, "auditor": 0}
        text = browse(cast.head).get(url).content.decode()
        assert "Perkiraan bebas 17 Desember 2025" in text
        assert reverse("participants:catch_up_create", args=[training.batch.pk]) not in text

    def test_nobody_is(self, training, browse, url):
        Batch.objects.filter(pk=training.batch.pk).update(minimum_attendance=0)
        page = browse(training.cast.officer).get(url)
        assert "Semua masih bisa selesai" in page.content.decode()
