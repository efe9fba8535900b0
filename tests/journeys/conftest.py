"""Journeys in a real browser: each page is checked as it is passed."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection

from tests.factories import PASSWORD

# Playwright's own loop runs in this thread; the ORM calls here are still synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDTHS = ((1366, 768), (390, 844))
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Of what is well one example: to list it all takes a fifth of the time.
    "resultTypes": ["violations"],
}
# Every kind of element on a page by what axe asks about: tag, class, role, type, and which attributes it has.
PARTS = """() => [...new Set([...document.querySelectorAll("*")].map(one =>
    [one.tagName, one.getAttribute("class"), one.getAttribute("role"), one.getAttribute("type"),
     ...one.getAttributeNames().sort()].join("|")
))].sort().join(" ")"""
AXE = Axe().axe_script
VIOLATIONS = "async options => (await axe.run(options)).violations"
LOOKED_AT = set()
SETTLED = "() => !document.querySelector('[hx-trigger=load], .htmx-request')"


@dataclass
class Walker:
    """One person at one browser; whatever the pages do wrong is collected in `faults`."""

    page: object
    home: str
    faults: list = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", self._failure)
        self.page.on("request", self._request)

    def _console(self, message):
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _failure(self, request):
        if request.failure != "net::ERR_ABORTED":  # what a download looks like
            self.faults.append(f"failed: {request.url}")

    def _request(self, request):
        if urlsplit(request.url).netloc != urlsplit(self.home).netloc:
            self.faults.append(f"outside: {request.url}")

    def sign_in(self, username):
        self.go("/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", PASSWORD)
        self.press("Masuk")
        self.page.wait_for_url(f"{self.home}/")
        self.look()
        return self

    def go(self, path):
        self.page.goto(path if path.upper().startswith("HTTP") else self.home + path)
        self.look()

    def follow(self, words):
        self.page.get_by_role("link", name=words).first.click()
        self.settle()
        self.look()

    def press(self, words):
        """Press a button that sends its form, and wait for the answer."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words).first.click()
        self.settle()

    def settle(self):
        """Until the page is there with all its slots filled."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(SETTLED)

    def fill(self, **fields):
        """Fields by their HTML id without "id_"; lists and text boxes alike."""
        for name, value in fields.items():
            field = self.page.locator(f"#id_{name}")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def look(self):
        """axe at both widths: no violation of WCAG 2.2 A and AA.

        A page made of the very parts that were looked at before, at the same address but for its
        numbers, is not looked at again: a journey comes by the same pages many times. And the pages
        are the same on both databases, so SQLite's run looks for both.
        """
        self.settle()
        if connection.vendor != "sqlite":
            return
        parts = (re.sub(r"\d+", "#", urlsplit(self.page.url).path), self.page.evaluate(PARTS))
        if parts in LOOKED_AT:
            return
        LOOKED_AT.add(parts)
        self.page.evaluate(AXE)
        for width, height in reversed(WIDTHS):
            self.page.set_viewport_size({"width": width, "height": height})
            for violation in self.page.evaluate(VIOLATIONS, WCAG):
                where = [node["html"][:160] for node in violation["nodes"][:3]]
                self.faults.append(f"axe {width} {self.page.url}: {violation['id']} {where}")

    def heading(self):
        return self.page.locator("h1").inner_text()


@pytest.fixture
def walker(browser, live_server):
    """walker() is another person at another computer; at the end nothing may have been wrong."""
    walkers = []

    def arrive():
        context = browser.new_context(locale="en-US", viewport={"width": 1366, "height": 768})
        walkers.append(Walker(context.new_page(), live_server.url))
        return walkers[-1]

    yield arrive
    for one in walkers:
        one.page.context.close()
    assert [fault for one in walkers for fault in one.faults] == []
