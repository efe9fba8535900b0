"""What stands behind one result: attempts, corrections, evidence."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from participants import services
from participants.forms.results import SeveralFiles
from participants.models import Evidence, ReadingTrail, UnitResult
from participants.services import Assessment
from tests.partnerships.scans import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(training):
    """Write the first person's first unit: record("60", "58")."""

    def record(theory, practice, *, is_remedial=False, assessor="Sri Wahyuni"):
        cell = (training.enrollments[0].pk, training.units[0].pk)
        stored = UnitResult.objects.first()
        version = stored.version if stored else 0
        given = Assessment(Decimal(theory), Decimal(practice), None, version, is_remedial)
        services.record_results(
            batch=training.batch,
            assessments={cell: given},
            assessor=assessor,
            by=training.cast.instructor,
        )
        return UnitResult.objects.get()

    return record


class TestDetail:
    @pytest.fixture
    def result(self, record):
        record("60", "58")
        return record("80", "82", is_remedial=True, assessor="Hadi Mulyono")

    def test_shows_every_attempt_with_its_assessor(self, training, browse, result):
        page = browse(training.cast.head).get(detail(result))
        assert [one.assessor for one in page.context["attempts"]] == ["Sri Wahyuni", "Hadi Mulyono"]
        assert "predikat Baik" in page.text
        assert ReadingTrail.objects.get().page == "result_detail"

    def test_and_what_was_corrected(self, training, browse, result, record):
        record("80", "86", assessor="Hadi Mulyono")
        [(event, changes, former)] = (
            browse(training.cast.head).get(detail(result)).context["corrections"]
        )
        assert event.by == training.cast.instructor
        assert changes[0] == ("nilai praktik", "82", "86")
        assert former == ("Sri Wahyuni", result.assessed_at)

    def test_a_line_from_before_it_said_who_had_entered_the_score(self, training, browse, result):
        audit.record(
            "result.corrected",
            result,
            by=training.cast.officer,
            changed={"score": ["80.00", "None"]},
        )
        [(_event, changes, former)] = (
            browse(training.cast.head).get(detail(result)).context["corrections"]
        )
        assert (changes, former) == ([("nilai", "80", "")], None)


class TestEvidence:
    @pytest.fixture
    def add(self, training, browse, record):
        """Send files as evidence of a result: add(photo(), …) gives the answer."""
        result = record("80", "82")
        url = reverse("participants:evidence_create", args=[result.pk])
        instructor = browse(training.cast.instructor)

        def add(*contents, caption="Roti manis"):
            files = [
                SimpleUploadedFile(f"roti-{number}.jpg", content)
                for number, content in enumerate(contents)
            ]
            return instructor.post(url, {"file": files, "caption": caption})

        return add

    def test_several_at_once_are_kept_byte_for_byte(self, add, training, browse):
        pictures = [photo(), photo("PNG")]
        assert add(*pictures).status_code == 302
        kept_files = Evidence.objects.all()
        assert [one.file.read() for one in kept_files] == pictures
        answer = browse(training.cast.instructor).get(download(kept_files[0]))
        assert b"".join(answer.streaming_content) == pictures[0]
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Content-Disposition"] == 'attachment; filename="roti-0.jpg"'

    def test_one_bad_file_keeps_the_good_one_out_as_well(self, add):
        response = add(photo(), b"<script>alert(1)</script>")
        assert list(response.context["form"].errors) == ["file"]
        assert not Evidence.objects.exists()

    def test_the_same_twice_is_refused_until_it_is_withdrawn(self, add, training, browse):
        add(photo())
        assert list(add(photo()).context["form"].errors) == ["file"]
        evidence = Evidence.objects.get()
        url = reverse("participants:evidence_withdraw", args=[evidence.pk])
        browse(training.cast.instructor).post(url)
        assert add(photo()).status_code == 302
        evidence.refresh_from_db()
        assert evidence.withdrawn_by == training.cast.instructor
        assert evidence.file.read() == photo()

    def test_nothing_once_the_certificate_has_its_number(self, add, training, browse, monkeypatch):
        add(photo())
        evidence = Evidence.objects.get()
        training.enrollments[0].closed_at = timezone.now()
        training.enrollments[0].save()
        instructor = browse(training.cast.instructor)
        withdraw = reverse("participants:evidence_withdraw", args=[evidence.pk])
        assert "sudah bernomor" in str(add(photo("PNG")).context["form"].non_field_errors())
        assert "sudah bernomor" in instructor.post(withdraw, follow=True).text
        assert Evidence.objects.current().count() == 1
        monkeypatch.setattr("participants.services.evidence.refuse_when_closed", lambda _one: None)
        instructor.post(withdraw)
        assert Evidence.objects.current().count() == 0  # canary

    def test_what_is_refused_leaves_no_file_behind(self, add):
        add(photo())
        before = files_on_disk()
        for pair in ([photo("PNG")] * 2, [photo("PNG"), photo()]):
            assert list(add(*pair).context["form"].errors) in (["file"], ["__all__"])
        assert (files_on_disk(), Evidence.objects.count()) == (before, 1)

    def test_ten_large_ones_are_asked_for_in_several_goes(self, add, monkeypatch):
        monkeypatch.setattr(SeveralFiles, "MOST_MEGABYTES", 0)
        [words] = add(photo()).context["form"].errors["file"]
        assert "Unggah dalam beberapa kali" in words

    def test_a_file_lost_from_the_disk_is_not_found_and_logged(self, add, training, browse, caplog):
        add(photo())
        evidence = Evidence.objects.get()
        evidence.file.storage.delete(evidence.file.name)
        assert browse(training.cast.instructor).get(download(evidence)).status_code == 404
        assert [one.levelname for one in caplog.records if one.name == "core.http"] == ["ERROR"]

    def test_the_page_that_adds_it_leaves_a_reading(self, add, training, browse):
        url = reverse("participants:evidence_create", args=[UnitResult.objects.get().pk])
        browse(training.cast.officer).get(url)
        assert ReadingTrail.objects.get().page == "evidence_create"

    def test_photos_are_not_for_those_who_may_see_scores_only(self, add, training, browse):
        add(photo())
        evidence = Evidence.objects.get()
        regional = browse(training.cast.regional)
        assert regional.get(detail(evidence.result)).status_code == 200
        assert regional.get(download(evidence)).status_code == 403


def detail(result):
    return reverse("participants:result_detail", args=[result.pk])


def files_on_disk():
    return sorted(one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file())


def download(evidence):
    return reverse("participants:evidence_download", args=[evidence.pk])
