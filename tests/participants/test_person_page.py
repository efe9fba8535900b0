"""The person's page: one timeline of all trainings, and a line in the reading trail."""

from datetime import date

import pytest
from django.urls import reverse

from participants.models import Attendance, ReadingTrail
from participants.queries.timeline import trainings_of
from tests import factories
from tests.core.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def achmad(training):
    """There once, kept away once by the Lapas; one unit of two mastered."""
    training.mark(training.sessions[0], "HHH")
    training.mark(training.sessions[1], "SHH", cause=Attendance.Cause.FACILITY)
    first, second = training.units
    inmate = training.enrollments[0].inmate
    for unit, score, is_competent in ((first, 88, True), (second, 60, False)):
        training.enrollments[0].results.create(
            unit=unit, score=score, is_competent=is_competent, assessed_by=training.cast.instructor
        )
    return inmate


class TestTrainingsOf:
    def test_what_the_lapas_caused_counts_against_nobody(self, achmad):
        (one,) = trainings_of([achmad])[achmad.pk]
        assert (one.presences, one.attended, one.ledger.counted, one.hours) == (1, 4, 4, 8)
        assert (one.percent, one.times_missed, one.competent, one.units) == (100, [0, 1, 0], 1, 2)
        assert [(block.kind, block.width) for block in one.blocks] == [
            ("block-held", 159.0),
            ("block-missing", 159.0),
        ]

    def test_the_newest_first_and_nobody_elses(self, training, achmad):
        later = factories.EnrollmentFactory(
            inmate=achmad, batch__agreement=training.agreement, joined_on=date(2026, 3, 1)
        )
        found = trainings_of([achmad, training.enrollments[1].inmate])
        assert [one.enrollment for one in found[achmad.pk]] == [later, training.enrollments[0]]

    def test_meetings_of_other_days_are_not_in_the_count(self, training, achmad):
        mine = training.enrollments[0]
        mine.suspensions.create(
            starts_on=training.sessions[1].takes_place_on,
            reason="Sidang",
            made_by=training.cast.officer,
        )
        (one,) = trainings_of([achmad])[achmad.pk]
        assert one.sessions == (training.sessions[0],)


class TestInmateDetail:
    def test_says_hours_results_and_whose_absence_it_was(self, training, achmad, browse):
        page = browse(training.cast.officer).get(achmad.get_absolute_url())
        text = " ".join(page.content.decode().split())
        for words in (
            "<b>4</b> / 8 JP · 100 % hadir",
            "Lapas 1 kali (4 JP)",
            "Kompeten 1 dari 2 unit",
        ):
            assert words in text

    def test_why_somebody_left_is_for_those_who_may_know(self, training, achmad, browse):
        mine = training.enrollments[0]
        mine.ended_on, mine.end_reason = date(2025, 12, 18), "discipline"
        mine.save()
        told = {
            who: "disiplin"
            in browse(getattr(training.cast, who)).get(achmad.get_absolute_url()).content.decode()
            for who in ("officer", "head", "certificate_admin", "auditor")
        }
        assert told == {"officer": True, "head": True, "certificate_admin": False, "auditor": False}

    def test_three_trainings_cost_as_many_queries_as_one(self, training, achmad, browse):
        officer = browse(training.cast.officer)
        once = queries_of(officer, achmad.get_absolute_url())
        for _number in range(2):
            batch = factories.BatchFactory(agreement=training.agreement)
            factories.SessionFactory(batch=batch, instructor=training.cast.teacher)
            factories.EnrollmentFactory(batch=batch, inmate=achmad)
        assert queries_of(officer, achmad.get_absolute_url()) == once

    def test_reading_leaves_a_line(self, training, achmad, browse):
        browse(training.cast.certificate_admin).get(achmad.get_absolute_url())
        (line,) = ReadingTrail.objects.all()
        assert (line.by, line.how, line.page, line.inmate, line.batch) == (
            training.cast.certificate_admin,
            "viewed",
            "inmate_detail",
            achmad,
            None,
        )

    def test_a_stranger_finds_nothing_and_leaves_none(self, training, achmad, browse):
        assert browse(training.cast.stranger).get(achmad.get_absolute_url()).status_code == 404
        assert not ReadingTrail.objects.exists()


class TestOfInmate:
    @pytest.fixture
    def url(self, training):
        from tests.test_access import sealed_certificate

        training.finish()
        sealed_certificate(training)
        return reverse("certificates:of_inmate", args=[training.enrollments[0].inmate_id])

    def test_each_certificate_goes_to_its_training(self, training, url, browse):
        slot = browse(training.cast.officer).get(url, headers={"HX-Request": "true"})
        place = f'id="certificate-of-{training.enrollments[0].pk}" hx-swap-oob="true"'
        assert place in slot.content.decode()
        person = browse(training.cast.officer).get(
            training.enrollments[0].inmate.get_absolute_url()
        )
        assert place.partition(" hx")[0] in person.content.decode()

    def test_leaves_a_line_as_a_page_and_as_a_slot(self, training, url, browse):
        officer = browse(training.cast.officer)
        officer.get(url, headers={"HX-Request": "true"})
        page = officer.get(url)
        assert "001/BKR/SMKN3-JBR/XII/2025" in page.content.decode()
        assert [one.page for one in ReadingTrail.objects.all()] == ["of_inmate"] * 2
