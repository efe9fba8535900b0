"""What the database itself refuses, each constraint by its name."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from programs.models import Batch, Coverage, Session, Unit
from tests import factories
from tests.core.refusals import refused_by

pytestmark = pytest.mark.django_db


def broken(write):
    """What the database said."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return str(refusal.value)


def change(row, **values):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


class TestCheckConstraints:
    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("batch_ends_after_start", {"ends_on": date(2025, 12, 16)}),
            ("batch_quota_is_positive", {"quota": 0}),
            ("batch_quota_is_positive", {"quota": 501}),
            ("batch_minimum_attendance_is_a_percentage", {"minimum_attendance": 101}),
        ],
    )
    def test_batch(self, training, name, values):
        assert name in broken(change(training.batch, **values))

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("session_ends_after_start", {"ends_at": time(8)}),
            ("session_has_hours", {"hours": 0}),
            ("session_has_hours", {"hours": 17}),
            ("session_theory_is_part_of_it", {"theory_hours": 5}),
            ("session_cancelled_with_reason_and_cause", {"status": "cancelled"}),
            ("session_cancelled_with_reason_and_cause", {"cancel_reason": "Hujan"}),
            (
                "session_cancelled_with_reason_and_cause",
                {"status": "cancelled", "cancel_reason": "Hujan"},
            ),
        ],
    )
    def test_session(self, training, name, values):
        assert name in broken(change(training.session, **values))

    def test_nobody_has_locked_what_is_open(self, training):
        names = broken(change(training.session, status="held", locked_by=training.cast.officer))
        assert "session_locked_by_only_when_locked" in names

    def test_only_a_held_session_is_locked(self, training):
        session = training.session
        lock = {"locked_at": timezone.now(), "locked_by": training.cast.officer}
        assert "session_locked_only_when_held" in broken(change(session, **lock))
        change(session, status="held", **lock)()
        session.refresh_from_db()
        assert session.is_locked

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("unit_has_hours", {"theory_hours": 0, "practice_hours": 0}),
            ("unit_hours_are_plausible", {"theory_hours": 501}),
            ("unit_hours_are_plausible", {"practice_hours": 501}),
        ],
    )
    def test_unit(self, training, name, values):
        assert name in broken(change(training.units[0], **values))

    def test_a_pass_mark_is_a_score(self, training):
        curriculum = training.curriculum
        assert "curriculum_pass_mark_is_a_score" in broken(change(curriculum, pass_mark=101))


class TestUniqueConstraints:
    """SQLite names the columns of a broken one, PostgreSQL its name."""

    def test_program_code_once_per_facility(self, training):
        said = broken(lambda: factories.ProgramFactory(facility=training.cast.jember, code="BKR"))
        assert "program_code_once_per_facility" in said or "program.code" in said
        factories.ProgramFactory(facility=training.cast.metro, code="BKR")

    def test_coverage_once_per_agreement_and_program(self, training):
        again = Coverage(agreement=training.agreement, program=training.curriculum.program)
        said = broken(again.save)
        assert "coverage_once_per_agreement_and_program" in said or "program_id" in said

    def test_curriculum_version_once_per_program(self, training):
        program = training.curriculum.program
        said = broken(lambda: factories.CurriculumFactory(program=program, version=1))
        assert "curriculum_version_once_per_program" in said or "curriculum.version" in said
        factories.CurriculumFactory(program=program, version=2)

    def test_unit_position_once_per_curriculum(self, training):
        again = Unit(curriculum=training.curriculum, position=1, title="Lagi", theory_hours=1)
        said = broken(again.save)
        assert "unit_position_once_per_curriculum" in said or "unit.position" in said

    def test_unit_title_once_per_curriculum(self, training):
        with refused_by("unit_title_once_per_curriculum"):
            factories.UnitFactory(
                curriculum=training.curriculum, position=9, title="Higiene dan sanitasi"
            )

    def test_instructor_once_per_partner(self, training):
        with refused_by("instructor_once_per_partner"):
            factories.InstructorFactory(partner=training.cast.school, name="Sri Wahyuni, S.Pd.")
        factories.InstructorFactory(name="Sri Wahyuni, S.Pd.")

    def test_teaching_once_per_batch_and_instructor(self, training):
        fields = {"batch": training.batch, "instructor": training.cast.teacher}
        factories.TeachingFactory(**fields)
        with refused_by("teaching_once_per_batch_and_instructor"):
            factories.TeachingFactory(**fields, is_substitute=True)

    def test_competence_once_per_instructor(self, training):
        paper = factories.CompetenceFactory(instructor=training.cast.teacher)
        again = {"instructor": paper.instructor, "title": paper.title, "number": paper.number}
        with refused_by("competence_once_per_instructor"):
            factories.CompetenceFactory(**again)
        change(paper, withdrawn_at=timezone.now())()
        factories.CompetenceFactory(**again)

    def test_batch_code_once_in_the_country(self, training):
        elsewhere = factories.AgreementFactory(facility=training.cast.metro)
        said = broken(lambda: factories.BatchFactory(agreement=elsewhere, code="JBR-BKR-A1"))
        assert "batch_code" in said or "batch.code" in said


class TestSession:
    def test_begins_by_the_clock_of_its_prison(self, training, time_machine):
        """08.00 in Jayapura is 23.00 UTC the day before, two hours ahead of Jember."""
        training.batch.facility.timezone = "Asia/Jayapura"
        session = Session(
            batch=training.batch, takes_place_on=date(2025, 12, 17), starts_at=time(8)
        )
        time_machine.move_to("2025-12-16T22:59:00Z")
        assert not session.has_begun
        time_machine.move_to("2025-12-16T23:00:00Z")
        assert session.has_begun


class TestBatch:
    def test_every_state_can_be_left_only_for_states_that_exist(self):
        """And whatever asks for a reason is a move that there is."""
        assert {*Batch.MOVES} == {*Batch.State}
        moves = {(one, following) for one in Batch.MOVES for following in Batch.MOVES[one]}
        assert moves >= Batch.MOVES_WITH_REASON
