"""What each side promised: how an officer records it, notes what came, and takes back a mistake."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from partnerships import services
from partnerships.models import Commitment, Delivery
from tests.core.counting import queries_of
from tests.core.refusals import refused_by
from tests.factories import AgreementFactory, CommitmentFactory, DeliveryFactory

pytestmark = pytest.mark.usefixtures("january")

OVEN = {
    "side": "facility",
    "kind": "other",
    "title": "Oven dek kedua",
    "promised": "1",
    "measure": "unit",
    "pace": "at_once",
    "due_on": "20-12-2025",
}
TOO_MUCH = "10000000000000"


def typed_into(page):
    return {field.name: field.value() for field in page.context["form"]}


def errors_of(page):
    """{field: message} of the form on the page."""
    return {name: " ".join(said) for name, said in page.context["form"].errors.items()}


@pytest.fixture
def flour(agreement):
    return CommitmentFactory(agreement=agreement, title="Bahan praktik")


class TestConstraints:
    @pytest.mark.parametrize("promised", [0, 10**12 + 1])
    def test_commitment_promises_something(self, agreement, promised):
        with refused_by("commitment_promises_something"):
            CommitmentFactory(agreement=agreement, promised=promised)

        CommitmentFactory(agreement=agreement, promised=10**12)

    def test_commitment_once_per_agreement_side_and_title(self, agreement, flour, cast):
        with refused_by("commitment_once_per_agreement_side_and_title"):
            CommitmentFactory(agreement=agreement, title="Bahan praktik")

        services.withdraw_commitment(commitment=flour, by=cast.officer)
        CommitmentFactory(agreement=agreement, title="Bahan praktik")

    @pytest.mark.parametrize("amount", [0, 10**12 + 1])
    def test_delivery_brings_something(self, flour, amount):
        with refused_by("delivery_brings_something"):
            DeliveryFactory(commitment=flour, amount=amount)


class TestCommitmentCreate:
    @pytest.fixture
    def url(self, agreement):
        return reverse("partnerships:commitment_create", args=[agreement.pk])

    def test_as_it_stands_in_the_agreement(self, cast, agreement, url, browse):
        answer = browse(cast.officer).post(url, OVEN)
        oven = agreement.commitments.get()

        assert answer.url == agreement.get_absolute_url()
        assert (oven.title, oven.promised, oven.due_on) == ("Oven dek kedua", 1, date(2025, 12, 20))
        assert AuditEvent.objects.get(action="commitment.recorded").facility == cast.jember

    def test_rupiah_in_groups_of_three_are_not_thousandths(self, cast, agreement, url, browse):
        typed = OVEN | {"kind": "money", "title": "Dana transpor", "measure": ""}
        browse(cast.officer).post(url, typed | {"promised": "Rp 500.000"})

        assert agreement.commitments.values_list("promised", "measure").get() == (500_000, "rupiah")

    @pytest.mark.parametrize(
        ("kind", "measure"),
        [
            ("hours", "JP"),
            ("instructors", "orang"),
            ("seats", "peserta"),
            ("certificates", "lembar"),
        ],
    )
    def test_an_empty_measure_becomes_the_usual_one(
        self, cast, agreement, url, browse, kind, measure
    ):
        browse(cast.officer).post(url, OVEN | {"kind": kind, "measure": ""})

        assert agreement.commitments.get().measure == measure

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"promised": "0"}, "promised"),
            ({"promised": "-3"}, "promised"),
            ({"promised": TOO_MUCH}, "promised"),
            ({"promised": "delapan puluh"}, "promised"),
            ({"promised": "1,5"}, "promised"),
            ({"promised": "1.5"}, "promised"),
            ({"promised": "²"}, "promised"),
            ({"promised": ""}, "promised"),
            ({"measure": " "}, "measure"),
            ({"kind": "money", "measure": "juta"}, "measure"),
            ({"due_on": "16-12-2025"}, "due_on"),
            ({"due_on": "31-02-2026"}, "due_on"),
            ({"title": ""}, "title"),
            ({"side": "dinas"}, "side"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(
        self, cast, agreement, url, browse, typed, field
    ):
        page = browse(cast.officer).post(url, OVEN | typed)

        assert list(errors_of(page)) == [field]
        assert typed_into(page) == OVEN | typed
        assert not agreement.commitments.exists()

    def test_too_much_is_not_called_too_little(self, cast, url, browse):
        page = browse(cast.officer).post(url, OVEN | {"promised": TOO_MUCH})

        assert errors_of(page) == {"promised": "Isi paling banyak 1.000.000.000.000."}

    def test_the_same_promise_twice(self, cast, url, browse):
        browser = browse(cast.officer)
        browser.post(url, OVEN)
        page = browser.post(url, OVEN)

        assert errors_of(page) == {"title": "Janji ini sudah tercatat untuk pihak itu."}

    def test_a_draft_may_hold_promises(self, cast, url, browse, agreement):
        agreement.signed_on = None
        agreement.save()
        browse(cast.officer).post(url, OVEN)

        assert agreement.commitments.count() == 1


class TestCommitmentUpdate:
    @pytest.fixture
    def url(self, flour):
        return reverse("partnerships:commitment_update", args=[flour.pk])

    def test_a_large_amount_comes_back_in_groups_of_three(self, cast, flour, url, browse):
        flour.promised = 12_500_000
        flour.save()
        page = browse(cast.officer).get(url)

        assert page.context["form"]["promised"].value() == "12.500.000"
        typed = {name: value for name, value in typed_into(page).items() if value}
        browse(cast.officer).post(url, typed | {"title": "Dana"})
        flour.refresh_from_db()
        assert (flour.title, flour.promised) == ("Dana", 12_500_000)

    def test_what_has_deliveries_cannot_become_counted(self, cast, flour, url, browse):
        DeliveryFactory(commitment=flour)
        page = browse(cast.officer).post(url, OVEN | {"kind": "hours"})

        assert list(errors_of(page)) == ["kind"]

    def test_what_was_withdrawn_stays_as_it_was(self, cast, flour, url, browse):
        services.withdraw_commitment(commitment=flour, by=cast.officer)
        page = browse(cast.officer).post(url, OVEN)

        assert errors_of(page) == {"__all__": "Janji ini sudah ditarik. Catat janji yang baru."}


class TestCommitmentWithdraw:
    def test_the_row_and_its_deliveries_stay(self, cast, flour, browse):
        DeliveryFactory(commitment=flour)
        url = reverse("partnerships:commitment_withdraw", args=[flour.pk])
        browser = browse(cast.officer)
        browser.post(url)
        first = Commitment.objects.get().withdrawn_at
        browser.post(url)

        assert Commitment.objects.get().withdrawn_at == first is not None
        assert not Commitment.objects.standing().exists()
        assert Delivery.objects.count() == 1
        assert AuditEvent.objects.filter(action="commitment.withdrawn").count() == 1


class TestDeliveryCreate:
    TYPED = {"amount": "2", "delivered_on": "14-01-2026", "note": "BA-07"}

    @pytest.fixture
    def url(self, flour):
        return reverse("partnerships:delivery_create", args=[flour.pk])

    def test_two_packages_yesterday(self, cast, flour, url, browse):
        page = browse(cast.officer).post(url, self.TYPED, follow=True)
        [delivery] = page.context["deliveries"]

        assert page.context["total"] == 2
        assert page.redirect_chain == [(flour.get_absolute_url(), 302)]
        assert (delivery.amount, delivery.note) == (2, "BA-07")
        assert AuditEvent.objects.get(action="delivery.recorded").facility == cast.jember

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"delivered_on": "16-01-2026"}, "delivered_on"),  # tomorrow
            ({"delivered_on": "16-12-2025"}, "delivered_on"),  # a day before the agreement
            ({"delivered_on": ""}, "delivered_on"),
            ({"amount": "0"}, "amount"),
            ({"amount": "-1"}, "amount"),
            ({"amount": TOO_MUCH}, "amount"),
            ({"amount": "dua"}, "amount"),
            ({"note": "x" * 201}, "note"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, cast, url, browse, typed, field):
        page = browse(cast.officer).post(url, self.TYPED | typed)

        assert list(errors_of(page)) == [field]
        assert typed_into(page) == self.TYPED | typed
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("day", ["17-12-2025", "15-01-2026"])
    def test_the_first_day_and_today_are_days_like_any(self, cast, url, browse, day):
        browse(cast.officer).post(url, self.TYPED | {"delivered_on": day})

        assert Delivery.objects.count() == 1

    @pytest.mark.parametrize("kind", sorted(Commitment.COUNTED))
    def test_what_is_counted_takes_none(self, cast, agreement, kind):
        counted = CommitmentFactory(agreement=agreement, kind=kind)
        with pytest.raises(ValidationError, match="dihitung otomatis"):
            services.record_delivery(
                commitment=counted, amount=4, delivered_on=date(2026, 1, 14), by=cast.officer
            )

        assert not Delivery.objects.exists()

    def test_a_draft_takes_none(self, cast, flour, url, browse):
        flour.agreement.signed_on = None
        flour.agreement.save()
        page = browse(cast.officer).post(url, self.TYPED)

        assert "masih rancangan" in errors_of(page)["__all__"]

    def test_a_withdrawn_promise_takes_none(self, cast, flour, url, browse):
        services.withdraw_commitment(commitment=flour, by=cast.officer)
        page = browse(cast.officer).post(url, self.TYPED)

        assert "sudah ditarik" in errors_of(page)["__all__"]
        assert "Ditarik" in browse(cast.officer).get(flour.get_absolute_url()).text


class TestDeliveryWithdraw:
    def test_it_leaves_the_list_and_stays_in_the_books(self, cast, flour, browse):
        mistaken, right = DeliveryFactory.create_batch(2, commitment=flour)
        url = reverse("partnerships:delivery_withdraw", args=[mistaken.pk])
        page = browse(cast.officer).post(url, follow=True)

        assert page.context["deliveries"] == [right]
        assert flour.deliveries.count() == 2


class TestCommitmentDetail:
    def test_who_only_reads_sees_the_deliveries_and_no_buttons(self, cast, flour, browse):
        delivery = DeliveryFactory(commitment=flour, note="BA-07")
        url = reverse("partnerships:delivery_withdraw", args=[delivery.pk])
        pages = {who: browse(getattr(cast, who)) for who in ("officer", "head", "coordinator")}
        texts = {who: browser.get(flour.get_absolute_url()).text for who, browser in pages.items()}

        assert {who for who, text in texts.items() if "BA-07" in text} == texts.keys()
        assert {who for who, text in texts.items() if url in text} == {"officer"}

    def test_another_schools_coordinator_finds_nothing(self, cast, browse):
        theirs = CommitmentFactory(agreement=AgreementFactory(facility=cast.jember))

        assert browse(cast.officer).get(theirs.get_absolute_url()).status_code == 200
        assert browse(cast.coordinator).get(theirs.get_absolute_url()).status_code == 404

    def test_one_and_three_rows_cost_the_same(self, cast, flour, browse):
        browser, url = browse(cast.officer), flour.get_absolute_url()
        DeliveryFactory(commitment=flour)
        one = queries_of(browser, url)
        DeliveryFactory.create_batch(2, commitment=flour)

        assert queries_of(browser, url) == one
