"""Instructors: what they may teach, their papers, and their page."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from programs import services
from programs.models import Competence, Instructor
from tests import factories
from tests.core.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(cast):
    """An instructor without an account, of a school that works with Jember and Metro."""
    cast.school.facilities.add(cast.metro)
    for place in (cast.jember, cast.metro):
        factories.AgreementFactory(facility=place, partner=cast.school)
    return factories.InstructorFactory(partner=cast.school, name="Hadi Mulyono")


@pytest.fixture
def bread(cast):
    return factories.ProgramFactory(facility=cast.jember, name="Roti")


@pytest.fixture
def coffee(cast):
    return factories.ProgramFactory(facility=cast.metro, name="Kopi")


class TestMayTeach:
    def test_anything_until_somebody_has_said_which(self, shared, bread, coffee):
        assert shared.may_teach(bread.pk)
        shared.programs.add(bread)
        assert not shared.may_teach(factories.ProgramFactory(facility=bread.facility).pk)

    def test_what_one_prison_allows_binds_no_other(self, shared, bread, coffee):
        shared.programs.add(bread)
        assert shared.may_teach(coffee.pk)


class TestOfASchoolNamedByItsNumberAlone:
    """The stranger has typed the school's public NPSN, and has no agreement with it."""

    @pytest.fixture
    def named(self, cast):
        factories.AgreementFactory(facility=cast.jember, partner=cast.school)
        cast.school.facilities.add(cast.metro)
        return cast.teacher

    @pytest.mark.parametrize(
        "name", ["instructor_detail", "instructor_update", "competence_create"]
    )
    def test_its_people_stay_unknown(self, named, cast, browse, name):
        url = reverse(f"programs:{name}", args=[named.pk])
        assert browse(cast.stranger).get(url).status_code == 404
        factories.AgreementFactory(facility=cast.metro, partner=cast.school)
        assert browse(cast.stranger).get(url).status_code == 200

    def test_nobody_is_added_to_it(self, named, cast):
        with pytest.raises(ValidationError):
            services.add_instructor(partner=cast.school, name="Tamu", by=cast.stranger)

    def test_they_are_not_on_its_page(self, named, cast, browse):
        url = reverse("programs:of_partner", args=[cast.school.pk])
        seen = [len(browse(who).get(url).context["instructors"])
                for who in (cast.officer, cast.stranger)]  # fmt: skip
        assert seen == [1, 0]


class TestUpdateInstructor:
    def save(self, browser, instructor, *programs):
        url = reverse("programs:instructor_update", args=[instructor.pk])
        return browser.post(url, {"name": instructor.name, "nip": "", "programs": programs})

    def test_the_other_prisons_choice_stays(self, cast, shared, bread, coffee, browse):
        shared.programs.add(coffee)
        self.save(browse(cast.officer), shared, bread.pk)
        assert set(shared.programs.all()) == {bread, coffee}
        self.save(browse(cast.officer), shared)
        assert set(shared.programs.all()) == {coffee}

    def test_the_trail_names_ones_own_programs_only(self, cast, shared, bread, coffee, browse):
        shared.programs.add(coffee)
        self.save(browse(cast.officer), shared, bread.pk)
        assert AuditEvent.objects.get().details["changed"] == {"programs": ["", "Roti"]}

    def test_the_other_prisons_program_is_not_offered(self, cast, shared, bread, coffee, browse):
        page = self.save(browse(cast.officer), shared, coffee.pk)
        assert list(page.context["form"].fields["programs"].queryset) == [bread]
        assert list(page.context["form"].errors) == ["programs"]
        assert not shared.programs.exists()

    def test_the_service_refuses_it_as_well(self, cast, shared, coffee):
        with pytest.raises(ValidationError) as refusal:
            services.update_instructor(instructor=shared, programs=[coffee], by=cast.officer)
        assert refusal.value.message_dict == {"programs": ["Program ini milik Lapas lain."]}

    @pytest.mark.parametrize("forged", ["999999", "9" * 30, "x", "-1"])
    def test_a_program_that_does_not_exist(self, cast, shared, browse, forged):
        page = self.save(browse(cast.officer), shared, forged)
        assert list(page.context["form"].errors) == ["programs"]

    @pytest.mark.parametrize("nip", ["1234567890123456", "19661018 199203 1 001"])
    def test_a_nuptk_is_as_good_as_a_nip(self, cast, shared, nip):
        services.update_instructor(instructor=shared, nip=nip, by=cast.officer)
        assert Instructor.objects.get(pk=shared.pk).nip == nip


class TestInstructorDetail:
    def test_what_another_prison_does_with_her_does_not_show(
        self, cast, training, shared, bread, coffee, browse
    ):
        shared.programs.add(bread, coffee)
        here = factories.SessionFactory(
            batch=training.batch, instructor=shared, takes_place_on=date(2099, 1, 5)
        )
        agreement = factories.AgreementFactory(facility=cast.metro, partner=cast.school)
        there = factories.SessionFactory(
            batch__agreement=agreement, instructor=shared, takes_place_on=date(2099, 1, 6)
        )
        url = shared.get_absolute_url()
        seen = {who: browse(who).get(url).context for who in (cast.officer, cast.stranger)}
        assert [list(one["sessions"]) for one in seen.values()] == [[here], [there]]
        assert [list(one["programs"]) for one in seen.values()] == [[bread], [coffee]]

    def test_only_what_is_still_to_come(self, training, browse):
        """The meetings of December 2025 are over."""
        page = browse(training.cast.officer).get(training.cast.teacher.get_absolute_url())
        assert (list(page.context["sessions"]), page.context["session_count"]) == ([], 0)

    @pytest.mark.parametrize(
        ("valid_until", "said"),
        [
            (date(2025, 12, 16), "habis berlaku 16 Des 2025"),
            (date(2025, 12, 17), "berlaku sampai 17 Des 2025"),
            (date(2026, 2, 15), "berlaku sampai 15 Feb 2026"),
            (None, "seumur hidup"),
        ],
    )
    def test_papers_say_until_when(self, cast, time_machine, valid_until, said, browse):
        time_machine.move_to("2025-12-17T03:00:00Z")
        factories.CompetenceFactory(instructor=cast.teacher, valid_until=valid_until)
        assert said in browse(cast.officer).get(cast.teacher.get_absolute_url()).text

    def test_a_school_of_two_prisons_of_one_region_has_her_once(self, cast, shared, browse):
        cast.metro.region = cast.jember.region
        cast.metro.save()
        assert browse(cast.regional).get(shared.get_absolute_url()).status_code == 200
        assert Instructor.objects.visible_to(cast.regional).filter(pk=shared.pk).count() == 1

    def test_who_may_look_only_is_offered_nothing_to_do(self, cast, browse):
        factories.CompetenceFactory(instructor=cast.teacher)
        page = browse(cast.coordinator).get(cast.teacher.get_absolute_url()).text
        assert [word for word in ("Ubah", "Tarik", "Catat surat") if word in page] == []

    def test_one_and_three_rows_cost_the_same(self, training, shared, browse):
        browser, url = browse(training.cast.officer), shared.get_absolute_url()

        def add(number):
            program = factories.ProgramFactory(facility=training.cast.jember)
            shared.programs.add(program)
            factories.CompetenceFactory(instructor=shared)
            factories.SessionFactory(
                batch=training.batch, instructor=shared, takes_place_on=date(2099, 1, number)
            )

        add(1)
        one = queries_of(browser, url)
        add(2)
        add(3)
        assert queries_of(browser, url) == one


class TestOfPartner:
    URL = "programs:of_partner"

    def test_shows_the_papers_that_run_out_and_no_others(self, cast, time_machine, browse):
        time_machine.move_to("2025-12-17T03:00:00Z")
        for title, until in [("Lama", date(2025, 1, 1)), ("Segera", date(2026, 2, 15))]:
            factories.CompetenceFactory(instructor=cast.teacher, title=title, valid_until=until)
        factories.CompetenceFactory(instructor=cast.teacher, title="Jauh", valid_until="2026-02-16")
        page = browse(cast.officer).get(reverse(self.URL, args=[cast.school.pk]))
        [instructor] = page.context["instructors"]
        assert [paper.title for paper in instructor.expiring] == ["Lama", "Segera"]

    def test_one_and_three_instructors_cost_the_same(self, cast, browse):
        browser, url = browse(cast.officer), reverse(self.URL, args=[cast.school.pk])
        one = queries_of(browser, url)
        for instructor in factories.InstructorFactory.create_batch(2, partner=cast.school):
            factories.CompetenceFactory(instructor=instructor, valid_until=date(2025, 1, 1))
        assert queries_of(browser, url) == one

    def test_the_school_is_offered_to_propose_one(self, cast, browse):
        page = browse(cast.coordinator).get(reverse(self.URL, args=[cast.school.pk]))
        assert "Usulkan" in page.text


class TestInstructorCreate:
    def test_she_may_teach_what_was_ticked(self, cast, bread, browse):
        url = reverse("programs:instructor_create", args=[cast.school.pk])
        typed = {"name": "Joni Iskandar, S.T.", "nip": "", "programs": [bread.pk]}
        assert browse(cast.officer).post(url, typed).url == cast.school.get_absolute_url()
        joni = Instructor.objects.get(name="Joni Iskandar, S.T.")
        assert list(joni.programs.all()) == [bread]


class TestCompetenceCreate:
    TYPED = {"title": "Kompetensi Las SMAW", "number": "LSP-1", "issuer": "", "valid_until": ""}

    def post(self, browser, instructor, **changes):
        url = reverse("programs:competence_create", args=[instructor.pk])
        return browser.post(url, self.TYPED | changes)

    def test_stands_on_her_page(self, cast, browse):
        browser = browse(cast.officer)
        self.post(browser, cast.teacher, valid_until="1 Januari 2030")
        [paper] = browser.get(cast.teacher.get_absolute_url()).context["papers"]
        assert (paper.title, paper.valid_until) == ("Kompetensi Las SMAW", date(2030, 1, 1))

    def test_the_same_paper_twice_is_refused_beside_its_title(self, cast, browse):
        browser = browse(cast.officer)
        self.post(browser, cast.teacher)
        page = self.post(browser, cast.teacher)
        assert page.context["form"].errors == {"title": ["Surat ini sudah tercatat."]}

    def test_a_day_that_is_none_is_refused_beside_it(self, cast, browse):
        page = self.post(browse(cast.officer), cast.teacher, valid_until="31-02-2030")
        assert list(page.context["form"].errors) == ["valid_until"]

    def test_of_a_school_of_others_not_found(self, cast, browse):
        assert self.post(browse(cast.stranger), cast.teacher).status_code == 404
        assert not Competence.objects.exists()


class TestCompetenceWithdraw:
    def test_leaves_the_page_but_not_the_records(self, cast, browse):
        paper = factories.CompetenceFactory(instructor=cast.teacher)
        browser, url = (
            browse(cast.officer),
            reverse("programs:competence_withdraw", args=[paper.pk]),
        )
        assert not browser.post(url, follow=True).context["papers"]
        assert Competence.objects.get().withdrawn_at is not None
        assert browser.post(url).status_code == 404

    def test_then_it_can_be_recorded_again(self, cast):
        paper = factories.CompetenceFactory(instructor=cast.teacher)
        services.withdraw_competence(competence=paper, by=cast.officer)
        services.add_competence(instructor=cast.teacher, title=paper.title, by=cast.officer)
        assert Competence.objects.current().count() == 1


class TestAccountOfAnotherPrison:
    def test_is_changed_there_only(self, cast, shared):
        shared.user = factories.UserFactory(role=Role.INSTRUCTOR, facility=cast.metro)
        shared.save()
        with pytest.raises(ValidationError, match="milik Lapas lain"):
            services.update_instructor(instructor=shared, name="Hadi", by=cast.officer)
