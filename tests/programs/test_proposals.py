"""The coordinator proposes, the officer decides; nobody proposes for another school."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from programs import services
from programs.models import Instructor, Proposal
from tests import factories
from tests.core.counting import queries_of
from tests.core.refusals import refused_by
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

LIST = reverse("programs:proposal_list")


@pytest.fixture
def typed(training):
    return {
        "takes_place_on": "22 Desember 2025",
        "starts_at": "13.00",
        "ends_at": "16.00",
        "unit": str(training.units[0].pk),
        "hours": "4",
        "theory_hours": "",
        "room": str(training.session.room.pk),
        "instructor": str(training.cast.teacher.pk),
        "note": "Oven baru tiba hari itu",
    }


@pytest.fixture
def propose(training, browse, typed):
    url = reverse("programs:session_propose", args=[training.batch.pk])
    return lambda **changes: browse(training.cast.coordinator).post(url, typed | changes)


class TestSessionPropose:
    def test_the_officer_finds_it_as_it_was_typed(self, training, propose, browse, typed):
        propose()
        proposal = Proposal.objects.get()
        assert (proposal.proposed_by, proposal.note) == (
            training.cast.coordinator, "Oven baru tiba hari itu",
        )  # fmt: skip
        page = browse(training.cast.officer).get(
            reverse("programs:proposal_accept", args=[proposal.pk])
        )
        del typed["note"]
        assert kept(page, typed) == typed | {"takes_place_on": "22-12-2025", "theory_hours": "0"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("takes_place_on", "25-12-2025"),
            ("starts_at", "25:00"),
            ("takes_place_on", "17-12-2026"),
        ],
    )
    def test_what_cannot_be_is_refused_at_once(self, propose, typed, field, value):
        page = propose(**{field: value})
        assert list(page.context["form"].errors) == [field]
        assert kept(page, typed) == typed | {field: value}
        assert not Proposal.objects.exists()

    def test_a_clash_too(self, propose):
        page = propose(takes_place_on="17-12-2025", starts_at="08.00", ends_at="11.00")
        assert set(page.context["form"].errors) == {"takes_place_on", "instructor", "room"}

    def test_another_schools_batch_is_not_there(self, training, browse, typed):
        foreign = factories.BatchFactory()
        url = reverse("programs:session_propose", args=[foreign.pk])
        assert browse(training.cast.coordinator).post(url, typed).status_code == 404

    def test_a_flood_is_stopped(self, training, propose, monkeypatch):
        monkeypatch.setattr("programs.services.proposals.MOST_WAITING", 1)
        propose()
        page = propose(takes_place_on="23-12-2025")
        assert page.context["form"].non_field_errors() == [
            "Masih banyak usulan yang menunggu. Tunggu keputusannya dulu."
        ]


class TestDecide:
    @pytest.fixture
    def proposal(self, training):
        return factories.ProposalFactory(
            batch=training.batch, proposed_by=training.cast.coordinator
        )

    def accept(self, browse, training, proposal, typed):
        url = reverse("programs:proposal_accept", args=[proposal.pk])
        return browse(training.cast.officer).post(url, typed)

    def test_accepting_books_what_the_officer_leaves_of_it(self, training, browse, proposal, typed):
        response = self.accept(browse, training, proposal, typed | {"takes_place_on": "23-12-2025"})
        assert response.url == training.batch.get_absolute_url()
        assert training.batch.sessions.last().takes_place_on.day == 23
        proposal.refresh_from_db()
        assert (proposal.is_accepted, proposal.decided_by) == (True, training.cast.officer)

    def test_what_is_refused_by_the_timetable_is_not_accepted(
        self, training, browse, proposal, typed
    ):
        self.accept(browse, training, proposal, typed | {"takes_place_on": "25-12-2025"})
        proposal.refresh_from_db()
        assert proposal.decided_at is None
        assert training.batch.sessions.count() == 2

    def test_it_is_decided_once(self, training, browse, proposal, typed):
        services.refuse_proposal(proposal=proposal, refusal="Penuh", by=training.cast.officer)
        assert self.accept(browse, training, proposal, typed).status_code == 404
        with pytest.raises(ValidationError) as refused:
            services.refuse_proposal(proposal=proposal, refusal="Lagi", by=training.cast.officer)
        assert refused.value.messages == ["Usulan ini sudah diputuskan."]

    def test_a_no_has_its_reason_and_the_school_reads_it(self, training, browse, proposal):
        url = reverse("programs:proposal_refuse", args=[proposal.pk])
        officer = browse(training.cast.officer)
        assert list(officer.post(url, {"refusal": " "}).context["form"].errors) == ["refusal"]
        officer.post(url, {"refusal": "Aula dipakai apel"})
        page = browse(training.cast.coordinator).get(LIST, {"state": "all"})
        assert [one.refusal for one in page.context["page"]] == ["Aula dipakai apel"]
        assert AuditEvent.objects.get().details == {
            "accepted": False, "reason": "Aula dipakai apel",
        }  # fmt: skip


class TestInstructorPropose:
    @pytest.fixture
    def url(self, cast):
        return reverse("programs:instructor_propose", args=[cast.school.pk])

    def test_she_joins_when_the_officer_accepts(self, training, browse, url, time_machine):
        time_machine.move_to("2026-01-05T01:00:00Z")
        typed = {"agreement": training.agreement.pk, "name": "Hadi Mulyono", "nip": "", "note": ""}
        browse(training.cast.coordinator).post(url, typed)
        proposal = Proposal.objects.get()
        assert not Instructor.objects.filter(name="Hadi Mulyono").exists()
        accept = reverse("programs:proposal_accept", args=[proposal.pk])
        browse(training.cast.officer).post(accept, {"name": "Hadi Mulyono", "nip": ""})
        assert Instructor.objects.get(name="Hadi Mulyono").partner == training.cast.school

    @pytest.mark.parametrize("nip", ["123", "19661018199203100", "abcdefghijklmnop"])
    def test_a_wrong_number_is_said_beside_it(self, training, browse, url, time_machine, nip):
        time_machine.move_to("2026-01-05T01:00:00Z")
        typed = {"agreement": training.agreement.pk, "name": "Hadi", "nip": nip, "note": ""}
        page = browse(training.cast.coordinator).post(url, typed)
        assert list(page.context["form"].errors) == ["nip"]

    def test_not_under_another_schools_agreement(self, training, browse, url, time_machine):
        time_machine.move_to("2026-01-05T01:00:00Z")
        foreign = factories.AgreementFactory(facility=training.cast.jember)
        typed = {"agreement": foreign.pk, "name": "Hadi", "nip": "", "note": ""}
        page = browse(training.cast.coordinator).post(url, typed)
        assert list(page.context["form"].errors) == ["agreement"]


class TestProposalList:
    def test_each_sees_ones_own_at_the_same_cost(self, training, browse):
        coordinator = browse(training.cast.coordinator)
        factories.ProposalFactory(batch=training.batch)
        few = queries_of(coordinator, LIST)
        factories.ProposalFactory(batch=training.batch)
        factories.ProposalFactory(batch=training.batch)
        factories.ProposalFactory(batch__curriculum=training.curriculum)
        assert queries_of(coordinator, LIST) == few
        assert len(coordinator.get(LIST).context["page"].object_list) == 3


class TestConstraints:
    def test_proposal_batch_exactly_for_sessions(self, training):
        with refused_by("proposal_batch_exactly_for_sessions"):
            factories.ProposalFactory(batch=training.batch, kind="instructor")

    def test_proposal_refused_with_reason(self, training):
        proposal = factories.ProposalFactory(batch=training.batch)
        rows = Proposal.objects.filter(pk=proposal.pk)
        decided = {"decided_at": "2026-01-05T00:00Z", "decided_by": training.cast.officer}
        with refused_by("proposal_refused_with_reason"):
            rows.update(**decided, is_accepted=False)
        rows.update(**decided, is_accepted=False, refusal="Penuh")

    def test_proposal_decided_at_by_and_how_together(self, training):
        proposal = factories.ProposalFactory(batch=training.batch)
        with refused_by("proposal_decided_at_by_and_how_together"):
            Proposal.objects.filter(pk=proposal.pk).update(is_accepted=True)


def test_accepting_a_meeting_outside_the_agreement_says_so(training, browse, typed):
    type(training.agreement).objects.update(ends_on="2025-12-20")
    proposal = factories.ProposalFactory(batch=training.batch)
    url = reverse("programs:proposal_accept", args=[proposal.pk])
    page = browse(training.cast.officer).post(url, typed, follow=True)
    assert [str(one) for one in page.context["messages"]] == [
        "Usulan diterima.",
        "Pertemuan 22 Desember 2025 berada di luar perjanjian; catat adendumnya.",
    ]
