"""Everybody saves at the same moment: nothing doubled, nothing lost, one winner for each version."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.models import Attendance, Submission
from participants.services import Mark
from tests.participants.sheets import marks, sheet
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db(transaction=True)

# Five wishes for each version of one mark, none alike: the same value twice would be no conflict.
WISHES = {
    version: [*((code, cause) for code in "SIAT"), (code_of_fifth, "facility")]
    for version, cause, code_of_fifth in [
        (1, "participant", "S"),
        (2, "partner", "I"),
        (3, "participant", "A"),
    ]
}


@contextmanager
def without_constraint(model, name):
    """The table of `model` lets doubled rows in, and is empty afterwards."""
    constraint = next(one for one in model._meta.constraints if one.name == name)
    model._meta.constraints.remove(constraint)  # SQLite draws the table anew from these
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model.objects.all().delete()
        model._meta.constraints.append(constraint)
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def constraints_of(model):
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, model._meta.db_table)


def together(monkeypatch, racers, patience):
    """All have read what is stored, and decided, before any writes."""
    meet_after(monkeypatch, Attendance, "clean_fields", racers=racers, patience=patience)


class TestOneFormEightTimes:
    """A slow network and an impatient finger."""

    def submit(self, training, record=services.record_attendance):
        def save():
            # Own objects, as in a request of its own.
            return record(
                session=type(training.session).objects.get(pk=training.session.pk),
                marks={one.pk: Mark("H", "", 0) for one in training.enrollments},
                nonce="nonce-0001",
                by=training.cast.instructor,
            )

        return at_once(*[save] * 8)

    def test_is_written_once_and_nobody_sees_an_error(self, training, browse, monkeypatch):
        together(monkeypatch, 8, 0.3)
        url = reverse("participants:attendance", args=[training.session.pk])
        form = sheet(training.enrollments, "HSA")
        desks = [browse(training.cast.instructor) for _ in range(8)]
        answers = at_once(*(lambda desk=desk: desk.post(url, form).status_code for desk in desks))
        assert answers == [302] * 8
        assert [version for _, _, version in marks(training.session)] == [1, 1, 1]
        assert Submission.objects.count() == 1
        assert AuditEvent.objects.filter(action="attendance.recorded").count() == 1

    def test_seven_of_eight_are_replays(self, training, monkeypatch):
        together(monkeypatch, 8, 0.3)
        outcomes = self.submit(training)
        assert sorted((one.written, one.is_replay) for one in outcomes) == [
            *[(0, True)] * 7,
            (3, False),
        ]

    def test_canary_without_the_lock_seven_crash(self, training, monkeypatch):
        record = without_guard(monkeypatch, services.record_attendance)
        together(monkeypatch, 8, 30)
        answers = self.submit(training, record)
        assert sum(isinstance(one, IntegrityError) for one in answers) == 7
        assert marks(training.session) == [("H", "", 1)] * 3

    def test_canary_without_the_constraint_either_all_is_doubled(self, training, monkeypatch):
        record = without_guard(monkeypatch, services.record_attendance)
        together(monkeypatch, 8, 30)
        name = "attendance_once_per_session_and_enrollment"
        with without_constraint(Attendance, name):
            self.submit(training, record)
            assert Attendance.objects.count() == 8 * 3
            assert name not in constraints_of(Attendance)
        assert name in constraints_of(Attendance)


class TestFiveDesksOneMark:
    def edit(self, training, version, record=services.record_attendance):
        first = training.enrollments[0].pk

        def save(number, code, cause):
            return record(
                session=type(training.session).objects.get(pk=training.session.pk),
                marks={first: Mark(code, cause, version)},
                nonce=f"nonce-{version}-{number}",
                by=training.cast.officer,
            )

        saves = [
            lambda number=number, wish=wish: save(number, *wish)
            for number, wish in enumerate(WISHES[version])
        ]
        return at_once(*saves)

    def test_each_version_has_one_winner_and_four_who_are_told(self, training, monkeypatch):
        training.mark(training.session, "HHH")
        for version in (1, 2, 3):
            with monkeypatch.context() as patch:
                together(patch, 5, 0.3)
                outcomes = self.edit(training, version)
            assert sorted(one.written for one in outcomes) == [0, 0, 0, 0, 1]
            assert sum(bool(one.conflicts) for one in outcomes) == 4
            assert marks(training.session)[0][2] == version + 1

    def test_the_winner_is_what_is_stored(self, training, monkeypatch):
        training.mark(training.session, "HHH")
        together(monkeypatch, 5, 0.3)
        outcomes = self.edit(training, 1)
        (winner,) = [wish for wish, one in zip(WISHES[1], outcomes, strict=True) if one.written]
        assert marks(training.session)[0] == (*winner, 2)
        assert [len(one.conflicts or {}) for one in outcomes if not one.written] == [1] * 4

    def test_at_the_desks_one_is_answered_and_four_get_409(self, training, browse):
        training.mark(training.session, "HHH")
        url = reverse("participants:attendance", args=[training.session.pk])
        people = training.enrollments[:1]
        desks = [browse(training.cast.officer) for _ in WISHES[1]]
        forms = [
            sheet(people, code, cause=cause, version=1, nonce=f"nonce-desk-{number}")
            for number, (code, cause) in enumerate(WISHES[1])
        ]
        answers = at_once(
            *(
                lambda desk=desk, form=form: desk.post(url, form).status_code
                for desk, form in zip(desks, forms, strict=True)
            )
        )
        assert sorted(answers) == [302, 409, 409, 409, 409]

    def test_canary_without_the_lock_edits_are_lost(self, training, monkeypatch):
        """Several are told that they saved, and one version grew. PostgreSQL may stop some with an error."""
        training.mark(training.session, "HHH")
        record = without_guard(monkeypatch, services.record_attendance)
        together(monkeypatch, 5, 30)
        outcomes = self.edit(training, 1, record)
        saved = [one for one in outcomes if not isinstance(one, IntegrityError)]
        assert [one.written for one in saved] == [1] * len(saved)
        assert len(saved) > 1
        assert marks(training.session)[0][2] == 2
