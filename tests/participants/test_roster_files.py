"""The corpus of bad files: none is taken, each says why, and the good oddities are read."""

import time

import pytest
from django.core.exceptions import ValidationError

from participants.imports import read_roster
from tests.participants.bad_rosters import HEAD, REFUSED, WRONG, csv, row
from tests.participants.roster_files import book, messy_roster, people, plain_roster, table


def test_the_corpus_is_large_enough():
    assert len(REFUSED) + len(WRONG) >= 60


class TestRefused:
    @pytest.mark.parametrize("name", REFUSED)
    def test_as_a_whole_with_a_reason_and_in_time(self, name):
        make, codes = REFUSED[name]
        content = make()
        start = time.perf_counter()
        with pytest.raises(ValidationError) as refused:
            read_roster(content)
        assert time.perf_counter() - start <= 10
        assert (refused.value.code or "") in codes


class TestWrong:
    @pytest.mark.parametrize("name", WRONG)
    def test_the_row_and_the_cell_are_named(self, name):
        make, number, heading = WRONG[name]
        roster = read_roster(make())
        named = [(one["row"], fault["column"]) for one in roster.wrong for fault in one["faults"]]
        assert named == [(number, heading)]
        assert all(fault["reason"] for one in roster.wrong for fault in one["faults"])

    def test_all_wrong_cells_of_a_row_at_once(self):
        (wrong,) = read_roster(table([row(sex="X", born_on="kemarin")])).wrong
        assert [fault["cell"] for fault in wrong["faults"]] == ["X", "kemarin"]
        assert wrong["cells"]["Nama"] == "Anton"


class TestRead:
    def test_a_messy_roster_says_what_a_tidy_one_says(self):
        some = people(40)
        tidy, messy = read_roster(plain_roster(some)), read_roster(messy_roster(some))
        where = {"sheet", "row"}
        assert [
            [{name: one[name] for name in one.keys() - where} for one in roster.rows]
            for roster in (messy, tidy)
        ] == [
            [
                {name: str(fact) if hasattr(fact, "year") else fact for name, fact in one.items()}
                for one in some
            ]
        ] * 2
        assert (messy.wrong, messy.passed_over["sheets"]) == ([], ["Catatan"])
        assert messy.passed_over["columns"] == ["No", "Perkara"]

    @pytest.mark.parametrize(
        ("field", "texts"),
        {
            ("born_on", "1990-05-06"): [
                "6/5/1990", "06-05-1990", "6.5.1990", "6 Mei 1990", "06 mei  1990", "1990-05-06",
                "32999", "06/05/1990 00:00:00", " 6 MEI 1990 ",
            ],
            ("sex", "P"): ["P", "p", "Perempuan", "WANITA", "Pr"],
            ("sex", "L"): ["L", "Laki-laki", "LAKI LAKI", "Pria"],
            ("register_class", "B.IIa"): ["B.IIa", "BIIA", "b II a", "B.II.a"],
            ("housing_unit", ""): ["", "-", "–"],
            ("name", "Siti Aminah"): [
                "  Siti   Aminah ", "Siti\u00a0Aminah", "Siti\u200b Aminah",
                "S\x00iti\x07 Aminah",
            ],
        }.items(),
    )  # fmt: skip
    def test_spellings(self, field, texts):
        name, meaning = field
        rows = [
            row(**{"register_number": f"B.I {n}/2025", name: text}) for n, text in enumerate(texts)
        ]
        roster = read_roster(table(rows))
        assert [one[name] for one in roster.rows] == [meaning] * len(texts)

    def test_no_sign_that_a_database_refuses_comes_through(self):
        """Not in a heading, known or strange, nor in a wrong cell."""
        head = ["No\0. Register", "Na\x01ma", "Jenis Kelamin", "Bar\x02u"]
        roster = read_roster(csv([head, ["1", "Anton", "L"], ["2", "Beni", "X\0"]]))
        assert [one["name"] for one in roster.rows] == ["Anton"]
        assert roster.passed_over["columns"] == ["Baru"]
        assert roster.wrong[0]["cells"]["Jenis Kelamin"] == "X"

    def test_the_heading_again_on_each_page_is_no_person(self):
        roster = read_roster(csv([HEAD, ["1", "Anton", "L"], HEAD, ["2", "Beni", "L"]]))
        assert [one["row"] for one in roster.rows] == [2, 4]

    def test_a_heading_of_two_rows(self):
        """Merged downwards, but for the date, below which stand the thirds."""

        def draw(workbook):
            sheet = workbook.add_worksheet()
            for place, heading in enumerate(HEAD):
                sheet.merge_range(0, place, 1, place, heading, workbook.add_format())
            sheet.merge_range(0, 3, 0, 4, "Tanggal", workbook.add_format())
            sheet.write_row(1, 3, ["1/3", "2/3"])
            sheet.write_row(2, 0, ["1", "Anton", "L", "01-01-2025", "01-01-2026"])

        (one,) = read_roster(book(draw)).rows
        assert (one["row"], one["one_third_on"], one["two_thirds_on"]) == (
            3,
            "2025-01-01",
            "2026-01-01",
        )
        assert "half_on" not in one  # no column, nothing said
