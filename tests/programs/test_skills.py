"""Checklists of units, and the rules of a curriculum about scores: weights, predikat, two assessors."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.comparison import compare
from programs.forms.curricula import PredicatesField
from programs.models import Curriculum, Skill
from programs.ready import READY
from tests.core.counting import queries_of
from tests.programs.pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(training):
    return services.update_unit(
        unit=training.units[0],
        theory_skills=["Menyebutkan bahaya"],
        practice_skills=["Mencuci", "Menimbang"],
        by=training.cast.officer,
    )


def current(unit):
    return [one.title for one in unit.skills.filter(retired_at=None)]


class TestSkills:
    def test_may_change_although_the_unit_is_taught(self, unit):
        assert current(unit) == ["Menyebutkan bahaya", "Mencuci", "Menimbang"]

    def test_the_rest_of_a_taught_unit_may_not(self, training, unit):
        with pytest.raises(ValidationError) as refusal:
            services.update_unit(
                unit=unit, title="Dekorasi", practice_skills=["Menghias"], by=training.cast.officer
            )
        assert list(refusal.value.message_dict) == ["title"]
        assert "Menghias" not in current(unit)

    def test_what_goes_is_retired_and_comes_back_as_the_same_row(self, training, unit):
        weighing = unit.skills.get(title="Menimbang")
        for titles in (["Mencetak", "Mencuci"], ["Menimbang", "Mencuci"]):
            services.update_unit(unit=unit, practice_skills=titles, by=training.cast.officer)
        assert current(unit) == ["Menyebutkan bahaya", "Menimbang", "Mencuci"]
        assert unit.skills.get(title="Menimbang").pk == weighing.pk
        assert unit.skills.get(title="Mencetak").retired_at

    def test_the_trail_tells_both_lists(self, training, unit):
        services.update_unit(unit=unit, practice_skills=["Mencuci"], by=training.cast.officer)
        assert AuditEvent.objects.latest("at").details["changed"] == {
            "practice_skills": ["Mencuci\nMenimbang", "Mencuci"]
        }

    def test_on_the_form_of_a_taught_unit_only_they_are_open(self, training, unit, browse):
        url = reverse("programs:unit_update", args=[unit.pk])
        officer = browse(training.cast.officer)
        form = fields_of(officer.get(url))
        assert form["practice_skills"] == "Mencuci\nMenimbang"
        form |= {"title": "Dekorasi", "practice_skills": "Mencuci\r\n\r\n  Mengukur  "}
        assert officer.post(url, form).status_code == 302
        unit.refresh_from_db()
        assert (unit.title, current(unit)[1:]) == ("Higiene dan sanitasi", ["Mencuci", "Mengukur"])

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            ("Mencuci\nmencuci", "Ada keterampilan yang ditulis dua kali."),
            ("x" * 121, "paling banyak 120 huruf"),
            ("\n".join(map(str, range(21))), "Paling banyak 20 keterampilan."),
        ],
    )
    def test_what_is_wrong_is_said_beside_them(self, training, unit, browse, lines, words):
        url = reverse("programs:unit_update", args=[unit.pk])
        page = browse(training.cast.officer).post(url, {"practice_skills": lines})
        assert words in page.context["form"].errors["practice_skills"][0]

    def test_a_new_version_copies_what_is_current(self, training, unit):
        services.update_unit(unit=unit, practice_skills=["Mencuci"], by=training.cast.officer)
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        assert [current(one) for one in copy.units.all()] == [["Menyebutkan bahaya", "Mencuci"], []]

    def test_a_removed_unit_takes_its_list_along(self, training, unit):
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        services.remove_unit(unit=copy.units.first(), by=training.cast.officer)
        assert Skill.objects.exclude(unit=unit).count() == 0

    def test_the_program_page_shows_them_at_one_price(self, training, unit, browse):
        url = training.curriculum.program.get_absolute_url()
        officer = browse(training.cast.officer)
        assert "Menimbang" in officer.get(url).text
        few = queries_of(officer, url)
        services.update_unit(
            unit=training.units[1], theory_skills=["A", "B", "C"], by=training.cast.officer
        )
        assert queries_of(officer, url) == few


@pytest.mark.parametrize("ready", READY.values(), ids=READY)
def test_every_ready_unit_has_three_to_six_skills(ready):
    counts = {len(one.theory_skills) + len(one.practice_skills) for one in ready.units}
    assert counts <= {3, 4, 5, 6}


def test_a_ready_curriculum_brings_its_skills(cast):
    bakery = READY["bakery"]
    program = services.create_from_ready(ready=bakery, name="Roti", code="RTI", by=cast.officer)
    unit = program.curricula.get().units.first()
    assert current(unit) == [*bakery.units[0].theory_skills, *bakery.units[0].practice_skills]


class TestPredicates:
    def test_are_read_from_lines(self):
        typed = "Istimewa: 95\r\nSangat Baik 85\n\nBaik = 70"
        assert PredicatesField().clean(typed) == [
            ["Istimewa", 95],
            ["Sangat Baik", 85],
            ["Baik", 70],
        ]
        assert PredicatesField().clean(" \n") == []

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("Baik", "“Baik”: tulis predikat lalu nilai terendahnya"),
            ("Baik 101", "“Baik 101”"),
            ("Baik 75\nSangat Baik 85", "nilai Sangat Baik harus di bawah nilai Baik"),
            ("Baik 85\nCukup 85", "nilai Cukup harus di bawah nilai Baik"),
            ("Baik 85\nbaik 75", "dua kali"),
            ("x" * 31 + " 5", "paling banyak 30 huruf"),
        ],
    )
    def test_what_is_wrong_is_told_with_the_line(self, typed, words):
        with pytest.raises(ValidationError, match=words):
            PredicatesField().clean(typed)

    def test_of_a_taught_version_stay_and_a_new_version_copies_all_rules(self, training):
        rules = {"predicates": [["Lulus", 0]], "theory_weight": 40, "needs_second_assessor": True}
        for name, value in rules.items():
            with pytest.raises(ValidationError) as refusal:
                services.update_program(
                    program=training.curriculum.program, **{name: value}, by=training.cast.officer
                )
            assert list(refusal.value.message_dict) == [name]
        Curriculum.objects.update(**rules)
        training.curriculum.refresh_from_db()
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        assert {name: getattr(copy, name) for name in rules} == rules

    def test_the_comparison_names_what_changed(self, training, unit):
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        copy.predicates, copy.needs_second_assessor = [["Lulus", 0]], True
        first = copy.units.first()
        services.update_unit(unit=first, practice_skills=["Mencuci"], by=training.cast.officer)
        found = compare(training.curriculum, copy)
        assert [(str(one.old), str(one.new)) for one in found.terms] == [("tidak", "ya")]
        assert [one.text for one in found.lines["predikat"]] == [
            "Sangat Baik 85",
            "Baik 75",
            "Cukup 0",
            "Lulus 0",
        ]
        assert [(one.old, one.new) for one in found.changed_rows[0].changes] == [("Menimbang", "")]
