"""What keeps a batch, or somebody in it, from a certificate: each obstacle alone, with its remedy's address."""

from datetime import date

import pytest
from django.urls import reverse

from certificates.queries import readiness
from certificates.services import batch_for_certificates
from participants import services as participants
from participants.models import UnitResult
from partnerships.services import end_agreement, remove_signatory
from programs.models import Coverage
from programs.services import move_batch
from tests import factories
from tests.participants.classes import catch_up, note

pytestmark = pytest.mark.usefixtures("january")


def of_batch(training):
    """[(obstacle, where its remedy is)] of the batch."""
    ready = readiness(batch_for_certificates(training.batch))
    return [(one.what, one.url) for one in ready.blockers]


def of_people(training):
    """The same for each participant, in the order of the paper."""
    ready = readiness(batch_for_certificates(training.batch))
    return [[(one.what, one.url) for one in person.blockers] for person in ready.candidates]


def teach(training, *sheets, cause=""):
    """Mark each meeting with its codes, lock it, and give everybody a K."""
    for session, codes in zip(training.sessions, sheets, strict=True):
        training.mark(session, codes, cause=cause)
        participants.lock_attendance(session=session, by=training.cast.officer)
    training.assess()
    move_batch(batch=training.batch, to_state="finished", by=training.cast.officer)


class TestReadinessOfBatch:
    def test_a_batch_still_running_is_an_obstacle(self, finished):
        finished.batch.state = "running"
        finished.batch.save()
        assert [one.what for one in readiness(batch_for_certificates(finished.batch)).blockers] == [
            "Angkatan belum dinyatakan selesai"
        ]

    def test_whoever_left_office_signs_no_more(self, finished):
        finished.agreement.signatories.update(leaves_office_on=date(2026, 1, 4))
        (blocker,) = readiness(batch_for_certificates(finished.batch)).blockers
        assert blocker.what == "Masa jabatan Widiwasito sudah berakhir"
        finished.agreement.signatories.update(leaves_office_on=date(2026, 1, 5))
        assert readiness(batch_for_certificates(finished.batch)).blockers == []

    def test_finished_batch_is_ready(self, finished):
        ready = readiness(batch_for_certificates(finished.batch))
        assert ready.blockers == []
        assert [one.enrollment for one in ready.ready] == finished.enrollments

    def test_agreement_ended_in_the_middle(self, finished, cast):
        end_agreement(
            agreement=finished.agreement,
            ended_early_on=date(2025, 12, 20),
            end_reason="Sekolah mundur",
            by=cast.officer,
        )
        what = "Tidak ada perjanjian berlaku yang mencakup program ini pada 21–31 Desember 2025"
        assert of_batch(finished) == [(what, finished.agreement.get_absolute_url())]

    def test_addendum_fills_the_gap(self, finished, cast):
        end_agreement(
            agreement=finished.agreement,
            ended_early_on=date(2025, 12, 20),
            end_reason="Diganti adendum",
            by=cast.officer,
        )
        factories.AgreementFactory(
            facility=cast.jember,
            partner=cast.school,
            kind="addendum",
            parent=finished.agreement,
            starts_on=date(2025, 12, 21),
        )
        assert of_batch(finished) == []

    def test_program_not_covered(self, finished):
        Coverage.objects.get().delete()
        what = "Tidak ada perjanjian berlaku yang mencakup program ini pada 17–31 Desember 2025"
        assert of_batch(finished) == [(what, finished.agreement.get_absolute_url())]

    def test_signatory_without_successor(self, finished, cast):
        """One who signs agreements alone is no successor."""
        factories.SignatoryFactory(agreement=finished.agreement, has_certificate_signature=False)
        signatory = finished.agreement.signatories.get(has_certificate_signature=True)
        remove_signatory(signatory=signatory, by=cast.officer)
        what = "Belum ada penanda tangan sertifikat dari pihak mitra"
        assert of_batch(finished) == [(what, finished.agreement.get_absolute_url())]

    def test_session_still_planned(self, finished):
        factories.SessionFactory(
            batch=finished.batch, unit=finished.units[0], takes_place_on=date(2025, 12, 19)
        )
        assert of_batch(finished) == [
            ("1 pertemuan belum terlaksana", finished.batch.get_absolute_url())
        ]

    def test_a_catch_up_left_without_anybody_can_only_be_cancelled(self, finished):
        catch_up(finished, [])
        (blocker,) = readiness(batch_for_certificates(finished.batch)).blockers
        assert (blocker.what, blocker.remedy) == (
            "1 pertemuan tidak punya peserta lagi",
            "Batalkan pertemuannya dengan alasan; daftar hadirnya tidak bisa diisi siapa pun.",
        )

    def test_cancelled_session_is_no_obstacle(self, finished):
        factories.SessionFactory(
            batch=finished.batch,
            unit=finished.units[0],
            status="cancelled",
            cancel_reason="Hari libur",
            cancel_cause="other",
        )
        assert of_batch(finished) == []

    def test_sheet_unlocked_again(self, finished, cast):
        participants.unlock_attendance(
            session=finished.session, reason="Salah tanda", by=cast.officer
        )
        assert of_batch(finished) == [
            ("1 daftar hadir belum dikunci", finished.batch.get_absolute_url())
        ]

    def test_hours_missing_for_a_unit(self, finished):
        unit = finished.units[1]
        unit.practice_hours += 2
        unit.save(update_fields=["practice_hours"])
        assert of_batch(finished) == [
            ("Adonan roti kurang 2 JP", finished.batch.get_absolute_url())
        ]


class TestReadinessOfPerson:
    def test_attendance_below_minimum(self, training):
        teach(training, "HHH", "HAH")
        remedy = reverse("participants:catch_up_create", args=[training.batch.pk])
        assert of_people(training) == [[], [("Hadir 50 %, batasnya 80 %", remedy)], []]

    def test_absence_by_the_facility_does_not_count(self, training):
        """It is a debt, 4 of 8 JP; that they are few enough is all a certificate asks."""
        training.batch.minimum_attendance = 50
        training.batch.save()
        teach(training, "HHH", "HAH", cause="facility")
        assert of_people(training) == [[], [], []]

    @pytest.mark.parametrize(("sheets", "debt"), [(("HHH", "HAH"), 4), (("HAH", "HAH"), 8)])
    def test_nobody_is_certified_for_hours_that_nobody_taught(self, training, sheets, debt):
        """100 per cent of what counts, or nothing that counts: the debt is in the way, not the person."""
        teach(training, *sheets, cause="facility")
        remedy = reverse("participants:catch_up_create", args=[training.batch.pk])
        words = f"Utang {debt} JP belum diajar ulang"
        assert of_people(training) == [[], [(words, remedy)], []]

    def test_a_debt_made_up_is_no_obstacle(self, training):
        teach(training, "HHH", "HAH", cause="facility")
        sutrisno = training.enrollments[1]
        late = catch_up(training, [sutrisno], unit=1, status="held", locked_at="2025-12-22T00:00Z")
        note(training, late, sutrisno, "H")
        assert (of_batch(training), of_people(training)) == ([], [[], [], []])

    def test_never_marked_at_all(self, training):
        """Nothing is owed, and nothing was attended."""
        assert of_people(training)[0][0] == (
            "Hadir 0 %, batasnya 80 %",
            reverse("participants:catch_up_create", args=[training.batch.pk]),
        )

    def test_exactly_the_minimum_is_enough(self, training):
        training.batch.minimum_attendance = 50
        training.batch.save()
        teach(training, "HHH", "HAH")
        assert of_people(training) == [[], [], []]

    def test_unit_not_assessed(self, finished):
        UnitResult.objects.filter(
            enrollment=finished.enrollments[0], unit=finished.units[1]
        ).delete()
        results = reverse("participants:results", args=[finished.batch.pk])
        assert of_people(finished) == [[("Kompeten 1 dari 2 unit", results)], [], []]

    def test_a_unit_with_theory_alone_is_not_assessed(self, finished):
        UnitResult.objects.filter(
            enrollment=finished.enrollments[0], unit=finished.units[1]
        ).update(score=None, practice_score=None, is_competent=False)
        results = reverse("participants:results", args=[finished.batch.pk])
        assert of_people(finished) == [[("Kompeten 1 dari 2 unit", results)], [], []]
        contents = [one.content is None for one in readiness(finished.batch).candidates]
        assert contents == [True, False, False]

    def test_unit_not_yet_competent(self, finished):
        UnitResult.objects.filter(
            enrollment=finished.enrollments[2], unit=finished.units[0]
        ).update(is_competent=False)
        results = reverse("participants:results", args=[finished.batch.pk])
        assert of_people(finished) == [[], [], [("Kompeten 1 dari 2 unit", results)]]

    def test_who_stopped_is_told_that_alone(self, training, cast):
        """Neither marks nor results are asked of somebody who is gone."""
        participants.end_enrollment(
            enrollment=training.enrollments[1],
            ended_on=date(2025, 12, 17),
            end_reason="released",
            by=cast.officer,
        )
        gone = of_people(training)[1]
        assert gone == [
            ("Berhenti sebelum selesai", reverse("participants:roster", args=[training.batch.pk]))
        ]

    def test_name_in_a_script_that_the_fonts_lack(self, finished):
        inmate = finished.enrollments[0].inmate
        inmate.name = "Lim 王伟"
        inmate.save()
        what = "Nama memuat huruf yang tidak bisa dicetak: 王伟"
        assert of_people(finished) == [[(what, inmate.get_absolute_url())], [], []]

    def test_one_obstacle_does_not_hold_up_the_others(self, training):
        teach(training, "HHH", "HAH")
        ready = readiness(batch_for_certificates(training.batch)).ready
        assert [one.enrollment for one in ready] == training.enrollments[::2]


class TestRemedies:
    def test_every_remedy_opens_for_the_officer(self, training, cast, browse):
        """She gets there by way of the batch, whose obstacles are hers to mend."""
        inmate = training.enrollments[0].inmate
        inmate.name = "王伟"
        inmate.save()
        Coverage.objects.get().delete()
        urls = {url for _, url in of_batch(training) + sum(of_people(training), [])}
        officer = browse(cast.officer)
        assert {url: officer.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
        assert len(urls) == 5
