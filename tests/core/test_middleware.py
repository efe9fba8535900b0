"""The language of a page, and the price of one."""

import pytest
from django.utils import translation

ENGLISH_PC = {"accept-language": "en-US,en;q=0.9"}


@pytest.fixture(autouse=True)
def indonesian_again():
    """A request leaves its language behind in the thread; the next test must not find it."""
    with translation.override("id"):
        yield


class TestPreferredLanguage:
    def test_a_pc_installed_in_english_gets_indonesian(self, browse, db):
        page = browse().get("/accounts/login/", headers=ENGLISH_PC)

        assert page.headers["Content-Language"] == "id"
        assert '<html lang="id">' in page.text

    def test_the_switch_is_remembered(self, browse, db):
        browser = browse()
        answer = browser.post("/accounts/language/", {"language": "en", "next": "/accounts/login/"})

        assert answer.url == "/accounts/login/"
        assert '<html lang="en">' in browser.get(answer.url).text
        assert browser.cookies["django_language"]["max-age"] == 365 * 24 * 60 * 60

    def test_the_switch_goes_back_too(self, browse, db):
        browser = browse()
        for language in ("en", "id"):
            browser.post("/accounts/language/", {"language": language})

        assert browser.get("/accounts/login/").headers["Content-Language"] == "id"

    def test_a_language_that_nobody_offers_changes_nothing(self, browse, db):
        browser = browse()
        browser.post("/accounts/language/", {"language": "fr"})
        assert dict(browser.cookies) == {}

        browser.cookies["django_language"] = "fr"
        assert browser.get("/accounts/login/").headers["Content-Language"] == "id"

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
    )
    def test_the_switch_leads_nowhere_else(self, browse, elsewhere):
        answer = browse().post("/accounts/language/", {"language": "en", "next": elsewhere})

        assert answer.url == "/"

    def test_reading_an_address_cannot_switch(self, browse):
        assert browse().get("/accounts/language/?language=en").status_code == 405


class TestQueryCount:
    def test_in_debug_a_page_says_what_it_cost(self, browse, settings, db):
        settings.DEBUG = True

        assert browse().get("/healthz").headers["X-Query-Count"] == "1"
        assert browse().get("/robots.txt").headers["X-Query-Count"] == "0"

    def test_otherwise_it_keeps_quiet(self, browse, db):
        assert "X-Query-Count" not in browse().get("/healthz").headers
