"""One asks for a certificate to be revoked, another decides; from then on it is out of force everywhere."""

from functools import partial
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from certificates import services
from certificates.models import LedgerEntry, Revocation
from certificates.services import revoking
from reports.worklist import worklist
from tests import factories
from tests.certificates import stages
from tests.programs import races

LIST = "/certificates/revocations/"


def ask(certificate, cast, reason="fraud"):
    return services.request_revocation(
        certificate=certificate,
        reason=reason,
        explanation="Ujiannya dikerjakan orang lain.",
        by=cast.certificate_admin,
    )


def decide(revocation, by, *, is_granted=True, answer=""):
    return services.decide_revocation(
        revocation=revocation, is_granted=is_granted, answer=answer, by=by
    )


class TestRevoke:
    def test_stays_in_force_until_granted_then_ends_at_once(self, sealed, cast):
        request = ask(sealed[0], cast)
        sealed[0].refresh_from_db()
        assert sealed[0].status == "sealed"
        decide(request, cast.head)
        sealed[0].refresh_from_db()
        assert (sealed[0].status, sealed[0].end_reason) == ("revoked", "fraud")
        assert LedgerEntry.objects.latest("index").kind == "revoke"
        trail = AuditEvent.objects.filter(subject_id=str(sealed[0].pk)).order_by("pk")
        assert list(trail.values_list("action", "by__username"))[-3:] == [
            ("revocation.requested", "sertifikat"),
            ("revocation.granted", "kepala"),
            ("certificate.revoked", "kepala"),
        ]

    def test_its_replacement_in_work_goes_with_it(self, sealed, training, cast):
        """Found to be a fraud while its name was being corrected; corrected anew it may still be."""
        first = sealed[0]
        again = {
            "certificate": first, "reason": "results", "explanation": "Nilai",
            "dated_on": stages.LAST_DAY, "by": cast.certificate_admin,
        }  # fmt: skip
        draft = services.replace(**again)
        decide(ask(first, cast), cast.head)
        draft.refresh_from_db()
        first.enrollment.refresh_from_db()
        assert (draft.status, draft.replaces) == ("void", None)
        assert first.enrollment.closed_at is not None
        stages.issue(training)
        first.refresh_from_db()
        assert first.status == "revoked"
        assert services.replace(**again).replaces == first

    def test_refused_with_an_answer_it_stays(self, sealed, cast):
        request = ask(sealed[0], cast)
        with pytest.raises(ValidationError) as refusal:
            decide(request, cast.head, is_granted=False)
        assert list(refusal.value.message_dict) == ["answer"]
        decide(request, cast.head, is_granted=False, answer="Tidak terbukti.")
        sealed[0].refresh_from_db()
        assert sealed[0].status == "sealed"
        assert ask(sealed[0], cast).decided_at is None  # may be asked again

    def test_whoever_asked_does_not_decide(self, sealed, cast):
        request = ask(sealed[0], cast)
        with pytest.raises(ValidationError, match="Yang meminta tidak boleh memutuskan"):
            decide(request, cast.certificate_admin)
        with (
            pytest.raises(IntegrityError, match="revocation_decided_by_another"),
            transaction.atomic(),
        ):
            Revocation.objects.update(
                decided_by=cast.certificate_admin, decided_at="2026-01-05T03:00Z", is_granted=True
            )

    def test_asked_once_at_a_time(self, sealed, cast):
        ask(sealed[0], cast)
        with pytest.raises(ValidationError, match="sudah diminta"):
            ask(sealed[0], cast)

    def test_what_is_not_issued_is_not_revoked(self, approved, cast):
        with pytest.raises(ValidationError, match="belum terbit"):
            ask(approved.enrollments[0].certificates.get(), cast)

    def test_superseded_meanwhile_it_is_told_by_what(self, sealed, training, cast, browse):
        request = ask(sealed[0], cast)
        inmate = sealed[0].enrollment.inmate
        inmate.name = "Achmad Fauzan"
        inmate.save()
        new = services.replace(
            certificate=sealed[0],
            reason="name",
            explanation="Ejaan",
            dated_on=stages.LAST_DAY,
            by=cast.certificate_admin,
        )
        stages.approve(training)
        stages.issue(training)
        new.refresh_from_db()
        with pytest.raises(ValidationError) as refusal:
            decide(request, cast.head)
        words = f"Sertifikat ini sudah digantikan oleh {new.number}."
        assert refusal.value.messages == [f"{words} Permintaan ini hanya bisa ditolak."]
        page = browse(cast.head).get(f"{LIST}{request.pk}/")
        assert page.context["note"] == words
        answer = browse(cast.head).post(
            f"{LIST}{request.pk}/", {"is_granted": "no", "answer": "Sudah diganti."}
        )
        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert said == ["Permintaan ditolak; sertifikatnya memang sudah tidak berlaku."]


@pytest.mark.django_db(transaction=True)
class TestTwoDeciders:
    @pytest.fixture
    def request_(self, sealed, cast):
        return ask(sealed[0], cast)

    @pytest.fixture
    def deputy(self, cast):
        return factories.UserFactory(role=Role.HEAD, facility=cast.jember, name="Wakil Kepala")

    def test_one_wins_and_the_other_is_told(self, request_, cast, deputy):
        answers = races.at_once(
            partial(decide, request_, cast.head),
            partial(decide, request_, deputy, is_granted=False, answer="Tidak terbukti."),
        )
        [told] = [one for one in answers if isinstance(one, ValidationError)]
        request_.refresh_from_db()
        verb = "dikabulkan" if request_.is_granted else "ditolak"
        assert told.messages[0].startswith(
            f"Permintaan ini sudah {verb} oleh {request_.decided_by} pada "
        )
        request_.certificate.refresh_from_db()
        assert request_.certificate.status == ("revoked" if request_.is_granted else "sealed")

    def test_without_the_locks_both_would_believe_they_won(
        self, request_, cast, deputy, monkeypatch
    ):
        unguarded = races.without_guard(monkeypatch, services.decide_revocation)
        races.meet_after(
            monkeypatch, revoking.timezone, "now", racers=2, patience=30, crowd=Barrier(2)
        )
        answers = races.at_once(
            *(
                partial(unguarded, revocation=request_, is_granted=False, answer="Tidak.", by=one)
                for one in (cast.head, deputy)
            )
        )
        assert [isinstance(one, Revocation) for one in answers] == [True, True]


class TestPages:
    def rows(self, browser, **query):
        page = browser.get(LIST, query).context["page"]
        return [one.certificate.enrollment.inmate.name for one in page]

    def test_lists_those_that_wait_and_those_decided(self, sealed, cast, browse):
        decide(ask(sealed[0], cast), cast.head)
        ask(sealed[1], cast)
        head = browse(cast.head)
        assert self.rows(head) == ["Sutrisno"]
        assert self.rows(head, state="decided") == ["Achmad Fauzi"]

    def test_same_queries_with_one_and_three(self, sealed, cast, browse):
        head = browse(cast.head)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                rows = self.rows(head)
            return len(rows), len(captured)

        ask(sealed[0], cast)
        one, few = queries()
        ask(sealed[1], cast)
        ask(sealed[2], cast)
        assert (one, *queries()) == (1, 3, few)

    def test_explanation_is_for_the_office(self, sealed, cast, browse):
        ask(sealed[0], cast)
        reads = {
            user.username: "dikerjakan orang lain" in browse(user).get(LIST).text
            for user in (cast.certificate_admin, cast.head, cast.officer, cast.national)
        }
        assert reads == {"sertifikat": True, "kepala": True, "petugas": False, "pusat": False}

    def test_head_decides_on_the_page_and_once(self, sealed, cast, browse):
        request = ask(sealed[0], cast)
        head, url = browse(cast.head), f"{LIST}{request.pk}/"
        assert head.post(url, {"is_granted": "yes"}).headers["Location"] == LIST
        again = head.post(url, {"is_granted": "no", "answer": "Tidak"})
        assert again.context["bar"].startswith("Permintaan ini sudah dikabulkan oleh")
        request.refresh_from_db()
        assert request.is_granted

    def test_asking_twice_is_told(self, sealed, cast, browse):
        admin = browse(cast.certificate_admin)
        url = reverse("certificates:revocation_create", args=[sealed[0].pk])
        asked = {"reason": "fraud", "explanation": "Palsu"}
        assert admin.post(url, asked).status_code == 302
        assert "sudah diminta" in admin.post(url, asked).context["bar"]
        assert Revocation.objects.count() == 1

    def test_head_finds_it_on_the_worklist(self, sealed, cast):
        ask(sealed[0], cast)
        tasks = {
            user.username: [one.what for one in worklist(user) if one.url == LIST]
            for user in (cast.head, cast.certificate_admin)
        }
        assert tasks == {"kepala": ["1 permintaan pencabutan sertifikat"], "sertifikat": []}
