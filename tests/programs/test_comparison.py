"""What changed between two versions of a curriculum."""

import pytest

from programs import services
from programs.comparison import compare
from programs.models import Curriculum
from tests import factories

pytestmark = pytest.mark.django_db


def version(*units, **terms):
    """A curriculum from (code, title, theory, practice) or plain titles."""
    curriculum = factories.CurriculumFactory(**terms)
    for position, unit in enumerate(units, start=1):
        code, title, theory, practice = unit if isinstance(unit, tuple) else ("", unit, 1, 3)
        factories.UnitFactory(
            curriculum=curriculum,
            position=position,
            code=code,
            title=title,
            theory_hours=theory,
            practice_hours=practice,
        )
    return curriculum


def told(old, new):
    """["+ Donat", …] of all rows that changed."""
    return [f"{row.kind.sign} {row.unit.title}" for row in compare(old, new).changed_rows]


def changes(old, new):
    """{title: {field: (old, new)}} of the rows that say what changed."""
    return {
        row.unit.title: {str(one.name): (one.old, one.new) for one in row.changes}
        for row in compare(old, new).rows
        if row.changes
    }


class TestCompare:
    def test_a_copy_is_the_same(self, training):
        copy = services.new_version(curriculum=training.curriculum, by=training.cast.officer)
        comparison = compare(training.curriculum, copy)
        assert comparison.is_same
        assert [row.unit.title for row in comparison.same_rows] == [
            "Higiene dan sanitasi",
            "Adonan roti",
        ]

    def test_one_more_at_the_top_moves_nobody(self):
        assert told(version("Adonan", "Donat"), version("Higiene", "Adonan", "Donat")) == [
            "+ Higiene"
        ]

    def test_what_is_gone_stands_where_it_was(self):
        old = version("Higiene", "Adonan", "Donat", "Bolu")
        assert [row.unit.title for row in compare(old, version("Higiene", "Bolu")).rows] == [
            "Higiene",
            "Adonan",
            "Donat",
            "Bolu",
        ]
        assert told(old, version("Higiene", "Bolu")) == ["− Adonan", "− Donat"]

    def test_only_the_one_that_jumped_has_moved(self):
        old, new = version("A", "B", "C", "D"), version("D", "A", "B", "C")
        assert told(old, new) == ["↕ D"]
        assert changes(old, new) == {"D": {"urutan": (4, 1)}}

    def test_of_one_code_it_is_one_unit_whatever_its_title(self):
        old = version(("BKR-01", "Adonan", 1, 3))
        new = version(("BKR-01", "Adonan roti manis", 2, 3))
        assert told(old, new) == ["~ Adonan roti manis"]
        assert changes(old, new)["Adonan roti manis"] == {
            "judul": ("Adonan", "Adonan roti manis"),
            "JP teori": (1, 2),
        }

    def test_a_code_counts_for_more_than_a_title(self):
        """Two units swap their titles: the codes say which is which."""
        old = version(("X-1", "Adonan", 1, 3), ("X-2", "Donat", 1, 3))
        new = version(("X-1", "Donat", 1, 3), ("X-2", "Adonan", 1, 3))
        assert [row.unit.code for row in compare(old, new).changed_rows] == ["X-1", "X-2"]
        assert set(changes(old, new)["Donat"]) == {"judul"}

    def test_without_a_code_the_title_tells(self):
        old = version(("", "Adonan  Roti", 1, 3))
        assert changes(old, version(("BKR-01", "adonan roti", 1, 3)))["adonan roti"]["kode"] == (
            "",
            "BKR-01",
        )

    def test_a_code_given_twice_does_not_confuse(self):
        both = ("BKR", "Adonan", 1, 3), ("BKR", "Donat", 1, 3)
        assert told(version(*both), version(*both[::-1])) == ["↕ Donat"]

    def test_tools_line_by_line_and_the_pass_mark(self):
        old = version(tools="Oven, 1 unit\nLoyang, 20 buah", pass_mark=65)
        new = version(tools="Oven, 2 unit\nLoyang, 20 buah", pass_mark=70)
        comparison = compare(old, new)
        [lines] = comparison.lines.values()
        assert [f"{one.kind.sign} {one.text}" for one in lines] == [
            "− Oven, 1 unit",
            "+ Oven, 2 unit",
        ]
        assert [(one.old, one.new) for one in comparison.terms] == [(65, 70)]

    def test_totals(self):
        old, new = version("A", "B"), version(("", "A", 10, 20))
        assert (compare(old, new).old_hours, compare(old, new).new_hours) == (8, 30)

    def test_two_empty_ones(self):
        assert compare(version(), version()).is_same

    def test_no_query_beyond_the_units(self, django_assert_num_queries):
        keys = [version("A", "B", "C").pk, version("B", "D").pk]
        old, new = (
            Curriculum.objects.filter(pk__in=keys).prefetch_related("units__skills").order_by("pk")
        )
        with django_assert_num_queries(0):
            compare(old, new)
