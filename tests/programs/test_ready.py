"""The ready curricula, and programs made from them."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import Coverage, Curriculum, Program, Tag, Unit
from programs.ready import BAKERY, READY
from tests import factories
from tests.core.counting import queries_of
from tests.programs.pages import fields_of

pytestmark = pytest.mark.django_db

LIST = reverse("programs:program_ready")
BAKERY_URL = reverse("programs:program_from_ready", args=["bakery"])


class TestReady:
    def test_the_five_of_the_two_cases(self):
        assert [one.name for one in READY.values()] == [
            "Produksi Bakery",
            "Agribisnis Pertanian",
            "Kimia Industri",
            "Las",
            "Roasting Kopi",
        ]

    @pytest.mark.parametrize("ready", READY.values(), ids=READY)
    def test_each_names_only_the_standards_that_are_known(self, ready):
        named = " ".join([ready.standard, *(unit.standard for unit in ready.units)])
        assert set(re.findall(r"\d+/\d{4}", named)) <= {"98/2018", "370/2013", "5/2016"}

    @pytest.mark.parametrize("ready", READY.values(), ids=READY)
    def test_each_can_be_taken_over_as_it_is(self, cast, ready):
        """With its known tags, and no unit code: those are the school's to give."""
        program = services.create_from_ready(
            ready=ready, name=ready.name, code=ready.code, by=cast.officer
        )
        units = program.curricula.get().units.all()
        assert [(one.title, one.hours) for one in units] == [
            (one.title, one.hours) for one in ready.units
        ]
        assert {unit.code for unit in units} == {""}
        assert {tag.name for tag in program.tags.all()} == set(ready.tags)


class TestCreateFromReady:
    def test_it_is_ones_own_and_free_to_change(self, cast):
        program = services.create_from_ready(
            ready=BAKERY, name="Roti Metro", code="ROTI", by=cast.stranger
        )
        curriculum = program.curricula.get()
        services.remove_unit(unit=curriculum.units.first(), by=cast.stranger)
        assert program.facility == cast.metro
        assert curriculum.units.count() == len(BAKERY.units) - 1
        assert curriculum.tools.splitlines() == list(BAKERY.tools)

    def test_a_code_in_use_leaves_nothing_behind(self, training):
        with pytest.raises(ValidationError):
            services.create_from_ready(
                ready=BAKERY, name="Roti", code="BKR", by=training.cast.officer
            )
        assert (Program.objects.count(), Unit.objects.count()) == (1, 2)
        assert not AuditEvent.objects.exists()


class TestProgramReady:
    def test_shows_all_with_their_hours(self, cast, browse):
        page = browse(cast.officer).get(LIST).text
        assert page.count("Pakai kurikulum ini") == 5
        assert "9 unit · 24 JP teori, 56 JP praktik" in page


class TestProgramFromReady:
    def test_name_and_code_are_filled_in(self, cast, browse):
        shown = fields_of(browse(cast.officer).get(BAKERY_URL))
        assert (shown["name"], shown["code"]) == ("Produksi Bakery", "BKR")

    def test_leads_to_the_new_program(self, cast, browse):
        page = browse(cast.officer).post(
            BAKERY_URL, {"name": "Roti Jember", "code": "RTI"}, follow=True
        )
        assert page.context["program"].name == "Roti Jember"
        assert "Tambah unit" in page.text

    def test_a_code_in_use_is_said_beside_it(self, training, browse):
        page = browse(training.cast.officer).post(BAKERY_URL, {"name": "Roti", "code": "BKR"})
        assert page.context["form"].errors == {"code": ["Kode ini sudah dipakai program lain."]}

    def test_an_unknown_one_is_not_found(self, cast, browse):
        url = reverse("programs:program_from_ready", args=["membatik"])
        assert browse(cast.officer).get(url).status_code == 404


class TestProgramList:
    @pytest.fixture
    def programs(self, cast):
        bakery = services.create_from_ready(ready=BAKERY, name="Roti", code="RTI", by=cast.officer)
        steel = factories.ProgramFactory(facility=cast.jember, name="Baja", field="welding")
        factories.UnitFactory(curriculum=factories.CurriculumFactory(program=steel, version=1))
        return bakery, steel

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"field": "bakery"}, ["Roti"]),
            ({"field": "welding", "q": "baja"}, ["Baja"]),
            ({"field": "magic"}, ["Baja", "Roti"]),
            ({"tag": "0"}, ["Baja", "Roti"]),
            ({"tag": "Robert'); --"}, ["Baja", "Roti"]),
            ({"sort": "-hours"}, ["Roti", "Baja"]),
        ],
    )
    def test_filters(self, cast, programs, browse, query, found):
        page = browse(cast.officer).get(reverse("programs:program_list"), query)
        assert [one.name for one in page.context["page"]] == found

    def test_by_tag(self, cast, programs, browse):
        food = Tag.objects.get(name="Ketahanan pangan")
        page = browse(cast.officer).get(reverse("programs:program_list"), {"tag": food.pk})
        assert [one.name for one in page.context["page"]] == ["Roti"]

    def test_the_hours_are_those_of_the_latest_version(self, training, browse):
        """A batch runs with version 1, and nothing multiplies by the number of its sessions."""
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        services.add_unit(
            curriculum=copy,
            title="Bolu",
            theory_hours=2,
            practice_hours=8,
            by=training.cast.officer,
        )
        page = browse(training.cast.officer).get(reverse("programs:program_list"))
        [program] = page.context["page"]
        assert (program.latest_version, program.latest_hours, program.batch_count) == (2, 18, 1)

    def test_an_empty_list_leads_to_the_ready_ones(self, training, browse):
        page = browse(training.cast.stranger).get(reverse("programs:program_list")).text
        assert "Pilih kurikulum siap pakai" in page
        assert "Semua bidang" not in page

    def test_one_and_three_rows_cost_the_same(self, cast, browse):
        browser, url = browse(cast.officer), reverse("programs:program_list")
        make = services.create_from_ready
        make(ready=BAKERY, name="Roti", code="R0", by=cast.officer)
        one = queries_of(browser, url)
        for number in (1, 2):
            make(ready=BAKERY, name=f"Roti {number}", code=f"R{number}", by=cast.officer)
        assert queries_of(browser, url) == one

    def test_covering_one_does_not_change_the_others(self, training):
        """What is taken over belongs to no agreement yet."""
        program = services.create_from_ready(
            ready=BAKERY, name="Roti", code="RTI", by=training.cast.officer
        )
        assert not Coverage.objects.filter(program=program).exists()
        assert Curriculum.objects.filter(program=program).count() == 1
