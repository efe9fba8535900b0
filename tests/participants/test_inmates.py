"""People's files, and who may not read what in them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from accounts.models import AuditEvent
from participants import services
from participants.models import Inmate
from tests import factories
from tests.programs.pages import kept

pytestmark = pytest.mark.django_db

LIST = reverse("participants:inmate_list")
CREATE = reverse("participants:inmate_create")

# A value for each restricted field that stands nowhere else on any page, and how a page would say it.
CANARIES = {
    "register_class": ("A.IV", r"\bA\.IV\b"),
    "housing_unit": ("Blok Kenari 7", "Kenari"),
    "one_third_on": (date(2091, 3, 1), r"\b2091\b"),
    "half_on": (date(2092, 3, 1), r"\b2092\b"),
    "two_thirds_on": (date(2093, 3, 1), r"\b2093\b"),
    "expires_on": (date(2094, 3, 1), r"\b2094\b"),
    "expected_release_on": (date(2095, 3, 1), r"\b2095\b"),
    "disciplined_until": (date(2096, 3, 1), r"\b2096\b"),
}


@pytest.fixture
def typed():
    return {
        "name": "Slamet Riyadi",
        "register_number": "B.I 7/2025",
        "sex": "L",
        "born_on": "01-02-1990",
        "register_class": "B.I",
        "housing_unit": "Blok A/3",
        "one_third_on": "02-01-2026",
        "half_on": "",
        "two_thirds_on": "02-01-2027",
        "expires_on": "",
        "expected_release_on": "",
        "disciplined_until": "",
    }


class TestInmateCreate:
    def test_belongs_to_the_writers_prison(self, cast, typed, browse):
        browse(cast.stranger).post(CREATE, typed)
        inmate = Inmate.objects.get()
        assert (inmate.facility, inmate.housing_unit) == (cast.metro, "Blok A/3")

    def test_a_register_number_counts_once_in_a_prison(self, cast, typed, browse):
        factories.InmateFactory(facility=cast.jember, register_number="B.I 7/2025")
        typed["register_number"] = " B.I  7/2025"
        response = browse(cast.officer).post(CREATE, typed)
        assert response.context["form"].errors == {
            "register_number": ["No. register ini sudah terdaftar."]
        }
        assert Inmate.objects.count() == 1

    def test_and_again_in_the_next(self, cast, typed, browse):
        factories.InmateFactory(facility=cast.metro, register_number="B.I 7/2025")
        browse(cast.officer).post(CREATE, typed)
        facilities = Inmate.objects.order_by("pk").values_list("facility__code", flat=True)
        assert list(facilities) == ["LAPAS-METRO", "LAPAS-JEMBER"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("born_on", "01-01-2199"),
            ("born_on", "1990"),
            ("two_thirds_on", "01-01-2026"),
            ("expires_on", "31-02-2027"),
            ("name", ""),
            ("sex", ""),
        ],
    )
    def test_says_so_beside_the_field_and_keeps_all_typed(self, cast, typed, browse, field, value):
        typed[field] = value
        response = browse(cast.officer).post(CREATE, typed)
        assert list(response.context["form"].errors) == [field]
        assert kept(response, typed) == typed
        assert not Inmate.objects.exists()

    def test_nobody_is_born_today(self, cast, typed, browse):
        today = timezone.localdate()
        officer = browse(cast.officer)
        for day, errors in [(today, ["born_on"]), (today - timedelta(days=1), [])]:
            response = officer.post(CREATE, typed | {"born_on": day.isoformat()})
            assert (list(response.context["form"].errors) if response.context else []) == errors


class TestInmateUpdate:
    def test_the_trail_names_the_fields_and_not_their_values(self, training, typed, browse):
        inmate = training.enrollments[0].inmate
        typed |= {"name": inmate.name, "register_number": inmate.register_number}
        browse(training.cast.officer).post(
            reverse("participants:inmate_update", args=[inmate.pk]), typed
        )
        line = AuditEvent.objects.get(action="inmate.updated")
        changed = ["born_on", "housing_unit", "one_third_on", "register_class", "two_thirds_on"]
        assert line.details == {"changed": changed}


class TestInmateList:
    @pytest.mark.parametrize("query", ["fauzi", "B.I 9214"])
    def test_finds_by_name_and_register_number(self, training, browse, query):
        achmad = training.enrollments[0].inmate
        Inmate.objects.filter(pk=achmad.pk).update(register_number="B.I 9214/2025")
        found = browse(training.cast.officer).get(LIST, {"q": query}).context["page"]
        assert list(found) == [achmad]

    def test_before_the_first_person_it_says_what_is_kept(self, cast, browse):
        factories.InmateFactory(facility=cast.metro)
        response = browse(cast.officer).get(LIST)
        assert not response.context["has_any"]
        assert "Belum ada warga binaan yang dicatat" in response.content.decode()

    def test_three_rows_cost_as_many_queries_as_one(self, cast, browse):
        auditor = browse(cast.auditor)
        counts = []
        for more in (1, 2):
            factories.InmateFactory.create_batch(more)
            with CaptureQueriesContext(connection) as seen:
                rows = auditor.get(LIST).context["page"].object_list
            counts.append((len(rows), len(seen)))
        assert counts == [(1, counts[0][1]), (3, counts[0][1])]


class TestInmateDetail:
    def test_reading_a_file_leaves_a_trail(self, training, browse):
        inmate = training.enrollments[0].inmate
        browse(training.cast.certificate_admin).get(inmate.get_absolute_url())
        line = AuditEvent.objects.get()
        assert (line.action, line.by, line.subject_id, line.facility) == (
            "inmate.viewed",
            training.cast.certificate_admin,
            str(inmate.pk),
            training.cast.jember,
        )

    def test_a_stranger_finds_nothing_and_leaves_none(self, training, browse):
        inmate = training.enrollments[0].inmate
        assert browse(training.cast.stranger).get(inmate.get_absolute_url()).status_code == 404
        assert not AuditEvent.objects.exists()


@pytest.fixture
def finished(training):
    """The training, taught and assessed; everybody's file holds the canaries."""
    for enrollment in training.enrollments:
        services.update_inmate(
            inmate=enrollment.inmate,
            by=training.cast.officer,
            **{field: value for field, (value, _) in CANARIES.items()},
        )
    training.finish()
    return training


def addresses(training):
    """Every address of the site that needs nothing but an id of this training's rows."""
    ids = {
        "inmates": training.enrollments[0].inmate_id,
        "enrollments": training.enrollments[0].pk,
        "sessions": training.session.pk,
        "batches": training.batch.pk,
        "programs": training.curriculum.program_id,
        "curricula": training.curriculum.pk,
        "units": training.units[0].pk,
        "agreements": training.agreement.pk,
        "of-agreement": training.agreement.pk,
        "partners": training.cast.school.pk,
        "of-partner": training.cast.school.pk,
        "instructors": training.cast.teacher.pk,
    }
    for app in get_resolver().url_patterns:
        for one in getattr(app, "url_patterns", []):
            folders = f"{app.pattern}{one.pattern}".split("<")[0].strip("/").split("/")
            known = ids.get(folders[-1])
            try:
                yield reverse(f"{app.app_name}:{one.name}", args=[known] if known else [])
            except NoReverseMatch:
                continue


def walk(client, training):
    """{address: text} of all that opens: each known address, and whatever the pages link to."""
    waiting = ["/", "/search/?q=Achmad", "/search/?q=Bakery", *addresses(training)]
    opened, seen = {}, set()
    while waiting:
        url = waiting.pop()
        if url in seen or not url.startswith("/") or url.startswith("/static/"):
            continue
        seen.add(url)
        response = client.get(url)
        if response.status_code == 200 and not response.streaming:
            opened[url] = response.content.decode(errors="replace")
            waiting += re.findall(r'(?:href|hx-get)="([^"#?]+)', opened[url])
    return opened


def told(pages):
    """The restricted fields whose canary stands on some page."""
    text = "\n".join(pages.values())
    return {field for field, (_, pattern) in CANARIES.items() if re.search(pattern, text)}


class TestRestrictedFields:
    def test_there_is_a_canary_for_each(self):
        assert set(CANARIES) == set(Inmate.RESTRICTED_FIELDS)

    def test_canary_an_officer_is_told_all_of_it(self, finished, browse):
        pages = walk(browse(finished.cast.officer), finished)
        assert told(pages) == set(CANARIES)

    @pytest.mark.parametrize(
        ("who", "opens"),
        [
            ("instructor", "participants:attendance"),
            ("certificate_admin", "participants:inmate_detail"),
            ("coordinator", "programs:batch_detail"),
            ("national", "participants:roster"),
            ("auditor", "participants:inmate_detail"),
            ("admin", "accounts:audit_list"),
        ],
    )
    def test_on_no_page_is_anybody_else(self, finished, browse, who, opens):
        pages = walk(browse(getattr(finished.cast, who)), finished)
        ids = {
            "participants:attendance": finished.session.pk,
            "participants:inmate_detail": finished.enrollments[0].inmate_id,
            "programs:batch_detail": finished.batch.pk,
            "participants:roster": finished.batch.pk,
        }
        assert reverse(opens, args=[ids[opens]] if opens in ids else []) in pages
        assert told(pages) == set()

    def test_an_instructor_reads_a_name_and_the_end_of_the_number(self, finished, browse):
        achmad = finished.enrollments[0].inmate
        number = "A.IV 8214/2025"
        Inmate.objects.filter(pk=achmad.pk).update(register_number=number, born_on=date(1961, 2, 3))
        text = "".join(walk(browse(finished.cast.instructor), finished).values())
        assert "Achmad Fauzi" in text
        assert "…214" in text
        assert re.findall(r"\b8214\b|A\.IV|\b1961\b", text) == []
