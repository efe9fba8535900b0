"""The pages of partners: schools are national, lists are local."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from core.paging import PAGE_SIZE
from partnerships.models import Partner
from tests.core.counting import queries_of
from tests.factories import AgreementFactory, ContactFactory, PartnerFactory, UserFactory

LIST = reverse("partnerships:partner_list")
CREATE = reverse("partnerships:partner_create")
AGREEMENTS = reverse("partnerships:agreement_list")


def codes(page):
    return [partner.short_code for partner in page.context["page"]]


def typed_into(page):
    """What stands in the fields of the form on the page."""
    return {field.name: field.value() for field in page.context["form"]}


class TestPartnerList:
    @pytest.fixture
    def two_more(self, cast):
        PartnerFactory(
            name="BLK Banyuwangi",
            short_code="BLK-BWI",
            city="Banyuwangi",
            npsn="",
            facilities=[cast.jember],
        )
        PartnerFactory(name="SMK Negeri 2 Metro", short_code="SMKN2-MTR", facilities=[cast.metro])

    def test_only_those_that_work_with_this_prison(self, cast, two_more, browse):
        assert codes(browse(cast.officer).get(LIST)) == ["BLK-BWI", "SMKN3-JBR"]
        assert codes(browse(cast.stranger).get(LIST)) == ["SMKN2-MTR"]

    @pytest.mark.parametrize(
        ("words", "found"),
        [("smk", ["SMKN3-JBR"]), ("BANYU", ["BLK-BWI"]), ("metro", []), ("{npsn}", ["SMKN3-JBR"])],
    )
    def test_search_by_name_city_and_npsn(self, cast, two_more, browse, words, found):
        words = words.format(npsn=cast.school.npsn)
        page = browse(cast.officer).get(LIST, {"q": words})

        assert codes(page) == found
        assert ("Tidak ada yang cocok." in page.text) == (not found)

    def test_sorting(self, cast, two_more, browse):
        browser = browse(cast.officer)

        assert codes(browser.get(LIST, {"sort": "-name"})) == ["SMKN3-JBR", "BLK-BWI"]
        assert codes(browser.get(LIST, {"sort": "city"})) == ["BLK-BWI", "SMKN3-JBR"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"kind": "blk"}, ["BLK-BWI"]),
            ({"kind": "lkp"}, []),
            ({"kind": "sekolah"}, ["BLK-BWI", "SMKN3-JBR"]),
            ({"kind": "smk", "q": "banyu"}, []),
            ({"sort": "-kind"}, ["SMKN3-JBR", "BLK-BWI"]),
        ],
    )
    def test_by_kind(self, cast, two_more, browse, query, found):
        Partner.objects.filter(short_code="BLK-BWI").update(kind="blk")
        assert codes(browse(cast.officer).get(LIST, query)) == found

    def test_what_a_school_is_good_at_is_shown_and_found(self, cast, two_more, browse):
        Partner.objects.filter(pk=cast.school.pk).update(
            expertise="Kuliner", is_center_of_excellence=True
        )
        page = browse(cast.officer).get(LIST, {"q": "kulin"})
        assert codes(page) == ["SMKN3-JBR"]
        assert "SMK Pusat Keunggulan: Kuliner" in page.text

    def test_a_merged_row_is_gone_from_the_list_and_says_where_to(self, cast, two_more, browse):
        merged = PartnerFactory(name="SMKN 3", facilities=[cast.jember], merged_into=cast.school)
        browser = browse(cast.officer)
        assert codes(browser.get(LIST)) == ["BLK-BWI", "SMKN3-JBR"]
        page = browser.get(merged.get_absolute_url()).text
        assert "Mitra ini sudah digabungkan" in page
        assert cast.school.get_absolute_url() in page

    def test_the_second_page_has_the_rest(self, cast, browse):
        PartnerFactory.create_batch(PAGE_SIZE, facilities=[cast.jember])

        assert len(codes(browse(cast.officer).get(LIST, {"page": 2}))) == 1

    def test_a_school_of_two_prisons_stands_in_a_regions_list_once(self, cast, browse):
        cast.metro.region = cast.jember.region
        cast.metro.save()
        cast.school.facilities.add(cast.metro)

        assert codes(browse(cast.regional).get(LIST)) == ["SMKN3-JBR"]

    def test_an_empty_list_says_what_to_do_first(self, cast, browse):
        page = browse(cast.stranger).get(LIST)

        assert "Belum ada mitra" in page.text
        assert "Catat mitra pertama" in page.text

    def test_one_and_three_rows_cost_the_same(self, cast, browse):
        browser = browse(cast.officer)
        one = queries_of(browser, LIST)
        PartnerFactory.create_batch(2, facilities=[cast.jember])

        assert queries_of(browser, LIST) == one


class TestPartnerDetail:
    def test_the_other_prisons_agreement_does_not_show(self, cast, browse):
        cast.school.facilities.add(cast.metro)
        mine = AgreementFactory(facility=cast.jember, partner=cast.school)
        theirs = AgreementFactory(facility=cast.metro, partner=cast.school)
        url = cast.school.get_absolute_url()

        assert list(browse(cast.officer).get(url).context["agreements"]) == [mine]
        assert list(browse(cast.stranger).get(url).context["agreements"]) == [theirs]

    def test_a_partner_of_others_is_not_found(self, cast, browse):
        assert browse(cast.stranger).get(cast.school.get_absolute_url()).status_code == 404

    def test_one_and_three_rows_cost_the_same(self, cast, browse):
        browser, url = browse(cast.officer), cast.school.get_absolute_url()
        AgreementFactory(facility=cast.jember, partner=cast.school)
        one = queries_of(browser, url)
        AgreementFactory.create_batch(2, facility=cast.jember, partner=cast.school)
        ContactFactory.create_batch(2, partner=cast.school)

        assert queries_of(browser, url) == one


@pytest.fixture
def typed():
    return {
        "kind": "smk",
        "name": "SMK Negeri 2 Jember",
        "npsn": "20523457",
        "short_code": "SMKN2-JBR",
        "city": "Jember",
        "address": "Jalan Tawang Mangu 52",
        "is_center_of_excellence": True,
        "expertise": "Teknik pengelasan",
        "emblem": "cog",
    }


class TestPartnerCreate:
    def test_a_new_school_is_in_the_prisons_list(self, cast, typed, browse):
        browser = browse(cast.officer)
        answer = browser.post(CREATE, typed)
        partner = Partner.objects.get(npsn="20523457")

        assert answer.url == partner.get_absolute_url()
        assert codes(browser.get(LIST)) == ["SMKN2-JBR", "SMKN3-JBR"]

    def test_an_npsn_of_seven_digits_is_refused_beside_the_npsn(self, cast, typed, browse):
        typed |= {"npsn": "2052345"}
        page = browse(cast.officer).post(CREATE, typed)

        assert page.context["form"].errors == {"npsn": ["NPSN terdiri atas 8 angka."]}
        assert typed_into(page) == typed

    def test_a_short_code_in_use_is_refused_beside_the_code(self, cast, typed, browse):
        typed |= {"short_code": "SMKN3-JBR"}
        page = browse(cast.officer).post(CREATE, typed)

        assert page.context["form"].errors == {
            "short_code": ["Kode singkat ini sudah dipakai mitra lain."]
        }
        assert typed_into(page) == typed

    def test_a_school_of_another_prison_is_linked_as_it_is(self, cast, typed, browse):
        known = PartnerFactory(npsn="20523457", name="SMKN 2", facilities=[cast.metro])
        browser = browse(cast.officer)
        assert browser.get(known.get_absolute_url()).status_code == 404

        assert browser.post(CREATE, typed).url == known.get_absolute_url()
        assert browser.get(known.get_absolute_url()).context["partner"].name == "SMKN 2"
        assert Partner.objects.filter(npsn="20523457").count() == 1


class TestPartnerUpdate:
    @pytest.fixture
    def url(self, cast):
        return reverse("partnerships:partner_update", args=[cast.school.pk])

    def test_what_the_officer_corrects(self, cast, typed, url, browse):
        answer = browse(cast.officer).post(url, typed)
        cast.school.refresh_from_db()

        assert answer.url == cast.school.get_absolute_url()
        assert (cast.school.name, cast.school.npsn) == ("SMK Negeri 2 Jember", "20523457")

    def test_another_schools_npsn_is_refused_beside_the_npsn(self, cast, typed, url, browse):
        PartnerFactory(npsn="20523457")
        page = browse(cast.officer).post(url, typed)

        assert page.context["form"].errors == {"npsn": ["NPSN ini sudah dipakai sekolah lain."]}
        assert typed_into(page) == typed

    def test_a_stranger_corrects_nothing(self, cast, typed, url, browse):
        assert browse(cast.stranger).post(url, typed).status_code == 404
        cast.school.refresh_from_db()
        assert cast.school.name == "SMK Negeri 3 Jember"


class TestContactCreate:
    def test_the_new_contact_stands_on_the_partners_page(self, cast, browse):
        url = reverse("partnerships:contact_create", args=[cast.school.pk])
        typed = {
            "name": "Budi Hartono",
            "title": "Humas",
            "phone": "0331-1",
            "email": "b@smk.example",
        }
        page = browse(cast.officer).post(url, typed, follow=True)

        assert page.context["contacts"][0].name == "Budi Hartono"

    def test_an_address_that_is_none_comes_back_as_typed(self, cast, browse):
        url = reverse("partnerships:contact_create", args=[cast.school.pk])
        typed = {"name": "Budi Hartono", "title": "", "phone": "", "email": "budi di smk"}
        page = browse(cast.officer).post(url, typed)

        assert list(page.context["form"].errors) == ["email"]
        assert typed_into(page) == typed


class TestContactUpdate:
    TYPED = {"name": "Endang Lestari", "title": "Humas", "phone": "0331-2", "email": ""}

    @pytest.fixture
    def contact(self, cast):
        return ContactFactory(partner=cast.school, name="Endang", phone="0331-1")

    @pytest.fixture
    def url(self, contact):
        return reverse("partnerships:contact_update", args=[contact.pk])

    def test_the_new_number_stands_on_the_page_and_not_in_the_trail(
        self, cast, contact, url, browse
    ):
        page = browse(cast.officer).post(url, self.TYPED, follow=True)
        assert "0331-2" in page.text
        line = AuditEvent.objects.get(action="contact.updated")
        assert line.details == {"fields": ["name", "title", "phone"]}

    def test_a_name_in_use_is_refused_beside_the_name(self, cast, contact, url, browse):
        ContactFactory(partner=cast.school, name="Endang Lestari")
        page = browse(cast.officer).post(url, self.TYPED)
        assert page.context["form"].errors == {"name": ["Narahubung ini sudah tercatat."]}

    def test_knowing_the_npsn_opens_nobody_elses_contacts(self, cast, contact, url, browse):
        """Metro works with the school as well, but has no agreement with it."""
        cast.school.facilities.add(cast.metro)
        stranger = browse(cast.stranger)
        assert stranger.get(url).status_code == 404
        AgreementFactory(facility=cast.metro, partner=cast.school)
        assert stranger.get(url).status_code == 200


class TestContactAccount:
    @pytest.fixture
    def contact(self, cast):
        """Of a school that nobody coordinates yet."""
        return ContactFactory(partner=PartnerFactory(facilities=[cast.metro]))

    @pytest.fixture
    def url(self, contact):
        return reverse("partnerships:contact_account", args=[contact.pk])

    def test_the_coordinator_sees_the_school_from_now_on(self, cast, contact, url, browse):
        person = UserFactory(role="coordinator")
        agreement = AgreementFactory(facility=cast.metro, partner=contact.partner)
        coordinator = browse(person)
        assert coordinator.get(agreement.get_absolute_url()).status_code == 404

        browse(cast.admin).post(url, {"user": person.pk})
        assert coordinator.get(agreement.get_absolute_url()).status_code == 200
        assert list(coordinator.get(AGREEMENTS).context["page"]) == [agreement]

    def test_only_coordinators_without_a_school_can_be_chosen(self, cast, contact, url, browse):
        free = UserFactory(role="coordinator")
        choices = browse(cast.admin).get(url).context["form"].fields["user"].queryset

        assert list(choices) == [
            free
        ]  # the cast's coordinator has a school, the others no such role

    def test_the_present_account_can_be_kept_or_taken_away(self, cast, browse):
        contact = cast.coordinator.contact
        url = reverse("partnerships:contact_account", args=[contact.pk])
        browser = browse(cast.admin)
        assert browser.get(url).context["form"]["user"].value() == cast.coordinator.pk

        browser.post(url, {"user": ""})
        contact.refresh_from_db()
        assert contact.user is None

    def test_an_officer_gives_no_accounts(self, cast, contact, url, browse):
        assert browse(cast.officer).get(url).status_code == 403
