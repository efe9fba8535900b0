"""Pages and orders that live in the URL."""

import pytest
from django.test import RequestFactory

from accounts.models import Region
from core.paging import page_of, sorted_by
from tests.factories import RegionFactory


def asking(**query):
    return RequestFactory().get("/", query)


class TestPageOf:
    @pytest.mark.parametrize(
        ("asked", "rows"),
        [("1", [1, 2, 3]), ("2", [4, 5]), ("99", [4, 5]), ("0", [4, 5]), ("dua", [1, 2, 3])],
    )
    def test_any_number_leads_to_a_page_that_exists(self, asked, rows):
        assert list(page_of(asking(page=asked), [1, 2, 3, 4, 5], size=3)) == rows

    def test_nothing_has_one_empty_page(self):
        assert list(page_of(asking(page="3"), [])) == []


class TestSortedBy:
    CHOICES = {"code": ["code"], "name": ["name"]}

    @pytest.fixture(autouse=True)
    def regions(self, db):
        for code, name in [("a", "Lampung"), ("b", "Bali"), ("c", "Bali")]:
            RegionFactory(code=code, name=name)

    def codes(self, **query):
        rows = sorted_by(asking(**query), Region.objects.all(), self.CHOICES, default="-code")
        return "".join(row.code for row in rows)

    def test_nothing_asked_gives_the_default(self):
        assert self.codes() == self.codes(sort="-code") == "cba"

    def test_a_minus_turns_the_order_round(self):
        assert self.codes(sort="name") == "bca"
        assert self.codes(sort="-name") == "acb"
        assert self.codes(sort="code") == "abc"

    @pytest.mark.parametrize("asked", ["password", "-password", "--code", "-", "name;drop"])
    def test_an_order_that_nobody_offers_is_the_default(self, asked):
        assert self.codes(sort=asked) == "cba"
