"""The words for scores on a certificate are those of the program."""

import pytest

from certificates.content import contents_of, design_of
from participants.queries.standings import standings

pytestmark = pytest.mark.django_db


def content_of(training, predicates, *, score="88"):
    """What the first certificate says in a program with these predicates."""
    training.curriculum.predicates = predicates
    training.curriculum.save()
    for session in training.sessions:
        training.mark(session, "HHH")
    training.assess(score)
    batch = type(training.batch).objects.get(pk=training.batch.pk)
    return contents_of(batch, standings(batch), design_of(batch.agreement))["training"][
        training.enrollments[0].pk
    ]


def test_its_own_words_stand_on_both_sides(training):
    content = content_of(training, [["Istimewa", 95], ["Mahir", 80], ["Lulus", 0]])
    assert content["predicate"] == "Mahir"
    assert [unit["predicate"] for unit in content["units"]] == ["Mahir", "Mahir"]
    assert content["predicates"] == [
        {"name": "Istimewa", "from": "95", "to": "100"},
        {"name": "Mahir", "from": "80", "to": "94"},
        {"name": "Lulus", "from": "65", "to": "79"},
    ]


def test_the_word_fits_the_average_that_is_printed(training):
    """89.95 in each unit is printed as an average of 90."""
    content = content_of(training, [["Istimewa", 90], ["Mahir", 75]], score="89.95")
    assert (content["average"], content["predicate"]) == ("90", "Istimewa")
    assert [(unit["score"], unit["predicate"]) for unit in content["units"]] == [
        ("89.95", "Mahir"),
        ("89.95", "Mahir"),
    ]


def test_without_any_none_is_printed(training):
    content = content_of(training, [])
    assert (content["predicate"], content["predicates"]) == ("", [])
    assert [unit["predicate"] for unit in content["units"]] == ["", ""]
