"""Two prisons with everything in them: nobody of the one reaches, changes or points at a row of the other."""

import re
from copy import deepcopy
from datetime import UTC, datetime
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver, reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from certificates.models import Certificate
from tests import factories
from tests import test_access as access
from tests.certificates import stages
from tests.conftest import make_cast, make_training
from tests.partnerships.scans import pdf
from tests.test_access import MATRIX, undrawn, with_photo
from tests.tree import LAYERS

# The admin and the auditor are strangers nowhere.
ADMINS = {name for name, (_, roles) in MATRIX.items() if roles <= {Role.ADMIN, Role.AUDITOR}}


def everything():
    """Every row of every table of ours; that a page was read (one's own, by its reader) changes nothing."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for app in LAYERS
        if apps.is_installed(app)
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.label != "participants.ReadingTrail"
    }


def names_with_pk():
    """{"app:name"} of all addresses that name a row."""
    return {
        f"{part.namespace}:{pattern.name}"
        for part in get_resolver().url_patterns
        if hasattr(part, "url_patterns")
        for pattern in part.url_patterns
        if "pk" in pattern.pattern.converters
    }


def rows_of(training, scan):
    """{model's name: one of its rows in this training}"""
    batch = training.batch
    partner = training.agreement.partner
    commitment = factories.CommitmentFactory(agreement=training.agreement)
    return {
        "agreement": training.agreement,
        "commitment": commitment,
        "delivery": factories.DeliveryFactory(commitment=commitment),
        "partner": partner,
        "contact": partner.contacts.first(),
        "signatory": training.agreement.signatories.first(),
        "document": scan,
        "program": training.curriculum.program,
        "curriculum": training.curriculum,
        "unit": training.units[0],
        "instructor": training.session.instructor,
        "competence": factories.CompetenceFactory(instructor=training.session.instructor),
        "batch": batch,
        "session": batch.sessions.get(status="planned"),
        "scan": factories.PaperScanFactory(session=training.session),
        "scan_page": factories.ScanPageFactory(sheet__session=training.session),
        "scan_upload": factories.ScanUploadFactory(facility=batch.facility),
        "scan_file": factories.ScanFileFactory(upload__facility=batch.facility),
        "room": training.session.room,
        "teaching": factories.TeachingFactory(
            batch=batch, instructor=factories.InstructorFactory(partner=partner)
        ),
        "proposal": factories.ProposalFactory(batch=batch),
        "day": factories.DayRuleFactory(facility=batch.facility),
        "facility": batch.facility,
        "inmate": with_photo(training.enrollments[0].inmate),
        "enrollment": training.enrollments[0],
        "result": training.enrollments[0].results.first(),
        "evidence": factories.EvidenceFactory(result=training.enrollments[0].results.first()),
        "suspension": factories.SuspensionFactory(enrollment=training.enrollments[-1]),
        "roster": factories.RosterImportFactory(
            facility=batch.facility, filename=f"{batch.code}.xlsx"
        ),
        "statement": factories.TransferStatementFactory(enrollment=training.enrollments[0]),
        "activity": factories.ActivityFactory(inmate=training.enrollments[0].inmate),
        "absence": factories.AnnouncedAbsenceFactory(inmate=training.enrollments[0].inmate),
        "separation": factories.SeparationFactory(first=training.enrollments[0].inmate),
        "application": factories.ApplicationFactory(batch=batch),
        "selection": factories.SelectionRoundFactory(batch=batch),
        "certificate": training.enrollments[0].certificates.first(),
        "emblem": factories.EmblemFactory(partner=partner),
        "word": factories.ForbiddenWordFactory(
            facility=batch.facility, word=f"Sumber {batch.facility.city}"
        ),
        "shared_word": factories.ForbiddenWordFactory(facility=None),
        "signed_scan": factories.SignedScanFactory(
            certificate=training.enrollments[0].certificates.first()
        ),
        "revocation": factories.RevocationFactory(
            certificate=training.enrollments[0].certificates.first()
        ),
        "outside": factories.OutsideCertificateFactory(inmate=training.enrollments[0].inmate),
        "user": training.session.instructor.user,
        "assignment": training.session.instructor.user.assignments.get(),
    }


def address(name, rows):
    return access.address(name, {kind: row.pk for kind, row in rows.items()})


@pytest.fixture(scope="module", autouse=True)
def own_files(module_files):
    """The files of the one world."""


@pytest.fixture(scope="module")
def made(module_database, own_files):
    """The world, made once for all tests of this module: each takes its writes back."""
    drawing = mock.patch("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)
    with drawing, time_machine.travel(datetime(2026, 1, 5, 3, tzinfo=UTC), tick=False):
        cast = make_cast()
        training = make_training(cast)
        settings.MEDIA_ROOT.mkdir()
        school = factories.PartnerFactory(facilities=[cast.metro])
        metro = stages.another_training(
            cast, facility=cast.metro, school=school, code="MTR-LAS-A1", names=["Eko", "Fajar"]
        )
        coordinator = factories.UserFactory(role=Role.COORDINATOR)
        factories.ContactFactory(partner=school, user=coordinator)
        both = [rows_of(one, furnish(one)) for one in (training, metro)]
        metros = {"facility": cast.metro}
        strangers = {
            "officer": cast.stranger,
            "instructor": metro.session.instructor.user,
            "certificate_admin": factories.UserFactory(role=Role.CERTIFICATE_ADMIN, **metros),
            "head": factories.UserFactory(role=Role.HEAD, **metros),
            "coordinator": coordinator,
            "regional": factories.UserFactory(role=Role.REGIONAL, region=cast.metro.region),
        }
        yield *both, strangers


@pytest.fixture
def world(made, db):
    """(Jember's rows, Metro's rows, {who: a stranger to Jember}); each prison has one of everything."""
    return deepcopy(made)


def furnish(training):
    """Teach and certify it, then add what only a running batch has; gives its agreement's scan."""
    training.finish()
    stages.all_the_way(training)
    factories.SessionFactory(
        batch=training.batch,
        unit=training.units[0],
        instructor=training.session.instructor,
        takes_place_on=training.batch.ends_on,
        room=training.session.room,
    )
    name = f"{training.batch.code}.pdf"
    (settings.MEDIA_ROOT / name).write_bytes(pdf())
    return training.agreement.documents.create(
        filename=name,
        file=name,
        sha256="0" * 64,
        byte_count=8,
        page_count=1,
        uploaded_by=training.cast.officer,
    )


def signed_in(browse, strangers):
    """{who: browser}; a page that breaks is an answer like any other."""
    browsers = {who: browse(user) for who, user in strangers.items()}
    for browser in browsers.values():
        browser.raise_request_exception = False
    return browsers


def knock(browsers, rows):
    """{(who, address's name, method): status} of every stranger at every address of `rows`."""
    with undrawn():
        return {
            (who, name, method): getattr(browser, method.lower())(address(name, rows)).status_code
            for name in sorted(names_with_pk())
            for who, browser in browsers.items()
            for method in ("GET", "POST")
        }


def expected(who, name, method):
    methods, roles = MATRIX[name]
    if who not in roles:
        return 403
    return 404 if method in methods else 405


class TestAddresses:
    def test_strangers_find_nothing_and_change_nothing(self, world, browse):
        ours, _, strangers = world
        browsers = signed_in(browse, strangers)
        before = everything()
        answers = knock(browsers, ours)
        assert answers == {case: expected(*case) for case in answers}
        assert everything() == before

    def test_each_address_was_tried_by_somebody_with_the_right(self, world):
        _, _, strangers = world
        tried = {name for name, (_, roles) in MATRIX.items() if roles & strangers.keys()}
        assert names_with_pk() - tried == names_with_pk() & ADMINS

    def test_without_the_scope_they_get_in(self, world, browse, monkeypatch):
        """These four have every right there is below the nation, so each address is open to one of them."""
        ours, _, strangers = world
        people = {
            who: strangers[who] for who in ("officer", "certificate_admin", "head", "coordinator")
        }
        browsers = signed_in(browse, people)
        before = everything()
        monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        answers = knock(browsers, ours)
        leaks = {case[1] for case, status in answers.items() if status != expected(*case)}
        assert leaks == names_with_pk() - ADMINS
        assert everything() != before


LISTS = [
    "reports:home",
    "reports:overview",
    "reports:search",
    "partnerships:agreement_list",
    "partnerships:partner_list",
    "programs:program_list",
    "programs:batch_list",
    "programs:room_list",
    "programs:proposal_list",
    "participants:inmate_list",
    "participants:roster_import_list",
    "participants:rule_list",
    "participants:day_pack",
    "participants:scan_list",
    "certificates:certificate_list",
    "certificates:design_list",
    "certificates:forbidden_word_list",
    "certificates:revocation_list",
    "certificates:outside_list",
]
JEMBERS_WORDS = [
    "Jember",
    "Praktik Boga",
    "Bakery",
    "Fauzi",
    "Sutrisno",
    "Adonan",
    "Widiwasito",
    "BKR",
]
QUERIES = [{}, {"facility": "LAPAS-JEMBER", "year": "2025", "on": "2025-12-17"}, {"q": "a"}]
REACHES = ["officer", "instructor", "coordinator", "regional"]


def words_seen(browse, strangers):
    """{(who, list): words of Jember on it}, of all lists with all queries that a stranger may open."""
    browsers = signed_in(browse, {who: strangers[who] for who in REACHES})
    return {
        (who, name, str(query)): words
        for who, browser in browsers.items()
        for name in LISTS
        if who in MATRIX[name][1]
        for query in QUERIES
        if (words := words_on(browser.get(reverse(name), query)))
    }


def words_on(page):
    text = page.content.decode()
    # Whole words: a form's token is made of random letters, BKR among them now and then.
    return [word for word in JEMBERS_WORDS if re.search(rf"\b{word}\b", text)]


class TestLists:
    @pytest.fixture(autouse=True)
    def metros_own_words(self, world):
        """Metro's school and signatory are not Jember's namesakes."""
        _, theirs, _ = world
        theirs["batch"].facility.rooms.filter(name="Ruang Praktik Boga").update(name="Bengkel")
        theirs["partner"].city = "Metro"
        theirs["partner"].save()
        theirs["signatory"].name, theirs["signatory"].title = "Kartika", "Kepala"
        theirs["signatory"].save()

    def test_no_filter_or_search_brings_up_jember(self, world, browse):
        assert words_seen(browse, world[2]) == {}

    def test_without_the_scope_every_list_shows_it(self, world, browse, monkeypatch):
        monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        assert {name for _, name, _ in words_seen(browse, world[2])} == set(LISTS)


# Forms


def agreement(rows):
    return {
        "kind": "pks",
        "partner": rows["partner"].pk,
        "facility_number": "W15-NEW",
        "partner_number": "421-NEW",
        "signed_on": "17-12-2025",
        "starts_on": "17-12-2025",
        "ends_on": "16-12-2027",
    }


def addendum(rows):
    return {**agreement(rows), "kind": "addendum", "parent": rows["agreement"].pk}


def batch(rows):
    return {
        "name": "Angkatan baru",
        "code": "NEW-1",
        "agreement": rows["agreement"].pk,
        "curriculum": rows["curriculum"].pk,
        "starts_on": "17-12-2025",
        "ends_on": "31-12-2025",
        "quota": "20",
        "minimum_attendance": "80",
    }


def session(rows):
    return {
        "takes_place_on": "22-12-2025",
        "starts_at": "13.00",
        "ends_at": "16.00",
        "hours": "4",
        "unit": rows["unit"].pk,
        "room": rows["room"].pk,
        "instructor": rows["instructor"].pk,
    }


def enrolling(rows):
    newcomer = factories.InmateFactory(facility=rows["batch"].facility)
    return {"inmates": [newcomer.pk], "joined_on": "17-12-2025"}


def proposing(rows):
    newcomer = factories.InmateFactory(facility=rows["batch"].facility)
    return {"inmates": [newcomer.pk], "origin": "officer", "note": ""}


def teaching(rows):
    account = factories.UserFactory(role=Role.INSTRUCTOR, facility=rows["batch"].facility)
    return {"name": "Guru baru", "nip": "", "user": account.pk}


def assigning(rows):
    return {"instructor": rows["instructor"].pk}


def laying_out(rows):
    return {
        "starts_on": "17-12-2025",
        "weekdays": ["1", "2", "3", "4", "5"],
        "slots": "13.00–16.00",
        "room": rows["room"].pk,
        "instructor": rows["instructor"].pk,
        "book": "",
    }


# (address, what is posted there, the field that gets a row of Jember, that row)
FORMS = [
    ("partnerships:agreement_create", agreement, "partner", "partner"),
    ("partnerships:agreement_create", addendum, "parent", "agreement"),
    ("partnerships:agreement_update", agreement, "partner", "partner"),
    ("programs:batch_create", batch, "agreement", "agreement"),
    ("programs:batch_create", batch, "curriculum", "curriculum"),
    ("programs:batch_update", batch, "agreement", "agreement"),
    ("programs:batch_update", batch, "curriculum", "curriculum"),
    ("programs:session_create", session, "unit", "unit"),
    ("programs:session_create", session, "instructor", "instructor"),
    ("programs:session_update", session, "unit", "unit"),
    ("programs:session_update", session, "instructor", "instructor"),
    ("programs:session_create", session, "room", "room"),
    ("programs:batch_create", batch, "room", "room"),
    ("programs:teaching_create", assigning, "instructor", "instructor"),
    ("programs:timetable_create", laying_out, "room", "room"),
    ("programs:timetable_create", laying_out, "instructor", "instructor"),
    ("programs:instructor_create", teaching, "user", "user"),
    ("programs:instructor_update", teaching, "user", "user"),
    ("programs:instructor_create", teaching, "programs", "program"),
    ("programs:instructor_update", teaching, "programs", "program"),
    ("participants:enrollment_create", enrolling, "inmates", "inmate"),
    ("participants:application_create", proposing, "inmates", "inmate"),
]


class TestForms:
    @pytest.mark.parametrize(("name", "form", "field", "row"), FORMS)
    def test_a_row_of_jember_is_refused_and_ones_own_taken(
        self, world, browse, name, form, field, row
    ):
        ours, theirs, strangers = world
        self.free_the_account(ours)
        self.open_again(theirs)
        officer = browse(strangers["officer"])
        url = address(name, theirs) if name in names_with_pk() else reverse(name)
        data = form(theirs)
        before = everything()
        page = officer.post(url, {**data, field: ours[row].pk})
        assert page.context["form"].errors.keys() == {field}
        assert everything() == before
        assert officer.post(url, data).status_code == 302
        assert everything() != before

    def free_the_account(self, ours):
        """An account that is some instructor's already would be refused for that alone."""
        instructor = ours["instructor"]
        instructor.user = None
        instructor.save()

    def open_again(self, theirs):
        """A finished class takes no meetings and nobody, whoever's they are; and one taught in full none more."""
        theirs["batch"].state = "running"
        theirs["batch"].save()
        theirs["unit"].practice_hours = 11
        theirs["unit"].save()

    def test_coverage_of_a_program_of_jember(self, world, browse):
        """It answers with a message on the agreement's page, not with a form."""
        ours, theirs, strangers = world
        own = factories.ProgramFactory(facility=theirs["batch"].facility)
        officer, url = browse(strangers["officer"]), address("programs:coverage_create", theirs)
        before = everything()
        page = officer.post(url, {"program": ours["program"].pk}, follow=True)
        assert [str(one) for one in page.context["messages"]] == [
            "Pilih program yang belum dicakup perjanjian ini."
        ]
        assert everything() == before
        officer.post(url, {"program": own.pk})
        assert theirs["agreement"].coverages.filter(program=own).count() == 1

    def test_attendance_of_somebody_of_jember(self, world, browse):
        ours, theirs, strangers = world
        officer, url = browse(strangers["officer"]), address("participants:attendance", theirs)
        own, foreign = (rows["enrollment"].pk for rows in (theirs, ours))
        before = everything()
        sheet = {"nonce": "nonce-of-metro", f"code-{own}": "H"}
        assert officer.post(url, {**sheet, f"code-{foreign}": "H"}).status_code == 403
        assert everything() == before
        officer.post(url, sheet)
        assert theirs["session"].attendances.get().enrollment_id == own

    def test_results_of_somebody_of_jember(self, world, browse):
        ours, theirs, strangers = world
        officer, url = browse(strangers["officer"]), address("participants:results", theirs)
        own, foreign = (rows["enrollment"] for rows in (theirs, ours))
        theirs["batch"].enrollments.update(closed_at=None)  # as if not certified yet
        before = everything()
        grid = {
            f"theory-{own.pk}": "99",
            f"practice-{own.pk}": "99",
            f"version-{own.pk}": "1",
            "assessor": "Harjimat",
            "assessed_on": "18-12-2025",
        }
        assert officer.post(url, {**grid, f"theory-{foreign.pk}": "99"}).status_code == 400
        assert everything() == before
        officer.post(url, grid)
        assert own.results.get().score == 99

    def test_results_of_a_unit_of_jember(self, world, browse):
        ours, theirs, strangers = world
        officer, url = browse(strangers["officer"]), address("participants:results", theirs)
        answers = [
            officer.get(url, {"unit": rows["unit"].pk}).status_code for rows in (ours, theirs)
        ]
        assert answers == [404, 200]

    def test_role_of_somebody_else(self, world, browse):
        """One's own assignments alone can be chosen."""
        ours, _, strangers = world
        foreign = ours["assignment"]
        officer = browse(strangers["officer"])
        url = reverse("accounts:choose_assignment")
        assert officer.post(url, {"assignment": foreign.pk}).status_code == 404
        own = strangers["officer"].assignments.get()
        assert officer.post(url, {"assignment": own.pk}).status_code == 302


class TestWorld:
    def test_each_prison_has_one_of_everything(self, world):
        ours, theirs, _ = world
        assert [kind for kind in ours if ours[kind] is None or theirs[kind] is None] == []
        assert [kind for kind in ours if ours[kind] == theirs[kind]] == []
        assert Certificate.objects.sealed().count() == 5
        assert AuditEvent.objects.exists()
