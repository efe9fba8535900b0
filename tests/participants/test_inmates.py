"""People's files, and who may not read what in them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from participants.models import Enrollment, Inmate, ReadingTrail
from participants.sentence import sentence_faults, sentence_start
from participants.services.inmates import version_of
from participants.views import inmates as views
from tests import factories
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

LIST = reverse("participants:inmate_list")
CREATE = reverse("participants:inmate_create")


@pytest.fixture
def typed():
    return {
        "name": "Slamet Riyadi",
        "register_number": "B.I 7/2025",
        "sex": "L",
        "born_on": "01-02-1990",
        "register_class": "B.I",
        "housing_unit": "Blok A/3",
        "one_third_on": "02-01-2026",
        "half_on": "",
        "two_thirds_on": "02-01-2027",
        "expires_on": "",
        "expected_release_on": "",
        "disciplined_until": "",
    }


class TestInmateCreate:
    def test_belongs_to_the_writers_prison(self, cast, typed, browse):
        browse(cast.stranger).post(CREATE, typed)
        inmate = Inmate.objects.get()
        assert (inmate.facility, inmate.housing_unit) == (cast.metro, "Blok A/3")

    def test_a_register_number_counts_once_in_a_prison(self, cast, typed, browse):
        factories.InmateFactory(facility=cast.jember, register_number="B.I 7/2025")
        typed["register_number"] = " B.I  7/2025"
        response = browse(cast.officer).post(CREATE, typed)
        assert response.context["form"].errors == {
            "register_number": ["No. register ini sudah terdaftar."]
        }
        assert Inmate.objects.count() == 1

    def test_and_again_in_the_next(self, cast, typed, browse):
        factories.InmateFactory(facility=cast.metro, register_number="B.I 7/2025")
        browse(cast.officer).post(CREATE, typed)
        facilities = Inmate.objects.order_by("pk").values_list("facility__code", flat=True)
        assert list(facilities) == ["LAPAS-METRO", "LAPAS-JEMBER"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("born_on", "01-01-2199"),
            ("born_on", "1990"),
            ("two_thirds_on", "01-01-2026"),
            ("half_on", "01-01-2026"),
            ("expires_on", "01-01-2027"),
            ("born_on", "02-01-2026"),
            ("expected_release_on", "01-01-2025"),
            ("expires_on", "31-02-2027"),
            ("name", ""),
            ("sex", ""),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_all_typed(self, cast, typed, browse, field, value):
        typed[field] = value
        response = browse(cast.officer).post(CREATE, typed)
        assert list(response.context["form"].errors) == [field]
        assert kept(response, typed) == typed
        assert not Inmate.objects.exists()

    def test_nobody_is_born_today(self, cast, typed, browse):
        today = timezone.localdate()
        officer = browse(cast.officer)
        typed |= {"one_third_on": "", "two_thirds_on": ""}
        for day, errors in [(today, ["born_on"]), (today - timedelta(days=1), [])]:
            response = officer.post(CREATE, typed | {"born_on": day.isoformat()})
            assert (list(response.context["form"].errors) if response.context else []) == errors

    def test_says_that_an_officer_typed_it_today(self, cast, typed, browse):
        browse(cast.officer).post(CREATE, typed)
        inmate = Inmate.objects.get()
        assert (inmate.facts_from, inmate.facts_on) == ("officer", timezone.localdate())


class TestInmateUpdate:
    def test_the_trail_names_the_fields_and_not_their_values(self, training, typed, browse):
        inmate = training.enrollments[0].inmate
        typed |= {"name": inmate.name, "register_number": inmate.register_number}
        typed["seen"] = version_of(inmate)
        browse(training.cast.officer).post(
            reverse("participants:inmate_update", args=[inmate.pk]), typed
        )
        line = AuditEvent.objects.get(action="inmate.updated")
        changed = ["born_on", "housing_unit", "one_third_on", "register_class", "two_thirds_on"]
        assert line.details == {"changed": changed}

    def test_a_new_name_leaves_the_source_of_the_dates_alone(self, cast, browse):
        inmate = factories.InmateFactory(
            facility=cast.jember, facts_from="roster", facts_on=date(2025, 12, 1)
        )
        typed = {"name": "Slamet", "register_number": "B.I 7/2025", "sex": "L"}
        url = reverse("participants:inmate_update", args=[inmate.pk])
        sources = []
        for more in ({}, {"housing_unit": "Blok A/3"}):
            seen = {"seen": version_of(inmate)}
            browse(cast.officer).post(url, typed | more | seen)
            inmate.refresh_from_db()
            sources.append(inmate.facts_from)
        assert sources == ["roster", "officer"]

    def test_an_older_page_takes_no_newer_facts_back_unasked(self, cast, typed, browse):
        """A roster moved him to another block while the officer mended his name."""
        inmate = factories.InmateFactory(facility=cast.jember, housing_unit="Blok A/3")
        url, officer = reverse("participants:inmate_update", args=[inmate.pk]), browse(cast.officer)
        (typed["seen"],) = re.findall(
            r'name="seen" value="(\w+)"', officer.get(url).content.decode()
        )
        Inmate.objects.filter(pk=inmate.pk).update(housing_unit="Blok B/1")
        response = officer.post(url, typed)
        form = response.context["form"]
        assert form.non_field_errors()[0].startswith("Data orang ini baru saja diubah")
        assert form.errors["housing_unit"] == ["Sekarang tercatat: Blok B/1."]
        assert form["name"].value() == typed["name"]
        inmate.refresh_from_db()
        assert inmate.housing_unit == "Blok B/1"
        officer.post(url, typed | {"seen": form["seen"].value()})
        inmate.refresh_from_db()
        assert inmate.housing_unit == "Blok A/3"


class TestSentence:
    """Told by its marks: 1/3 on 2 January, 2/3 a year later, so it began a year before."""

    DATES = {"one_third_on": date(2026, 1, 2), "two_thirds_on": date(2027, 1, 2)}

    def test_begins_as_long_before_a_third_as_two_thirds_come_after(self):
        assert sentence_start(self.DATES) == date(2025, 1, 2)
        assert sentence_start({"one_third_on": date(2026, 1, 2)}) is None

    @pytest.mark.parametrize(
        ("more", "wrong"),
        [
            ({}, []),
            ({"expected_release_on": date(2025, 1, 2)}, []),
            ({"expected_release_on": date(2025, 1, 1)}, ["expected_release_on"]),
            ({"half_on": date(2026, 1, 2)}, []),
            ({"half_on": date(2027, 1, 3)}, ["two_thirds_on"]),
            ({"two_thirds_on": None, "expires_on": date(2026, 1, 1)}, ["expires_on"]),
            ({"born_on": date(2025, 12, 31)}, []),
            (
                {"born_on": date(2025, 12, 31), "expected_release_on": date(2025, 12, 31)},
                ["born_on"],
            ),
        ],
    )
    def test_faults(self, more, wrong):
        assert list(sentence_faults(self.DATES | more)) == wrong


class TestInmateList:
    @pytest.mark.parametrize("query", ["fauzi", "B.I 9214"])
    def test_finds_by_name_and_register_number(self, training, browse, query):
        achmad = training.enrollments[0].inmate
        Inmate.objects.filter(pk=achmad.pk).update(register_number="B.I 9214/2025")
        found = browse(training.cast.officer).get(LIST, {"q": query}).context["page"]
        assert list(found) == [achmad]

    def test_before_the_first_person_it_says_what_is_kept(self, cast, browse):
        factories.InmateFactory(facility=cast.metro)
        response = browse(cast.officer).get(LIST)
        assert not response.context["has_any"]
        assert "Belum ada warga binaan yang dicatat" in response.content.decode()

    def test_three_rows_cost_as_many_queries_as_one(self, cast, browse):
        auditor = browse(cast.auditor)
        counts = []
        for more in (1, 2):
            factories.InmateFactory.create_batch(more)
            with CaptureQueriesContext(connection) as seen:
                rows = auditor.get(LIST, {"q": "B.I"}).context["page"].object_list
            counts.append((len(rows), len(seen)))
        assert counts == [(1, counts[0][1]), (3, counts[0][1])]

    def test_each_filter_shows_its_people(self, training, browse):
        cast = training.cast
        dates = {"departed_on": date(2025, 12, 1), "departure": "released"}
        factories.InmateFactory(facility=cast.jember, name="Bebas", **dates)
        factories.InmateFactory(facility=cast.jember, name="Baru", housing_unit="Blok A/3")
        Enrollment.objects.filter(pk=training.enrollments[0].pk).update(
            ended_on=date(2025, 12, 18), end_reason="ill"
        )
        seen = {
            str(query): [
                one.name.split()[0] for one in browse(cast.officer).get(LIST, query).context["page"]
            ]
            for query in (
                {},
                {"state": "training"},
                {"state": "never"},
                {"state": "departed"},
                {"block": "Blok A"},
                {"block": "Blok"},
            )
        }
        assert list(seen.values()) == [
            ["Achmad", "Baru", "Mohammad", "Sutrisno"],
            ["Mohammad", "Sutrisno"],
            ["Baru"],
            ["Bebas"],
            ["Baru"],
            [],
        ]

    def test_who_may_not_know_cannot_sort_or_filter_by_it(self, training, browse):
        """An order or a shorter list would tell as much as a column."""
        first, second, third = (one.inmate for one in training.enrollments)
        for number, inmate in enumerate((third, second, first)):
            Inmate.objects.filter(pk=inmate.pk).update(
                expected_release_on=date(2030 + number, 1, 1), housing_unit=f"Blok {number}/1"
            )
        orders = {}
        for who in ("officer", "auditor"):
            client = browse(getattr(training.cast, who))
            here = {"facility": "LAPAS-JEMBER"}
            page = client.get(LIST, here | {"sort": "release"}).context["page"]
            in_block = client.get(LIST, here | {"block": "Blok 0"}).context["page"]
            orders[who] = ([one.name[0] for one in page], len(in_block))
        assert orders == {"officer": (["M", "S", "A"], 1), "auditor": (["A", "M", "S"], 3)}

    @pytest.mark.parametrize(
        ("query", "asks", "count"),
        [
            ({}, True, 0),
            ({"q": "ac"}, True, 0),
            ({"export": "xlsx"}, True, 0),
            ({"q": "ach"}, False, 1),
            ({"facility": "LAPAS-JEMBER"}, False, 3),
            ({"facility": "LAPAS-METRO"}, False, 0),
        ],
    )
    def test_nobody_lists_the_whole_country(self, training, browse, query, asks, count):
        context = browse(training.cast.auditor).get(LIST, query).context
        assert (context["must_narrow"], len(context["page"])) == (asks, count)
        assert ReadingTrail.objects.count() == count

    def test_too_many_for_one_file_are_not_exported(self, training, browse, monkeypatch):
        officer = browse(training.cast.officer)
        monkeypatch.setattr(views, "MOST_EXPORTED", 3)
        assert officer.get(LIST, {"export": "xlsx"}).content.startswith(b"PK")
        monkeypatch.setattr(views, "MOST_EXPORTED", 2)
        response = officer.get(LIST, {"export": "xlsx", "state": "training"})
        assert (response.status_code, response.url) == (302, f"{LIST}?state=training")
        assert "Persempit" in officer.get(response.url).content.decode()

    def test_one_number_in_two_prisons_is_two_people(self, cast, browse):
        for facility in (cast.jember, cast.metro):
            factories.InmateFactory(facility=facility, register_number="B.I 7/2025")
        found = browse(cast.officer).get(LIST, {"q": "B.I 7/2025"})
        assert [one.facility for one in found.context["page"]] == [cast.jember]
        assert "Metro" not in found.content.decode()

    @pytest.mark.parametrize(
        ("query", "how", "searched"),
        [
            ({"facility": "LAPAS-JEMBER"}, "listed", ""),
            ({"q": "sutrisno"}, "searched", "sutrisno"),
            ({"q": "sutrisno", "export": "xlsx"}, "exported", "sutrisno"),
        ],
    )
    def test_each_kind_of_look_leaves_a_line_a_person(self, training, browse, query, how, searched):
        browse(training.cast.auditor).get(LIST, query)
        lines = ReadingTrail.objects.all()
        assert {(one.how, one.page, one.query, one.by) for one in lines} == {
            (how, "inmate_list", searched, training.cast.auditor)
        }
        assert len(lines) == (1 if searched else 3)
