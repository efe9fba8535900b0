"""Spreadsheets from outside: every kind becomes the same rows, and none does harm."""

import json
import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from core import sheets
from core.sheets import read_sheets
from tests.participants.bad_rosters import HEAD, archive, changed, csv, ods, xls
from tests.participants.roster_files import book, table

ROW = ["B.I 1/2025", "Siti Aminah", "P"]
BOTH = [[1, HEAD], [2, ROW]]

SPY = """
import json, resource, runpy, sys

def answer(content):
    return {{
        "memory": resource.getrlimit(resource.RLIMIT_AS),
        "seconds": resource.getrlimit(resource.RLIMIT_CPU),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "knows django": "django" in sys.modules,
        "isolated": sys.flags.isolated,
    }}

main = runpy.run_path({reading!r})["main"]
main.__globals__["answer"] = answer
main()
"""


def rows(content):
    return [sheet.rows for sheet in read_sheets(content) if sheet.rows]


class TestKinds:
    @pytest.mark.parametrize(
        "content",
        [
            table([ROW], headings=HEAD),
            xls([HEAD, ROW]),
            ods([HEAD, ROW]),
            csv([HEAD, ROW]),
            csv([HEAD, ROW], delimiter=","),
            csv([HEAD, ROW], delimiter="\t", encoding="utf-16"),
            csv([HEAD, ROW], encoding="utf-16-le"),
            csv([HEAD, ROW], encoding="utf-8-sig"),
            b"sep=;\r\n" + csv([HEAD, ROW]),
        ],
    )
    def test_each_says_the_same(self, content):
        assert rows(content) == [BOTH]

    def test_letters_of_windows(self):
        assert rows(csv([["Nama"], ["André"]], encoding="cp1252")) == [
            [[1, ["Nama"]], [2, ["André"]]]
        ]

    def test_quoted_lines_count_as_one_row(self):
        assert rows(b'Nama;Sel\r\n\r\n"Siti\r\nAminah";A\r\n') == [
            [[1, ["Nama", "Sel"]], [3, ["Siti\r\nAminah", "A"]]]
        ]


class TestCells:
    def test_as_excel_shows_them(self):
        def draw(workbook):
            sheet = workbook.add_worksheet()
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_datetime(2, 1, date(1990, 5, 6), day)
            sheet.write_number(2, 2, 46008)
            sheet.write_number(2, 3, 12.5)
            sheet.write_boolean(2, 4, True)
            sheet.write_formula(2, 5, "=1+1", None, 2)

        assert rows(book(draw)) == [[[3, ["", "06/05/1990", "46008", "12.5", "TRUE", "2"]]]]
        assert rows(book(draw, date_1904=True))[0][0][1][1] == "06/05/1990"

    def test_what_no_program_has_reckoned_is_told(self):
        def draw(workbook):
            sheet = workbook.add_worksheet()
            sheet.write_string(0, 0, "Nama")
            sheet.write_formula(0, 1, "=A1&A1", None, "")
            sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")

        assert rows(book(draw)) == [[[1, ["Nama", "=A1&A1", "#DIV/0!"]]]]

    def test_merged_downwards_they_say_it_in_each_row(self):
        def draw(workbook):
            sheet = workbook.add_worksheet()
            for line in range(3):
                sheet.write_string(line, 1, f"Orang {line}")
            sheet.merge_range(0, 0, 1, 0, "Blok A", workbook.add_format())

        assert [cells[0] for _, cells in rows(book(draw))[0]] == ["Blok A", "Blok A", ""]


class TestHarm:
    def test_a_foreign_entity_is_not_fetched(self, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("RAHASIA")
        declared = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]>'
        content = changed("xl/sharedStrings.xml", "<sst", f"{declared}<sst")
        with zipfile.ZipFile(BytesIO(content)) as source:
            texts = source.read("xl/sharedStrings.xml").decode()
        texts = re.sub(r"<t>[^<]*</t>", "<t>&f;</t>", texts)
        with pytest.raises(ValidationError) as refused:
            read_sheets(archive({"xl/sharedStrings.xml": texts}, into=content))
        assert refused.value.code == "damaged"

    def test_its_own_process_has_limits(self, tmp_path, monkeypatch):
        spy = tmp_path / "spy.py"
        spy.write_text(SPY.format(reading=str(sheets.READING)))
        limits = json.loads(sheets.run(spy, b"", patience=5))
        assert limits == {
            "memory": [2**28, 2**28],
            "seconds": [8, 8],
            "core": [0, 0],
            "knows django": False,
            "isolated": 1,
        }

    def test_patience_ends(self, tmp_path, monkeypatch):
        endless = tmp_path / "endless.py"
        endless.write_text("while True: pass")
        monkeypatch.setattr(sheets, "READING", endless)
        monkeypatch.setattr(sheets, "PATIENCE_SECONDS", 0.5)
        with pytest.raises(ValidationError) as refused:
            read_sheets(b"x")
        assert refused.value.code == "heavy"
