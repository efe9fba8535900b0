"""The grid of scores: one unit at a time for the whole class."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.models import UnitResult
from participants.services import Assessment
from tests import factories
from tests.participants.sheets import grid, results
from tests.programs.pages import fields_of, kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(training):
    return reverse("participants:results", args=[training.batch.pk])


@pytest.fixture
def send(training, browse, url):
    """Send the first unit's grid as the instructor: send("88", "90", "70") gives the answer."""
    instructor = browse(training.cast.instructor)

    def send(*scores, **more):
        return instructor.post(url, grid(training.enrollments, scores, **more))

    return send


class TestResults:
    def test_writes_the_first_unit_and_stays_there(self, training, send, url):
        first, second = training.units
        assert send("88", "90.5", "70,25").url == f"{url}?unit={first.pk}"
        assert results(first) == [("88.00", "K", 1), ("90.50", "K", 1), ("70.25", "K", 1)]
        assert results(second) == []
        assert AuditEvent.objects.get().details == {"cells": 3}

    def test_writes_the_unit_that_was_open(self, training, browse, url):
        first, second = training.units
        form = grid(training.enrollments, ["88", "90", "70"])
        browse(training.cast.instructor).post(f"{url}?unit={second.pk}", form)
        assert (len(results(first)), len(results(second))) == (0, 3)

    def test_what_is_left_empty_follows_from_the_pass_mark(self, training, send):
        send("64,99", "65", "100")
        assert [verdict for _, verdict, _ in results(training.units[0])] == ["BK", "K", "K"]

    def test_a_good_score_may_still_be_not_competent(self, training, send):
        send("88", "88", "88", competent="BK")
        assert {verdict for _, verdict, _ in results(training.units[0])} == {"BK"}

    def test_competent_below_the_pass_mark_is_refused(self, training, send):
        response = send("88", "64", "70", competent="K")
        assert response.status_code == 422
        assert response.context["refusals"] == [
            "Sutrisno, Higiene dan sanitasi: nilai di bawah 65 belum kompeten (BK)."
        ]
        typed = grid(training.enrollments, ["88", "64", "70"], competent="K")
        assert kept(response, typed) == typed
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("wrong", ["1.500", "101", "100,01", "8O", "-1", "87,555", "1e1", "٨٨"])
    def test_says_so_beside_the_row_and_keeps_all_typed(self, training, send, wrong):
        response = send("88", wrong, "70,5", competent="BK")
        assert response.status_code == 422
        assert [row["error"] for row in response.context["rows"]] == [
            None,
            "Tulis nilai 0 sampai 100, misalnya 87 atau 87,5.",
            None,
        ]
        typed = grid(training.enrollments, ["88", wrong, "70,5"], competent="BK")
        assert kept(response, typed) == typed
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("language", ["id", "en"])
    @pytest.mark.parametrize("text", ["87,5", "87.5", " 87,50 "])
    def test_a_comma_is_a_comma_in_both_languages(
        self, training, browse, url, settings, language, text
    ):
        instructor = browse(training.cast.instructor)
        instructor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        instructor.post(url, grid(training.enrollments, [text] * 3))
        assert results(training.units[0]) == [("87.50", "K", 1)] * 3

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_saving_the_page_as_it_came_changes_nothing(
        self, training, browse, url, settings, send, language
    ):
        send("87,5", "100", "0")
        instructor = browse(training.cast.instructor)
        instructor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert instructor.post(url, fields_of(instructor.get(url))).status_code == 302
        assert results(training.units[0]) == [
            ("87.50", "K", 1),
            ("100.00", "K", 1),
            ("0.00", "BK", 1),
        ]

    def test_an_empty_score_waits(self, training, send):
        send("88", "", "70")
        assert UnitResult.objects.count() == 2

    def test_the_tabs_count_what_is_done(self, training, browse, url, send):
        send("88", "", "70")
        tabs = browse(training.cast.instructor).get(url).context["tabs"]
        assert [count for _, count in tabs] == [2, 0]


class TestStaleVersion:
    def test_is_refused_and_nothing_of_the_grid_is_written(self, training, send):
        send("88", "88", "")
        response = send("90", "88", "70")
        assert response.status_code == 422
        assert response.context["refusals"] == [
            "Nilai Achmad Fauzi untuk Higiene dan sanitasi baru saja diubah orang lain."
            " Muat ulang lalu isi lagi."
        ]
        assert results(training.units[0]) == [("88.00", "K", 1), ("88.00", "K", 1)]

    def test_the_right_version_grows(self, training, send):
        send("88", "88", "88")
        send("90", "88", "88", version=1)
        assert results(training.units[0]) == [
            ("90.00", "K", 2),
            ("88.00", "K", 1),
            ("88.00", "K", 1),
        ]

    def test_the_same_value_twice_is_no_conflict(self, training, send):
        send("88", "88", "88")
        assert send("88", "88", "88").status_code == 302
        assert AuditEvent.objects.filter(action="results.recorded").count() == 1


class TestForgery:
    @pytest.mark.parametrize("facility", ["jember", "metro"])
    def test_somebody_of_another_batch_or_prison(self, training, browse, url, facility):
        agreement = factories.AgreementFactory(facility=getattr(training.cast, facility))
        foreign = factories.EnrollmentFactory(batch=factories.BatchFactory(agreement=agreement))
        form = grid([*training.enrollments, foreign], ["88"] * 4)
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("pk", ["9" * 18, "9" * 400, "0", "-1", "abc", ""])
    def test_nonsense(self, training, browse, url, pk):
        form = grid(training.enrollments, ["88"] * 3) | {f"score-{pk}": "88"}
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    def test_a_version_that_is_none(self, training, browse, url):
        form = grid(training.enrollments, ["88"] * 3, version="new")
        assert browse(training.cast.instructor).post(url, form).status_code == 400
        assert not UnitResult.objects.exists()

    @pytest.mark.parametrize("unit", ["abc", "0", "", "9" * 400, None])
    def test_a_unit_of_another_curriculum_is_not_taken_for_the_first(
        self, training, browse, url, unit
    ):
        unit = factories.UnitFactory().pk if unit is None else unit
        instructor = browse(training.cast.instructor)
        address = f"{url}?unit={unit}"
        assert instructor.get(address).status_code == 404
        assert instructor.post(address, grid(training.enrollments, ["88"] * 3)).status_code == 404
        assert not UnitResult.objects.exists()

    def test_the_service_takes_neither_a_stranger_nor_a_foreign_unit(self, training):
        stranger, foreign = factories.EnrollmentFactory(), factories.UnitFactory()
        cells = [
            (stranger.pk, training.units[0].pk),
            (training.enrollments[0].pk, foreign.pk),
        ]
        for cell in cells:
            with pytest.raises(PermissionDenied):
                services.record_results(
                    batch=training.batch,
                    assessments={cell: Assessment(Decimal(88), True, 0)},
                    by=training.cast.instructor,
                )
        assert not UnitResult.objects.exists()

    def test_the_next_prison_finds_nothing(self, training, browse, url):
        assert browse(training.cast.stranger).get(url).status_code == 404
