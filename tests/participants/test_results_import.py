"""Scores that come back as a spreadsheet: looked at first, then written all or none."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.sheets import read_sheets
from participants.models import UnitResult
from tests.participants.roster_files import table
from tests.participants.sheets import results

pytestmark = pytest.mark.django_db

HEADINGS = ["No.", "Nama", "Register akhir", "1 teori", "1 praktik", "2 teori", "2 praktik"]
EXAMINATION = {"assessor": "Sri Wahyuni", "assessed_on": "18-12-2025"}


@pytest.fixture
def url(training):
    return reverse("participants:results_import", args=[training.batch.pk])


@pytest.fixture
def instructor(training, browse):
    return browse(training.cast.instructor)


@pytest.fixture
def upload(instructor, url):
    """upload(row, …) under the usual headings, or upload(content=bytes); the page that answers."""

    def upload(*rows, headings=HEADINGS, content=None):
        content = content or table(rows, name="Nilai", headings=headings)
        file = SimpleUploadedFile("nilai.xlsx", content)
        return instructor.post(url, {"file": file})

    return upload


@pytest.fixture
def confirm(instructor, url):
    def confirm(page, **more):
        return instructor.post(url, {"rows": page.context["rows"], **EXAMINATION} | more)

    return confirm


def row(training, place, *scores):
    person = training.enrollments[place]
    return [str(person.position), person.inmate.name, person.inmate.short_register, *scores]


def wrong(page):
    return [(one["row"], one["column"], one["cell"]) for one in page.context["found"].wrong]


class TestDryRun:
    def test_tells_new_changed_and_unchanged_and_writes_nothing(self, training, upload):
        training.assess("88")
        UnitResult.objects.filter(enrollment=training.enrollments[1]).delete()
        page = upload(
            row(training, 0, "88", "90", "88", "88"), row(training, 1, "70", "70,5", "", "")
        )
        found = page.context["found"]
        assert [(one.words, one.was) for one in found.changed] == [
            ("teori 88, praktik 90", "teori 88, praktik 88")
        ]
        assert [(str(one.enrollment.inmate), one.words) for one in found.new] == [
            ("Sutrisno", "teori 70, praktik 70,5")
        ]
        assert found.unchanged == 1
        assert UnitResult.objects.filter(practice_score=88).count() == 4

    def test_the_export_comes_back_as_unchanged(self, training, instructor, upload):
        training.assess("87.5")
        grid = reverse("participants:results", args=[training.batch.pk])
        page = upload(content=instructor.get(grid, {"export": "xlsx"}).content)
        found = page.context["found"]
        assert (found.changes, found.unchanged, found.wrong) == ([], 6, [])

    @pytest.mark.parametrize("cell", ["101", "8O", "1.500", "#REF!", "-1"])
    def test_a_wrong_cell_is_named_by_row_and_heading_and_blocks_the_rest(
        self, training, upload, cell
    ):
        page = upload(row(training, 0, "88", cell, "", ""), row(training, 1, "88", "88", "", ""))
        assert (page.status_code, wrong(page)) == (422, [(2, "1 praktik", cell)])
        assert "rows" not in page.context

    def test_an_average_without_round_is_told_what_to_do(self, training, upload):
        page = upload(row(training, 0, "87.3333", "88", "", ""))
        assert [one["reason"] for one in page.context["found"].wrong] == [
            "Paling banyak dua angka di belakang koma; di Excel pakai ROUND(…;2)."
        ]

    @pytest.mark.parametrize(
        "codes", [("K 1", "K.1"), ("K\u00a0 1:", "k 1"), ("2.", ""), ("2", "x")]
    )
    def test_codes_that_read_alike_never_write_into_the_wrong_unit(
        self, training, instructor, upload, codes
    ):
        for unit, code in zip(training.units, codes, strict=True):
            type(unit).objects.filter(pk=unit.pk).update(code=code)
        grid = reverse("participants:results", args=[training.batch.pk])
        [sheet] = read_sheets(instructor.get(grid, {"export": "xlsx"}).content)
        headings = sheet.rows[0][1]
        page = upload(row(training, 0, "80", "80", "70", "70"), headings=headings)
        assert {one.unit: one.theory for one in page.context["found"].new} == dict(
            zip(training.units, (80, 70), strict=True)
        )

    def test_the_other_part_is_asked_for_where_a_whole_score_stood_without_parts(
        self, training, upload
    ):
        training.assess("88")
        UnitResult.objects.update(theory_score=None, practice_score=None)
        assert wrong(upload(row(training, 0, "88", "", "", ""))) == [(2, "1 praktik", "")]

    def test_a_missing_part_that_is_stored_is_no_fault(self, training, upload):
        training.assess("88")
        [change] = upload(row(training, 0, "", "90", "", "")).context["found"].changed
        assert (change.theory, change.practice) == (88, 90)

    def test_a_name_that_is_somebody_elses_is_wrong(self, training, upload):
        moved = row(training, 0, "88", "88", "", "")
        moved[1] = "SUTRISNO"
        page = upload(moved)
        assert wrong(page) == [(2, "Nama", "SUTRISNO")]
        assert "Nomor 1 di angkatan ini adalah Achmad Fauzi." in page.text

    def test_a_person_twice_an_unknown_number_and_an_unknown_unit(self, training, upload):
        once = row(training, 0, "88", "88", "", "")
        assert wrong(upload(once, once)) == [(3, "No.", "1")]
        assert wrong(upload(["41", *once[1:]])) == [(2, "No.", "41")]
        headings = [*HEADINGS[:-1], "LAS-O1 praktik"]
        assert wrong(upload(once, headings=headings)) == [(1, "LAS-O1 praktik", "LAS-O1 praktik")]

    @pytest.mark.parametrize("content", [b"<html>", b"PK\x03\x04damaged", b"\x00" * 64])
    def test_what_is_no_list_of_scores_is_refused_beside_the_field(self, upload, content):
        page = upload(content=content)
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["file"])

    def test_a_roster_is_no_list_of_scores(self, training, upload):
        page = upload(["B.I 1/2025", "Achmad"], headings=["No. Register", "Nama"])
        assert "Unduh dulu daftar nilai angkatan ini" in page.context["form"].errors["file"][0]


class TestConfirm:
    def test_writes_all_with_the_assessor(self, training, upload, confirm):
        page = upload(*(row(training, place, "80", "90", "70", "70") for place in range(3)))
        assert confirm(page).status_code == 302
        first, second = training.units
        assert results(first) == [("87.50", "K", 1)] * 3
        assert results(second) == [("70.00", "K", 1)] * 3
        assert set(UnitResult.objects.values_list("assessor", flat=True)) == {"Sri Wahyuni"}

    def test_theory_may_come_weeks_before_practice(self, training, upload, confirm):
        confirm(upload(row(training, 0, "80", "", "", "")))
        assert results(training.units[0]) == [("None", "BK", 1)]
        page = upload(row(training, 0, "", "90", "", ""))
        assert [(one.was, one.words) for one in page.context["found"].changed] == [
            ("teori 80", "teori 80, praktik 90")
        ]
        confirm(page)
        assert results(training.units[0]) == [("87.50", "K", 2)]

    def test_what_changed_meanwhile_is_refused_by_name_and_nothing_written(
        self, training, upload, confirm
    ):
        page = upload(row(training, 0, "80", "90", "", ""), row(training, 1, "80", "90", "", ""))
        training.enrollments[:] = training.enrollments[1:2]
        training.assess("75")
        refused = confirm(page)
        assert refused.status_code == 409
        assert "Sutrisno, Higiene dan sanitasi: Sri Wahyuni menyimpan teori 75" in refused.text
        assert {str(one.score) for one in UnitResult.objects.all()} == {"75.00"}

    def test_a_forgotten_assessor_is_asked_for_and_the_file_not_lost(
        self, training, upload, confirm
    ):
        page = upload(row(training, 0, "80", "90", "", ""))
        again = confirm(page, assessor="")
        assert list(again.context["examination"].errors) == ["assessor"]
        assert confirm(again).status_code == 302

    def test_the_same_assessor_twice_is_said_beside_the_field_and_the_file_not_lost(
        self, training, upload, confirm
    ):
        page = upload(row(training, 0, "80", "90", "", ""))
        again = confirm(page, second_assessor="SRI WAHYUNI, S.Pd.")
        assert (list(again.context["examination"].errors), again.context["refusals"]) == (
            ["second_assessor"],
            [],
        )
        assert confirm(again).status_code == 302

    def test_twice_is_once(self, training, upload, confirm):
        page = upload(row(training, 0, "80", "90", "", ""))
        assert [confirm(page).status_code for _ in range(2)] == [302, 302]
        assert UnitResult.objects.get().version == 1

    def test_only_for_the_one_who_looked_at_it(self, training, upload, browse, url):
        page = upload(row(training, 0, "80", "90", "", ""))
        sent = {"rows": page.context["rows"], **EXAMINATION}
        assert browse(training.cast.officer).post(url, sent).status_code == 400
        assert not UnitResult.objects.exists()

    def test_forged_rows_are_refused(self, instructor, url):
        assert instructor.post(url, {"rows": "WzFd:x", **EXAMINATION}).status_code == 400
