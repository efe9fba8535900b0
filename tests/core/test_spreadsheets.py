"""Spreadsheets read back: types stay, and nothing in them ever counts."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from core.spreadsheets import spreadsheet
from tests import factories

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "{=1}"]


def parts(content):
    with ZipFile(BytesIO(content)) as book:
        return {
            name: book.read(name).decode()
            for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")
        }


def test_no_cell_is_a_formula_or_a_link():
    read = parts(spreadsheet([("Nama", str)], EVIL))
    sheet = read["xl/worksheets/sheet1.xml"]
    assert ("<f>" in sheet, "<hyperlink" in sheet) == (False, False)
    assert sheet.count('t="s"') == len(EVIL) + 1


def test_a_number_and_a_day_can_be_counted_with():
    columns = [("JP", lambda row: row[0]), ("Tanggal", lambda row: row[1]), ("", lambda row: None)]
    sheet = parts(spreadsheet(columns, [(80, date(2025, 12, 17))]))["xl/worksheets/sheet1.xml"]
    assert '<c r="A2"><v>80</v></c>' in sheet
    assert '<c r="B2" s="2"><v>46008</v></c>' in sheet


def test_a_score_and_a_share_are_numbers_too():
    columns = [("Nilai", lambda row: row), ("Lulus", lambda row: row > 70)]
    read = parts(spreadsheet(columns, [Decimal("87.50")]))
    assert '<c r="A2"><v>87.50</v></c>' in read["xl/worksheets/sheet1.xml"]
    assert "87" not in read["xl/sharedStrings.xml"]


LISTS = ["partnerships:agreement_list", "partnerships:partner_list", "programs:batch_list"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_gives_away_what_it_shows_and_no_more(training, browse, name):
    theirs = factories.AgreementFactory(
        facility=training.cast.metro, facility_number="RAHASIA", partner__name="RAHASIA"
    )
    factories.BatchFactory(agreement=theirs, name="RAHASIA")
    response = browse(training.cast.officer).get(reverse(name), {"export": "xlsx"})
    words = parts(response.content)["xl/sharedStrings.xml"]
    assert ("SMK Negeri 3 Jember" in words, "RAHASIA" in words) == (True, False)


@pytest.mark.parametrize("name", LISTS)
def test_a_filter_holds_for_the_file_too(training, browse, name):
    response = browse(training.cast.officer).get(reverse(name), {"export": "xlsx", "q": "zzz"})
    assert "SMK Negeri 3 Jember" not in parts(response.content)["xl/sharedStrings.xml"]
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
