"""What the database itself refuses, each constraint by its name; and who is on the sheet of a day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from participants.models import Attendance, Enrollment, Inmate, Submission, UnitResult
from tests import factories

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
            ("enrollment_ended_on_and_reason_together", {"ended_on": date(2025, 12, 18)}),
            ("enrollment_ended_on_and_reason_together", {"end_reason": "ill"}),
            (
                "enrollment_ends_after_joining",
                {"ended_on": date(2025, 12, 16), "end_reason": "ill"},
            ),
        ],
    )
    def test_enrollment(self, training, name, values):
        assert name in broken(change(training.enrollments[0], **values))

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("attendance_code_is_known", {"code": "X", "cause": "participant"}),
            ("attendance_cause_exactly_when_not_present", {"cause": "facility"}),
            ("attendance_cause_exactly_when_not_present", {"code": "S"}),
            ("attendance_cause_exactly_when_not_present", {"code": "S", "cause": "weather"}),
        ],
    )
    def test_attendance(self, training, name, values):
        training.mark(training.session, "HHH")
        assert name in broken(change(Attendance.objects.first(), **values))

    @pytest.mark.parametrize("score", [-1, 101])
    def test_a_score_is_between_0_and_100(self, training, score):
        training.assess()
        said = broken(change(UnitResult.objects.first(), score=score))
        assert "result_score_between_0_and_100" in said

    def test_two_thirds_do_not_come_before_one_third(self, training):
        inmate = training.enrollments[0].inmate
        change(inmate, one_third_on=date(2026, 1, 2))()
        said = broken(change(inmate, two_thirds_on=date(2026, 1, 1)))
        assert "inmate_sentence_dates_in_order" in said
        change(inmate, two_thirds_on=date(2026, 1, 2))()


class TestUniqueConstraints:
    """SQLite names the columns of a broken one, PostgreSQL its name."""

    def test_one_register_number_in_a_prison(self, cast):
        factories.InmateFactory(facility=cast.jember, register_number="B.I 7/2025")
        said = broken(
            lambda: factories.InmateFactory(facility=cast.jember, register_number="B.I 7/2025")
        )
        assert "inmate_register_number_once_per_facility" in said or "register_number" in said
        factories.InmateFactory(facility=cast.metro, register_number="B.I 7/2025")

    def test_one_seat_for_a_person_and_one_person_on_a_seat(self, training):
        achmad = training.enrollments[0].inmate
        again = {"batch": training.batch, "enrolled_by": training.cast.officer}
        said = broken(lambda: factories.EnrollmentFactory(inmate=achmad, position=4, **again))
        assert "enrollment_once_per_batch_and_inmate" in said or "inmate_id" in said
        said = broken(lambda: factories.EnrollmentFactory(position=1, **again))
        assert "enrollment_position_once_per_batch" in said or "enrollment.position" in said

    def test_one_mark_for_a_person_in_a_meeting(self, training):
        training.mark(training.session, "HHH")
        mark = Attendance.objects.first()
        mark.pk = None
        said = broken(lambda: mark.save(force_insert=True))
        assert "attendance_once_per_session_and_enrollment" in said or "enrollment_id" in said

    def test_one_result_for_a_person_in_a_unit(self, training):
        training.assess()
        result = UnitResult.objects.first()
        result.pk = None
        said = broken(lambda: result.save(force_insert=True))
        assert "result_once_per_enrollment_and_unit" in said or "unit_id" in said

    def test_a_form_counts_once_in_a_meeting(self, training):
        training.mark(training.session, "HHH")
        form = Submission.objects.get()
        form.pk = None
        said = broken(lambda: form.save(force_insert=True))
        assert "submission_nonce_once_per_session" in said or "submission.nonce" in said


class TestShortRegister:
    @pytest.mark.parametrize(
        ("number", "short"),
        [
            ("B.I 214/2025", "…214"),
            ("B.I 7/2025", "…7"),
            ("B.IIa 21/2025", "…21"),
            ("B.I/1214/2025", "…214"),
            ("B.I 214", "…214"),
        ],
    )
    def test_never_tells_the_class(self, number, short):
        assert Inmate(register_number=number).short_register == short


class TestOnRosterOf:
    """The first meeting is on 17, the second on 18 December."""

    def names(self, session):
        return [one.inmate.name.split()[0] for one in Enrollment.objects.on_roster_of(session)]

    def test_everybody_in_the_order_of_the_paper(self, training):
        change(training.enrollments[0], position=9)()
        assert self.names(training.session) == ["Sutrisno", "Mohammad", "Achmad"]

    def test_who_joined_later_is_not_on_the_earlier_sheet(self, training):
        change(training.enrollments[0], joined_on=date(2025, 12, 18))()
        first, second = map(self.names, training.sessions)
        assert (first, second) == (
            ["Sutrisno", "Mohammad"],
            ["Achmad", "Sutrisno", "Mohammad"],
        )

    def test_who_left_stands_on_the_sheet_of_the_last_day(self, training):
        change(training.enrollments[1], ended_on=date(2025, 12, 17), end_reason="released")()
        first, second = map(self.names, training.sessions)
        assert (first, second) == (
            ["Achmad", "Sutrisno", "Mohammad"],
            ["Achmad", "Mohammad"],
        )

    def test_nobody_of_another_batch(self, training):
        sibling = factories.BatchFactory(agreement=training.agreement)
        factories.EnrollmentFactory(batch=sibling)
        assert len(self.names(training.session)) == 3
