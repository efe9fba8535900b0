"""An enrollment after it was made: suspended, planned to end, ended, taken up again."""

from datetime import date, timedelta
from io import BytesIO
from itertools import islice

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from participants import services
from participants.models import Enrollment, Inmate, Override, Suspension
from participants.queries.life import participation
from participants.queries.standings import standings
from programs.models import Batch
from reports.worklist import worklist
from tests import factories
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2025, 12, 17), date(2025, 12, 18)


def refused(service, **fields):
    with pytest.raises(ValidationError) as refusal:
        service(**fields)
    error = refusal.value
    return error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}


@pytest.fixture
def achmad(training):
    return training.enrollments[0]


@pytest.fixture
def officer(training):
    return training.cast.officer


def on_sheet(session):
    return [one.position for one in Enrollment.objects.on_roster_of(session)]


class TestSuspension:
    def test_keeps_the_seat_and_leaves_the_sheet(self, training, achmad, officer):
        services.suspend(
            enrollment=achmad, starts_on=SECOND, ends_on=SECOND, reason="Sidang", by=officer
        )
        assert [on_sheet(one) for one in training.sessions] == [[1, 2, 3], [2, 3]]
        assert training.batch.count_people() == 3

    def test_harms_no_percentage_and_asks_for_no_mark(self, training, achmad, officer):
        services.suspend(
            enrollment=achmad, starts_on=SECOND, ends_on=SECOND, reason="Sidang", by=officer
        )
        training.mark(training.sessions[0], "HHH")
        training.enrollments.pop(0)
        training.mark(training.sessions[1], "HA")
        rows = [(one.percent, one.unmarked) for one in standings(training.batch)]
        assert rows == [(100, 0), (100, 0), (50, 0)]
        assert services.lock_attendance(session=training.sessions[1], by=officer).is_locked

    def test_not_over_a_day_with_a_mark(self, training, achmad, officer):
        training.mark(training.sessions[1], "HHH")
        said = refused(
            services.suspend, enrollment=achmad, starts_on=FIRST, reason="Sidang", by=officer
        )
        assert said == {
            "starts_on": [
                "Daftar hadir sudah memuat tanda orang ini pada hari-hari itu: Produksi Bakery A1 pada 18 Des 2025."
            ]
        }
        assert not Suspension.objects.exists()

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [(FIRST, None), (SECOND, SECOND), (FIRST, SECOND), (date(2025, 12, 30), None)],
    )
    def test_never_two_at_once(self, achmad, officer, starts_on, ends_on):
        factories.SuspensionFactory(enrollment=achmad, starts_on=SECOND)
        said = refused(
            services.suspend,
            enrollment=achmad, starts_on=starts_on, ends_on=ends_on, reason="Sidang", by=officer,
        )  # fmt: skip
        assert said.keys() <= {"starts_on", "__all__"}
        assert achmad.suspensions.count() == 1

    def test_not_before_joining(self, achmad, officer):
        said = refused(
            services.suspend,
            enrollment=achmad, starts_on=FIRST - timedelta(1), reason="Sidang", by=officer,
        )  # fmt: skip
        assert said == {"starts_on": ["Orang ini belum ikut pada hari itu."]}

    @pytest.mark.parametrize(
        ("resumed_on", "left"), [(date(2025, 12, 20), [date(2025, 12, 19)]), (SECOND, [])]
    )
    def test_ends_the_day_before_or_never_was(self, achmad, officer, resumed_on, left):
        suspension = factories.SuspensionFactory(enrollment=achmad, starts_on=SECOND)
        services.resume(suspension=suspension, resumed_on=resumed_on, by=officer)
        assert [one.ends_on for one in achmad.suspensions.all()] == left

    def test_what_another_desk_took_back_cannot_end(self, achmad, officer):
        suspension = factories.SuspensionFactory(enrollment=achmad, starts_on=SECOND)
        Suspension.objects.all().delete()
        said = refused(services.resume, suspension=suspension, resumed_on=SECOND, by=officer)
        assert said == {"__all__": ["Penangguhan ini sudah dibatalkan."]}

    def test_the_roster_says_until_when_and_to_an_instructor_not_why(
        self, training, achmad, officer, browse
    ):
        tomorrow = timezone.localdate() + timedelta(1)
        factories.SuspensionFactory(enrollment=achmad, ends_on=tomorrow, reason="Sidang banding")
        services.plan_end(enrollment=achmad, planned_end_on=tomorrow, by=officer)
        roster = reverse("participants:roster", args=[training.batch.pk])
        detail = reverse("participants:enrollment_detail", args=[achmad.pk])
        seen = {
            who: [
                word in browse(getattr(training.cast, who)).get(url).content.decode()
                for url, word in [
                    (roster, f"ditangguhkan sampai {date_format(tomorrow, 'SHORT_DATE_FORMAT')}"),
                    (roster, "rencana berhenti"),
                    (detail, "Sidang banding"),
                ]
            ]
            for who in ("officer", "certificate_admin", "instructor")
        }
        assert seen == {
            "officer": [True, True, True],
            "certificate_admin": [True, False, False],
            "instructor": [True, False, False],
        }


class TestEnd:
    def test_cuts_off_the_suspensions_beyond_it(self, achmad, officer):
        factories.SuspensionFactory(enrollment=achmad, starts_on=FIRST, ends_on=FIRST)
        factories.SuspensionFactory(enrollment=achmad, starts_on=SECOND)
        services.end_enrollment(
            enrollment=achmad, ended_on=date(2025, 12, 20), end_reason="ill", by=officer
        )
        assert [one.ends_on.day for one in achmad.suspensions.all()] == [17, 20]

    def test_another_reason_is_put_into_words(self, achmad, officer):
        fields = {"enrollment": achmad, "ended_on": FIRST, "end_reason": "other", "by": officer}
        assert refused(services.end_enrollment, **fields) == {"end_note": ["Tuliskan alasannya."]}
        assert services.end_enrollment(**fields, end_note="Pindah kerja").end_note == "Pindah kerja"

    def test_a_day_to_come_is_a_plan(self, achmad, officer):
        tomorrow = timezone.localdate() + timedelta(1)
        said = refused(
            services.end_enrollment,
            enrollment=achmad, ended_on=tomorrow, end_reason="released", by=officer,
        )  # fmt: skip
        assert said == {"ended_on": ["Tanggal itu belum tiba. Catat sebagai rencana berhenti."]}
        services.plan_end(enrollment=achmad, planned_end_on=tomorrow, by=officer)
        assert Enrollment.objects.active().get(pk=achmad.pk).planned_end_on == tomorrow

    def test_before_the_first_day_nobody_joined(self, achmad, officer):
        """Who withdraws from a class that begins next week stands on none of its sheets."""
        next_week = timezone.localdate() + timedelta(7)
        Enrollment.objects.filter(pk=achmad.pk).update(joined_on=next_week)
        today = timezone.localdate()
        ended = services.end_enrollment(
            enrollment=achmad, ended_on=today, end_reason="withdrew", by=officer
        )
        assert (ended.joined_on, ended.takes_part_on(next_week)) == (today, False)


class TestPlannedEnd:
    def test_home_reminds_on_the_day(self, achmad, officer):
        today = timezone.localdate()
        services.plan_end(enrollment=achmad, planned_end_on=today, by=officer)
        assert reminders(officer) == ["Achmad Fauzi direncanakan berhenti"]
        services.end_enrollment(
            enrollment=achmad, ended_on=today, end_reason="released", by=officer
        )
        assert reminders(officer) == []

    def test_not_before_it_and_not_when_taken_back(self, achmad, officer):
        tomorrow = timezone.localdate() + timedelta(1)
        services.plan_end(enrollment=achmad, planned_end_on=tomorrow, by=officer)
        assert reminders(officer) == []
        services.plan_end(enrollment=achmad, planned_end_on=None, by=officer)
        assert Enrollment.objects.get(pk=achmad.pk).planned_end_on is None

    def test_a_day_gone_by_is_an_end(self, achmad, officer):
        said = refused(services.plan_end, enrollment=achmad, planned_end_on=FIRST, by=officer)
        assert list(said) == ["planned_end_on"]


def reminders(user):
    return [task.what for task in worklist(user) if "berhenti" in task.what]


class TestReturn:
    @pytest.fixture
    def gone(self, achmad, officer):
        return services.end_enrollment(
            enrollment=achmad, ended_on=FIRST, end_reason="ill", end_note="demam", by=officer
        )

    def test_the_gap_stays_a_suspension(self, training, gone, officer):
        services.return_to_batch(enrollment=gone, resumed_on=date(2025, 12, 20), by=officer)
        (gap,) = gone.suspensions.all()
        assert (gap.starts_on.day, gap.ends_on.day, gap.reason) == (18, 19, "Sakit: demam")
        assert [on_sheet(one) for one in training.sessions] == [[1, 2, 3], [2, 3]]
        assert training.batch.count_people() == 3

    def test_the_very_next_day_leaves_no_gap(self, gone, officer):
        services.return_to_batch(enrollment=gone, resumed_on=SECOND, by=officer)
        assert not gone.suspensions.exists()

    def test_not_into_a_full_batch_but_for_a_reason(self, training, gone, officer):
        Batch.objects.update(quota=2)
        fields = {"enrollment": gone, "resumed_on": SECOND, "by": officer}
        said = refused(services.return_to_batch, **fields)
        assert said == {"over_quota_reason": ["Angkatan ini penuh: 2 kursi terisi."]}
        services.return_to_batch(**fields, over_quota_reason="Izin Kepala")
        assert training.batch.count_people() == 3
        assert AuditEvent.objects.latest("pk").details["over_quota"] == "Izin Kepala"

    def test_not_onto_a_seat_that_the_panel_promised_to_another(self, training, gone, officer):
        """A seat is free, and it is Slamet's; what was promised to the returning person himself is his."""
        Batch.objects.update(quota=3)
        slamet = factories.ApplicationFactory(batch=training.batch, state="chosen")
        fields = {"enrollment": gone, "resumed_on": SECOND, "by": officer}
        said = refused(services.return_to_batch, **fields)
        assert said == {
            "over_quota_reason": [
                "Angkatan ini penuh: 2 kursi terisi. 1 kursi sudah dijanjikan TPP kepada yang terpilih."
            ]
        }
        slamet.inmate = gone.inmate
        slamet.save()
        assert services.return_to_batch(**fields).ended_on is None

    def test_not_against_an_advice_but_for_a_reason(self, training, gone, officer, browse):
        """Disciplined since he left: what a newcomer is asked, he is asked as well."""
        Inmate.objects.update(disciplined_until=timezone.localdate() + timedelta(30))
        url = reverse("participants:enrollment_return", args=[gone.pk])
        desk, typed = browse(officer), {"resumed_on": "18-12-2025"}
        page = desk.post(url, typed)
        assert list(page.context["form"].errors) == ["override_reason"]
        assert [one.rule for one in page.context["against"]] == ["register_f"]
        assert desk.post(url, typed | {"override_reason": "Izin Kepala"}).status_code == 302
        (override,) = Override.objects.all()
        assert (override.rule, override.reason) == ("register_f", "Izin Kepala")
        assert training.batch.count_people() == 3

    @pytest.mark.parametrize(
        ("field", "resumed_on", "state"),
        [
            ("resumed_on", FIRST, "running"),
            ("resumed_on", date(2026, 1, 1), "running"),
            ("__all__", SECOND, "finished"),
        ],
    )
    def test_only_into_a_class_that_goes_on(self, gone, officer, field, resumed_on, state):
        Batch.objects.update(state=state)
        said = refused(services.return_to_batch, enrollment=gone, resumed_on=resumed_on, by=officer)
        assert list(said) == [field]

    def test_not_a_departed_person(self, gone, officer):
        services.depart(inmate=gone.inmate, departed_on=FIRST, departure="released", by=officer)
        said = refused(services.return_to_batch, enrollment=gone, resumed_on=SECOND, by=officer)
        assert said == {
            "__all__": ["Achmad Fauzi tercatat keluar. Batalkan dulu catatan keluarnya."]
        }


class TestPages:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("enrollment_suspend", {"starts_on": "17-12-2025", "reason": "Sidang"}),
            ("enrollment_plan_end", {"planned_end_on": "17-12-2060"}),
            ("enrollment_end", {"ended_on": "18-12-2025", "end_reason": "ill"}),
        ],
    )
    def test_an_officer_writes_and_what_was_wrong_stays(self, achmad, officer, browse, name, typed):
        desk, url = browse(officer), reverse(f"participants:{name}", args=[achmad.pk])
        field = next(iter(typed))
        page = desk.post(url, {**typed, field: "kapan-kapan"})
        assert (list(page.context["form"].errors), b"kapan-kapan" in page.content) == (
            [field],
            True,
        )
        assert desk.post(url, typed).status_code == 302
        assert AuditEvent.objects.latest("pk").action.startswith("enrollment.")

    def test_and_back_again(self, achmad, officer, browse):
        desk = browse(officer)
        suspension = factories.SuspensionFactory(enrollment=achmad)
        desk.post(
            reverse("participants:suspension_resume", args=[suspension.pk]),
            {"resumed_on": "19-12-2025"},
        )
        services.end_enrollment(
            enrollment=achmad, ended_on=date(2025, 12, 20), end_reason="ill", by=officer
        )
        desk.post(
            reverse("participants:enrollment_return", args=[achmad.pk]),
            {"resumed_on": "22-12-2025"},
        )
        days = [(one.starts_on.day, one.ends_on.day) for one in achmad.suspensions.all()]
        assert days == [(17, 18), (21, 21)]

    def test_the_page_counts_as_the_roster_does(self, training, achmad, browse, officer):
        training.mark(training.sessions[0], "TAH")
        training.mark(training.sessions[1], "SHH", cause="facility")
        training.assess()
        page = browse(officer).get(reverse("participants:enrollment_detail", args=[achmad.pk]))
        numbers = page.context["numbers"]
        assert [(one.taught, one.attended) for one in numbers.units] == [(4, 4), (4, 0)]
        for standing in standings(training.batch):
            told = participation(standing.enrollment)
            assert sum(one.attended for one in told.units) == standing.attended
            assert told.standing == standing


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersForTheLastSeat:
    """One takes up an old enrollment, the other makes a new one."""

    @pytest.fixture
    def race(self, training, achmad, officer, monkeypatch):
        services.end_enrollment(enrollment=achmad, ended_on=FIRST, end_reason="ill", by=officer)
        Batch.objects.update(quota=3)
        newcomer = factories.InmateFactory(facility=training.cast.jember)

        def race(return_to_batch, enroll, patience):
            meet_after(monkeypatch, Enrollment, "full_clean", racers=2, patience=patience)
            return at_once(
                lambda: return_to_batch(enrollment=achmad, resumed_on=SECOND, by=officer),
                lambda: enroll(inmate=newcomer, batch=training.batch, by=officer),
            )

        return race

    def test_one_gets_it(self, training, race):
        answers = race(services.return_to_batch, services.enroll, 0.5)
        refusals = [one for one in answers if isinstance(one, ValidationError)]
        assert [one.messages for one in refusals] == [["Angkatan ini penuh: 3 kursi terisi."]]
        assert training.batch.count_people() == 3

    def test_canary_without_the_lock_both_sit_down(self, training, race, monkeypatch):
        both = [
            without_guard(monkeypatch, one) for one in (services.return_to_batch, services.enroll)
        ]
        race(*both, 30)
        assert training.batch.count_people() == 4


days = st.integers(0, 9).map(lambda number: FIRST + timedelta(number))
spans = st.lists(st.tuples(days, days | st.none()), max_size=3)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(joined_on=days, ended_on=days | st.none(), spans=spans)
def test_the_roster_of_each_day_is_the_naive_one(training, joined_on, ended_on, spans):
    achmad = training.enrollments[0]
    was_there = dict.fromkeys((FIRST + timedelta(number) for number in range(10)), True)
    with transaction.atomic():
        ended_on = ended_on and max(ended_on, joined_on)
        reason = "ill" if ended_on else ""
        Enrollment.objects.filter(pk=achmad.pk).update(
            joined_on=joined_on, ended_on=ended_on, end_reason=reason
        )
        for starts_on, ends_on in spans:
            if ends_on and ends_on < starts_on:
                continue
            if achmad.suspensions.during(starts_on, ends_on).exists():
                continue
            factories.SuspensionFactory(enrollment=achmad, starts_on=starts_on, ends_on=ends_on)
            for day in was_there:
                if day >= starts_on and (ends_on is None or day <= ends_on):
                    was_there[day] = False
        for day in was_there:
            was_there[day] &= joined_on <= day and (ended_on is None or day <= ended_on)
        by_query = {
            day: Enrollment.objects.taking_part_on(day).filter(pk=achmad.pk).exists()
            for day in was_there
        }
        row = Enrollment.objects.prefetch_related("suspensions").get(pk=achmad.pk)
        by_row = {day: row.takes_part_on(day) for day in was_there}
        transaction.set_rollback(True)
    assert (by_query, by_row) == (was_there, was_there)


class TestRosterExport:
    def test_an_instructor_takes_home_names_and_short_registers(
        self, training, achmad, officer, browse
    ):
        services.end_enrollment(
            enrollment=achmad, ended_on=FIRST, end_reason="discipline", by=officer
        )
        url = reverse("participants:roster", args=[training.batch.pk]) + "?export=xlsx"
        rows = {
            who: next(islice(rows_in(browse(user).get(url)), 1, None))
            for who, user in (("officer", officer), ("instructor", training.cast.instructor))
        }
        register = achmad.inmate.register_number
        assert [register in rows["officer"], "Disiplin" in rows["officer"]] == [True, True]
        assert rows["instructor"] == [
            1, "Achmad Fauzi", achmad.inmate.short_register, 0, "", 0, "ya",
        ]  # fmt: skip


def rows_in(response):
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    return book.get_sheet_by_index(0).to_python()
