"""The school's form: counts a person, percentages over meetings times people, on either paper."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from participants.documents.recap import recap_of
from participants.models import Enrollment, ReadingTrail
from tests import factories
from tests.core.counting import queries_of
from tests.participants.classes import catch_up, meeting, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(training):
    training.mark(training.sessions[0], "HSA", cause="participant")
    training.mark(training.sessions[1], "HIT", cause="facility")
    return training


def test_counts_each_code_of_the_meetings_held(taught):
    """A catch-up, a cancelled meeting and one to come are on no form."""
    achmad = taught.enrollments[0]
    note(taught, catch_up(taught, [achmad], status="held"), achmad, "H")
    note(taught, meeting(taught, day=20, status="cancelled"), achmad, "A", "facility")
    meeting(taught, day=22, status="planned")
    recap = recap_of(taught.batch)
    assert (recap.sessions, recap.places) == (2, 6)
    assert [row.counts for row in recap.rows] == [
        [2, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 0, 0, 1, 1],
    ]
    assert [(row.hours.attended, row.hours.percent) for row in recap.rows] == [
        (8, 100),
        (0, 0),
        (4, 50),
    ]


def test_percentages_are_of_meetings_times_people(taught):
    """Who came a day late leaves a place without a mark; all of them together are the whole."""
    late = factories.EnrollmentFactory(batch=taught.batch)
    recap = recap_of(taught.batch)
    assert [(code.value, count, percent) for code, count, percent in recap.totals] == [
        ("H", 2, Decimal("25.0")),
        ("S", 1, Decimal("12.5")),
        ("I", 1, Decimal("12.5")),
        ("A", 1, Decimal("12.5")),
        ("T", 1, Decimal("12.5")),
    ]
    assert recap.unmarked == (2, Decimal("25.0"))
    assert recap.rows[3].enrollment == late


def test_before_the_first_meeting_there_are_no_percentages(training):
    assert [percent for _code, _count, percent in recap_of(training.batch).totals] == [None] * 5


class TestRecapPrint:
    @pytest.fixture
    def url(self, taught):
        return reverse("participants:recap_print", args=[taught.batch.pk])

    def test_on_f4_over_several_pages(self, taught, browse, url):
        """Forty rows on the first, the sums and signatures together on the second."""
        Enrollment.objects.bulk_create(
            Enrollment(
                batch=taught.batch,
                inmate=factories.InmateFactory(facility=taught.cast.jember, name=f"Nama {number}"),
                position=number,
                joined_on=taught.batch.starts_on,
                enrolled_by=taught.cast.officer,
            )
            for number in range(4, 41)
        )
        answer = browse(taught.cast.instructor).get(url, {"paper": "f4"})
        pages = PdfReader(BytesIO(answer.content)).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        assert round(pages[0].mediabox.height) == 935
        assert [text.count("Nama ") for text in texts] == [38, 0]  # the head, and 37 of these
        assert ["2 pertemuan × 40 peserta = 80" in text for text in texts] == [False, True]
        assert ["Mengetahui" in text for text in texts] == [False, True]
        noted = ReadingTrail.objects.get(page="recap_print")
        assert (noted.how, noted.batch) == ("printed", taught.batch)

    def test_costs_the_same_for_one_and_three(self, taught, browse, url, monkeypatch):
        monkeypatch.setattr("participants.documents.recap.render_pdfs", lambda *_, **__: [b"%PDF"])
        officer, counts = browse(taught.cast.officer), [0, 0]
        counts[0] = queries_of(officer, url)
        for one in taught.enrollments[1:]:
            one.attendances.all().delete()
            one.delete()
        counts[1] = queries_of(officer, url)
        assert counts[0] == counts[1]
