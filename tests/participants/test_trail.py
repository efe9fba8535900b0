"""Who saw a person's file: every page that shows people says so, and the auditor reads it back."""

import ast
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import AuditEvent
from participants.models import ReadingTrail
from participants.queries.readings import DEEDS, PAGES
from participants.services import record_reading, separate, update_inmate
from tests import factories
from tests.core.counting import queries_of
from tests.tree import modules

pytestmark = pytest.mark.django_db


@pytest.fixture
def achmad(training):
    return training.enrollments[0].inmate


@pytest.fixture
def url(achmad):
    return reverse("participants:inmate_trail", args=[achmad.pk])


def told(response):
    """[(deed, where, note)] of the lines on the page, but for those of opening it."""
    lines = response.context["lines"]
    return [(one.deed, one.where, one.note) for one in lines if one.where != "jejak baca"]


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


class TestWhatLeavesALine:
    @pytest.mark.parametrize(
        ("name", "who"),
        [("roster", "national"), ("attendance", "instructor"), ("results", "instructor")],
    )
    def test_a_page_of_a_class_leaves_one_for_the_class(self, training, browse, name, who):
        user = getattr(training.cast, who)
        pk = training.session.pk if name == "attendance" else training.batch.pk
        browse(user).get(reverse(f"participants:{name}", args=[pk]))
        (line,) = ReadingTrail.objects.all()
        assert (line.by, line.how, line.page, line.batch, line.inmate) == (
            user,
            "viewed",
            name,
            training.batch,
            None,
        )

    def test_a_search_leaves_one_for_each_it_brings_up(self, training, achmad, browse):
        browse(training.cast.head).get(reverse("reports:search"), {"q": "fauzi"})
        (line,) = ReadingTrail.objects.all()
        assert (line.inmate, line.how, line.page, line.query) == (
            achmad,
            "searched",
            "search",
            "fauzi",
        )

    def test_a_search_that_may_not_find_people_leaves_none(self, training, browse):
        browse(training.cast.instructor).get(reverse("reports:search"), {"q": "fauzi"})
        assert not ReadingTrail.objects.exists()

    def test_the_lines_are_written_in_the_order_of_keys(self, training):
        """Whatever the list's order: two pages at once must not wait for each other."""
        people = [one.inmate for one in training.enrollments]
        record_reading(
            by=training.cast.officer, how="listed", page="inmate_list", inmates=reversed(people)
        )
        lines = ReadingTrail.objects.order_by("pk")
        assert [one.inmate_id for one in lines] == sorted(one.pk for one in people)


class TestInmateTrail:
    def test_joins_the_person_the_class_and_what_was_changed(self, training, achmad, url, browse):
        cast = training.cast
        browse(cast.officer).get(reverse("participants:inmate_list"), {"q": "fauzi"})
        browse(cast.instructor).get(training.session.get_absolute_url())
        update_inmate(inmate=achmad, housing_unit="Blok A/3", by=cast.officer)
        assert told(browse(cast.auditor).get(url)) == [
            ("mengubah data", "", "data terbatas"),
            ("dibuka", "daftar hadir: Produksi Bakery A1", ""),
            ("ditemukan lewat pencarian", "daftar warga binaan", "fauzi"),
        ]

    def test_a_class_tells_on_its_people_from_the_day_they_are_in_it(self, training, url, browse):
        enrolled_at = training.enrollments[0].enrolled_at
        with time_machine.travel(datetime(2025, 1, 1, tzinfo=UTC)):
            record_reading(
                by=training.cast.officer, how="viewed", page="roster", batch=training.batch
            )
        assert enrolled_at > ReadingTrail.objects.get().at
        assert told(browse(training.cast.auditor).get(url)) == []
        record_reading(by=training.cast.officer, how="viewed", page="roster", batch=training.batch)
        assert len(told(browse(training.cast.auditor).get(url))) == 1

    def test_names_no_restricted_field_and_nobody_kept_apart(self, training, achmad, url, browse):
        """The auditor may see that something changed, not that it was a discipline or a release."""
        officer, eko = training.cast.officer, training.enrollments[1].inmate
        tomorrow = timezone.localdate() + timedelta(1)
        facts = {"disciplined_until": tomorrow, "expected_release_on": tomorrow}
        update_inmate(inmate=achmad, name="Achmad", **facts, by=officer)
        separate(inmate=achmad, other=eko, by=officer)
        assert told(browse(training.cast.auditor).get(url)) == [
            ("mengubah data", "", "data terbatas, nama")
        ]

    def test_of_others_it_says_nothing(self, training, url, browse):
        record_reading(
            by=training.cast.officer,
            how="viewed",
            page="inmate_detail",
            inmates=[training.enrollments[1].inmate],
        )
        assert told(browse(training.cast.auditor).get(url)) == []

    @pytest.mark.parametrize(("how", "count"), [("listed", 1), ("changed", 1), ("exported", 0)])
    def test_a_filter_keeps_one_kind(self, training, achmad, url, browse, how, count):
        record_reading(by=training.cast.officer, how="listed", page="inmate_list", inmates=[achmad])
        update_inmate(inmate=achmad, name="Achmad", by=training.cast.officer)
        assert len(browse(training.cast.auditor).get(url, {"how": how}).context["lines"]) == count

    def test_is_read_and_that_is_noted_too(self, training, url, browse):
        auditor = browse(training.cast.auditor)
        auditor.get(url)
        auditor.get(url, {"export": "xlsx"})
        auditor.get(
            reverse("participants:inmate_trail_print", args=[training.enrollments[0].inmate_id])
        )
        lines = ReadingTrail.objects.order_by("pk")
        assert [(one.how, one.page) for one in lines] == [
            ("viewed", "inmate_trail"),
            ("exported", "inmate_trail"),
            ("printed", "inmate_trail"),
        ]

    def test_an_admin_gets_there_from_the_audit_list(self, training, achmad, url, browse):
        update_inmate(inmate=achmad, name="Achmad", by=training.cast.officer)
        admin = browse(training.cast.admin)
        assert f'href="{url}"' in admin.get(reverse("accounts:audit_list")).content.decode()
        page = admin.get(url).content.decode()
        assert achmad.get_absolute_url() + '"' not in page  # which an admin may not open
        assert achmad.register_number not in page

    def test_thirty_lines_cost_as_many_queries_as_three(self, training, achmad, url, browse):
        auditor, counts = browse(training.cast.auditor), []
        for more in (3, 30):
            for _number in range(more):
                reader = factories.UserFactory(role="officer", facility=training.cast.jember)
                record_reading(by=reader, how="listed", page="inmate_list", inmates=[achmad])
            counts.append(queries_of(auditor, url))
        assert counts[0] == counts[1]


class TestInmateTrailPrint:
    def test_says_in_plain_words_who_did_what_how_often(self, training, achmad, browse):
        cast = training.cast
        for _number in range(3):
            record_reading(by=cast.officer, how="listed", page="inmate_list", inmates=[achmad])
        update_inmate(inmate=achmad, housing_unit="Blok Kenari", by=cast.officer)
        AuditEvent.objects.create(
            action="separation.recorded",
            subject_type="participants.inmate",
            subject_id=str(achmad.pk),
            subject="Achmad Fauzi",
            by=cast.officer,
        )
        print_url = reverse("participants:inmate_trail_print", args=[achmad.pk])
        text = " ".join(text_of(browse(cast.auditor).get(print_url).content).split())
        assert "Terlihat di daftar (daftar warga binaan) 3" in text
        assert "Mengubah data 1" in text
        assert "Petugas bimbingan kerja · Lapas Kelas IIA Jember" in text
        # That two people are kept apart concerns the other one as well.
        assert [word for word in ("pemisahan", "Kenari", "Sutrisno") if word in text] == []


def pages_noted():
    """Every name that the code hands to `record_reading` as its page."""
    for module in modules():
        for node in ast.walk(module.tree):
            if getattr(node, "arg", "") == "page" and isinstance(node, ast.keyword):
                called = node.parent.func
                if getattr(called, "attr", getattr(called, "id", "")) == "record_reading":
                    yield getattr(node.value, "value", None)


class TestWords:
    def test_every_page_that_leaves_a_line_has_a_name(self):
        assert sorted(set(pages_noted()) - {None} - PAGES.keys()) == []

    def test_every_deed_has_words(self):
        actions = {
            string
            for module in modules()
            if module.name.startswith("participants.services")
            for string in module.strings
            if string.startswith(
                ("inmate.", "enrollment.", "finding.", "activity.", "application.")
            )
        }
        assert sorted(actions - DEEDS.keys()) == []
