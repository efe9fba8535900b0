"""Warnings by mail: at 90, 60, 30 and 7 days, at once for meetings outside, and each only once."""

from datetime import date, time, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from partnerships.models import Agreement, Alert
from programs import services
from programs.alerts import threshold_of
from tests import factories

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 12, 16)


@pytest.fixture
def reachable(training, settings):
    """Mail is set, and the officer has an address."""
    settings.MAIL_IS_SET = True
    training.cast.officer.email = "petugas@lapas.example"
    training.cast.officer.save()
    training.batch.sessions.all().delete()
    return training


@pytest.fixture
def days_before(time_machine):
    def go(days):
        day = LAST_DAY - timedelta(days=days)
        time_machine.move_to(f"{day}T03:00:00Z")
        return services.send_alerts()

    return go


def subjects():
    return [one.subject for one in mail.outbox]


@pytest.mark.parametrize(
    ("days", "threshold"),
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7)],
)
def test_threshold_of(days, threshold):
    assert threshold_of(days) == threshold


class TestEndings:
    def test_four_times_in_all_however_often_one_looks(self, reachable, days_before):
        sent = {days: days_before(days) for days in (91, 90, 89, 60, 45, 30, 8, 7, 1, 0, -1)}
        assert {days for days, count in sent.items() if count} == {90, 60, 30, 7}
        assert subjects()[0] == "PKS SMK Negeri 3 Jember berakhir 90 hari lagi"

    def test_a_missed_day_is_made_up_for(self, reachable, days_before):
        assert [days_before(days) for days in (100, 55, 54)] == [0, 1, 0]

    @pytest.mark.parametrize("kind", ["addendum", "pks"])
    def test_nobody_is_warned_of_what_goes_on(self, reachable, days_before, kind):
        tie = (
            {"parent": reachable.agreement}
            if kind == "addendum"
            else {"renews": reachable.agreement}
        )
        factories.AgreementFactory(
            facility=reachable.cast.jember,
            partner=reachable.cast.school,
            kind=kind,
            starts_on=LAST_DAY + timedelta(days=1),
            ends_on=LAST_DAY + timedelta(days=700),
            **tie,
        )
        assert days_before(30) == 0

    def test_a_draft_of_it_changes_nothing(self, reachable, days_before):
        factories.AgreementFactory(
            facility=reachable.cast.jember, renews=reachable.agreement, signed_on=None
        )
        assert days_before(30) == 1

    def test_the_officer_and_the_schools_coordinator_and_nobody_else(self, reachable, days_before):
        cast = reachable.cast
        for user, address in [(cast.coordinator, "sekolah@smk.example"), (cast.stranger, "x@y.example"),
                              (cast.head, "kepala@lapas.example")]:  # fmt: skip
            user.email = address
            user.save()
        days_before(30)
        assert mail.outbox[0].bcc == ["petugas@lapas.example", "sekolah@smk.example"]


class TestUncovered:
    def book(self, training, browse):
        Agreement.objects.update(ends_on=date(2025, 12, 20))
        url = reverse("programs:session_create", args=[training.batch.pk])
        return browse(training.cast.officer).post(
            url,
            {
                "takes_place_on": "22-12-2025",
                "starts_at": "08.00",
                "ends_at": "11.00",
                "hours": "4",
                "unit": training.units[0].pk,
                "room": factories.RoomFactory(facility=training.cast.jember).pk,
                "instructor": training.cast.teacher.pk,
            },
            follow=True,
        )

    def test_said_on_the_page_and_by_mail_at_once(self, reachable, browse, time_machine, settings):
        settings.TASKS = {
            "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
        }
        time_machine.move_to("2025-10-01T03:00:00Z")
        reachable.agreement.refresh_from_db()
        page = self.book(reachable, browse)
        assert [str(one) for one in page.context["messages"]][1:] == [
            "Pertemuan 22 Desember 2025 berada di luar perjanjian; catat adendumnya."
        ]
        assert subjects() == ["Produksi Bakery A1 di luar perjanjian"]

    def test_not_again_for_the_same_day(self, reachable, time_machine):
        time_machine.move_to("2025-10-01T03:00:00Z")
        Agreement.objects.update(ends_on=date(2025, 12, 20))
        factories.SessionFactory(batch=reachable.batch, takes_place_on=date(2025, 12, 22))
        assert [services.send_alerts(), services.send_alerts()] == [1, 0]
        factories.SessionFactory(
            batch=reachable.batch, takes_place_on=date(2025, 12, 23), starts_at=time(9)
        )
        assert services.send_alerts() == 0


class TestWhenMailFails:
    def test_what_was_not_sent_is_sent_later(self, reachable, days_before, monkeypatch):
        def fail(*args, **kwargs):
            raise SMTPException("away")

        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.EmailMessage.send", fail)
            assert days_before(30) == 0
        assert not Alert.objects.exists()
        assert days_before(30) == 1

    def test_nobody_to_reach_is_no_alert(self, reachable, days_before):
        type(reachable.cast.officer).objects.update(email="")
        assert days_before(30) == 0
        assert not Alert.objects.exists()

    def test_the_command_says_that_no_mail_is_set(self, db, settings):
        settings.MAIL_IS_SET = False
        with pytest.raises(CommandError) as refused:
            call_command("send_alerts")
        assert refused.value.returncode == 2

    def test_the_command_counts(self, reachable, days_before, capsys, time_machine):
        time_machine.move_to("2027-12-01T03:00:00Z")
        call_command("send_alerts", "--json")
        assert capsys.readouterr().out == '{"sent": 1}\n'


class TestStubbornCases:
    def test_a_line_break_in_a_name_stops_nobodys_mail(self, reachable, time_machine):
        time_machine.move_to("2027-12-01T03:00:00Z")
        type(reachable.cast.school).objects.update(name="SMK\r\nBcc: x@y.example")
        assert services.send_alerts() == 1
        assert subjects() == ["PKS SMK Bcc: x@y.example berakhir 15 hari lagi"]

    def test_a_renewal_that_leaves_a_gap_silences_nothing(self, reachable, days_before):
        factories.AgreementFactory(
            facility=reachable.cast.jember,
            renews=reachable.agreement,
            starts_on=LAST_DAY + timedelta(days=2),
            ends_on=LAST_DAY + timedelta(days=700),
        )
        assert days_before(30) == 1

    def test_a_coordinator_no_more_is_told_no_more(self, reachable, days_before):
        coordinator = reachable.cast.coordinator
        coordinator.email = "lama@smk.example"
        coordinator.save()
        coordinator.assignments.update(ended_at="2026-01-01T00:00Z")
        days_before(30)
        assert mail.outbox[0].bcc == ["petugas@lapas.example"]

    def test_one_gap_is_said_once_though_its_meetings_go_by(self, reachable, time_machine):
        time_machine.move_to("2025-10-01T03:00:00Z")
        Agreement.objects.update(ends_on=date(2025, 12, 18))
        sessions = [
            factories.SessionFactory(batch=reachable.batch, takes_place_on=date(2025, 12, day))
            for day in (22, 23)
        ]
        assert services.send_alerts() == 1
        type(sessions[0]).objects.filter(pk=sessions[0].pk).update(status="held")
        assert services.send_alerts() == 0
