"""Two rows of one school become one, and nothing of either is lost."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from partnerships.models import Agreement, Contact, Partner
from partnerships.services import register_partner
from programs.models import Instructor, Proposal, Session
from programs.services import merge_partners
from tests import factories
from tests.core.counting import queries_of

pytestmark = pytest.mark.django_db

DUPLICATES = reverse("programs:partner_duplicates")
NIP = "19661018 199203 1 001"


@pytest.fixture
def double(cast):
    """Metro's row for the school of Jember, which has the NPSN, an agreement, a contact and a teacher."""
    return factories.PartnerFactory(
        name="SMKN 3 Jember",
        short_code="SMKN3",
        npsn="20523456",
        address="Jalan Jawa 1",
        facilities=[cast.metro],
    )


@pytest.fixture
def school(cast):
    """The row that stays: no NPSN, no address."""
    cast.school.npsn = ""
    cast.school.save()
    return cast.school


def refused(**rows):
    """The messages of a refusal, which left no line in the trail."""
    with pytest.raises(ValidationError) as refusal:
        merge_partners(**rows)
    assert not AuditEvent.objects.exists()
    return refusal.value.messages


class TestMergePartners:
    def test_agreements_and_prisons_go_along(self, cast, double, school):
        theirs = factories.AgreementFactory(facility=cast.metro, partner=double)
        merge_partners(partner=double, into=school, by=cast.admin)
        theirs.refresh_from_db()
        assert theirs.partner == school
        assert set(school.facilities.all()) == {cast.jember, cast.metro}
        assert school in Partner.objects.visible_to(cast.stranger).current()

    def test_the_coordinator_sees_both_prisons_agreements_from_now_on(self, cast, double, school):
        coordinator = factories.UserFactory(role=Role.COORDINATOR)
        factories.ContactFactory(partner=double, name="Rina", user=coordinator)
        here = factories.AgreementFactory(facility=cast.jember, partner=school)
        there = factories.AgreementFactory(facility=cast.metro, partner=double)
        assert set(Agreement.objects.visible_to(coordinator)) == {there}
        merge_partners(partner=double, into=school, by=cast.admin)
        assert set(Agreement.objects.visible_to(coordinator)) == {here, there}

    def test_the_npsn_goes_to_the_row_that_had_none(self, cast, double, school):
        merge_partners(partner=double, into=school, by=cast.admin)
        double.refresh_from_db()
        school.refresh_from_db()
        assert (double.npsn, school.npsn, school.address) == ("", "20523456", "Jalan Jawa 1")
        assert (double.merged_into, double.short_code) == (school, "SMKN3")

    def test_what_the_kept_row_knows_better_stays(self, cast, double):
        """Both have an NPSN: each keeps its own, and by either one the school is found."""
        merge_partners(partner=double, into=cast.school, by=cast.admin)
        double.refresh_from_db()
        assert double.npsn == "20523456" != Partner.objects.get(pk=cast.school.pk).npsn
        found = register_partner(npsn="20523456", name="SMKN 3", by=cast.stranger)
        assert found == cast.school

    def test_both_rows_tell_what_moved(self, cast, double, school):
        factories.AgreementFactory(facility=cast.metro, partner=double, facility_number="W9-1")
        factories.InstructorFactory(partner=double, name="Budi")
        merge_partners(partner=double, into=school, by=cast.admin)
        lines = AuditEvent.objects.filter(action__in=["partner.merged", "partner.absorbed"])
        for line in lines:
            assert line.details["agreements"][0].endswith("W9-1")
            assert line.details["instructors"] == ["Budi"]
            assert line.details["facilities"] == [cast.metro.code]
        assert {line.subject for line in lines} == {str(double), str(school)}

    def test_who_pointed_to_the_merged_row_points_to_the_kept_one(self, cast, double, school):
        oldest = factories.PartnerFactory(merged_into=double)
        merge_partners(partner=double, into=school, by=cast.admin)
        oldest.refresh_from_db()
        assert oldest.merged_into == school

    def test_not_into_itself(self, cast, school):
        assert refused(partner=school, into=school, by=cast.admin) == [
            "Mitra tidak bisa digabungkan ke dirinya sendiri."
        ]

    def test_not_twice_and_not_into_a_merged_one(self, cast, double, school):
        third = factories.PartnerFactory(name="SMKN 3", merged_into=school)
        said = ["SMKN 3 sudah digabungkan ke mitra lain."]
        assert refused(partner=third, into=double, by=cast.admin) == said
        assert refused(partner=double, into=third, by=cast.admin) == said


class TestContacts:
    def test_a_namesake_is_one_person_with_what_both_knew(self, cast, double, school):
        factories.ContactFactory(partner=double, name="Endang Lestari, S.Pd", phone="0811")
        kept = factories.ContactFactory(partner=school, name="Endang Lestari, S.Pd.", title="Wakil")
        merge_partners(partner=double, into=school, by=cast.admin)
        kept.refresh_from_db()
        assert (kept.phone, kept.title) == ("0811", "Wakil")
        assert Contact.objects.filter(name__startswith="Endang").count() == 1

    def test_her_account_comes_along(self, cast, double, school):
        coordinator = factories.UserFactory(role=Role.COORDINATOR)
        factories.ContactFactory(partner=double, name="Endang", user=coordinator)
        kept = factories.ContactFactory(partner=school, name="Endang")
        merge_partners(partner=double, into=school, by=cast.admin)
        kept.refresh_from_db()
        assert kept.user == coordinator

    def test_two_accounts_of_one_name_are_for_a_person_to_sort_out(self, cast, double, school):
        for row in (double, school):
            person = factories.UserFactory(role=Role.COORDINATOR)
            factories.ContactFactory(partner=row, name="Endang", user=person)
        factories.AgreementFactory(facility=cast.metro, partner=double)
        assert refused(partner=double, into=school, by=cast.admin) == [
            "Endang punya akun pada kedua mitra. Tutup atau lepaskan salah satunya dulu."
        ]
        assert double.agreements.count() == 1


class TestInstructors:
    @pytest.fixture
    def twins(self, double, school):
        """(hers in the row that goes, hers in the row that stays)"""
        return [
            factories.InstructorFactory(partner=row, name="Budi Hartawan, S.T.")
            for row in (double, school)
        ]

    @pytest.fixture
    def session(self, cast, double, twins):
        agreement = factories.AgreementFactory(facility=cast.metro, partner=double)
        batch = factories.BatchFactory(agreement=agreement)
        batch.teachings.create(instructor=twins[0])
        return factories.SessionFactory(batch=batch, instructor=twins[0])

    def test_her_meetings_go_to_the_one_that_stays(self, cast, double, school, twins, session):
        merge_partners(partner=double, into=school, by=cast.admin)
        assert Session.objects.get(pk=session.pk).instructor == twins[1]
        assert session.batch.teachings.get().instructor == twins[1]
        assert not Instructor.objects.filter(pk=twins[0].pk).exists()

    def test_one_who_teaches_a_class_twice_teaches_it_once(
        self, cast, double, school, twins, session
    ):
        """Regular in one row and substitute in the other: regular."""
        session.batch.teachings.create(instructor=twins[1], is_substitute=True)
        merge_partners(partner=double, into=school, by=cast.admin)
        assert [one.is_substitute for one in session.batch.teachings.all()] == [False]

    def test_papers_and_programs_are_united(self, cast, double, school, twins):
        for one, title in zip(twins, ("Las", "Kopi"), strict=True):
            factories.CompetenceFactory(instructor=one, title=title)
            factories.CompetenceFactory(instructor=one, title="Pedagogi", number="1")
            one.programs.add(factories.ProgramFactory(name=title))
        merge_partners(partner=double, into=school, by=cast.admin)
        papers = twins[1].competences
        assert [paper.title for paper in papers.current()] == ["Kopi", "Las", "Pedagogi"]
        assert papers.exclude(withdrawn_at=None).get().title == "Pedagogi"
        assert [program.name for program in twins[1].programs.all()] == ["Kopi", "Las"]

    def test_her_account_and_number_come_along(self, cast, double, school, twins):
        person = factories.UserFactory(role=Role.INSTRUCTOR, facility=cast.metro)
        Instructor.objects.filter(pk=twins[0].pk).update(user=person, nip=NIP)
        merge_partners(partner=double, into=school, by=cast.admin)
        kept = Instructor.objects.get(pk=twins[1].pk)
        assert (kept.user, kept.nip) == (person, NIP)

    def test_two_accounts_are_refused(self, cast, double, school, twins):
        for one in twins:
            one.user = factories.UserFactory(role=Role.INSTRUCTOR, facility=cast.metro)
            one.save()
        [said] = refused(partner=double, into=school, by=cast.admin)
        assert said.startswith("Budi Hartawan, S.T. punya akun pada kedua mitra.")

    def test_two_numbers_are_two_people(self, cast, double, school, twins):
        for one, nip in zip(twins, (NIP, NIP.replace("1966", "1977")), strict=True):
            one.nip = nip
            one.save()
        [said] = refused(partner=double, into=school, by=cast.admin)
        assert said == (
            "Dua instruktur bernama Budi Hartawan, S.T. berbeda NIP/NUPTK. Bedakan dulu namanya."
        )

    def test_a_proposed_meeting_still_names_her(self, cast, double, school, twins, session):
        Proposal.objects.create(
            agreement=session.batch.agreement,
            batch=session.batch,
            kind=Proposal.Kind.SESSION,
            details={"instructor": str(twins[0].pk), "hours": "4"},
            proposed_by=cast.coordinator,
        )
        merge_partners(partner=double, into=school, by=cast.admin)
        assert Proposal.objects.get().details == {"instructor": str(twins[1].pk), "hours": "4"}


class TestPartnerDuplicates:
    def test_finds_the_double_and_nobody_else(self, cast, double, browse):
        factories.PartnerFactory(name="SMK Negeri 2 Jember")
        factories.PartnerFactory(name="SMKN 3 Jember", merged_into=cast.school)
        page = browse(cast.admin).get(DUPLICATES)
        [pair] = page.context["page"]
        assert {pair.first, pair.second} == {cast.school, double}
        assert "NPSN berbeda" in page.text

    def test_none(self, cast, browse):
        assert "Tidak ada mitra yang tampak ganda" in browse(cast.admin).get(DUPLICATES).text

    def test_one_and_three_pairs_cost_the_same(self, cast, double, browse):
        browser = browse(cast.admin)
        one = queries_of(browser, DUPLICATES)
        for city in ("Metro", "Malang"):
            factories.PartnerFactory.create_batch(2, name=f"SMK {city}", city=city)
        assert queries_of(browser, DUPLICATES) == one


class TestPartnerMerge:
    def url(self, partner, other=""):
        return reverse("programs:partner_merge", args=[partner.pk]) + f"?other={other}"

    def test_side_by_side_with_the_larger_row_chosen(self, cast, double, school, browse):
        page = browse(cast.admin).get(self.url(double, school.pk))
        assert [side.partner for side in page.context["sides"]] == [double, school]
        assert page.context["form"]["into"].value() == str(school.pk)
        assert "Jalan Jawa 1" in page.text

    def test_merges_and_lands_on_what_stayed(self, cast, double, school, browse):
        browser = browse(cast.admin)
        page = browser.post(self.url(double, school.pk), {"into": school.pk}, follow=True)
        assert page.context["partner"] == school
        assert school.name in browser.get(double.get_absolute_url()).text
        assert browser.get(self.url(double)).status_code == 404

    def test_the_other_way_round(self, cast, double, school, browse):
        browse(cast.admin).post(self.url(double, school.pk), {"into": double.pk})
        school.refresh_from_db()
        assert school.merged_into == double

    def test_a_third_row_cannot_be_smuggled_in(self, cast, double, school, browse):
        third = factories.PartnerFactory()
        page = browse(cast.admin).post(self.url(double, school.pk), {"into": third.pk})
        assert list(page.context["form"].errors) == ["into"]
        assert not Partner.objects.exclude(merged_into=None).exists()

    @pytest.mark.parametrize("other", ["", "0", "x", "9" * 30, "{itself}", "{merged}"])
    def test_a_bad_other_row_asks_again(self, cast, double, other, browse):
        merged = factories.PartnerFactory(merged_into=cast.school)
        other = other.format(itself=double.pk, merged=merged.pk)
        page = browse(cast.admin).post(self.url(double, other), {"into": double.pk})
        assert list(page.context["chooser"].errors) == ["other"]
        assert Partner.objects.filter(pk=double.pk, merged_into=None).exists()

    def test_a_refusal_stands_above_the_form(self, cast, double, school, browse):
        for row in (double, school):
            person = factories.UserFactory(role=Role.COORDINATOR)
            factories.ContactFactory(partner=row, name="Endang", user=person)
        page = browse(cast.admin).post(self.url(double, school.pk), {"into": school.pk})
        assert "Endang punya akun pada kedua mitra." in page.text

    def test_a_merged_row_takes_nothing_new(self, cast, double, browse):
        double.facilities.add(cast.jember)
        double.merged_into = cast.school
        double.save()
        officer = browse(cast.officer)
        names = ["partnerships:partner_update", "partnerships:contact_create"]
        urls = [reverse(one, args=[double.pk]) for one in [*names, "programs:instructor_create"]]
        assert [officer.get(url).status_code for url in urls] == [404, 404, 404]
        page = officer.get(double.get_absolute_url()).text
        assert "Catat perjanjian" not in page
        assert "Tambah" not in page

    def test_meetings_go_on_after_it(self, training, double, browse):
        """The class of the merged school is still taught by its teacher."""
        cast = training.cast
        merge_partners(partner=cast.school, into=double, by=cast.admin)
        session = factories.SessionFactory(
            batch=training.batch, instructor=cast.teacher, takes_place_on=date(2025, 12, 22)
        )
        page = browse(cast.officer).get(reverse("programs:session_update", args=[session.pk]))
        assert cast.teacher in page.context["form"].fields["instructor"].queryset
