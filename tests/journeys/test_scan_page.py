"""A scanned sheet at the keyboard: the network goes just before sending, and no answer is lost."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from participants.models import Attendance
from tests import factories
from tests.factories import reading_of
from tests.partnerships.scans import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scan(live_server, cast):
    """A class of five, of whom the machine doubts two, and a page for guests behind it."""
    batch = factories.BatchFactory(
        agreement=factories.AgreementFactory(facility=cast.jember, partner=cast.school)
    )
    people = [factories.EnrollmentFactory(batch=batch, position=place) for place in range(1, 6)]
    day = timezone.localdate() - timedelta(days=1)
    page = factories.ScanPageFactory(
        sheet__session__batch=batch,
        sheet__session__takes_place_on=day,
        sheet__enrollments=[one.pk for one in people],
        reading=reading_of("H2H.HH"),
        picture=ContentFile(photo(), "lembar.jpg"),
    )
    other = factories.PrintedSheetFactory(session=page.sheet.session, page=2, page_count=2)
    factories.ScanPageFactory(sheet=other, file=page.file, number=2)
    return page


def answers(browser):
    """The answer of each row in the order of the screen, then where the focus is."""
    chosen = browser.evaluate(
        """() => [...document.querySelectorAll("[data-place]")].map(
            one => one.querySelector(":checked")?.value || " ").join("")"""
    )
    return chosen, browser.evaluate("document.activeElement.name || document.activeElement.tagName")


def test_answered_by_keyboard_through_a_cut(scan, walker):
    officer = walker().sign_in("petugas")
    path = reverse("participants:scan_page", args=[scan.pk])
    officer.go(path)
    browser = officer.page
    assert answers(browser) == ("  HHH", "answer-2")
    browser.keyboard.press("s")
    assert answers(browser) == ("S HHH", "answer-4")
    browser.keyboard.press("-")
    assert answers(browser) == ("S-HHH", "present_count")
    browser.keyboard.press("Control+z")  # in a field, that is the field's own
    browser.keyboard.type("3")
    browser.keyboard.press("Enter")
    assert answers(browser) == ("S-HHH", "BUTTON")
    cut(officer)
    officer.go(path)
    assert answers(browser)[0] == "S-HHH"
    assert browser.locator("[data-progress]").inner_text() == "2 dari 2 baris ragu dijawab"
    officer.press("Konfirmasi 5 baris")
    assert browser.url == officer.home + path.replace(str(scan.pk), str(scan.pk + 1))
    officer.look()
    stored = Attendance.objects.order_by("enrollment__position")
    assert list(stored.values_list("code", flat=True)) == ["H", "S", "H", "H"]
    assert browser.evaluate("Object.keys(localStorage)") == []


def cut(officer):
    """The button is pressed without a network."""
    faults = len(officer.faults)
    officer.page.context.set_offline(True)
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_timeout(300)
    officer.page.context.set_offline(False)
    assert not Attendance.objects.exists()
    del officer.faults[faults:]
