"""How days and numbers read."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from core.templatetags.ui import changed_query, date_range, in_days, number


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "text"),
    [
        (date(2025, 12, 17), date(2025, 12, 17), "17 Desember 2025"),
        (date(2025, 12, 17), date(2025, 12, 31), "17–31 Desember 2025"),
        (date(2025, 8, 5), date(2025, 12, 31), "5 Agustus – 31 Desember 2025"),
        (date(2025, 12, 17), date(2027, 12, 16), "17 Desember 2025 – 16 Desember 2027"),
        (date(2025, 12, 17), date(2026, 12, 17), "17 Desember 2025 – 17 Desember 2026"),
    ],
)
def test_date_range_says_nothing_twice(starts_on, ends_on, text):
    assert date_range(starts_on, ends_on) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "hari ini"), (1, "1 hari lagi"), (90, "90 hari lagi"), (-3, "3 hari yang lalu")],
)
def test_in_days_is_said_in_words(days, text):
    assert in_days(days) == text


@pytest.mark.parametrize(
    ("language", "texts"), [("id", ["87", "87,5", "100", ""]), ("en", ["87", "87.5", "100", ""])]
)
def test_number_has_no_needless_zeros(language, texts):
    values = [Decimal("87.00"), Decimal("87.50"), Decimal(100), None]

    with translation.override(language):
        assert [number(value) for value in values] == texts


class TestLinks:
    def context(self, query):
        return Context({"request": RequestFactory().get(f"/{query}")})

    def test_a_filter_keeps_the_search_and_forgets_the_page(self):
        context = self.context("?q=smk+3&page=2&sort=name")

        assert changed_query(context, state="in_force", page=None) == (
            "?q=smk+3&sort=name&state=in_force"
        )

    @pytest.mark.parametrize(
        ("query", "link"),
        [
            ("", '<a class="sort" href="?sort=name">Nama</a>'),
            ("?sort=name&page=3", '<a class="sort" href="?sort=-name">Nama ↑</a>'),
            ("?sort=-name", '<a class="sort" href="?sort=name">Nama ↓</a>'),
        ],
    )
    def test_a_table_head_turns_its_own_order_round(self, query, link):
        template = Template('{% load ui %}{% sort_link "name" "Nama" %}')

        assert template.render(self.context(query)) == link
