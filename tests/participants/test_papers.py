"""Rapor and slip: what stands on the paper, and that printing it is noted."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from participants.models import Attendance, Inmate, ReadingTrail
from participants.views import papers
from tests import factories

pytestmark = pytest.mark.django_db


def pages_of(response):
    reader = PdfReader(BytesIO(response.content))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture
def taught(training):
    """Both meetings held; Achmad was kept away from the second by the Lapas."""
    training.mark(training.sessions[0], "HHA", cause=Attendance.Cause.PARTICIPANT)
    training.mark(training.sessions[1], "SHH", cause=Attendance.Cause.FACILITY)
    training.assess()
    return training


class TestRapor:
    def test_holds_hours_absences_by_cause_and_results(self, taught, browse):
        inmate = taught.enrollments[0].inmate
        response = browse(taught.cast.head).get(reverse("participants:rapor", args=[inmate.pk]))
        (text,) = pages_of(response)
        for words in (
            "LAPAS KELAS IIA JEMBER".replace("LAPAS", "LEMBAGA PEMASYARAKATAN"),
            "Nama : Achmad Fauzi",
            "4 / 4 100 % – 1 – 2 / 2",
            "Higiene dan sanitasi 88 Kompeten",
            "Predikat pembinaan",
        ):
            assert words in text
        assert [(one.how, one.page, one.inmate) for one in ReadingTrail.objects.all()] == [
            ("printed", "rapor", inmate)
        ]

    @pytest.mark.parametrize(("paper", "height"), [("a4", 842), ("f4", 935)])
    def test_is_printed_on_the_paper_asked_for(self, taught, browse, paper, height):
        url = reverse("participants:rapor", args=[taught.enrollments[0].inmate_id])
        response = browse(taught.cast.officer).get(url, {"paper": paper})
        assert round(PdfReader(BytesIO(response.content)).pages[0].mediabox.height) == height


class TestRaporBatch:
    URL = reverse("participants:rapor_batch")

    @pytest.fixture(autouse=True)
    def in_august_2026(self):
        with time_machine.travel(datetime(2026, 8, 1, 3, tzinfo=UTC), tick=False):
            yield

    def test_is_of_all_who_were_there_since_last_august(self, taught, browse):
        """Mohammad was there once; who was never there, or has left, is not among them."""
        idle = factories.EnrollmentFactory(batch=taught.batch)
        Inmate.objects.filter(pk=taught.enrollments[1].inmate_id).update(
            departed_on=date(2026, 1, 5), departure="released"
        )
        page = browse(taught.cast.officer).get(self.URL)
        assert page.context["form"]["since"].value() == date(2025, 8, 17)
        assert page.context["count"] == 2
        assert idle.inmate.name not in page.content.decode()

    def test_prints_a_page_each_and_notes_each(self, taught, browse, monkeypatch):
        monkeypatch.setattr(papers, "PEOPLE_PER_FILE", 2)
        officer, query = browse(taught.cast.officer), {"since": "17-08-2025"}
        assert [one["count"] for one in officer.get(self.URL, query).context["files"]] == [2, 1]
        texts = pages_of(officer.get(self.URL, query | {"part": "1"}))
        assert ["Achmad Fauzi" in texts[0], "Mohammad" in texts[1], len(texts)] == [True, True, 2]
        noted = ReadingTrail.objects.filter(how="printed").values_list("inmate__name", flat=True)
        assert sorted(noted) == [
            taught.enrollments[0].inmate.name,
            taught.enrollments[2].inmate.name,
        ]

    @pytest.mark.parametrize("part", ["0", "9", "x", ""])
    def test_a_part_that_is_none_is_not_found(self, taught, browse, part):
        query = {"since": "17-08-2025", "part": part}
        assert browse(taught.cast.officer).get(self.URL, query).status_code == 404

    def test_a_day_that_is_none_is_said_beside_the_field(self, taught, browse):
        page = browse(taught.cast.officer).get(self.URL, {"since": "31-02-2025"})
        assert list(page.context["form"].errors) == ["since"]
        assert 'value="31-02-2025"' in page.content.decode()


class TestSlip:
    def slip(self, training, browse, number=0):
        url = reverse("participants:slip", args=[training.enrollments[number].pk])
        return pages_of(browse(training.cast.officer).get(url))[0]

    def test_counts_what_was_and_says_what_does_not_count(self, taught, browse):
        text = self.slip(taught, browse)
        assert "Sudah 1 dari 2 pertemuan" in text
        assert "Tidak hadir karena urusan Lapas: 1 kali. Ini tidak dihitung." in text
        assert "Sudah bisa 2 dari 2 bagian" in text
        assert "Katakan kepada petugas bimbingan kerja atau wali." in text

    def test_own_absences_count_and_are_called_by_no_harder_word(self, taught, browse):
        text = self.slip(taught, browse, number=2)
        assert "Tidak hadir karena sakit, izin, atau alpa: 1 kali. Ini dihitung." in text

    @time_machine.travel(datetime(2025, 12, 18, 3, tzinfo=UTC), tick=False)
    def test_names_the_next_meetings_and_none_that_are_past(self, training, browse):
        """The sheet of the day before is still empty: planned, and yet not to come."""
        text = self.slip(training, browse)
        assert "Kamis, 18 Desember jam 08.00–11.00 Ruang Praktik Boga" in text
        assert "17 Desember jam" not in text

    def test_of_a_class_is_one_page_each_and_noted_for_each(self, taught, browse):
        url = reverse("participants:slip_batch", args=[taught.batch.pk])
        texts = pages_of(browse(taught.cast.instructor).get(url))
        assert [text.split()[0] for text in texts if "pertemuan" in text] == [
            "Achmad",
            "Sutrisno",
            "Mohammad",
        ]
        noted = ReadingTrail.objects.filter(page="slip_batch", how="printed")
        assert {one.inmate for one in noted} == {one.inmate for one in taught.enrollments}
