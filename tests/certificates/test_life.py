"""A certificate that was taken back before it was sealed; its page; and who approves what."""

from functools import partial
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from certificates import services
from certificates.models import Certificate, LedgerEntry
from certificates.services import preparing, sealing, voiding
from participants import services as participants
from tests import factories
from tests.certificates import stages
from tests.programs import races

Status = Certificate.Status


def url(name, thing):
    return reverse(f"certificates:{name}", args=[thing.pk])


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def certificate_of(training, place=0):
    """The newest of that person's."""
    return training.enrollments[place].certificates.order_by("-pk").first()


def number_all(training):
    for one in Certificate.objects.of(training.batch).filter(status=Status.APPROVED):
        services.assign_number(certificate=one, by=training.cast.certificate_admin)


def void(certificate, cast, reason="Salah orang"):
    return services.void(certificate=certificate, reason=reason, by=cast.certificate_admin)


class TestVoid:
    def test_a_number_stays_in_the_register_and_the_next_one_follows(self, approved, cheap, cast):
        number_all(approved)
        gone = void(certificate_of(approved, 1), cast)
        assert (gone.status, gone.number) == ("void", "002/BKR/SMKN3-JBR/XII/2025")
        entry = LedgerEntry.objects.latest("index")
        assert (entry.kind, entry.certificate) == ("void", gone)
        stages.all_the_way(approved)
        assert list(Certificate.objects.in_register().values_list("sequence", "status")) == [
            (1, "sealed"),
            (2, "void"),
            (3, "sealed"),
            (4, "sealed"),
        ]

    def test_a_draft_leaves_no_line_in_the_ledger(self, finished, cast):
        stages.prepare(finished)
        void(certificate_of(finished), cast)
        assert not LedgerEntry.objects.exists()
        [again] = stages.prepare(finished)
        assert again.enrollment == finished.enrollments[0]

    def test_what_its_number_had_closed_is_open_again(self, approved, cast):
        number_all(approved)
        with pytest.raises(ValidationError, match="sudah bernomor"):
            approved.assess("70")
        for place in range(3):
            void(certificate_of(approved, place), cast)
        for enrollment in approved.enrollments:
            enrollment.results.update(version=0)
        assert approved.assess("90") == 6

    def test_a_file_that_was_never_sealed_goes(
        self, approved, cast, monkeypatch, django_capture_on_commit_callbacks
    ):
        """The power went after it was written."""

        def power_cut(folder):
            raise RuntimeError

        number_all(approved)
        one = certificate_of(approved)
        with monkeypatch.context() as cut, pytest.raises(RuntimeError):
            cut.setattr(sealing, "_sync_folder", power_cut)
            services.seal(certificate=one, pdf=b"%PDF Achmad Fauzi", by=cast.certificate_admin)
        assert one.path.exists()
        with django_capture_on_commit_callbacks(execute=True):
            void(one, cast)
        assert not one.path.exists()

    def test_what_was_voided_meanwhile_gets_no_file(self, approved, cast):
        number_all(approved)
        one = certificate_of(approved)
        void(one, cast)
        services.seal(certificate=one, pdf=b"%PDF", by=cast.certificate_admin)
        assert not one.path.exists()

    def test_what_is_sealed_is_not_voided(self, sealed, cast):
        with pytest.raises(ValidationError, match="Mintakan pencabutannya"):
            void(sealed[0], cast)

    def test_form_says_so_to_whoever_comes_back_to_it(self, approved, cast, browse):
        admin, one = browse(cast.certificate_admin), certificate_of(approved)
        answer = admin.post(url("void_create", one), {"reason": "Salah orang"})
        assert answer.headers["Location"] == one.get_absolute_url()
        again = admin.post(url("void_create", one), {"reason": "Salah orang"})
        assert (again.status_code, again.context["bar"]) == (
            200,
            "Sertifikat ini sudah dibatalkan.",
        )
        assert AuditEvent.objects.filter(action="certificate.voided").count() == 1

    def test_a_reason_of_a_page_is_too_long(self, approved, cast, browse):
        page = browse(cast.certificate_admin).post(
            url("void_create", certificate_of(approved)), {"reason": "a" * 201}
        )
        assert list(page.context["form"].errors) == ["reason"]
        assert certificate_of(approved).status == "approved"


@pytest.mark.django_db(transaction=True)
class TestVoidRace:
    def race(self, training, cast):
        """Void and seal the same one together: [(status, kinds in the ledger)], what the voider heard."""
        number_all(training)
        one = certificate_of(training)
        voided, _ = races.at_once(
            partial(void, one, cast),
            partial(services.seal, certificate=one, pdf=b"%PDF-", by=cast.certificate_admin),
        )
        one.refresh_from_db()
        kinds = set(one.ledger_entries.values_list("kind", flat=True)) - {"number"}
        return one.status, kinds, isinstance(voided, ValidationError)

    def test_either_the_void_wins_or_the_seal(self, approved, cast):
        outcome = self.race(approved, cast)
        assert outcome in [("void", {"void"}, False), ("sealed", {"seal"}, True)]

    def test_nobody_brings_back_what_was_voided_while_they_prepared(
        self, finished, cast, monkeypatch
    ):
        assert (
            self.prepare_again_and_void(finished, monkeypatch, 0.5, stages.prepare, void) == "void"
        )

    def test_without_the_locks_they_would(self, finished, cast, monkeypatch):
        def unguarded_prepare(training):
            by = cast.certificate_admin
            return prepare(batch=training.batch, dated_on=stages.LAST_DAY, by=by)

        def unguarded_void(certificate, cast):
            return take(certificate=certificate, reason="Salah orang", by=cast.certificate_admin)

        stages.prepare(finished)
        prepare = races.without_guard(monkeypatch, services.prepare)
        take = races.without_guard(monkeypatch, services.void)
        acts = unguarded_prepare, unguarded_void
        assert self.prepare_again_and_void(finished, monkeypatch, 30, *acts) == "draft"

    def prepare_again_and_void(self, training, monkeypatch, patience, prepare, take):
        """A changed draft is prepared again and voided together; what becomes of it."""
        if not Certificate.objects.exists():
            stages.prepare(training)
        one = certificate_of(training)
        inmate = one.enrollment.inmate
        inmate.name = "Achmad Fauzan"
        inmate.save()
        both_have_read, voided_first = Barrier(2), Barrier(2)
        for owner, name, crowd in (
            (preparing, "readiness", both_have_read),
            (voiding, "locked_certificate", both_have_read),
            (preparing, "try_on_paper", voided_first),
            (voiding, "take_back", voided_first),
        ):
            races.meet_after(monkeypatch, owner, name, racers=2, patience=patience, crowd=crowd)
        races.at_once(partial(prepare, training), partial(take, one, training.cast))
        one.refresh_from_db()
        return one.status


class TestApprove:
    def test_the_drafts_of_others_only(self, finished, cast, browse):
        """The deputy of the office prepared one, and stands in for the head today."""
        deputy = factories.UserFactory(role=Role.CERTIFICATE_ADMIN, facility=cast.jember)
        services.prepare(batch=finished.batch, dated_on=stages.LAST_DAY, by=deputy)
        own = certificate_of(finished)
        own.prepared_by = cast.head
        own.save()
        answer = browse(cast.head).post(url("approve", finished.batch))
        assert words(answer) == [
            "2 sertifikat disetujui.",
            "1 yang disiapkan sendiri menunggu orang lain.",
        ]
        assert [certificate_of(finished, place).status for place in range(3)] == [
            "draft",
            "approved",
            "approved",
        ]

    def test_a_changed_one_stays_and_the_page_says_so(self, finished, cast, browse):
        stages.prepare(finished)
        inmate = finished.enrollments[0].inmate
        inmate.name = "Achmad Fauzan"
        inmate.save()
        answer = browse(cast.head).post(url("approve", finished.batch))
        assert words(answer) == [
            "2 sertifikat disetujui.",
            "1 tidak disetujui: isinya belum atau tidak lagi benar. Lihat keadaannya di bawah.",
        ]

    def test_button_counts_what_it_will_do(self, finished, cast, browse):
        stages.prepare(finished)
        own = certificate_of(finished)
        own.prepared_by = cast.head
        own.save()
        page = browse(cast.head).get(url("batch", finished.batch)).content.decode()
        assert "Setujui 2 sertifikat" in page


class TestCertificateDetail:
    def test_tells_its_life_with_who_and_when(self, sealed, cast, browse):
        page = browse(cast.officer).get(sealed[0].get_absolute_url())
        assert [(step.what, step.by) for step in page.context["steps"]] == [
            ("Disiapkan", cast.certificate_admin),
            ("Disetujui", cast.head),
            ("Diberi nomor", cast.certificate_admin),
            ("Disegel", cast.certificate_admin),
        ]

    def test_offers_what_can_be_done_to_whoever_may(self, sealed, cast, browse):
        links = {
            user.username: [
                name
                for name in ("void", "duplicate", "replacement", "revocation")
                if url(f"{name}_create", sealed[0])
                in browse(user).get(sealed[0].get_absolute_url()).content.decode()
            ]
            for user in (cast.certificate_admin, cast.head)
        }
        assert links == {"sertifikat": ["duplicate", "replacement", "revocation"], "kepala": []}

    def test_a_forged_number_is_not_there(self, sealed, cast, browse):
        assert browse(cast.officer).get("/certificates/987654321/").status_code == 404


class TestReopen:
    def test_a_sheet_opens_for_one_and_stands_for_the_others(self, sealed, training, cast):
        with pytest.raises(ValidationError, match="sudah bernomor"):
            participants.unlock_attendance(
                session=training.session, reason="Salah", by=cast.officer
            )
        participants.reopen_enrollment(enrollment=training.enrollments[0])
        participants.unlock_attendance(session=training.session, reason="Salah", by=cast.officer)
        with pytest.raises(ValidationError, match="Sutrisno sudah bernomor"):
            training.mark(training.session, "SSH", version=1)
        assert training.mark(training.session, "SHH", version=1).written == 1
