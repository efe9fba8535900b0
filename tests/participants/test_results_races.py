"""Assessors at the same moment on the same cell: one is stored, the others are told."""

from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from participants import services
from participants.models import EarlierAttempt, UnitResult
from participants.services import Assessment
from tests.participants.sheets import results
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db(transaction=True)

SCORES = [70, 75, 80, 85, 90]


@pytest.fixture
def meet(monkeypatch):
    """All have read what is stored, and decided, before any writes."""

    def meet(patience):
        meet_after(monkeypatch, UnitResult, "clean_fields", racers=len(SCORES), patience=patience)

    return meet


def save_all(training, version, record=services.record_results, *, is_remedial=False):
    """Five desks, five scores for the first person's first unit."""
    cell = (training.enrollments[0].pk, training.units[0].pk)

    def save(score):
        given = Assessment(Decimal(score), Decimal(score), None, version, is_remedial)
        return record(
            batch=type(training.batch).objects.get(pk=training.batch.pk),
            assessments={cell: given},
            assessor=f"Penguji {score}",
            by=training.cast.officer,
        )

    return at_once(*(lambda score=score: save(score) for score in SCORES))


def first_score(training, score="60"):
    cell = (training.enrollments[0].pk, training.units[0].pk)
    services.record_results(
        batch=training.batch,
        assessments={cell: Assessment(Decimal(score), Decimal(score), None, 0)},
        assessor="Sri Wahyuni",
        by=training.cast.officer,
    )


class TestFiveDesksOneCell:
    @pytest.mark.parametrize("version", [0, 1])
    def test_one_is_stored_and_four_see_both_values(self, training, meet, version):
        if version:
            first_score(training)
        meet(0.3)
        answers = save_all(training, version)
        [winner] = [place for place, one in enumerate(answers) if one == 1]
        refused = [one for one in answers if one != 1]
        assert [len(one.clashes) for one in refused] == [1] * 4
        assert results(training.units[0]) == [(f"{SCORES[winner]}.00", "K", version + 1)]

    def test_canary_without_the_lock_four_are_lost(self, training, meet, monkeypatch):
        first_score(training)
        record = without_guard(monkeypatch, services.record_results)
        meet(30)
        assert save_all(training, 1, record) == [1] * 5
        assert results(training.units[0])[0][2] == 2

    def test_five_remedials_are_one_attempt(self, training, meet):
        first_score(training)
        meet(0.3)
        answers = save_all(training, 1, is_remedial=True)
        assert sum(one == 1 for one in answers) == 1
        assert (UnitResult.objects.get().attempt, EarlierAttempt.objects.count()) == (2, 1)
        assert AuditEvent.objects.filter(action="result.retried").count() == 1
