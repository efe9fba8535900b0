"""The pages of a batch on its way, the files, and the register."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from certificates import services
from certificates.models import Certificate, IssueRun
from certificates.services import sealing
from participants import services as participants
from participants.models import ReadingTrail
from tests.certificates import stages


def url(name, thing):
    return reverse(f"certificates:{name}", args=[thing.pk])


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


class TestPrepare:
    @pytest.mark.parametrize("day", ["30-12-2025", "6 Januari 2026"])
    def test_wrong_day_is_refused_beside_the_field(self, finished, cast, browse, day):
        page = browse(cast.certificate_admin).post(
            url("prepare", finished.batch), {"dated_on": day}
        )
        assert page.status_code == 422
        assert page.context["form"].errors == {
            "dated_on": [
                "Tanggal sertifikat tidak boleh sebelum hari terakhir angkatan atau sesudah hari ini."
            ]
        }
        assert f'value="{day}"' in page.content.decode()

    def test_drafts_wait_for_somebody_else(self, finished, cast, browse):
        admin = browse(cast.certificate_admin)
        answer = admin.post(url("prepare", finished.batch), {"dated_on": "31 Desember 2025"})
        assert answer.headers["Location"] == url("batch", finished.batch)
        assert words(answer) == ["3 sertifikat menunggu persetujuan."]
        assert {one.dated_on for one in Certificate.objects.all()} == {date(2025, 12, 31)}

    def test_blocked_batch_says_what_blocks_it(self, finished, cast, browse):
        participants.unlock_attendance(session=finished.session, reason="Salah", by=cast.officer)
        page = browse(cast.certificate_admin).post(
            url("prepare", finished.batch), {"dated_on": "31-12-2025"}
        )
        assert page.context["form"].non_field_errors() == ["1 daftar hadir belum dikunci"]
        assert Certificate.objects.count() == 0


class TestApprove:
    def test_head_approves(self, finished, cast, browse):
        stages.prepare(finished)
        answer = browse(cast.head).post(url("approve", finished.batch))
        assert words(answer) == ["3 sertifikat disetujui."]

    def test_head_who_prepared_them_is_told_no(self, finished, cast, browse):
        services.prepare(batch=finished.batch, dated_on=stages.LAST_DAY, by=cast.head)
        answer = browse(cast.head).post(url("approve", finished.batch))
        assert words(answer) == ["Yang menyiapkan tidak boleh menyetujui."]
        assert set(Certificate.objects.values_list("status", flat=True)) == {"draft"}


@pytest.mark.usefixtures("cheap")
class TestIssue:
    def test_job_seals_all(self, approved, cast, browse):
        answer = browse(cast.certificate_admin).post(url("issue", approved.batch))
        assert answer.headers["Location"] == url("batch", approved.batch)
        assert set(Certificate.objects.values_list("status", flat=True)) == {"sealed"}
        run = IssueRun.objects.get()
        assert (run.started_by, run.error, run.finished_at is None) == (
            cast.certificate_admin,
            "",
            False,
        )

    def test_press_while_it_runs_starts_no_second_job(self, approved, cast, browse):
        run = services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        answer = browse(cast.certificate_admin).post(url("issue", approved.batch))
        assert words(answer) == ["Penerbitan angkatan ini sedang berjalan."]
        assert list(IssueRun.objects.all()) == [run]
        assert Certificate.objects.sealed().count() == 0

    def test_obstacle_stands_on_the_page(self, approved, cast, browse):
        participants.unlock_attendance(session=approved.session, reason="Salah", by=cast.officer)
        admin = browse(cast.certificate_admin)
        page = admin.post(url("issue", approved.batch), follow=True)
        assert page.context["run"].error == "1 daftar hadir belum dikunci"
        assert "<p>1 daftar hadir belum dikunci</p>" in page.content.decode()

    def test_after_a_crash_the_page_says_press_again(self, approved, cast, browse, monkeypatch):
        def dying(contents):
            raise MemoryError("a secret of the machine")
            yield

        admin = browse(cast.certificate_admin)
        with monkeypatch.context() as first:
            first.setattr(sealing, "certificate_pdfs", dying)
            page = admin.post(url("issue", approved.batch), follow=True).content.decode()
        assert "Tekan lagi untuk melanjutkan; nomor tidak akan ganda." in page
        assert "Terbitkan 3 sertifikat" in page
        assert "secret" not in page
        admin.post(url("issue", approved.batch))
        assert list(Certificate.objects.sealed().values_list("sequence", flat=True)) == [1, 2, 3]

    def test_killed_job_does_not_shut_the_door(self, approved, cast, browse):
        """kill -9 asks nobody: the run is never closed."""
        IssueRun.objects.create(batch=approved.batch, started_by=cast.certificate_admin)
        IssueRun.objects.update(started_at="2026-01-04T03:00Z")
        browse(cast.certificate_admin).post(url("issue", approved.batch))
        assert Certificate.objects.sealed().count() == 3


class TestBatch:
    def test_button_is_for_whom_it_serves(self, finished, cast, browse):
        stages.prepare(finished)
        page = url("batch", finished.batch)
        button = "Setujui 3 sertifikat"
        shown = {
            user.username: button in browse(user).get(page).content.decode()
            for user in (cast.head, cast.certificate_admin, cast.officer)
        }
        assert shown == {"kepala": True, "sertifikat": False, "petugas": False}

    def test_progress_alone_for_htmx_and_a_reload_at_the_end(self, approved, cast, browse, cheap):
        run = services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        admin, htmx = browse(cast.certificate_admin), {"HX-Request": "true"}
        fragment = admin.get(url("batch", approved.batch), headers=htmx)
        assert fragment.content.decode().lstrip().startswith("<section")
        assert "0 dari 3 tersegel" in fragment.content.decode()
        services.run_issuing(run=run)
        done = admin.get(url("batch", approved.batch), headers=htmx)
        assert done.headers["HX-Refresh"] == "true"

    def test_whoever_sees_the_people_is_noted(self, approved, cast, browse, cheap):
        """The bar alone shows nobody; the page does, also when refused or fetched by a script."""
        admin, page, htmx = (
            browse(cast.certificate_admin),
            url("batch", approved.batch),
            {"HX-Request": "true"},
        )
        noted = ReadingTrail.objects.filter(page="certificates_of_batch", batch=approved.batch)
        run = services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        admin.get(page, headers=htmx)
        assert noted.count() == 0
        services.run_issuing(run=run)
        admin.get(page, headers=htmx)
        assert noted.count() == 1
        admin.post(url("prepare", approved.batch), {"dated_on": "x"})
        assert noted.count() == 2

    def test_queries_do_not_grow_with_the_class(self, finished, cast, browse):
        small = stages.another_training(cast)
        small.finish()
        admin = browse(cast.certificate_admin)

        def queries(training):
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(url("batch", training.batch)).status_code == 200
            return len(captured)

        assert queries(finished) == queries(small)


class TestCertificateDownload:
    def test_gives_the_sealed_bytes(self, sealed, cast, browse):
        certificate = sealed[2]
        answer = browse(cast.officer).get(url("certificate_download", certificate))
        assert b"".join(answer) == certificate.path.read_bytes()
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="sertifikat-003-BKR-SMKN3-JBR-XII-2025.pdf"'
        )
        trace = AuditEvent.objects.get(action="certificate.downloaded")
        assert (trace.by, trace.subject_id) == (cast.officer, str(certificate.pk))
        read = ReadingTrail.objects.get(page="certificate_download")
        assert (read.inmate, read.how) == (certificate.enrollment.inmate, "exported")

    def test_unsealed_is_not_there(self, approved, cast, browse):
        certificate = approved.enrollments[0].certificates.get()
        page = browse(cast.officer).get(url("certificate_download", certificate))
        assert page.status_code == 404
        detail = browse(cast.officer).get(url("certificate_detail", certificate))
        assert detail.status_code == 200


class TestDamaged:
    """Of a file that is gone or altered nothing is given out; the page says which, and what helps."""

    @pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"changed")])
    def test_neither_alone_nor_among_the_others(self, sealed, training, cast, browse, spoil):
        spoil(sealed[0].path)
        said = "Berkas 001/BKR/SMKN3-JBR/XII/2025 hilang atau berubah. Pulihkan dari cadangan, lalu ulangi."
        admin = browse(cast.certificate_admin)
        alone = admin.get(url("certificate_download", sealed[0]))
        assert (words(alone), alone.headers["Location"]) == (
            [said],
            url("certificate_detail", sealed[0]),
        )
        together = admin.get(url("batch_download", training.batch))
        assert together.headers["Location"] == url("batch", training.batch)
        assert said in words(together)
        assert not ReadingTrail.objects.filter(how="exported").exists()
        assert not AuditEvent.objects.filter(action__endswith=".downloaded").exists()


class TestBatchDownload:
    def test_zip_holds_the_sealed_files_in_order(self, sealed, training, cast, browse):
        answer = browse(cast.certificate_admin).get(url("batch_download", training.batch))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
        assert archive.testzip() is None
        assert [(name, archive.read(name)) for name in archive.namelist()] == [
            (one.filename, one.path.read_bytes()) for one in sealed
        ]
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="sertifikat-JBR-BKR-A1.zip"'
        )
        read = ReadingTrail.objects.get(page="batch_download")
        assert (read.batch, read.how) == (training.batch, "exported")

    def test_neighbours_certificates_stay_out(self, sealed, training, cast, browse):
        other = stages.another_training(cast)
        other.finish()
        [foreign] = stages.all_the_way(other)
        answer = browse(cast.certificate_admin).get(url("batch_download", other.batch))
        names = zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()
        assert names == [foreign.filename]


class TestCertificateList:
    def rows(self, browser, **query):
        page = browser.get(reverse("certificates:certificate_list"), query).context["page"]
        return [one.enrollment.inmate.name for one in page]

    def test_finds_by_number_name_and_batch(self, sealed, cast, browse):
        officer = browse(cast.officer)
        assert self.rows(officer, q="002/bkr") == ["Sutrisno"]
        assert self.rows(officer, q="fauzi") == ["Achmad Fauzi"]
        assert len(self.rows(officer, q="Bakery A1")) == 3
        assert self.rows(officer, q="nobody") == []

    def test_filters_by_state(self, sealed, cast, browse):
        other = stages.another_training(cast)
        other.finish()
        stages.prepare(other)
        officer = browse(cast.officer)
        assert self.rows(officer, status="draft") == []
        assert len(self.rows(officer, status="sealed")) == 3
        assert len(self.rows(officer, status="nonsense")) == 3

    def test_batches_on_their_way_stand_on_top(self, sealed, cast, browse):
        other = stages.another_training(cast)
        other.finish()
        stages.prepare(other)
        page = browse(cast.officer).get(reverse("certificates:certificate_list"))
        assert list(page.context["waiting"]) == [other.batch]

    def test_same_queries_with_one_and_three(self, finished, cheap, cast, browse):
        other = stages.another_training(cast)
        other.finish()
        stages.all_the_way(other)
        officer = browse(cast.officer)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                rows = self.rows(officer)
            return len(rows), len(captured)

        one, few = queries()
        stages.all_the_way(finished)
        four, many = queries()
        assert (one, four, many) == (1, 4, few)
