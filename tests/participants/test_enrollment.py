"""Seats: who gets one, who does not, and who gives one back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.models import Enrollment, Inmate
from programs.models import Batch
from tests import factories
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db


def newcomers(training, *names):
    return [factories.InmateFactory(facility=training.cast.jember, name=name) for name in names]


def seats(batch, number):
    Batch.objects.filter(pk=batch.pk).update(quota=number)


def refused(service, **fields):
    with pytest.raises(ValidationError) as refusal:
        service(**fields)
    return refusal.value.message_dict


class TestEnroll:
    def test_takes_the_next_seat_from_the_first_day(self, training):
        (slamet,) = newcomers(training, "Slamet")
        enrollment = services.enroll(inmate=slamet, batch=training.batch, by=training.cast.officer)
        assert (enrollment.position, enrollment.joined_on) == (4, date(2025, 12, 17))
        assert AuditEvent.objects.get().action == "enrollment.made"

    def test_not_into_a_full_batch(self, training):
        seats(training.batch, 3)
        (slamet,) = newcomers(training, "Slamet")
        said = refused(
            services.enroll, inmate=slamet, batch=training.batch, by=training.cast.officer
        )
        assert said == {"inmate": ["Angkatan ini penuh: 3 kursi terisi."]}
        assert training.batch.enrollments.count() == 3

    def test_not_twice(self, training):
        achmad = training.enrollments[0].inmate
        said = refused(
            services.enroll, inmate=achmad, batch=training.batch, by=training.cast.officer
        )
        assert said == {"__all__": ["Orang ini sudah menjadi peserta angkatan ini."]}

    def test_nobody_of_another_prison(self, training):
        foreign = factories.InmateFactory(facility=training.cast.metro)
        said = refused(
            services.enroll, inmate=foreign, batch=training.batch, by=training.cast.officer
        )
        assert list(said) == ["inmate"]
        assert not foreign.enrollments.exists()

    def test_nobody_who_has_left_meanwhile(self, training):
        (slamet,) = newcomers(training, "Slamet")
        gone = {"departed_on": date(2025, 12, 16), "departure": "released"}
        Inmate.objects.filter(pk=slamet.pk).update(**gone)
        said = refused(
            services.enroll, inmate=slamet, batch=training.batch, by=training.cast.officer
        )
        assert said == {"inmate": ["Slamet sudah keluar."]}

    def test_a_seat_given_back_is_free_and_its_number_is_not(self, training):
        seats(training.batch, 3)
        services.end_enrollment(
            enrollment=training.enrollments[2],
            ended_on=date(2025, 12, 17),
            end_reason="released",
            by=training.cast.officer,
        )
        (slamet,) = newcomers(training, "Slamet")
        enrollment = services.enroll(inmate=slamet, batch=training.batch, by=training.cast.officer)
        assert enrollment.position == 4


class TestEnrollAll:
    def test_too_many_for_the_seats_is_nobody(self, training):
        seats(training.batch, 4)
        people = newcomers(training, "Slamet", "Tono")
        said = refused(
            services.enroll_all, inmates=people, batch=training.batch, by=training.cast.officer
        )
        assert said == {"inmates": ["Tersisa 1 kursi, yang dipilih 2 orang."]}
        assert training.batch.enrollments.count() == 3

    def test_one_who_may_not_keeps_the_others_out(self, training):
        slamet, tono = newcomers(training, "Slamet", "Tono")
        foreign = factories.InmateFactory(facility=training.cast.metro)
        refused(
            services.enroll_all,
            inmates=[slamet, foreign, tono],
            batch=training.batch,
            by=training.cast.officer,
        )
        assert training.batch.enrollments.count() == 3
        assert not AuditEvent.objects.exists()


class TestEnrollmentCreate:
    @pytest.fixture
    def choose(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("participants:enrollment_create", args=[training.batch.pk])

        def choose(*people, joined_on="17-12-2025"):
            chosen = {"inmates": [one.pk for one in people], "joined_on": joined_on}
            return officer.post(url, chosen)

        return choose

    def test_seats_people_by_name(self, training, choose):
        choose(*newcomers(training, "Tono", "agus", "Slamet"), joined_on="18-12-2025")
        places = training.batch.enrollments.filter(position__gt=3).order_by("position")
        assert [(one.position, one.inmate.name, one.joined_on.day) for one in places] == [
            (4, "agus", 18),
            (5, "Slamet", 18),
            (6, "Tono", 18),
        ]

    def test_offers_nobody_who_is_in_or_from_elsewhere(self, training, browse):
        people = newcomers(training, "Tono", "agus")
        factories.InmateFactory(facility=training.cast.metro)
        url = reverse("participants:enrollment_create", args=[training.batch.pk])
        gone = {"departed_on": date(2025, 12, 1), "departure": "released"}
        factories.InmateFactory(facility=training.cast.jember, **gone)
        offered = browse(training.cast.officer).get(url).context["rows"]
        assert [row["inmate"] for row in offered] == people[::-1]

    @pytest.mark.parametrize("page", ["enrollment_create", "application_create"])
    def test_a_search_for_no_text_at_all_is_no_server_error(self, training, browse, page):
        """PostgreSQL would stumble over the NUL."""
        url = reverse(f"participants:{page}", args=[training.batch.pk])
        officer = browse(training.cast.officer)
        answers = [officer.post(url, {"q": q, "find": "1"}).status_code for q in ("\0", "%00")]
        assert answers == [400, 200]

    def test_forged_people_are_refused_all_together(self, training, choose):
        (slamet,) = newcomers(training, "Slamet")
        foreign = factories.InmateFactory(facility=training.cast.metro)
        for forged in (foreign, training.enrollments[0].inmate):
            response = choose(slamet, forged)
            assert list(response.context["form"].errors) == ["inmates"]
        assert training.batch.enrollments.count() == 3

    def test_a_refusal_leaves_the_ticks(self, training, choose):
        seats(training.batch, 4)
        slamet, tono = newcomers(training, "Slamet", "Tono")
        response = choose(slamet, tono)
        page = response.content.decode()
        assert response.context["form"].errors == {
            "inmates": ["Tersisa 1 kursi, yang dipilih 2 orang."]
        }
        assert [f'id="inmate-{one.pk}" checked' in page for one in (slamet, tono)] == [True, True]

    def test_nobody_chosen(self, training, choose):
        response = choose()
        assert response.context["form"].errors == {"inmates": ["Pilih paling sedikit satu orang."]}


class TestEnrollmentEnd:
    @pytest.fixture
    def end(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("participants:enrollment_end", args=[training.enrollments[0].pk])
        return lambda **typed: officer.post(url, typed)

    def test_keeps_marks_and_names_the_reason(self, training, end):
        training.mark(training.session, "HHH")
        end(ended_on="17-12-2025", end_reason="transferred")
        enrollment = Enrollment.objects.get(pk=training.enrollments[0].pk)
        assert (enrollment.ended_on.day, enrollment.end_reason) == (17, "transferred")
        assert enrollment.attendances.count() == 1

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("ended_on", {"ended_on": "16-12-2025", "end_reason": "ill"}),
            ("ended_on", {"ended_on": "", "end_reason": "ill"}),
            ("end_reason", {"ended_on": "17-12-2025", "end_reason": ""}),
            ("end_reason", {"ended_on": "17-12-2025", "end_reason": "bored"}),
        ],
    )
    def test_says_so_beside_the_field(self, training, end, field, typed):
        assert list(end(**typed).context["form"].errors) == [field]
        assert training.batch.enrollments.active().count() == 3


class TestRoster:
    def test_counts_the_seats_taken(self, training, browse):
        services.end_enrollment(
            enrollment=training.enrollments[0],
            ended_on=date(2025, 12, 18),
            end_reason="ill",
            by=training.cast.officer,
        )
        url = reverse("participants:roster", args=[training.batch.pk])
        context = browse(training.cast.instructor).get(url).context
        assert (context["seats_taken"], len(context["standings"])) == (2, 3)

    def test_three_people_cost_as_many_queries_as_one(self, training, browse):
        officer = browse(training.cast.officer)
        url = reverse("participants:roster", args=[training.batch.pk])
        training.finish()
        single = factories.BatchFactory(agreement=training.agreement)
        factories.EnrollmentFactory(batch=single)
        counts = {}
        for batch in (single, training.batch):
            with CaptureQueriesContext(connection) as seen:
                people = officer.get(url.replace(str(training.batch.pk), str(batch.pk)))
            counts[len(people.context["standings"])] = len(seen)
        assert counts == {1: counts[1], 3: counts[1]}


@pytest.mark.django_db(transaction=True)
class TestEightOfficersForOneSeat:
    """Each has counted the seats before any has written."""

    @pytest.fixture
    def people(self, training):
        seats(training.batch, 4)
        return newcomers(training, *(f"Calon {number}" for number in range(8)))

    def rush(self, training, people, enroll=services.enroll):
        who = {"batch": training.batch, "by": training.cast.officer}
        return at_once(*(lambda one=one: enroll(inmate=one, **who) for one in people))

    def test_one_gets_it_and_seven_are_told(self, training, people, monkeypatch):
        meet_after(monkeypatch, Enrollment, "full_clean", racers=8, patience=0.5)
        answers = self.rush(training, people)
        refusals = [one for one in answers if isinstance(one, ValidationError)]
        assert [one.messages for one in refusals] == [["Angkatan ini penuh: 4 kursi terisi."]] * 7
        assert training.batch.enrollments.count() == 4

    def test_canary_without_the_lock_the_seat_number_stops_seven(
        self, training, people, monkeypatch
    ):
        enroll = without_guard(monkeypatch, services.enroll)
        meet_after(monkeypatch, Enrollment, "full_clean", racers=8, patience=30)
        answers = self.rush(training, people, enroll)
        assert sum(isinstance(one, IntegrityError) for one in answers) == 7
        assert training.batch.enrollments.count() == 4

    def test_canary_without_either_all_eight_sit_down(self, training, people, monkeypatch):
        monkeypatch.setattr(
            Enrollment, "full_clean", lambda one: setattr(one, "position", one.inmate_id + 100)
        )
        enroll = without_guard(monkeypatch, services.enroll)
        meet_after(monkeypatch, Enrollment, "full_clean", racers=8, patience=30)
        self.rush(training, people, enroll)
        assert training.batch.enrollments.count() == 11


@pytest.mark.django_db(transaction=True)
class TestTwoOfficersAtTheirDesks:
    """Both have the page with one free seat before them, and send it at the same moment."""

    @pytest.fixture
    def rush(self, training, browse):
        seats(training.batch, 4)
        people = newcomers(training, "Slamet", "Tono")
        desks = [browse(training.cast.officer) for _ in people]
        url = reverse("participants:enrollment_create", args=[training.batch.pk])
        chosen = [{"inmates": one.pk, "joined_on": "17-12-2025"} for one in people]
        return lambda: at_once(
            *(
                lambda desk=desk, typed=typed: desk.post(url, typed)
                for desk, typed in zip(desks, chosen, strict=True)
            )
        )

    def test_one_gets_the_seat_and_the_other_is_told(self, training, rush, monkeypatch):
        meet_after(monkeypatch, Enrollment, "full_clean", racers=2, patience=0.5)
        answers = rush()
        (told,) = [one for one in answers if one.status_code == 200]
        assert told.context["form"].errors == {
            "inmates": ["Tersisa 0 kursi, yang dipilih 1 orang."]
        }
        assert training.batch.enrollments.count() == 4

    def test_canary_without_the_locks_both_sit_down(self, training, rush, monkeypatch):
        """Each takes a number of its own here, or the database would stop the second."""
        monkeypatch.setattr(
            Enrollment, "full_clean", lambda one: setattr(one, "position", one.inmate_id + 100)
        )
        for place in (
            "participants.services.enroll_all",
            "participants.services.enrollment.enroll",
        ):
            service = getattr(services, place.rpartition(".")[2])
            monkeypatch.setattr(place, without_guard(monkeypatch, service))
        meet_after(monkeypatch, Enrollment, "full_clean", racers=2, patience=30)
        assert [one.status_code for one in rush()] == [302, 302]
        assert training.batch.enrollments.count() == 5
