"""The walker of the journeys notices what is wrong with a page."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_picture_without_words_is_a_fault(walker):
    one = walker()
    one.go("/accounts/login/")
    one.page.locator("main").evaluate("main => main.append(document.createElement('img'))")
    one.look()
    told = [fault.split(": ")[1].split(" ")[0] for fault in one.faults]
    one.faults.clear()
    # PostgreSQL's run leaves axe to SQLite's.
    assert told == (["image-alt"] * 2 if connection.vendor == "sqlite" else [])
