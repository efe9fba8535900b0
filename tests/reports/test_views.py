"""Home, the year's report and the search box: true numbers, and nothing beyond one's reach."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Facility
from certificates.models import Certificate
from participants.models import Enrollment
from partnerships.models import Agreement
from programs.models import Batch, Session
from tests import factories
from tests.certificates import stages

HOME, OVERVIEW, SEARCH = "/", "/reports/", "/search/"


@pytest.fixture(autouse=True)
def december():
    """Monday 22 December 2025."""
    with time_machine.travel(datetime(2025, 12, 22, 3, tzinfo=UTC), tick=False):
        yield


def queries(browser, url):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def metro_training(cast, code="MTR-A1", **more):
    school = factories.PartnerFactory(facilities=[cast.metro])
    return stages.another_training(cast, facility=cast.metro, school=school, code=code, **more)


class TestHome:
    def test_opens_for_every_role(self, training, cast, browse):
        people = cast.by_role()
        assert {name: browse(who).get(HOME).status_code for name, who in people.items()} == (
            dict.fromkeys(people, 200)
        )

    def test_running_batch_in_numbers(self, training, cast, browse):
        """Three people do not make three times the hours."""
        training.mark(training.session, "HHA")
        page = browse(cast.officer).get(HOME)
        [row] = page.context["running"]
        assert (row.people, row.missing_sheets, str(row.percent)) == (3, 1, "66.7")
        assert (row.batch.held_hours, row.batch.planned_hours) == (4, 8)
        assert [block.kind for block in row.blocks] == ["held", "missing"]

    def test_urgent_ones_are_counted(self, training, cast, browse):
        context = browse(cast.officer).get(HOME).context
        assert [task.urgency for task in context["tasks"]] == ["late", "ordinary"]
        assert context["urgent_count"] == 1

    def test_today_button_leads_to_todays_sheet(self, training, cast, browse):
        session = factories.SessionFactory(
            batch=training.batch, unit=training.units[0], takes_place_on=date(2025, 12, 22)
        )
        page = browse(cast.officer).get(HOME)
        assert list(page.context["sessions"]) == [session]
        assert f'href="{session.get_absolute_url()}"' in page.content.decode()

    def test_agreements_are_for_those_who_may_see_them(self, training, cast, browse):
        ours = [training.agreement]
        seen = {
            name: [life.agreement for life in browse(who).get(HOME).context["lives"]]
            for name, who in cast.by_role().items()
        }
        assert seen == {name: [] if name in {"instructor", "stranger"} else ours for name in seen}

    def test_stranger_sees_metro_alone(self, training, cast, browse):
        theirs = metro_training(cast)
        page = browse(cast.stranger).get(HOME)
        assert [row.batch for row in page.context["running"]] == [theirs.batch]
        assert [life.agreement for life in page.context["lives"]] == [theirs.agreement]
        text = page.content.decode()
        assert theirs.batch.name in text
        assert [
            word for word in ("Produksi Bakery", "SMK Negeri 3 Jember", "Jember") if word in text
        ] == []

    @pytest.mark.parametrize("role", ["officer", "coordinator", "national"])
    def test_same_queries_with_one_and_three(self, cast, browse, role):
        def batch(code):
            stages.another_training(cast, code=code, program=code)
            factories.SessionFactory(
                batch=Batch.objects.get(code=code), takes_place_on=date(2025, 12, 22)
            )

        browser = browse(getattr(cast, role))
        batch("A")
        few = queries(browser, HOME)
        batch("B")
        batch("C")
        assert queries(browser, HOME) == few


def counted(facility, year):
    """The report's row of a facility, counted the long way."""
    batches = [
        batch for batch in Batch.objects.filter(facility=facility) if batch.starts_on.year == year
    ]
    today = date(2025, 12, 22)
    return {
        "agreements": sum(
            one.starts_on <= today <= one.last_day_on
            for one in Agreement.objects.filter(facility=facility)
        ),
        "batches": len(batches),
        "people": len({one.inmate_id for one in Enrollment.objects.filter(batch__in=batches)}),
        "hours": Session.objects.filter(batch__in=batches, status="held").aggregate(
            all=Sum("hours", default=0)
        )["all"],
        "certificates": sum(
            one.enrollment.batch in batches for one in Certificate.objects.filter(status="sealed")
        ),
    }


FIGURES = ["agreements", "batches", "people", "hours", "certificates"]


@pytest.fixture
def country(training, cast, monkeypatch):
    """Jember with three batches, one of them last year's and certified; Metro with two."""
    monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)
    last_year = stages.another_training(
        cast, code="OLD", program="OLD", starts_on=date(2024, 12, 2), ends_on=date(2024, 12, 20)
    )
    last_year.agreement.starts_on = date(2024, 1, 1)
    last_year.agreement.ends_on = date(2026, 1, 31)
    last_year.agreement.save()
    factories.EnrollmentFactory(
        batch=stages.another_training(
            cast, code="NEW", program="NEW", names=["Cahyo", "Dedi"], ends_on=date(2025, 12, 21)
        ).batch,
        inmate=training.enrollments[0].inmate,
        enrolled_by=cast.officer,
    )
    training.mark(training.session, "HHH")
    ended = factories.AgreementFactory(
        facility=cast.jember,
        partner=cast.school,
        starts_on=date(2023, 1, 1),
        ends_on=date(2024, 1, 1),
    )
    assert ended.state == "ended"
    for one in (
        last_year,
        metro_training(cast, ends_on=date(2025, 12, 21), names=["Eko", "Fajar"]),
    ):
        one.finish()
        stages.prepare(one, date(2025, 12, 22))
        stages.approve(one)
        stages.issue(one)
    metro_training(cast, code="MTR-B1", program="KOPI")


@pytest.mark.usefixtures("country")
class TestOverview:
    @pytest.mark.parametrize("year", [2024, 2025])
    def test_numbers_are_what_one_counts(self, cast, browse, year):
        rows = browse(cast.national).get(OVERVIEW, {"year": year}).context["rows"]
        shown = {row.facility: {name: getattr(row, name) for name in FIGURES} for row in rows}
        assert shown == {one: counted(one, year) for one in Facility.objects.all()}

    def test_no_figure_is_the_same_everywhere(self, cast, browse):
        """Otherwise a mix-up of columns or rows would not show."""
        rows = browse(cast.national).get(OVERVIEW, {"year": 2025}).context["rows"]
        ours, theirs = ([getattr(row, name) for name in FIGURES] for row in rows)
        assert (ours, theirs) == ([3, 2, 5, 4, 0], [2, 2, 3, 4, 2])

    def test_totals(self, cast, browse):
        context = browse(cast.national).get(OVERVIEW, {"year": 2025}).context
        assert context["totals"] == dict(zip(FIGURES, [5, 4, 8, 8, 2], strict=True))

    def test_years_that_had_batches(self, cast, browse):
        national = browse(cast.national)
        assert national.get(OVERVIEW).context["years"] == [2025, 2024]
        years = [
            national.get(OVERVIEW, {"year": year}).context["year"]
            for year in ("2024", "1999", "", "x")
        ]
        assert years == [2024, 2025, 2025, 2025]

    def test_each_sees_their_reach(self, cast, browse):
        seen = {}
        for name in ("officer", "stranger", "regional", "national"):
            rows = browse(getattr(cast, name)).get(OVERVIEW).context["rows"]
            seen[name] = [row.facility for row in rows]
        assert seen == {
            "officer": [cast.jember],
            "stranger": [cast.metro],
            "regional": [cast.jember],
            "national": list(Facility.objects.order_by("region__name", "name")),
        }

    def linked(self, browser, year):
        """[(figure shown, rows behind its link)] of agreements, batches and certificates."""
        page = browser.get(OVERVIEW, {"year": year}).content.decode()
        links = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', page)
        assert len(links) % 5 == 0
        return [
            (
                int(figure),
                browser.get(url.replace("&amp;", "&")).context["page"].paginator.count,
            )
            for place, (url, figure) in enumerate(links)
            if place % 5 in (0, 1, 4)
        ]

    def test_links_lead_to_as_many_rows(self, cast, browse):
        pairs = self.linked(browse(cast.stranger), 2025)
        assert pairs == [(2, 2), (2, 2), (2, 2)]

    @pytest.mark.parametrize("year", [2024, 2025])
    def test_links_lead_to_as_many_rows_in_every_year(self, cast, browse, year):
        assert [shown for shown, behind in self.linked(browse(cast.national), year)] == [
            behind for shown, behind in self.linked(browse(cast.national), year)
        ]

    def test_same_queries_with_one_and_three(self, cast, browse):
        regional = browse(cast.regional)
        few = queries(regional, OVERVIEW)
        for number in (1, 2):
            place = factories.FacilityFactory(region=cast.jember.region)
            school = factories.PartnerFactory(facilities=[place])
            stages.another_training(cast, facility=place, school=school, code=f"X{number}")
        assert len(regional.get(OVERVIEW).context["rows"]) == 3
        assert queries(regional, OVERVIEW) == few


@pytest.mark.usefixtures("country")
class TestSearch:
    def found(self, browser, query):
        """{kind: number of rows} without the empty ones."""
        found = browser.get(SEARCH, {"q": query}).context["found"]
        return {kind: len(rows) for kind, rows in found.items() if rows}

    def test_finds_people_batches_certificates_and_agreements(self, cast, browse, training):
        officer = browse(cast.officer)
        assert self.found(officer, "fauzi") == {"inmates": 1}
        assert self.found(officer, "jbr-bkr") == {"batches": 1}
        assert self.found(officer, "bambang") == {"inmates": 1, "certificates": 1}
        assert self.found(officer, training.agreement.facility_number) == {"agreements": 1}
        assert self.found(officer, "   ") == {}

    @pytest.mark.parametrize(
        "query", ["Fauzi", "Produksi Bakery", "001/OLD", "SMK Negeri 3", "B.I"]
    )
    def test_stranger_finds_nothing_of_jember(self, cast, browse, query):
        assert self.found(browse(cast.officer), query)
        found = browse(cast.stranger).get(SEARCH, {"q": query}).context["found"]
        places = {row.facility for rows in found.values() for row in rows}
        assert places <= {cast.metro}

    def test_kinds_that_one_may_not_see_are_not_searched(self, cast, browse):
        kinds = {
            name: list(browse(who).get(SEARCH, {"q": "a"}).context["found"])
            for name, who in cast.by_role().items()
        }
        all_kinds = ["inmates", "batches", "certificates", "agreements"]
        assert kinds == {
            "officer": all_kinds,
            "certificate_admin": all_kinds,
            "head": all_kinds,
            "auditor": all_kinds,
            "stranger": all_kinds,
            "instructor": ["batches"],
            "coordinator": ["batches", "agreements"],
            "regional": all_kinds[1:],
            "national": all_kinds[1:],
            "admin": all_kinds[1:],
        }

    def test_instructor_finds_her_classes_alone(self, cast, browse):
        instructor = browse(cast.instructor)
        assert self.found(instructor, "a") == {"batches": 1}
        assert self.found(browse(cast.officer), "a")["batches"] == 3

    def test_every_find_opens(self, cast, browse):
        officer = browse(cast.officer)
        urls = [
            row.get_absolute_url()
            for query in ("bambang", "jbr-bkr", "W15")
            for rows in officer.get(SEARCH, {"q": query}).context["found"].values()
            for row in rows
        ]
        places = [url.split("/")[1] for url in urls]
        assert places == [
            *("participants", "certificates", "programs"),
            *["partnerships"] * 4,
        ]
        assert [officer.get(url).status_code for url in urls] == [200] * 7

    def test_same_queries_with_one_and_three(self, cast, browse):
        officer = browse(cast.officer)
        url = f"{SEARCH}?q=zz"
        facility = {"facility": cast.jember}

        def more(number):
            factories.InmateFactory(name=f"Zz {number}", **facility)
            factories.AgreementFactory(
                partner=cast.school, facility_number=f"ZZ-{number}", **facility
            )
            factories.BatchFactory(
                agreement=Agreement.objects.get(facility_number=f"ZZ-{number}"), name="Zz"
            )

        more(1)
        few = queries(officer, url)
        more(2)
        more(3)
        assert self.found(officer, "zz") == {"inmates": 3, "batches": 3, "agreements": 3}
        assert queries(officer, url) == few


def test_urls_are_the_ones_above():
    assert [reverse(f"reports:{name}") for name in ("home", "overview", "search")] == [
        HOME,
        OVERVIEW,
        SEARCH,
    ]
