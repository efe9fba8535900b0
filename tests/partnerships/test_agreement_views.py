"""The pages of agreements, as an officer of Jember uses them."""

from datetime import date

import pytest
from django.urls import reverse

from core.paging import PAGE_SIZE
from partnerships.models import Agreement
from tests.core.counting import queries_of
from tests.factories import AgreementFactory, PartnerFactory, SignatoryFactory

pytestmark = pytest.mark.usefixtures("january")
LIST = reverse("partnerships:agreement_list")
CREATE = reverse("partnerships:agreement_create")


def numbers(page):
    """Numbers of the agreements on the page, from top to bottom."""
    return [agreement.facility_number for agreement in page.context["page"]]


def typed_into(page):
    """What stands in the fields of the form on the page."""
    return {field.name: field.value() for field in page.context["form"]}


class TestAgreementList:
    @pytest.fixture
    def three(self, cast):
        """Of Jember: one that ended, one in force for a year, one for two; and one of Metro."""
        for number, name, starts_on, ends_on in [
            ("W15-1", "SMK Negeri 5", date(2024, 1, 1), date(2025, 12, 31)),
            ("W15-2", "smk negeri 2", date(2025, 6, 1), date(2026, 12, 31)),
            ("W15-3", "BLK Jember", date(2025, 3, 1), date(2027, 12, 31)),
        ]:
            AgreementFactory(
                facility=cast.jember,
                facility_number=number,
                partner_number=f"421.5/{number[-1]}/SMK",
                partner=PartnerFactory(name=name),
                starts_on=starts_on,
                ends_on=ends_on,
            )
        AgreementFactory(facility=cast.metro, facility_number="W9-1", partner=cast.school)

    def test_the_one_that_lasts_longest_stands_on_top(self, cast, three, browse):
        assert numbers(browse(cast.officer).get(LIST)) == ["W15-3", "W15-2", "W15-1"]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("-ends", ["W15-3", "W15-2", "W15-1"]),
            ("ends", ["W15-1", "W15-2", "W15-3"]),
            ("partner", ["W15-3", "W15-2", "W15-1"]),  # BLK, smk 2, SMK 5: capitals do not count
            ("-partner", ["W15-1", "W15-2", "W15-3"]),
            ("starts", ["W15-1", "W15-3", "W15-2"]),
        ],
    )
    def test_sorting(self, cast, three, browse, sort, order):
        assert numbers(browse(cast.officer).get(LIST, {"sort": sort})) == order

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("blk jem", ["W15-3"]),
            ("w15-2", ["W15-2"]),
            (" 421.5/1/smk ", ["W15-1"]),
            ("W9-1", []),  # Metro's
            ("%", []),
        ],
    )
    def test_search(self, cast, three, browse, words, found):
        page = browse(cast.officer).get(LIST, {"q": words})

        assert numbers(page) == found
        assert ("Tidak ada yang cocok." in page.text) == (not found)

    def test_only_those_in_force_today(self, cast, three, browse):
        page = browse(cast.officer).get(LIST, {"state": "in_force"})

        assert numbers(page) == ["W15-3", "W15-2"]

    def test_the_filter_keeps_the_search(self, cast, three, browse):
        page = browse(cast.officer).get(LIST, {"q": "negeri", "state": "in_force"})

        assert numbers(page) == ["W15-2"]
        assert 'href="?q=negeri"' in page.text  # the way back to all
        assert '<input type="hidden" name="state" value="in_force">' in page.text

    def test_an_overseer_narrows_it_to_one_prison(self, cast, three, browse):
        browser = browse(cast.national)

        assert len(numbers(browser.get(LIST))) == 4
        assert numbers(browser.get(LIST, {"facility": "LAPAS-METRO"})) == ["W9-1"]

    def test_the_second_page_has_the_rest(self, cast, browse):
        AgreementFactory.create_batch(PAGE_SIZE + 2, facility=cast.jember, partner=cast.school)
        browser = browse(cast.officer)
        first, second = browser.get(LIST), browser.get(LIST, {"page": 2, "q": "jember"})

        assert (len(numbers(first)), len(numbers(second))) == (PAGE_SIZE, 2)
        assert 'rel="next" href="?page=2"' in first.text
        assert 'rel="prev" href="?page=1&amp;q=jember"' in second.text

    def test_htmx_gets_the_rows_and_everybody_else_the_page(self, cast, three, browse):
        browser = browse(cast.officer)
        page = browser.get(LIST, {"q": "blk"}).text
        fragment = browser.get(LIST, {"q": "blk"}, headers={"HX-Request": "true"}).text.strip()

        assert fragment.startswith('<div id="rows">')
        assert fragment.endswith("</div>")
        assert fragment in page
        assert "</html>" in page

    def test_an_empty_list_says_what_to_do_first(self, cast, browse):
        page = browse(cast.officer).get(LIST)

        assert "Belum ada perjanjian yang dicatat" in page.text
        assert page.text.count(f'href="{CREATE}"') == 1

    def test_who_only_reads_is_offered_nothing_to_record(self, cast, three, browse):
        assert CREATE in browse(cast.officer).get(LIST).text
        assert CREATE not in browse(cast.head).get(LIST).text

    def test_one_and_three_rows_cost_the_same(self, cast, browse):
        browser = browse(cast.officer)
        AgreementFactory(facility=cast.jember)
        one = queries_of(browser, LIST)
        AgreementFactory.create_batch(2, facility=cast.jember)

        assert queries_of(browser, LIST) == one


class TestAgreementDetail:
    def test_both_numbers_and_the_term_as_on_paper(self, cast, agreement, browse):
        page = browse(cast.officer).get(agreement.get_absolute_url())

        assert "<dd>W15.PAS-PK.01/2025</dd>" in page.text
        assert f"<dd>{agreement.partner_number}</dd>" in page.text
        assert "<dd>17 Desember 2025 – 16 Desember 2027 " in page.text

    def test_a_stranger_finds_nothing(self, cast, agreement, browse):
        assert browse(cast.officer).get(agreement.get_absolute_url()).status_code == 200
        assert browse(cast.stranger).get(agreement.get_absolute_url()).status_code == 404

    def test_addenda_are_listed_and_lead_back(self, cast, agreement, browse):
        addendum = AgreementFactory(
            facility=cast.jember, partner=cast.school, kind="addendum", parent=agreement
        )
        browser = browse(cast.officer)

        assert list(browser.get(agreement.get_absolute_url()).context["related"]) == [addendum]
        page = browser.get(addendum.get_absolute_url())
        assert page.context["parent"] == agreement
        assert f'Adendum atas <a href="{agreement.get_absolute_url()}">' in page.text

    def test_a_missing_scan_and_missing_signatures_are_said(self, cast, agreement, browse):
        page = browse(cast.officer).get(agreement.get_absolute_url())

        assert "Pindaian bertanda tangan belum ada" in page.text
        assert "Tanpa penanda tangan dari pihak mitra" in page.text

    def test_a_reader_gets_no_buttons(self, cast, agreement, browse):
        SignatoryFactory(agreement=agreement)
        url = agreement.get_absolute_url()
        actions = [f"{url}edit/", f"{url}end/", f"{url}signatories/", f"{url}documents/", "remove/"]
        page = {name: browse(getattr(cast, name)).get(url).text for name in ("officer", "head")}

        assert [action in page["officer"] for action in actions] == [True] * 5
        assert [action in page["head"] for action in actions] == [False] * 5

    def test_one_and_three_addenda_cost_the_same(self, cast, agreement, browse):
        browser = browse(cast.officer)
        addendum = {"facility": cast.jember, "kind": "addendum", "parent": agreement}
        AgreementFactory(partner=cast.school, **addendum)
        one = queries_of(browser, agreement.get_absolute_url())
        AgreementFactory.create_batch(2, partner=cast.school, **addendum)

        assert queries_of(browser, agreement.get_absolute_url()) == one


@pytest.fixture
def typed(cast):
    """A form as the officer fills it in, each date in another way."""
    return {
        "kind": "pks",
        "partner": str(cast.school.pk),
        "parent": "",
        "renews": "",
        "facility_number": "W15.PAS-PK.07/2025",
        "partner_number": "421.5/413/101.6.5.3/2025",
        "signed_on": "17/12/2025",
        "starts_on": "17 Desember 2025",
        "ends_on": "16-12-2027",
        "legal_basis": "UU 22/2022 tentang Pemasyarakatan",
    }


class TestAgreementCreate:
    def test_the_officer_copies_the_paper(self, cast, typed, browse):
        answer = browse(cast.officer).post(CREATE, typed)
        agreement = Agreement.objects.get()

        assert answer.url == agreement.get_absolute_url()
        assert (agreement.facility, agreement.partner) == (cast.jember, cast.school)
        assert (agreement.signed_on, agreement.starts_on, agreement.ends_on) == (
            date(2025, 12, 17), date(2025, 12, 17), date(2027, 12, 16),
        )  # fmt: skip

    def test_dates_backwards_are_refused_beside_the_last_day(self, cast, typed, browse):
        typed |= {"ends_on": "16 Des 2025"}
        page = browse(cast.officer).post(CREATE, typed)

        assert page.context["form"].errors == {
            "ends_on": ["Hari terakhir harus sama dengan atau sesudah hari mulai."]
        }
        assert typed_into(page) == typed
        assert 'value="16 Des 2025"' in page.text
        assert not Agreement.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"ends_on": "12/25/2027"}, "ends_on"),
            ({"ends_on": "31-02-2027"}, "ends_on"),
            ({"signed_on": "besok"}, "signed_on"),
            ({"partner_number": ""}, "signed_on"),
            ({"partner": "0"}, "partner"),
            ({"kind": "addendum"}, "parent"),
            ({"facility_number": "x" * 81}, "facility_number"),
        ],
    )
    def test_each_slip_stands_beside_its_field(self, cast, typed, browse, change, field):
        page = browse(cast.officer).post(CREATE, typed | change)

        assert list(page.context["form"].errors) == [field]
        assert typed_into(page) == typed | change
        assert not Agreement.objects.exists()

    def test_a_number_used_before_stands_beside_the_number(self, cast, typed, agreement, browse):
        typed |= {"facility_number": agreement.facility_number}
        page = browse(cast.officer).post(CREATE, typed)

        assert page.context["form"].errors == {
            "facility_number": ["Nomor Lapas ini sudah dipakai perjanjian lain."]
        }

    def test_only_ones_own_partners_and_agreements_can_be_chosen(self, cast, agreement, browse):
        foreign = AgreementFactory(facility=cast.metro)
        addendum = AgreementFactory(
            facility=cast.jember, partner=cast.school, kind="addendum", parent=agreement
        )
        form = browse(cast.officer).get(CREATE).context["form"]

        assert list(form.fields["partner"].queryset) == [cast.school]
        assert list(form.fields["parent"].queryset) == [agreement]
        assert {foreign, addendum} < set(Agreement.objects.all())

    def test_an_addendum_comes_with_its_parent_filled_in(self, cast, agreement, browse):
        browser = browse(cast.officer)
        query = f"kind=addendum&amp;partner={cast.school.pk}&amp;parent={agreement.pk}"
        assert f"{CREATE}?{query}" in browser.get(agreement.get_absolute_url()).text

        form = browser.get(f"{CREATE}?{query.replace('&amp;', '&')}").context["form"]
        shown = [form[name].value() for name in ("kind", "partner", "parent")]
        assert shown == ["addendum", str(cast.school.pk), str(agreement.pk)]


class TestAgreementUpdate:
    @pytest.fixture
    def url(self, agreement):
        return reverse("partnerships:agreement_update", args=[agreement.pk])

    def test_what_is_shown_can_be_sent_back(self, cast, agreement, url, browse):
        browser = browse(cast.officer)
        shown = browser.get(url).context["form"]
        before = Agreement.objects.values().get()
        html = {field.name: field.value() or "" for field in shown}
        for name in ("signed_on", "starts_on", "ends_on"):
            html[name] = shown[name].field.widget.format_value(html[name])

        assert browser.post(url, html).url == agreement.get_absolute_url()
        assert Agreement.objects.values().get() == before

    def test_one_changed_field(self, cast, agreement, url, typed, browse):
        browse(cast.officer).post(url, typed | {"ends_on": "31-12-2026"})
        agreement.refresh_from_db()

        assert agreement.ends_on == date(2026, 12, 31)

    def test_a_refusal_loses_nothing_and_changes_nothing(self, cast, agreement, url, typed, browse):
        typed |= {"ends_on": "1-1-2020"}
        page = browse(cast.officer).post(url, typed)
        before = agreement.ends_on
        agreement.refresh_from_db()

        assert typed_into(page) == typed
        assert agreement.ends_on == before

    def test_it_cannot_be_made_its_own_addendum(self, cast, agreement, url, typed, browse):
        typed |= {"kind": "addendum", "parent": str(agreement.pk)}
        page = browse(cast.officer).post(url, typed)

        assert list(page.context["form"].errors) == ["parent"]


class TestAgreementEnd:
    @pytest.fixture
    def url(self, agreement):
        return reverse("partnerships:agreement_end", args=[agreement.pk])

    def test_the_certificate_checks_see_the_new_end(self, cast, agreement, url, browse):
        typed = {"ended_early_on": "14-01-2026", "end_reason": "Sekolah pindah"}
        assert agreement in Agreement.objects.in_force()
        browse(cast.officer).post(url, typed)
        agreement.refresh_from_db()

        assert (agreement.state, agreement.ends_on) == ("ended_early", date(2027, 12, 16))
        assert agreement not in Agreement.objects.in_force()

    @pytest.mark.parametrize("day", ["16-12-2025", "17-12-2027"])
    def test_only_a_day_of_the_term(self, cast, agreement, url, browse, day):
        typed = {"ended_early_on": day, "end_reason": "Sekolah pindah"}
        page = browse(cast.officer).post(url, typed)

        assert page.context["form"].errors == {
            "ended_early_on": ["Tanggal diakhiri harus berada dalam masa berlaku."]
        }
        assert typed_into(page) == typed

    def test_not_without_a_reason(self, cast, agreement, url, browse):
        page = browse(cast.officer).post(url, {"ended_early_on": "14-01-2026", "end_reason": " "})

        assert list(page.context["form"].errors) == ["end_reason"]


class TestSignatoryCreate:
    TYPED = {
        "side": "partner",
        "name": "Widiwasito",
        "title": "Kepala SMK Negeri 3 Jember",
        "nip": "19661018 199203 1 001",
        "has_certificate_signature": "on",
    }

    @pytest.fixture
    def url(self, agreement):
        return reverse("partnerships:signatory_create", args=[agreement.pk])

    def test_who_signs_the_certificates_is_marked_on_the_page(self, cast, agreement, url, browse):
        answer = browse(cast.officer).post(url, self.TYPED, follow=True)

        assert answer.redirect_chain == [(agreement.get_absolute_url(), 302)]
        assert [one.name for one in answer.context["signatories"]] == ["Widiwasito"]
        assert "menandatangani</span>" in answer.text

    def test_a_third_certificate_signature_is_refused_beside_its_box(
        self, cast, agreement, url, browse
    ):
        SignatoryFactory.create_batch(2, agreement=agreement)
        page = browse(cast.officer).post(url, self.TYPED)

        assert page.context["form"].errors == {
            "has_certificate_signature": ["Sudah ada dua orang yang menandatangani sertifikat."]
        }
        assert agreement.signatories.count() == 2

    def test_the_prisons_side_is_refused_beside_the_box(self, cast, url, browse):
        page = browse(cast.officer).post(url, self.TYPED | {"side": "facility"})

        assert list(page.context["form"].errors) == ["has_certificate_signature"]

    def test_a_stranger_adds_nobody(self, cast, agreement, url, browse):
        assert browse(cast.stranger).post(url, self.TYPED).status_code == 404
        assert browse(cast.officer).post(url, self.TYPED).status_code == 302


class TestSignatoryRemove:
    def test_the_page_forgets_and_the_row_stays(self, cast, agreement, browse):
        signatory = SignatoryFactory(agreement=agreement, name="Widiwasito")
        url = reverse("partnerships:signatory_remove", args=[signatory.pk])
        page = browse(cast.officer).post(url, follow=True)

        assert list(page.context["signatories"]) == []
        assert "Widiwasito tidak lagi menandatangani." in page.text
        assert list(agreement.signatories.exclude(removed_at=None)) == [signatory]

    def test_a_stranger_removes_nobody(self, cast, agreement, browse):
        signatory = SignatoryFactory(agreement=agreement, name="Widiwasito")
        url = reverse("partnerships:signatory_remove", args=[signatory.pk])

        assert browse(cast.stranger).post(url).status_code == 404
        assert agreement.signatories.filter(removed_at=None).count() == 1
