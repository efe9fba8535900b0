"""A person acts in one place at a time."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment
from accounts.roles import Role
from tests.factories import AgreementFactory

AGREEMENTS = reverse("partnerships:agreement_list")
CHOOSE = reverse("accounts:choose_assignment")


def shown(page):
    """Numbers of the agreements on the page."""
    return [agreement.facility_number for agreement in page.context["page"]]


@pytest.fixture
def both(cast):
    """The officer's second assignment, at Metro; one agreement in each place."""
    AgreementFactory(facility=cast.jember, facility_number="W15-JEMBER")
    AgreementFactory(facility=cast.metro, facility_number="W9-METRO")
    return Assignment.objects.create(user=cast.officer, role=Role.OFFICER, facility=cast.metro)


class TestChooseAssignment:
    def test_the_header_switches_from_one_place_to_the_other(self, cast, both, browse):
        browser = browse(cast.officer)
        assert shown(browser.get(AGREEMENTS)) == ["W15-JEMBER"]

        assert browser.post(CHOOSE, {"assignment": both.pk}).url == reverse("reports:home")
        assert shown(browser.get(AGREEMENTS)) == ["W9-METRO"]

    def test_the_header_offers_both_and_presses_the_present_one(self, cast, both, browse):
        first = cast.officer.assignments.first()
        page = browse(cast.officer).get(AGREEMENTS)

        assert f'value="{first.pk}" aria-pressed="true"' in page.text
        assert f'value="{both.pk}" aria-pressed="false"' in page.text

    def test_one_assignment_leaves_nothing_to_choose(self, cast, browse):
        assert CHOOSE not in browse(cast.officer).get(AGREEMENTS).text

    def test_somebody_elses_assignment_is_not_found(self, cast, both, browse):
        browser = browse(cast.stranger)

        for forged in (both.pk, 0, "", "1 OR 1=1"):
            assert browser.post(CHOOSE, {"assignment": forged}).status_code == 404
        assert shown(browser.get(AGREEMENTS)) == ["W9-METRO"]

    def test_an_assignment_that_ends_takes_its_place_away(self, cast, both, browse):
        browser = browse(cast.officer)
        browser.post(CHOOSE, {"assignment": both.pk})
        Assignment.objects.filter(pk=both.pk).update(ended_at=timezone.now())

        assert shown(browser.get(AGREEMENTS)) == ["W15-JEMBER"]
        assert browser.post(CHOOSE, {"assignment": both.pk}).status_code == 404

    def test_after_the_last_assignment_no_page_opens(self, cast, both, browse):
        browser = browse(cast.officer)
        cast.officer.assignments.update(ended_at=timezone.now())
        page = browser.get(AGREEMENTS)

        assert page.status_code == 403
        assert "Belum bertugas" in page.text

    def test_the_clock_on_the_wall_is_that_of_the_place(self, cast, both, browse):
        cast.metro.timezone = "Asia/Jayapura"
        cast.metro.save()
        browser = browse(cast.officer)
        browser.post(CHOOSE, {"assignment": both.pk})
        seen = []

        def look(execute, *query):
            seen.append(timezone.get_current_timezone())
            return execute(*query)

        with connection.execute_wrapper(look):
            browser.get(AGREEMENTS)
        assert seen[-1] == ZoneInfo("Asia/Jayapura")


class TestMissingRight:
    def test_the_page_names_the_roles_that_can(self, cast, browse):
        page = browse(cast.head).get(reverse("partnerships:agreement_create"))

        assert page.status_code == 403
        assert page.context["roles"] == ["Petugas bimbingan kerja"]
        assert "<li>Petugas bimbingan kerja</li>" in page.text

    def test_a_passer_by_is_asked_to_sign_in_and_comes_back(self, cast, browse):
        answer = browse().get(AGREEMENTS)

        assert answer.url == f"{reverse('account_login')}?next={AGREEMENTS}"
