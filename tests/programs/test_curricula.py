"""Programs, curricula and units; a curriculum that is taught stays as it is."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import Coverage, Curriculum, Program, Tag, Unit
from tests import factories
from tests.core.counting import queries_of
from tests.programs.pages import fields_of, kept

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

    @pytest.mark.parametrize(
        "terms_", [{"standard": "Baru"}, {"tools": "Oven"}, {"materials": "Ragi"}]
    )
    def test_no_other_term_of_a_taught_version_changes_either(self, training, terms_):
        with pytest.raises(ValidationError) as refusal:
            services.update_program(
                program=training.curriculum.program, **terms_, by=training.cast.officer
            )
        assert list(refusal.value.message_dict) == list(terms_)

    def test_tags_of_a_taught_program_may_change_and_the_trail_names_them(self, training):
        program = training.curriculum.program
        food, msme = Tag.objects.filter(name__in=["Ketahanan pangan", "UMKM"]).order_by("name")
        program.tags.add(food)
        services.update_program(program=program, tags=[food, msme], by=training.cast.officer)
        assert set(program.tags.all()) == {food, msme}
        assert AuditEvent.objects.get().details["changed"] == {
            "tags": ["Ketahanan pangan", "Ketahanan pangan, UMKM"]
        }

    def test_the_form_sent_back_as_it_came_changes_nothing(self, training, browse):
        """A browser sends lines with CR LF: that alone must not look like a new list of tools."""
        curriculum = training.curriculum
        Curriculum.objects.update(tools="Oven, 1 unit\nLoyang, 20 buah", standard="SKL")
        url = reverse("programs:program_update", args=[curriculum.program_id])
        browser = browse(training.cast.officer)
        shown = fields_of(browser.get(url))
        shown["tools"] = shown["tools"].replace("\n", "\r\n") + "\r\n \r\n"
        assert browser.post(url, shown).status_code == 302
        assert AuditEvent.objects.get().details == {"changed": {}}

    def test_a_tag_that_does_not_exist_is_refused_beside_the_tags(self, training, browse):
        program = training.curriculum.program
        url = reverse("programs:program_update", args=[program.pk])
        for forged in ("999999", "9" * 30, "x"):
            page = browse(training.cast.officer).post(url, {**terms(program), "tags": [forged]})
            assert list(page.context["form"].errors) == ["tags"]


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


@pytest.fixture
def four(untaught, training):
    """Version 2 with units 1 to 4."""
    for title in ("Donat", "Bolu"):
        services.add_unit(curriculum=untaught, **{**UNIT, "title": title}, by=training.cast.officer)
    return untaught


def order(curriculum):
    return [(one.position, one.title) for one in curriculum.units.all()]


class TestMoveUnit:
    def move(self, browser, unit, direction):
        return browser.post(reverse("programs:unit_move", args=[unit.pk]), {"direction": direction})

    def test_changes_places_with_its_neighbour_and_back(self, training, four, browse):
        browser, unit = browse(training.cast.officer), four.units.get(title="Donat")
        before = order(four)
        self.move(browser, unit, "up")
        assert [title for _, title in order(four)] == [
            "Higiene dan sanitasi", "Donat", "Adonan roti", "Bolu",
        ]  # fmt: skip
        self.move(browser, unit, "down")
        assert order(four) == before

    def test_beyond_the_ends_nothing_moves(self, training, four, browse):
        browser, before = browse(training.cast.officer), order(four)
        self.move(browser, four.units.first(), "up")
        self.move(browser, four.units.last(), "down")
        assert order(four) == before
        assert not AuditEvent.objects.filter(action="unit.moved").exists()

    def test_not_in_a_taught_version(self, training, browse):
        page = browse(training.cast.officer).post(
            reverse("programs:unit_move", args=[training.units[1].pk]),
            {"direction": "up"},
            follow=True,
        )
        assert [one.title for one in training.units] == ["Higiene dan sanitasi", "Adonan roti"]
        assert "Buat versi baru untuk mengubahnya" in page.text

    def test_sideways_is_no_direction(self, training, four, browse):
        assert (
            self.move(browse(training.cast.officer), four.units.first(), "left").status_code == 400
        )

    def test_a_unit_of_another_prison_is_not_found(self, training, four, browse):
        answer = self.move(browse(training.cast.stranger), four.units.last(), "up")
        assert answer.status_code == 404

    def test_places_with_gaps_between_them_are_swapped_as_they_are(self, training):
        curriculum = factories.CurriculumFactory(program=training.curriculum.program, version=7)
        first, second = (
            factories.UnitFactory(curriculum=curriculum, position=place) for place in (3, 9)
        )
        services.move_unit(unit=second, step=-1, by=training.cast.officer)
        assert list(curriculum.units.all()) == [second, first]


class TestRemoveUnit:
    def remove(self, browser, unit):
        """What the page says afterwards."""
        url = reverse("programs:unit_remove", args=[unit.pk])
        [said] = browser.post(url, follow=True).context["messages"]
        return str(said)

    def test_the_later_ones_move_up_and_the_trail_keeps_it(self, training, four, browse):
        said = self.remove(browse(training.cast.officer), four.units.get(title="Adonan roti"))
        assert said == "Unit “Adonan roti” dihapus."
        assert order(four) == [(1, "Higiene dan sanitasi"), (2, "Donat"), (3, "Bolu")]
        line = AuditEvent.objects.get(action="unit.removed")
        assert (line.subject, line.facility) == ("Adonan roti", training.cast.jember)

    def test_not_from_a_taught_version(self, training, browse):
        said = self.remove(browse(training.cast.officer), training.units[0])
        assert said.startswith("Kurikulum ini sudah dipakai angkatan.")
        assert len(training.units) == 2

    def test_not_while_a_meeting_teaches_it(self, training, four):
        """However it came to be there."""
        unit = four.units.first()
        factories.SessionFactory(batch=training.batch, unit=unit, instructor=training.cast.teacher)
        with pytest.raises(ValidationError, match="sudah dijadwalkan"):
            services.remove_unit(unit=unit, by=training.cast.officer)
        assert four.units.count() == 4

    def test_a_second_press_finds_nothing_to_remove(self, training, four):
        services.remove_unit(unit=four.units.get(title="Adonan roti"), by=training.cast.officer)
        stale = Unit(pk=10**6, curriculum=four, position=2)
        with pytest.raises(ValidationError, match="baru saja dihapus"):
            services.remove_unit(unit=stale, by=training.cast.officer)
        assert [place for place, _ in order(four)] == [1, 2, 3]


class TestCurriculumCompare:
    def compare(self, browser, program, **query):
        return browser.get(reverse("programs:curriculum_compare", args=[program.pk]), query)

    def test_shows_what_was_added(self, training, four, browse):
        page = self.compare(browse(training.cast.officer), four.program, old="1", new="2")
        said = [
            (str(row.kind.word), row.unit.title) for row in page.context["comparison"].changed_rows
        ]
        assert said == [("Ditambah", "Donat"), ("Ditambah", "Bolu")]
        assert "8 JP menjadi 24 JP" in page.text

    @pytest.mark.parametrize(
        "query",
        [{}, {"old": "1"}, {"old": "7", "new": "2"}, {"old": "x", "new": "²"}, {"old": "2", "new": "2"}],
    )  # fmt: skip
    def test_versions_that_do_not_exist_give_the_two_latest(self, training, four, browse, query):
        page = self.compare(browse(training.cast.officer), four.program, **query)
        comparison = page.context["comparison"]
        assert (comparison.old.version, comparison.new.version) == (1, 2)

    def test_backwards_is_allowed(self, training, four, browse):
        page = self.compare(browse(training.cast.officer), four.program, old="2", new="1")
        assert {row.kind.sign for row in page.context["comparison"].changed_rows} == {"−"}

    def test_one_version_alone_says_so(self, training, browse):
        page = self.compare(browse(training.cast.officer), training.curriculum.program)
        assert "Baru ada satu versi" in page.text

    def test_the_school_may_look_and_a_stranger_finds_nothing(self, training, four, browse):
        assert self.compare(browse(training.cast.coordinator), four.program).status_code == 200
        assert self.compare(browse(training.cast.stranger), four.program).status_code == 404

    def test_more_units_cost_no_more(self, training, untaught, browse):
        url = reverse("programs:curriculum_compare", args=[untaught.program_id])
        browser = browse(training.cast.officer)
        few = queries_of(browser, url)
        factories.UnitFactory.create_batch(3, curriculum=untaught)
        assert queries_of(browser, url) == few


class TestProgramDetail:
    def test_a_taught_version_offers_no_moving(self, training, untaught, browse):
        browser, program = browse(training.cast.officer), untaught.program
        assert "Naik" in browser.get(program.get_absolute_url()).text
        assert "Naik" not in browser.get(program.get_absolute_url(), {"version": 1}).text
        assert "Naik" not in browse(training.cast.head).get(program.get_absolute_url()).text

    def test_tools_stand_line_by_line(self, training, browse):
        Curriculum.objects.update(tools="Oven, 1 unit\nLoyang, 20 buah")
        page = browse(training.cast.officer).get(training.curriculum.program.get_absolute_url())
        assert "<li>Oven, 1 unit</li><li>Loyang, 20 buah</li>" in page.text


class TestNewVersion:
    def test_copies_tools_and_the_standards_of_the_units(self, training):
        Curriculum.objects.update(tools="Oven", materials="Ragi")
        Unit.objects.update(standard="Kepmenaker 98/2018")
        training.curriculum.refresh_from_db()
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        assert (copy.tools, copy.materials) == ("Oven", "Ragi")
        assert {unit.standard for unit in copy.units.all()} == {"Kepmenaker 98/2018"}

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
