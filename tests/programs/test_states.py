"""A batch from plan to close: which steps there are, who took them, and what each one asks for."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from participants.services import enroll
from programs import services
from programs.models import Batch, BatchMove, Session
from programs.services.sessions import refuse_unless_schedulable
from tests import factories

pytestmark = pytest.mark.django_db

State = Batch.State


@pytest.fixture
def planned(training):
    return factories.BatchFactory(
        agreement=training.agreement, curriculum=training.curriculum, state=State.PLANNED
    )


@pytest.fixture
def move(training):
    def go(batch, to_state, reason=""):
        return services.move_batch(
            batch=batch, to_state=to_state, reason=reason, by=training.cast.officer
        )

    return go


def refusal(act, *args):
    with pytest.raises(ValidationError) as refused:
        act(*args)
    return refused.value.messages


class TestMoves:
    def test_a_whole_life_and_who_led_it(self, planned, move, training):
        for state in (State.OPEN, State.RUNNING, State.FINISHED, State.CLOSED):
            move(planned, state)
        steps = [(one.from_state, one.to_state) for one in reversed(planned.moves.all())]
        assert steps == [
            ("planned", "open"), ("open", "running"), ("running", "finished"), ("finished", "closed"),
        ]  # fmt: skip
        assert {one.moved_by for one in planned.moves.all()} == {training.cast.officer}

    @pytest.mark.parametrize(
        ("state", "to_state"),
        [(one, two) for one in State for two in State if two not in Batch.MOVES[one]],
    )
    def test_no_other_step_is_taken(self, planned, move, state, to_state):
        Batch.objects.filter(pk=planned.pk).update(state=state)
        assert len(refusal(move, planned, to_state, "sebab")) == 1
        assert not BatchMove.objects.exists()

    @pytest.mark.parametrize(("state", "to_state"), sorted(Batch.MOVES_WITH_REASON))
    def test_a_step_back_or_out_is_explained(self, planned, move, state, to_state):
        Batch.objects.filter(pk=planned.pk).update(state=state)
        assert refusal(move, planned, to_state, "   ") == ["Tuliskan alasannya."]
        assert move(planned, to_state, "Ruang dipakai").moves.get().reason == "Ruang dipakai"

    def test_nothing_is_finished_while_a_meeting_waits(self, training, move):
        training.mark(training.session, "HHH")
        assert refusal(move, training.batch, State.FINISHED) == [
            "1 pertemuan belum terlaksana. Isi daftar hadirnya, atau batalkan."
        ]

    def test_cancelling_cancels_what_is_planned_and_keeps_what_was_held(self, training, move):
        training.mark(training.session, "HHH")
        move(training.batch, State.CANCELLED, "Mitra mundur")
        assert [(one.status, one.cancel_reason) for one in training.batch.sessions.all()] == [
            ("held", ""), ("cancelled", "Mitra mundur"),
        ]  # fmt: skip

    def test_nobody_goes_back_to_planning_over_peoples_heads(self, training, move):
        Batch.objects.update(state=State.OPEN)
        assert refusal(move, training.batch, State.PLANNED, "Tunda") == [
            "3 orang sudah menjadi peserta angkatan ini."
        ]


class TestWhatStatesMean:
    def test_the_first_sheet_starts_the_batch(self, training):
        Batch.objects.update(state=State.OPEN)
        training.batch.refresh_from_db()
        session = Session.objects.get(pk=training.session.pk)
        training.mark(session, "HHH")
        training.batch.refresh_from_db()
        assert training.batch.state == State.RUNNING
        assert training.batch.moves.get().moved_by == training.cast.instructor

    @pytest.mark.parametrize(
        ("state", "takes"),
        [("planned", False), ("open", True), ("running", True), ("finished", False),
         ("closed", False), ("cancelled", False)],
    )  # fmt: skip
    def test_people_come_in_while_it_is_open_or_runs(self, training, state, takes):
        Batch.objects.update(state=state)
        newcomer = factories.InmateFactory(facility=training.cast.jember)
        fields = {"inmate": newcomer, "batch": training.batch, "by": training.cast.officer}
        try:
            enroll(**fields)
        except ValidationError:
            assert not takes
        else:
            assert takes

    @pytest.mark.parametrize("state", ["finished", "closed", "cancelled"])
    def test_meetings_of_what_is_over_are_not_planned(self, training, state):
        Batch.objects.update(state=state)
        training.batch.refresh_from_db()
        with pytest.raises(ValidationError) as refused:
            refuse_unless_schedulable(training.batch)
        assert "tidak berubah lagi" in refused.value.messages[0]

    @pytest.mark.parametrize("state", ["closed", "cancelled"])
    def test_sheets_of_what_is_closed_take_no_marks(self, training, state):
        Batch.objects.update(state=state)
        session = Session.objects.get(pk=training.session.pk)
        assert not session.is_writable
        Batch.objects.update(state="finished")
        assert Session.objects.get(pk=session.pk).is_writable


class TestQuota:
    def test_not_below_the_people_already_in(self, training):
        with pytest.raises(ValidationError) as refused:
            services.update_batch(batch=training.batch, quota=2, by=training.cast.officer)
        assert refused.value.message_dict == {
            "quota": ["3 orang sudah menjadi peserta; kursinya tidak bisa kurang dari itu."]
        }
        services.update_batch(batch=training.batch, quota=3, by=training.cast.officer)

    def test_beyond_it_with_a_reason_that_stays(self, training):
        Batch.objects.update(quota=3)
        newcomer = factories.InmateFactory(facility=training.cast.jember)
        fields = {"inmate": newcomer, "batch": training.batch, "by": training.cast.officer}
        with pytest.raises(ValidationError):
            enroll(**fields)
        enroll(**fields, over_quota_reason="Permintaan Kalapas")
        line = AuditEvent.objects.get(action="enrollment.made")
        assert line.details == {"over_quota": "Permintaan Kalapas"}


class TestBatchMovePage:
    def test_the_page_says_what_the_step_means_and_takes_it(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("programs:batch_move", args=[training.batch.pk]) + "?to=cancelled"
        page = officer.get(url)
        assert page.context["verb"] == "Batalkan angkatan"
        assert list(officer.post(url, {"reason": ""}).context["form"].errors) == ["reason"]
        assert officer.post(url, {"reason": "Mundur"}).url == training.batch.get_absolute_url()

    def test_an_unknown_state_is_no_page(self, training, browse):
        url = reverse("programs:batch_move", args=[training.batch.pk]) + "?to=gone"
        assert browse(training.cast.officer).get(url).status_code == 404


class TestTeaching:
    def test_one_is_regular_or_substitute_but_not_both(self, training):
        fields = {"batch": training.batch, "instructor": training.cast.teacher}
        by = training.cast.officer
        services.assign_instructor(**fields, by=by)
        services.assign_instructor(**fields, is_substitute=True, by=by)
        assert [one.is_substitute for one in training.batch.teachings.all()] == [True]

    def test_who_still_teaches_is_not_let_go(self, training, time_machine):
        time_machine.move_to("2025-12-17T01:00:00Z")
        teaching = factories.TeachingFactory(batch=training.batch, instructor=training.cast.teacher)
        with pytest.raises(ValidationError):
            services.release_instructor(teaching=teaching, by=training.cast.officer)
        training.batch.sessions.all().delete()
        services.release_instructor(teaching=teaching, by=training.cast.officer)
        assert not training.batch.teachings.exists()

    def test_nobody_from_another_school(self, training):
        with pytest.raises(ValidationError) as refused:
            services.assign_instructor(
                batch=training.batch,
                instructor=factories.InstructorFactory(),
                by=training.cast.officer,
            )
        assert list(refused.value.message_dict) == ["instructor"]


class TestWhatIsOverStaysOver:
    """The pages offer none of it; these are forged requests."""

    @pytest.mark.parametrize("state", ["closed", "cancelled"])
    def test_no_marks_no_results_no_changes(self, training, state):
        Batch.objects.update(state=state)
        officer = training.cast.officer
        acts = [
            lambda: training.mark(training.session, "HHH"),
            training.assess,
            lambda: services.update_batch(batch=training.batch, name="Lain", by=officer),
            lambda: services.assign_instructor(
                batch=training.batch, instructor=training.cast.teacher, by=officer
            ),
        ]
        for act in acts:
            assert "keadaan: " in refusal(act)[0]

    def test_a_numbered_certificate_holds_its_batch(self, training, move):
        training.batch.enrollments.update(closed_at="2026-01-05T00:00Z")
        assert refusal(move, training.batch, State.CANCELLED, "Mundur") == [
            "Sertifikat angkatan ini sudah bernomor."
        ]

    def test_nothing_is_closed_while_a_meeting_waits(self, training, move):
        Batch.objects.update(state=State.FINISHED)
        assert refusal(move, training.batch, State.CLOSED)[0].startswith("2 pertemuan")

    def test_a_batch_finished_meanwhile_takes_no_meeting(self, training):
        """The page was opened while it ran."""
        batch = training.batch
        Batch.objects.update(state=State.FINISHED)
        assert batch.state == State.RUNNING
        with pytest.raises(ValidationError):
            services.schedule_session(
                batch=batch,
                unit=training.units[0],
                instructor=training.cast.teacher,
                takes_place_on=batch.ends_on,
                starts_at=time(8),
                ends_at=time(9),
                hours=1,
                room=training.session.room,
                by=training.cast.officer,
            )

    def test_more_people_than_seats_do_not_lock_the_form(self, training):
        Batch.objects.update(quota=2)
        services.update_batch(batch=training.batch, name="Lain", by=training.cast.officer)
        assert Batch.objects.get(pk=training.batch.pk).name == "Lain"


def test_nobody_is_enrolled_into_two_meetings_at_once(training):
    other = factories.BatchFactory(agreement=training.agreement)
    factories.SessionFactory(batch=other, room=factories.RoomFactory(name="B"))
    fields = {"inmate": training.enrollments[0].inmate, "batch": other, "by": training.cast.officer}
    assert refusal(lambda: enroll(**fields)) == [
        "Achmad Fauzi mengikuti angkatan lain pada jam yang sama."
    ]
    other.sessions.update(starts_at=time(11), ends_at=time(14))
    assert enroll(**fields).batch == other


def test_the_school_reads_no_reasons_escorts_or_budgets(training, browse, move):
    Batch.objects.update(escort="Sutarno", funding="DIPA 2026")
    move(training.batch, State.CANCELLED, "Razia blok C")
    url = training.batch.get_absolute_url()
    secrets = ("Sutarno", "DIPA 2026", "Razia blok C")
    shown = {
        who: [word for word in secrets if word in browse(getattr(training.cast, who)).get(url).text]
        for who in ("officer", "coordinator")
    }
    assert shown["officer"] == list(secrets)
    # Why a meeting of hers fell out, she may know.
    assert shown["coordinator"] == ["Razia blok C"]
