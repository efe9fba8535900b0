"""Programs, curricula and units; a curriculum that is taught stays as it is."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from programs import services
from programs.models import Coverage, Curriculum, Program, Unit
from tests import factories
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

UNIT = {"code": "", "title": "Dekorasi kue", "theory_hours": 2, "practice_hours": 6}


@pytest.fixture
def untaught(training):
    """Version 2 of the bakery curriculum, which no batch uses yet."""
    return services.new_version(curriculum=training.curriculum, by=training.cast.officer)


def terms(program, **changes):
    return {
        "code": program.code,
        "name": program.name,
        "field": program.field,
        "aim": "",
        "pass_mark": 65,
    } | changes


class TestCreateProgram:
    def test_comes_with_an_empty_curriculum_for_the_writers_prison(self, cast):
        fields = {"name": "Roasting Kopi", "code": "KOPI", "field": "coffee"}
        program = services.create_program(**fields, pass_mark=70, by=cast.stranger)
        curriculum = program.curricula.get()
        assert program.facility == cast.metro
        assert (curriculum.version, curriculum.pass_mark) == (1, 70)
        assert not curriculum.units.exists()

    def test_an_impossible_pass_mark_leaves_no_program_behind(self, cast):
        with pytest.raises(ValidationError):
            services.create_program(
                name="Las", code="LAS", field="welding", pass_mark=101, by=cast.officer
            )
        assert not Program.objects.exists()


class TestUpdateProgram:
    def test_a_taught_pass_mark_stays(self, training):
        program = training.curriculum.program
        with pytest.raises(ValidationError) as refusal:
            services.update_program(
                program=program, **terms(program, pass_mark=50), by=training.cast.officer
            )
        assert list(refusal.value.message_dict) == ["pass_mark"]
        assert program.curricula.get().pass_mark == 65

    def test_the_refused_pass_mark_takes_the_new_name_down_with_it(self, training):
        program = training.curriculum.program
        with pytest.raises(ValidationError):
            services.update_program(
                program=program,
                **terms(program, name="Roti", pass_mark=50),
                by=training.cast.officer,
            )
        assert Program.objects.get().name == "Produksi Bakery"

    def test_the_name_of_a_taught_program_may_change(self, training):
        program = training.curriculum.program
        services.update_program(
            program=program, **terms(program, name="Roti"), by=training.cast.officer
        )
        assert Program.objects.get().name == "Roti"

    def test_changes_the_latest_version_only(self, training, untaught):
        program = untaught.program
        services.update_program(
            program=program, **terms(program, pass_mark=80), by=training.cast.officer
        )
        marks = program.curricula.order_by("version").values_list("pass_mark", flat=True)
        assert list(marks) == [65, 80]


class TestAddUnit:
    def test_goes_to_the_end(self, training, untaught):
        unit = services.add_unit(curriculum=untaught, **UNIT, by=training.cast.officer)
        assert (unit.position, unit.hours) == (3, 8)

    def test_not_into_a_taught_curriculum(self, training):
        with pytest.raises(ValidationError) as refusal:
            services.add_unit(curriculum=training.curriculum, **UNIT, by=training.cast.officer)
        assert list(refusal.value.message_dict) == ["title"]
        assert training.curriculum.units.count() == 2

    def test_a_unit_needs_hours_and_says_so_beside_them(self, training, untaught, browse):
        typed = {"code": "", "title": "Kosong", "theory_hours": "0", "practice_hours": "0"}
        url = reverse("programs:unit_create", args=[untaught.pk])
        response = browse(training.cast.officer).post(url, typed)
        assert list(response.context["form"].errors) == ["theory_hours"]
        assert kept(response, typed) == typed


class TestUpdateUnit:
    def test_not_in_a_taught_curriculum(self, training):
        unit = training.units[0]
        with pytest.raises(ValidationError) as refusal:
            services.update_unit(unit=unit, **UNIT, by=training.cast.officer)
        assert list(refusal.value.message_dict) == ["title"]
        assert training.units[0].title == "Higiene dan sanitasi"

    def test_in_the_next_version_the_old_one_keeps_its_words(self, training, untaught):
        services.update_unit(unit=untaught.units.first(), **UNIT, by=training.cast.officer)
        titles = Unit.objects.filter(position=1).order_by("curriculum__version")
        assert [one.title for one in titles] == ["Higiene dan sanitasi", "Dekorasi kue"]


class TestNewVersion:
    def test_copies_the_units_in_order(self, training, untaught):
        def content(curriculum):
            return list(
                curriculum.units.values_list("position", "title", "theory_hours", "practice_hours")
            )

        assert untaught.version == 2
        assert content(untaught) == content(training.curriculum) != []

    def test_leaves_the_running_batch_with_the_old_one(self, training, untaught):
        training.batch.refresh_from_db()
        assert training.batch.curriculum == training.curriculum
        assert {one.unit for one in training.sessions} == set(training.units)
        assert not untaught.batches.exists()

    def test_while_the_latest_is_still_free_to_change_there_is_no_next(self, training, untaught):
        """A second press of the button."""
        with pytest.raises(ValidationError, match="ubah saja versi itu"):
            services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        assert training.curriculum.program.curricula.count() == 2

    def test_of_another_prison_is_nobodys_business(self, training, browse):
        url = reverse("programs:curriculum_version", args=[training.curriculum.pk])
        assert browse(training.cast.stranger).post(url).status_code == 404
        assert Curriculum.objects.get() == training.curriculum


class TestCoverProgram:
    def test_not_the_program_of_another_prison(self, training):
        foreign = factories.ProgramFactory(facility=training.cast.metro)
        with pytest.raises(ValidationError) as refusal:
            services.cover_program(
                agreement=training.agreement, program=foreign, by=training.cast.officer
            )
        assert list(refusal.value.message_dict) == ["program"]
        assert not foreign.coverages.exists()

    def test_not_twice(self, training):
        program = training.curriculum.program
        with pytest.raises(ValidationError) as refusal:
            services.cover_program(
                agreement=training.agreement, program=program, by=training.cast.officer
            )
        assert refusal.value.messages == ["Program ini sudah dicakup perjanjian itu."]
        assert program.coverages.count() == 1


class TestCoverageCreate:
    def test_covers_and_then_offers_it_no_more(self, training, browse):
        program = factories.ProgramFactory(facility=training.cast.jember)
        officer = browse(training.cast.officer)
        slot = reverse("programs:of_agreement", args=[training.agreement.pk])
        assert list(officer.get(slot).context["form"].fields["program"].queryset) == [program]
        url = reverse("programs:coverage_create", args=[training.agreement.pk])
        officer.post(url, {"program": program.pk})
        assert list(training.agreement.programs.order_by("pk")) == [
            training.curriculum.program,
            program,
        ]
        assert not officer.get(slot).context["form"].fields["program"].queryset

    def test_a_forged_program_of_another_prison_is_refused(self, training, browse):
        foreign = factories.ProgramFactory(facility=training.cast.metro)
        url = reverse("programs:coverage_create", args=[training.agreement.pk])
        browse(training.cast.officer).post(url, {"program": foreign.pk})
        assert [one.program for one in Coverage.objects.all()] == [training.curriculum.program]
