"""Weights, rounding and predikat, without a database."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from participants.scoring import (
    average_of,
    final_score,
    overall_predicate,
    predicate_of,
    predicate_scale,
    weights_of,
)

USUAL = [["Sangat Baik", 85], ["Baik", 75], ["Cukup", 0]]


@pytest.mark.parametrize(
    ("theory", "practice", "weight", "weights"),
    [(2, 10, None, (2, 10)), (2, 10, 40, (40, 60)), (0, 10, 40, (0, 1)), (4, 0, 0, (1, 0))],
)
def test_a_part_that_is_not_taught_weighs_nothing_whatever_the_program_says(
    theory, practice, weight, weights
):
    unit = SimpleNamespace(theory_hours=theory, practice_hours=practice)
    assert weights_of(SimpleNamespace(theory_weight=weight), unit) == weights


@pytest.mark.parametrize(
    ("theory", "practice", "weights", "score"),
    [
        ("80", "90", (2, 10), "88.33"),
        ("80", "90", (40, 60), "86.00"),
        ("64.99", "65", (1, 1), "65.00"),  # 64.995 rounds up, to the pass mark
        ("64.98", "65", (1, 1), "64.99"),
        (None, "77.5", (0, 1), "77.50"),
    ],
)
def test_the_final_score_rounds_half_up(theory, practice, weights, score):
    theory, practice = (one and Decimal(one) for one in (theory, practice))
    assert str(final_score(theory, practice, weights)) == score


@pytest.mark.parametrize(
    ("score", "word"),
    [(100, "Sangat Baik"), (85, "Sangat Baik"), (84, "Baik"), (75, "Baik"), (74, "Cukup")],
)
def test_predicates(score, word):
    assert predicate_of(score, USUAL) == word


def test_the_last_predicate_catches_what_its_own_score_would_miss():
    assert predicate_of(66, [["Unggul", 90], ["Lulus", 70]]) == "Lulus"
    assert predicate_of(66, []) == ""


@pytest.mark.parametrize(
    ("pass_mark", "scale"),
    [
        (65, [("Sangat Baik", 85, 100), ("Baik", 75, 84), ("Cukup", 65, 74)]),
        (80, [("Sangat Baik", 85, 100), ("Baik", 80, 84)]),
        (90, [("Sangat Baik", 90, 100)]),
    ],
)
def test_the_scale_ends_at_the_pass_mark(pass_mark, scale):
    assert predicate_scale(USUAL, pass_mark) == scale


def test_an_average_below_the_pass_mark_has_no_word():
    curriculum = SimpleNamespace(pass_mark=65, predicates=USUAL)
    assert overall_predicate([60, 69], curriculum) == ""
    assert overall_predicate([60, 70], curriculum) == "Cukup"


@pytest.mark.parametrize(
    ("second", "average", "word"),
    [("80.00", "84.9", "Baik"), ("80.09", "85.0", "Sangat Baik"), ("80.10", "85.0", "Sangat Baik")],
)
def test_the_word_belongs_to_the_average_as_it_is_printed(second, average, word):
    scores = [Decimal("89.81"), Decimal(second)]
    curriculum = SimpleNamespace(pass_mark=65, predicates=USUAL)
    assert (str(average_of(scores)), overall_predicate(scores, curriculum)) == (average, word)
