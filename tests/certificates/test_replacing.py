"""A duplicate beside a certificate, and another in its place."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from certificates import services
from certificates.models import Certificate, LedgerEntry
from participants import services as participants
from participants.models import UnitResult
from participants.services import Assessment
from tests import factories
from tests.certificates import stages

TODAY = date(2026, 1, 5)


def duplicate(certificate, cast, dated_on=TODAY):
    return services.duplicate(
        certificate=certificate,
        explanation="Lembarnya hilang",
        dated_on=dated_on,
        by=cast.certificate_admin,
    )


def replace(certificate, cast, reason="name"):
    return services.replace(
        certificate=certificate,
        reason=reason,
        explanation="Ejaan namanya salah",
        dated_on=TODAY,
        by=cast.certificate_admin,
    )


def rename(certificate, name):
    inmate = certificate.enrollment.inmate
    inmate.name = name
    inmate.save()


def issued(training, draft):
    stages.approve(training)
    stages.issue(training)
    draft.refresh_from_db()
    return draft


def end(certificate, cast, status="revoked", reason="mistake"):
    services.end(certificate=certificate, status=status, reason=reason, by=cast.head)
    certificate.refresh_from_db()


class TestDuplicate:
    def test_says_what_the_first_one_says_and_that_it_is_one(self, sealed, training, cast):
        first = sealed[0]
        rename(first, "Nama Lain")  # a duplicate tells of the paper, not of the person
        copy = issued(training, duplicate(first, cast))
        assert (copy.status, copy.number) == ("sealed", "001/BKR/SMKN3-JBR/I/2026")
        assert copy.content["name"] == "Achmad Fauzi"
        assert copy.content["duplicate_of"] == {"number": first.number, "issued_on": "2025-12-31"}
        first.refresh_from_db()
        assert first.status == "sealed"

    def test_needs_another_to_approve(self, sealed, training, cast):
        duplicate(sealed[0], cast)
        with pytest.raises(ValidationError, match="tidak boleh menyetujui"):
            services.approve(batch=training.batch, by=cast.certificate_admin)

    def test_is_approved_although_the_batch_has_an_obstacle_by_now(self, sealed, training, cast):
        copy = duplicate(sealed[0], cast)
        training.agreement.signatories.all().delete()
        assert issued(training, copy).status == "sealed"

    def test_one_at_a_time(self, sealed, cast):
        duplicate(sealed[0], cast)
        with pytest.raises(ValidationError, match="Duplikat orang ini masih disiapkan"):
            duplicate(sealed[0], cast)

    @pytest.mark.parametrize("day", [date(2025, 12, 30), date(2026, 1, 6)])
    def test_day_before_the_first_or_after_today(self, sealed, cast, day):
        with pytest.raises(ValidationError) as refusal:
            duplicate(sealed[0], cast, day)
        assert list(refusal.value.message_dict) == ["dated_on"]

    def test_not_of_a_duplicate_nor_of_what_ended(self, sealed, training, cast):
        copy = issued(training, duplicate(sealed[0], cast))
        with pytest.raises(ValidationError, match="sudah duplikat"):
            duplicate(copy, cast)
        end(sealed[1], cast)
        with pytest.raises(ValidationError, match="sertifikat yang berlaku"):
            duplicate(sealed[1], cast)

    def test_is_numbered_although_the_batch_holds_up_the_others(self, sealed, training, cast):
        rename(sealed[1], "Bambang Betul")
        new, copy = replace(sealed[1], cast), duplicate(sealed[0], cast)
        stages.approve(training)
        training.agreement.signatories.all().delete()
        issued = services.issue_batch(batch=training.batch, by=cast.certificate_admin)
        assert issued.skipped == ["Belum ada penanda tangan sertifikat dari pihak mitra"]
        copy.refresh_from_db()
        new.refresh_from_db()
        assert (copy.status, new.status) == ("sealed", "approved")

    @pytest.mark.parametrize("is_numbered", [False, True])
    def test_none_comes_out_once_the_first_one_ended(self, sealed, training, cast, is_numbered):
        copy = duplicate(sealed[0], cast)
        stages.approve(training)
        if is_numbered:
            services.assign_number(certificate=copy, by=cast.certificate_admin)
        end(sealed[0], cast)
        stages.issue(training)
        copy.refresh_from_db()
        assert copy.status == "void"
        assert LedgerEntry.objects.filter(certificate=copy, kind="void").exists() == is_numbered


class TestReplace:
    def test_old_one_is_in_force_until_the_new_one_is_sealed(self, sealed, training, cast):
        old = sealed[0]
        rename(old, "Achmad Fauzan")
        new = replace(old, cast)
        stages.approve(training)
        old.refresh_from_db()
        assert old.status == "sealed"
        new = issued(training, new)
        old.refresh_from_db()
        assert (old.status, old.end_reason, old.replaced_by) == ("superseded", "name", new)
        assert (new.status, new.content["name"]) == ("sealed", "Achmad Fauzan")
        assert old.content["name"] == "Achmad Fauzi"

    def test_nothing_corrected_yet_nothing_is_approved(self, sealed, training, cast, browse):
        new = replace(sealed[0], cast, "results")
        with pytest.raises(ValidationError, match="Ada yang berubah"):
            stages.approve(training)
        page = browse(cast.head).get(f"/certificates/batches/{training.batch.pk}/")
        assert "belum ada yang dibetulkan" in page.text
        self.assess(training, 0, "95")
        stages.prepare(training)
        assert issued(training, new).status == "sealed"

    def test_both_pages_point_to_each_other(self, sealed, training, cast, browse):
        rename(sealed[0], "Achmad Fauzan")
        new = issued(training, replace(sealed[0], cast))
        officer = browse(cast.officer)
        for page, other in ((sealed[0], new), (new, sealed[0])):
            text = officer.get(page.get_absolute_url()).content.decode()
            assert f'<a href="{other.get_absolute_url()}">{other.number}</a>' in text

    def test_its_duplicate_ends_with_it(self, sealed, training, cast):
        copy = issued(training, duplicate(sealed[0], cast))
        rename(sealed[0], "Achmad Fauzan")
        issued(training, replace(sealed[0], cast))
        copy.refresh_from_db()
        assert copy.status == "superseded"

    def test_results_open_for_this_one_and_close_with_the_number(self, sealed, training, cast):
        new = replace(sealed[0], cast, "results")
        self.assess(training, 0, "95")
        with pytest.raises(ValidationError, match="sudah bernomor"):
            self.assess(training, 1, "95")
        stages.prepare(training)
        new = issued(training, new)
        assert new.content["units"][0]["score"] == "95"
        assert new.dated_on == TODAY  # its own day, not that of preparing the others
        with pytest.raises(ValidationError, match="sudah bernomor"):
            self.assess(training, 0, "70")

    def assess(self, training, place, score):
        enrollment, unit = training.enrollments[place], training.units[0]
        version = UnitResult.objects.get(enrollment=enrollment, unit=unit).version
        given = Assessment(Decimal(score), Decimal(score), True, version)
        return participants.record_results(
            batch=training.batch,
            assessments={(enrollment.pk, unit.pk): given},
            assessor="Sri Wahyuni, S.Pd.",
            by=training.cast.instructor,
        )

    def test_a_name_opens_no_results(self, sealed, training, cast):
        replace(sealed[0], cast, "name")
        with pytest.raises(ValidationError, match="sudah bernomor"):
            self.assess(training, 0, "95")

    def test_corrected_after_it_was_prepared_it_waits_for_another_look(
        self, sealed, training, cast
    ):
        replace(sealed[0], cast)
        rename(sealed[0], "Achmad Fauzan")
        with pytest.raises(ValidationError, match="berubah sejak"):
            stages.approve(training)
        [again] = stages.prepare(training)
        assert (again.replaces, again.content["name"]) == (sealed[0], "Achmad Fauzan")

    def test_completed_training_takes_the_place_of_a_statement(self, finished, cheap, cast):
        missing = UnitResult.objects.filter(
            enrollment=finished.enrollments[0], unit=finished.units[1]
        )
        missing.update(is_competent=False)
        services.prepare_statements(
            batch=finished.batch,
            enrollments=finished.enrollments[:1],
            dated_on=stages.LAST_DAY,
            by=cast.certificate_admin,
        )
        stages.approve(finished)
        [statement] = stages.issue(finished)
        new = replace(statement, cast, "completed")
        with pytest.raises(ValidationError, match="berubah sejak"):
            stages.approve(finished)  # nothing has been completed yet
        missing.update(is_competent=True)
        stages.prepare(finished)
        new = issued(finished, new)
        statement.refresh_from_db()
        assert (new.kind, statement.status, statement.end_reason) == (
            "training",
            "superseded",
            "completed",
        )

    def test_a_certificate_is_complete_already(self, sealed, cast):
        with pytest.raises(ValidationError) as refusal:
            replace(sealed[0], cast, "completed")
        assert list(refusal.value.message_dict) == ["reason"]

    def test_one_revoked_by_mistake_gets_a_new_one_and_stays_revoked(self, sealed, training, cast):
        end(sealed[0], cast)
        new = issued(training, replace(sealed[0], cast, "mistake"))
        sealed[0].refresh_from_db()
        assert (new.status, sealed[0].status, sealed[0].end_reason) == (
            "sealed",
            "revoked",
            "mistake",
        )

    def test_cancelled_it_leaves_the_old_one_and_closes_the_results(self, sealed, training, cast):
        new = replace(sealed[0], cast, "results")
        services.void(certificate=new, reason="Ternyata benar", by=cast.certificate_admin)
        with pytest.raises(ValidationError, match="sudah bernomor"):
            self.assess(training, 0, "95")
        another = replace(sealed[0], cast)
        assert Certificate.objects.get(replaces=sealed[0]) == another
        cancelled = AuditEvent.objects.get(action="certificate.voided").details
        assert cancelled["replaced"] == sealed[0].number

    def test_corrected_it_is_not_cancelled_before_the_results_are_put_back(
        self, sealed, training, cast, browse
    ):
        old = sealed[0]
        new = replace(old, cast, "results")
        self.assess(training, 0, "71")
        unit = training.units[0]
        page = browse(cast.certificate_admin).get(
            reverse("certificates:void_create", args=[new.pk])
        )
        assert page.context["bar"] == (
            f"Yang tercatat sekarang berbeda dari {old.number} yang berlaku: {unit.title}."
            " Kembalikan catatannya seperti semula, atau terbitkan penggantinya."
        )
        with pytest.raises(ValidationError, match="Kembalikan catatannya"):
            services.void(certificate=new, reason="Batal", by=cast.certificate_admin)
        self.assess(training, 0, old.content["units"][0]["score"])
        services.void(certificate=new, reason="Batal", by=cast.certificate_admin)
        assert Certificate.objects.get(pk=new.pk).status == "void"

    def test_what_differed_before_does_not_hold_it(self, sealed, training, cast):
        UnitResult.objects.filter(
            enrollment=training.enrollments[0], unit=training.units[0]
        ).update(score=71)
        new = replace(sealed[0], cast, "results")
        services.void(certificate=new, reason="Batal", by=cast.certificate_admin)
        assert Certificate.objects.get(pk=new.pk).status == "void"

    def test_whoever_began_it_does_not_approve_it_when_another_prepared_it_anew(
        self, sealed, training, cast
    ):
        replace(sealed[0], cast)
        rename(sealed[0], "Achmad Fauzan")
        colleague = factories.UserFactory(role=Role.CERTIFICATE_ADMIN, facility=cast.jember)
        [draft] = services.prepare(batch=training.batch, dated_on=TODAY, by=colleague)
        for own in (cast.certificate_admin, colleague):
            with pytest.raises(ValidationError, match="tidak boleh menyetujui"):
                services.approve(batch=training.batch, by=own)
        draft.approved_by = cast.certificate_admin
        with pytest.raises(ValidationError, match="Yang meminta penggantian"):
            draft.validate_constraints()

    def test_nothing_is_replaced_twice(self, sealed, training, cast):
        rename(sealed[0], "Achmad Fauzan")
        new = issued(training, replace(sealed[0], cast))
        with pytest.raises(ValidationError, match=f"Penggantinya sudah ada: {new.number}"):
            replace(sealed[0], cast)


class TestForms:
    def test_back_button_after_a_duplicate_says_it_is_under_way(self, sealed, cast, browse):
        admin = browse(cast.certificate_admin)
        url = reverse("certificates:duplicate_create", args=[sealed[0].pk])
        asked = {"explanation": "Lembarnya hilang", "dated_on": "05-01-2026"}
        assert admin.post(url, asked).headers["Location"] == sealed[0].get_absolute_url()
        again = admin.post(url, asked)
        assert "Duplikat orang ini masih disiapkan" in again.content.decode()
        assert Certificate.objects.exclude(duplicate_of=None).count() == 1

    def test_head_reads_why(self, sealed, cast, browse):
        copy = duplicate(sealed[0], cast)
        reads = {
            user.username: "Lembarnya hilang" in browse(user).get(copy.get_absolute_url()).text
            for user in (cast.head, cast.regional)
        }
        assert reads == {"kepala": True, "kanwil": False}

    def test_replacement_needs_a_reason_of_the_list(self, sealed, cast, browse):
        page = browse(cast.certificate_admin).post(
            reverse("certificates:replacement_create", args=[sealed[0].pk]),
            {"reason": "fraud", "explanation": "x" * 501, "dated_on": "06-01-2026"},
        )
        assert set(page.context["form"].errors) == {"reason", "explanation"}
