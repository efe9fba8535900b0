"""People who leave the prison: gone from lists, still in history, and their marks still to be finished."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from participants import services
from participants.models import Enrollment, Inmate
from participants.queries.standings import standings
from programs.models import Batch
from tests import factories
from tests.participants.test_life import refused

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2025, 12, 17), date(2025, 12, 18)


@pytest.fixture
def achmad(training):
    return training.enrollments[0].inmate


@pytest.fixture
def leave(training, achmad):
    def leave(departed_on=FIRST, departure="released", **more):
        return services.depart(
            inmate=achmad,
            departed_on=departed_on,
            departure=departure,
            by=training.cast.officer,
            **more,
        )

    return leave


def ends(inmate):
    return [
        (one.batch.code, one.ended_on, one.end_reason, one.end_note)
        for one in inmate.enrollments.order_by("batch__code").select_related("batch")
    ]


class TestDepart:
    @pytest.mark.parametrize(
        ("departure", "reason", "note"),
        [
            ("released", "released", ""),
            ("transferred", "transferred", ""),
            ("died", "other", "Meninggal"),
            ("mistaken", "other", "Salah catat"),
        ],
    )
    def test_ends_the_classes_that_go_on(self, achmad, leave, departure, reason, note):
        inmate = leave(departure=departure, destination=" Lapas  Metro ")
        assert (inmate.departure, inmate.destination) == (departure, "Lapas Metro")
        assert ends(achmad) == [("JBR-BKR-A1", FIRST, reason, note)]

    def test_leaves_alone_what_was_finished_and_what_never_began(self, training, achmad, leave):
        """A class seen to its end is not left; one that is yet to begin was never joined."""
        next_week = timezone.localdate() + timedelta(7)
        own = {"agreement": training.agreement, "curriculum": training.curriculum}
        states = {
            "A-DONE": {"state": Batch.State.FINISHED},
            "B-LAST-DAY": {"ends_on": FIRST},
            "C-LATER": {
                "starts_on": next_week,
                "ends_on": next_week + timedelta(30),
                "state": Batch.State.OPEN,
            },
        }
        for code, more in states.items():
            batch = factories.BatchFactory(code=code, **own, **more)
            factories.EnrollmentFactory(batch=batch, inmate=achmad, position=1)
        leave()
        assert [one[:3] for one in ends(achmad)] == [
            ("A-DONE", None, ""),
            ("B-LAST-DAY", None, ""),
            ("C-LATER", FIRST, "released"),
            ("JBR-BKR-A1", FIRST, "released"),
        ]
        assert achmad.enrollments.get(batch__code="C-LATER").takes_part_on(next_week) is False

    def test_a_slip_in_the_year_does_not_rewrite_the_first_day(self, training, achmad, leave):
        """18-12-1925 for 2025, and no mark that would speak against it."""
        said = refused(leave, departed_on=date(1925, 12, 18))
        assert said == {
            "departed_on": [
                "Orang ini ikut Produksi Bakery A1 sejak 17 Desember 2025; tanggal keluar tidak mungkin sebelumnya."
            ]
        }
        assert Enrollment.objects.get(inmate=achmad).joined_on == FIRST

    def test_not_before_a_mark(self, training, achmad, leave):
        training.mark(training.sessions[1], "HHH")
        with pytest.raises(ValidationError) as refusal:
            leave()
        assert refusal.value.message_dict == {
            "departed_on": [
                "Orang ini masih punya tanda hadir sesudah hari itu: Produksi Bakery A1 pada 18 Des 2025."
            ]
        }
        assert Inmate.objects.present().filter(pk=achmad.pk).exists()
        assert Enrollment.objects.active().count() == 3

    def test_not_in_the_future_and_not_twice(self, training, achmad, leave):
        fields = {"inmate": achmad, "departure": "released", "by": training.cast.officer}
        tomorrow = timezone.localdate() + timedelta(1)
        said = refused(services.depart, departed_on=tomorrow, **fields)
        assert said == {"departed_on": ["Tanggal itu belum tiba."]}
        leave()
        said = refused(services.depart, departed_on=FIRST, **fields)
        assert said == {"__all__": ["Achmad Fauzi sudah tercatat keluar."]}

    def test_the_trail_does_not_say_when_a_sentence_ended(self, leave):
        leave()
        assert AuditEvent.objects.get(action="inmate.departed").details == {"how": "released"}

    def test_takes_no_seat_any_more(self, training, achmad, leave):
        other = factories.BatchFactory(agreement=training.agreement, curriculum=training.curriculum)
        leave()  # `achmad` is the person as another desk has him on its screen
        said = refused(services.enroll, inmate=achmad, batch=other, by=training.cast.officer)
        assert list(said) == ["inmate"]


class TestAfterwards:
    def test_the_sending_side_finishes_its_marks(self, training, achmad, leave, browse):
        """He left on the 17th; the sheet of that day and his scores come in later, that of the 18th without him."""
        leave()
        training.mark(training.sessions[0], "HHH")
        training.assess()
        url = reverse("participants:attendance", args=[training.sessions[1].pk])
        rows = browse(training.cast.instructor).get(url).context["rows"]
        assert [row.enrollment.position for row in rows] == [2, 3]
        (first, *_) = standings(training.batch)
        assert (first.attended, first.unmarked, first.units_competent) == (4, 0, 2)

    def test_search_finds_him_with_a_word_and_history_keeps_him(
        self, training, achmad, leave, browse
    ):
        leave()
        desk = browse(training.cast.officer)
        found = desk.get(reverse("reports:search"), {"q": "Fauzi"}).content.decode()
        roster = desk.get(reverse("participants:roster", args=[training.batch.pk]))
        assert 'box-arrow-right"></use></svg>Bebas' in found
        assert [one.enrollment.position for one in roster.context["standings"]] == [1, 2, 3]
        assert desk.get(achmad.get_absolute_url()).status_code == 200

    def test_his_page_says_when_only_to_those_who_may_know(self, training, achmad, leave, browse):
        leave(departure="transferred", destination="Lapas Metro")
        pages = {
            who: browse(getattr(training.cast, who)).get(achmad.get_absolute_url()).content.decode()
            for who in ("officer", "certificate_admin")
        }
        seen = {
            who: [word in page for word in ("Tidak lagi di Lapas ini", "mutasi", "Lapas Metro")]
            for who, page in pages.items()
        }
        assert seen == {"officer": [True, True, True], "certificate_admin": [True, False, False]}


class TestReturn:
    def test_takes_it_back_and_the_classes_one_by_one(self, training, achmad, leave, browse):
        leave()
        desk = browse(training.cast.officer)
        desk.post(reverse("participants:inmate_return", args=[achmad.pk]))
        assert list(Inmate.objects.present().filter(pk=achmad.pk)) == [achmad]
        enrollment = training.enrollments[0]
        assert Enrollment.objects.get(pk=enrollment.pk).ended_on == FIRST
        services.return_to_batch(enrollment=enrollment, resumed_on=SECOND, by=training.cast.officer)
        assert training.batch.count_people() == 3

    def test_nothing_to_take_back(self, training, achmad, browse):
        url = reverse("participants:inmate_return", args=[achmad.pk])
        page = browse(training.cast.officer).post(url, follow=True)
        assert [str(one) for one in page.context["messages"]] == [
            "Achmad Fauzi tidak tercatat keluar."
        ]


class TestInmateDepart:
    def test_names_the_classes_and_keeps_what_was_typed(self, training, achmad, browse):
        desk = browse(training.cast.officer)
        url = reverse("participants:inmate_depart", args=[achmad.pk])
        typed = {"departed_on": "17-12-2025", "departure": "transferred", "destination": "Metro"}
        page = desk.post(url, {**typed, "departed_on": ""})
        assert list(page.context["form"].errors) == ["departed_on"]
        assert [one.batch for one in page.context["enrollments"]] == [training.batch]
        assert desk.post(url, typed).status_code == 302
        assert Inmate.objects.get(pk=achmad.pk).destination == "Metro"
