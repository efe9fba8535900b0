"""Two officers at the same moment: one seed, one decision, one person on the last seat."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from participants import services
from participants.queries.rounds import standing_of
from participants.services import Word
from participants.services import selection as module
from programs.models import Batch
from tests.participants.rounds import Selection
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def selection(training):
    return Selection(training, {"Ani": 90, "Budi": 80, "Citra": 70}, seats=2)


def together(monkeypatch, patience):
    """Both have read the round and its people before either writes."""
    meet_after(monkeypatch, module, "standing_of", racers=2, patience=patience)


def twice(service, selection, **fields):
    """Two desks with the same form, each with objects of its own."""

    def act():
        return service(round=selection.fresh(), by=selection.by, **fields)

    return at_once(act, act)


def refusals(answers):
    return [one.messages for one in answers if isinstance(one, ValidationError)]


def told(action):
    return list(AuditEvent.objects.filter(action=action))


class TestSubmittingTwice:
    @pytest.fixture
    def form(self, selection):
        seen = standing_of(selection.fresh()).fingerprint
        return {"choices": selection.choices(), "seen": seen}

    def test_one_seed_is_drawn(self, selection, form, monkeypatch):
        together(monkeypatch, 0.5)
        assert refusals(twice(services.submit_round, selection, **form)) == [
            ["Putaran ini sudah diajukan ke TPP; nilai dan pilihannya tidak berubah lagi."]
        ]
        assert [one.details["seed"] for one in told("selection.submitted")] == [
            selection.fresh().seed
        ]

    def test_canary_without_the_lock_two_are(self, selection, form, monkeypatch):
        submit = without_guard(monkeypatch, services.submit_round)
        together(monkeypatch, 30)
        twice(submit, selection, **form)
        assert len({one.details["seed"] for one in told("selection.submitted")}) == 2


class TestDecidingTwice:
    @pytest.fixture
    def form(self, selection):
        selection.submit()
        standing = standing_of(selection.fresh())
        return {
            "minutes_number": "W15-TPP-1",
            "held_on": selection.round.held_on,
            "chair": "",
            "members": "",
            "seen": standing.fingerprint,
            "words": {
                row.pk: Word("chosen" if row.is_ticked else "waiting") for row in standing.in_play
            },
        }

    def test_the_first_word_stands(self, selection, form, monkeypatch):
        together(monkeypatch, 0.5)
        assert len(refusals(twice(services.decide_round, selection, **form))) == 1
        assert len(told("selection.decided")) == 1
        assert [one.moves.count() for one in selection.batch.applications.all()] == [2, 2, 2]

    def test_canary_without_the_lock_each_is_told_twice(self, selection, form, monkeypatch):
        decide = without_guard(monkeypatch, services.decide_round)
        together(monkeypatch, 30)
        twice(decide, selection, **form)
        assert [one.moves.count() for one in selection.batch.applications.all()] == [3, 3, 3]


class TestTheLastSeat:
    """Ani and Budi have theirs, Citra waits, and one seat is added."""

    @pytest.fixture
    def waiting(self, selection):
        selection.submit()
        selection.decide()
        selection.decree()
        selection.seat()
        Batch.objects.update(quota=6)
        return selection.batch.applications.get(state="waiting")

    def rush(self, selection, waiting, service=services.enroll_waiting):
        def act():
            application = type(waiting).objects.get(pk=waiting.pk)
            return service(application=application, by=selection.by)

        return at_once(act, act)

    def test_is_taken_once(self, selection, waiting, monkeypatch):
        meet_after(monkeypatch, module, "free_seats", racers=2, patience=0.5)
        assert refusals(self.rush(selection, waiting)) == [
            [f"{waiting.inmate} tidak lagi di daftar tunggu."]
        ]
        assert selection.batch.enrollments.count() == 6

    def test_canary_without_the_lock_both_get_as_far_as_the_constraint(
        self, selection, waiting, monkeypatch
    ):
        unguarded = without_guard(monkeypatch, services.enroll_waiting)
        meet_after(monkeypatch, module, "free_seats", racers=2, patience=30)
        said = [str(one) for one in self.rush(selection, waiting, unguarded)]
        assert not any("tidak lagi di daftar tunggu" in one for one in said)
        assert selection.batch.enrollments.count() == 6
