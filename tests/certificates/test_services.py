"""From draft to seal: two people, numbers in a row, content that stands still, bytes that stay."""

import hashlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import AuditEvent
from certificates import content, services
from certificates.models import Certificate, IssueRun, NumberFormat, NumberSeries
from certificates.numbers import Numbering
from certificates.queries import readiness
from certificates.services import numbering, sealing
from participants import services as participants
from participants.queries.standings import standings
from partnerships.services import remove_signatory
from tests.certificates import signers, stages


def numbers():
    return list(Certificate.objects.order_by("enrollment").values_list("number", flat=True))


class TestPrepare:
    @pytest.mark.parametrize("day", [date(2025, 12, 30), date(2026, 1, 6)])
    def test_day_before_the_last_or_after_today_is_refused(self, finished, day):
        with pytest.raises(ValidationError) as refusal:
            stages.prepare(finished, day)
        assert refusal.value.message_dict == {
            "dated_on": [
                "Tanggal sertifikat tidak boleh sebelum hari terakhir angkatan atau sesudah hari ini."
            ]
        }
        assert Certificate.objects.count() == 0

    @pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 5)])
    def test_last_day_and_today_are_allowed(self, finished, day):
        assert [one.dated_on for one in stages.prepare(finished, day)] == [day] * 3

    def test_only_those_without_an_obstacle(self, finished):
        inmate = finished.enrollments[1].inmate
        inmate.name = "王伟"
        inmate.save()
        drafts = stages.prepare(finished)
        assert [one.enrollment for one in drafts] == finished.enrollments[::2]

    def test_a_name_too_long_for_the_sheet_holds_up_nobody_else(self, finished):
        inmate = finished.enrollments[0].inmate
        inmate.name = ("Raden Mas Muhammad Abdurrahman Wahyu Hidayatullah Kusumaningrat " * 2)[:120]
        inmate.save()
        drafts = stages.prepare(finished)
        assert [one.enrollment for one in drafts] == finished.enrollments[1:]
        ready = readiness(services.batch_for_certificates(finished.batch))
        [blocker] = ready.candidates[0].blockers
        assert blocker.what == "Nama terlalu panjang untuk lembar sertifikat"

    def test_nobody_gets_a_second_one(self, finished):
        stages.prepare(finished)
        with pytest.raises(ValidationError, match="Tidak ada peserta yang bisa disiapkan"):
            stages.prepare(finished)
        assert Certificate.objects.count() == 3

    def test_blocked_batch_says_what_blocks_it(self, finished, cast):
        participants.unlock_attendance(session=finished.session, reason="Salah", by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            stages.prepare(finished)
        assert refusal.value.messages == ["1 daftar hadir belum dikunci"]


class TestApprove:
    def test_who_prepared_does_not_approve(self, finished, cast):
        stages.prepare(finished)
        with pytest.raises(ValidationError, match="Yang menyiapkan tidak boleh menyetujui"):
            services.approve(batch=finished.batch, by=cast.certificate_admin)
        assert set(Certificate.objects.values_list("status", flat=True)) == {"draft"}

    def test_another_person_approves_all_drafts_once(self, finished, cast):
        stages.prepare(finished)
        assert services.approve(batch=finished.batch, by=cast.head) == 3
        assert services.approve(batch=finished.batch, by=cast.head) == 0
        certificates = Certificate.objects.of(finished.batch)
        assert {(one.status, one.approved_by) for one in certificates} == {("approved", cast.head)}

    def test_drafts_of_another_batch_stay_drafts(self, finished, cast):
        stages.prepare(finished)
        other = stages.another_training(cast)
        other.finish()
        drafts = stages.prepare(other)
        services.approve(batch=finished.batch, by=cast.head)
        drafts[0].refresh_from_db()
        assert drafts[0].status == "draft"


class TestNumber:
    def test_three_in_a_row_in_the_order_of_the_paper(self, sealed):
        assert [one.number for one in sealed] == [
            "001/BKR/SMKN3-JBR/XII/2025",
            "002/BKR/SMKN3-JBR/XII/2025",
            "003/BKR/SMKN3-JBR/XII/2025",
        ]

    def test_months_are_roman(self):
        numbers = [
            Numbering(NumberFormat.STANDARD, "training", "BKR", "SMKN3-JBR", 2026, month).text(1000)
            for month in range(1, 13)
        ]
        roman = "I II III IV V VI VII VIII IX X XI XII".split()
        assert numbers == [f"1000/BKR/SMKN3-JBR/{month}/2026" for month in roman]

    def test_each_program_has_its_own_series(self, sealed, cast):
        welding = stages.another_training(cast, program="LAS")
        welding.finish()
        [certificate] = stages.all_the_way(welding)
        assert certificate.number == "001/LAS/SMKN3-JBR/XII/2025"

    def test_new_year_begins_with_one(self, finished, cheap, cast):
        welding = stages.another_training(cast, names=["Bambang", "Cahyo"])
        welding.finish()
        stages.prepare(welding)
        stages.approve(welding)
        last = welding.enrollments[1].certificates.get()
        last.dated_on = date(2026, 1, 2)
        last.save()
        stages.issue(welding)
        assert numbers() == ["001/LAS/SMKN3-JBR/XII/2025", "001/LAS/SMKN3-JBR/I/2026"]

    def test_next_batch_goes_on_in_the_same_series(self, sealed, cast):
        later = stages.another_training(cast, program="ROTI", code="JBR-BKR-A2")
        program = later.curriculum.program
        program.code, later.curriculum.program.facility = "BKR", cast.metro
        program.save()  # the same code in another prison, the same school: one book of numbers
        later.finish()
        [certificate] = stages.all_the_way(later)
        assert certificate.number == "004/BKR/SMKN3-JBR/XII/2025"

    def test_refused_content_leaves_no_gap(self, approved, cheap, monkeypatch):
        def refuse(*args, **kwargs):
            raise RuntimeError("no content")

        with monkeypatch.context() as broken, pytest.raises(RuntimeError, match="no content"):
            broken.setattr(numbering, "numbered", refuse)
            stages.issue(approved)
        assert NumberSeries.objects.count() == 0
        assert [one.sequence for one in stages.issue(approved)] == [1, 2, 3]

    def test_rolled_back_number_is_given_again(self, db):
        def take():
            with transaction.atomic():
                return NumberSeries.objects.take("BKR/SMKN3-JBR/2025").last

        assert take() == 1
        with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
            assert NumberSeries.objects.take("BKR/SMKN3-JBR/2025").last == 2
            raise RuntimeError("power cut")
        assert take() == 2

    def test_obstacle_that_appeared_after_approval_gives_no_number(self, approved, cheap, cast):
        participants.unlock_attendance(session=approved.session, reason="Salah", by=cast.officer)
        issued = services.issue_batch(batch=approved.batch, by=cast.certificate_admin)
        assert (issued.sealed, issued.skipped) == ([], ["1 daftar hadir belum dikunci"])
        assert numbers() == [None, None, None]


class TestContent:
    def test_says_what_was_true_that_day(self, sealed):
        said = sealed[0].content
        assert {
            name: said[name] for name in ("name", "program", "hours", "predicate", "average")
        } == {
            "name": "Achmad Fauzi",
            "program": "Produksi Bakery",
            "hours": 8,
            "predicate": "Sangat Baik",
            "average": "88",
        }
        assert [unit["title"] for unit in said["units"]] == ["Higiene dan sanitasi", "Adonan roti"]
        assert said["verify_url"] == f"HTTP://SERTIFIKAT.EXAMPLE/V/{sealed[0].public_id}"

    def test_later_changes_reach_neither_content_nor_page(self, sealed, training, cast, client):
        certificate = sealed[0]
        before = client.get(certificate.public_path).context["content"]
        self.change_everything(training, cast)
        certificate.refresh_from_db()
        page = client.get(certificate.public_path)
        assert certificate.content == before == page.context["content"]
        assert page.context["masked_name"] == "A*** F***"
        batch = services.batch_for_certificates(training.batch)
        design = content.design_of(batch.agreement)
        said = content.contents_of(batch, standings(batch), design)
        again = said["training"][certificate.enrollment_id]
        changed = {name for name in again if again[name] != before[name]}
        assert changed == {"name", "school", "program", "units", "signatories", "starts_on"}

    def change_everything(self, training, cast):
        inmate, school = training.enrollments[0].inmate, cast.school
        program, unit = training.curriculum.program, training.units[0]
        inmate.name, school.name, school.emblem = "Zainal", "SMK Lain", "cog"
        program.name, unit.title = "Kue Kering", "Judul lain"
        training.batch.starts_on = date(2025, 12, 1)
        for row in (inmate, school, program, unit, training.batch):
            row.save()
        signatory = training.agreement.signatories.get()
        remove_signatory(signatory=signatory, by=cast.officer)

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Arif Budi Santoso", "A*** B*** S***"),
            ("Sutrisno", "S***"),
            ("Siti  Aminah ", "S*** A***"),
            ("Abdul-Rahman Wahid", "A*** W***"),
            ("Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra", "M*** A*** W*** H*** K*** P***"),
            ("A. B.", "A*** B***"),
        ],
    )  # fmt: skip
    def test_masked_name_hides_letters_and_lengths(self, name, shown):
        assert content.masked(name) == shown


class TestSeal:
    def test_file_is_what_the_database_says(self, sealed):
        for certificate in sealed:
            file = certificate.path.read_bytes()
            assert file == f"%PDF-1.7 {certificate.number} {certificate.content['name']}".encode()
            assert certificate.sha256 == hashlib.sha256(file).hexdigest()
            assert certificate.byte_count == len(file)

    def test_second_seal_changes_nothing(self, sealed):
        certificate = sealed[0]
        first = certificate.path.read_bytes()
        before = Certificate.objects.filter(pk=certificate.pk).values().get()
        services.seal(certificate=certificate, pdf=b"%PDF-1.7 another", by=None)
        assert certificate.path.read_bytes() == first
        assert Certificate.objects.filter(pk=certificate.pk).values().get() == before
        assert AuditEvent.objects.filter(action="certificate.sealed").count() == 3

    def test_file_that_outlived_a_crash_is_the_one_that_counts(self, approved, cheap):
        """Written, and then the power went before the database knew."""
        certificate = Certificate.objects.of(approved.batch).first()
        services.assign_number(certificate=certificate, by=None)
        certificate.refresh_from_db()
        first = signers.blank_pdf(f"Sertifikat Pelatihan, {certificate.number}")
        certificate.path.parent.mkdir(parents=True)
        certificate.path.write_bytes(first)
        services.seal(certificate=certificate, pdf=b"%PDF-1.7 drawn anew", by=None)
        certificate.refresh_from_db()
        assert certificate.path.read_bytes() == first
        assert certificate.sha256 == hashlib.sha256(first).hexdigest()

    @pytest.mark.parametrize(
        "there",
        [b"%PDF-1.7 anything", signers.blank_pdf("Sertifikat, 1001/BKR/SMKN3-JBR/XII/2025")],
    )
    def test_a_file_of_something_else_is_set_aside(self, approved, cheap, settings, there):
        certificate = Certificate.objects.of(approved.batch).first()
        services.assign_number(certificate=certificate, by=None)
        certificate.path.parent.mkdir(parents=True)
        certificate.path.write_bytes(there)
        services.seal(certificate=certificate, pdf=b"%PDF-1.7 its own", by=None)
        certificate.refresh_from_db()
        assert certificate.path.read_bytes() == b"%PDF-1.7 its own"
        assert certificate.sha256 == hashlib.sha256(b"%PDF-1.7 its own").hexdigest()
        [aside] = (settings.CERTIFICATE_ROOT / "drafts").iterdir()
        assert aside.read_bytes() == there

    def test_nothing_but_the_files_is_left(self, sealed, settings):
        kept = {path for path in settings.CERTIFICATE_ROOT.rglob("*") if path.is_file()}
        assert kept == {certificate.path for certificate in sealed}


class TestIssueBatch:
    def test_goes_on_where_it_died(self, approved, monkeypatch):
        def dying(contents):
            drawn = stages.cheap_pdfs(contents)
            yield next(drawn)
            raise MemoryError

        with monkeypatch.context() as first_run, pytest.raises(MemoryError):
            first_run.setattr(sealing, "certificate_pdfs", dying)
            stages.issue(approved)
        given = numbers()
        states = Certificate.objects.order_by("sequence").values_list("status", flat=True)
        assert list(states) == ["sealed", "numbered", "numbered"]
        monkeypatch.setattr(sealing, "certificate_pdfs", stages.cheap_pdfs)
        assert [one.number for one in stages.issue(approved)] == given
        assert set(states.all()) == {"sealed"}
        assert AuditEvent.objects.filter(action="certificate.numbered").count() == 3

    def test_goes_on_although_an_obstacle_appeared_since(self, approved, monkeypatch):
        """What has its number and content is past the checks: a number is never left without a file."""

        def dead(contents):
            raise MemoryError
            yield

        with monkeypatch.context() as first_run, pytest.raises(MemoryError):
            first_run.setattr(sealing, "certificate_pdfs", dead)
            stages.issue(approved)
        approved.agreement.signatories.update(removed_at="2026-01-05T03:00Z")
        monkeypatch.setattr(sealing, "certificate_pdfs", stages.cheap_pdfs)
        assert len(stages.issue(approved)) == 3

    def test_drafts_are_left_alone(self, finished, cheap):
        stages.prepare(finished)
        assert stages.issue(finished) == []
        assert numbers() == [None, None, None]

    def test_sealed_ones_are_not_drawn_again(self, sealed, training, monkeypatch):
        monkeypatch.setattr(sealing, "certificate_pdfs", None)
        assert stages.issue(training) == sealed


class TestStartIssuing:
    def test_second_press_is_refused_while_it_runs(self, approved, cast):
        services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        with pytest.raises(ValidationError, match="sedang berjalan"):
            services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        assert IssueRun.objects.count() == 1


class TestRunIssuing:
    def test_obstacle_is_written_down(self, approved, cheap, cast):
        run = services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        participants.unlock_attendance(session=approved.session, reason="Salah", by=cast.officer)
        services.run_issuing(run=run)
        assert run.error == "1 daftar hadir belum dikunci"
        assert run.finished_at is not None

    def test_crash_is_written_down_and_told_on(self, approved, cast, monkeypatch):
        def dying(contents):
            raise MemoryError
            yield

        monkeypatch.setattr(sealing, "certificate_pdfs", dying)
        run = services.start_issuing(batch=approved.batch, by=cast.certificate_admin)
        with pytest.raises(MemoryError):
            services.run_issuing(run=run)
        run.refresh_from_db()
        assert run.error == (
            "Penerbitan terhenti. Tekan lagi untuk melanjutkan; nomor tidak akan ganda."
        )
        assert run.finished_at is not None


class TestWhatTheHeadApproved:
    def test_is_what_is_sealed_or_nothing(self, approved, cheap):
        """Between approval and issue an officer gives one of them another name."""
        inmate = approved.enrollments[0].inmate
        inmate.name = "Orang Lain Sama Sekali"
        inmate.save()
        issued = services.issue_batch(batch=approved.batch, by=approved.cast.certificate_admin)
        assert issued.skipped == ["Orang Lain Sama Sekali: berubah sejak disiapkan"]
        assert [one.content["name"] for one in issued.sealed] == [
            one.inmate.name for one in approved.enrollments[1:]
        ]

    def test_is_not_approved_once_it_changed(self, finished):
        stages.prepare(finished)
        finished.curriculum.program.name = "Kue Kering"
        finished.curriculum.program.save()
        with pytest.raises(ValidationError, match="berubah sejak sertifikat disiapkan"):
            stages.approve(finished)
        assert [one.content["program"] for one in stages.prepare(finished)] == ["Kue Kering"] * 3
        assert len(stages.approve(finished)) == 3

    def test_is_void_when_prepared_anew(self, approved):
        inmate = approved.enrollments[0].inmate
        inmate.name = "Achmad Fauzan"
        inmate.save()
        [draft] = stages.prepare(approved)
        assert (draft.status, draft.approved_by, draft.content["name"]) == (
            Certificate.Status.DRAFT,
            None,
            "Achmad Fauzan",
        )

    def test_one_who_left_does_not_hold_up_the_rest(self, approved, cheap):
        participants.end_enrollment(
            enrollment=approved.enrollments[0],
            ended_on=stages.LAST_DAY,
            end_reason="released",
            by=approved.cast.officer,
        )
        issued = services.issue_batch(batch=approved.batch, by=approved.cast.certificate_admin)
        assert [one.sequence for one in issued.sealed] == [1, 2]
        assert issued.skipped == ["Achmad Fauzi: Berhenti sebelum selesai"]


class TestClosed:
    def test_marks_and_results_of_a_numbered_certificate_stand(self, sealed, training, cast):
        with pytest.raises(ValidationError, match="sudah bernomor"):
            training.assess("70")
        with pytest.raises(ValidationError, match="sudah bernomor"):
            participants.unlock_attendance(
                session=training.session, reason="Salah", by=cast.officer
            )

    def test_without_the_mark_they_would_change(self, sealed, training):
        training.batch.enrollments.update(closed_at=None)
        for enrollment in training.enrollments:
            enrollment.results.update(version=0)
        assert training.assess("70") == 6
