"""Which rows are probably one school: no database asked."""

import pytest

from partnerships.models import Partner
from programs.duplicates import Likeness, likely_pairs, plain, words_of


def partner(pk, name, city="Jember", npsn=""):
    return Partner(pk=pk, name=name, city=city, npsn=npsn)


def found(*rows):
    """[(likeness, first, second)] of partners numbered from 1."""
    partners = [partner(pk, *row) for pk, row in enumerate(rows, start=1)]
    return [(one.likeness, one.first.pk, one.second.pk) for one in likely_pairs(partners)]


SAME, SIMILAR = Likeness.SAME_NAME, Likeness.SIMILAR_NAME


class TestWordsOf:
    @pytest.mark.parametrize(
        "name",
        [
            "SMK Negeri 3 Jember",
            "SMKN 3 Jember",
            "smkn3 jember",
            "SMK N 3 JEMBER",
            "SMK Negri 03, Kab. Jember",
            "Sekolah Menengah Kejuruan Negeri 3 Kabupaten Jember",
        ],
    )
    def test_many_ways_to_write_one_school(self, name):
        assert words_of(name) == ("smk", "negeri", "3", "jember")

    @pytest.mark.parametrize("name", ["Kotabumi", "Kabanjahe", "Upti"])
    def test_a_place_that_only_begins_like_a_word_for_places_stays(self, name):
        assert words_of(name) == (name.casefold(),)

    def test_a_training_centre(self):
        assert words_of("UPT Balai Latihan Kerja Jember") == words_of("BLK Jember")


class TestPlain:
    def test_titles_with_and_without_points(self):
        assert plain("Sri  WAHYUNI, S.Pd.") == plain("Sri Wahyuni S.Pd")


class TestLikelyPairs:
    def test_the_short_and_the_long_form(self):
        assert found(("SMK Negeri 3 Jember",), ("SMKN 3 Jember",)) == [(SAME, 1, 2)]

    def test_the_next_number_is_the_next_school(self):
        """Only one letter apart, and no pair."""
        assert found(("SMK Negeri 3 Jember",), ("SMK Negeri 2 Jember",)) == []

    def test_without_its_city_in_the_name(self):
        assert found(("SMK Negeri 3",), ("SMKN 3 Jember", "Kab. Jember")) == [(SAME, 1, 2)]

    def test_a_slip_of_the_pen_in_one_city(self):
        assert found(("SMK Muhamadiyah 1",), ("SMK Muhammadiyah 1",)) == [(SIMILAR, 1, 2)]
        assert found(("SMK Muhamadiyah 1",), ("SMK Muhammadiyah 1", "Metro")) == []

    def test_two_numbers_in_two_cities_are_two_schools(self):
        first, second = ("SMK PGRI 1", "Jember", "20500001"), ("SMK PGRI 1", "Metro", "10800001")
        assert found(first, second) == []
        assert found(first, (*second[:2], "")) == [(SAME, 1, 2)]

    def test_two_numbers_in_one_city_may_be_a_slip_when_the_name_is_the_same(self):
        rows = [("SMK Negeri 3 Jember", "Jember", "20500001"), ("SMKN 3", "Jember", "20500010")]
        assert found(*rows) == [(SAME, 1, 2)]
        likely = likely_pairs([partner(pk, *row) for pk, row in enumerate(rows, start=1)])
        assert likely[0].has_two_numbers

    def test_three_rows_are_three_pairs_each_once(self):
        rows = [("SMKN 3 Jember",), ("SMK Negeri 3 Jember",), ("SMK N 3",)]
        assert sorted(pair[1:] for pair in found(*rows)) == [(1, 2), (1, 3), (2, 3)]

    def test_the_surest_come_first(self):
        rows = [("SMK Aman",), ("SMK Amann",), ("SMK Zaman 2",), ("SMK Zaman 02",)]
        assert [pair[0] for pair in found(*rows)] == [SAME, SIMILAR]

    def test_schools_of_no_likeness(self):
        assert found(("BLK Jember",), ("SMK Negeri 3 Jember",), ("Dinas Pertanian",)) == []
