"""One cast for all tests, and the small world they act in."""

import gc
import itertools
import shutil
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, TransactionTestCase, override_settings

from accounts.models import User
from accounts.roles import Role
from core.append_only import protect, unprotect
from participants import services as participants
from participants.services import Assessment, Mark
from partnerships.models import Agreement, Partner
from programs.models import Batch, Curriculum, Instructor, Session
from programs.services import move_batch
from tests import factories

APPEND_ONLY_TABLES = [
    "accounts_auditevent",
    "participants_readingtrail",
    "participants_override",
    "participants_applicationmove",
    "participants_earlierattempt",
    "certificates_ledgerentry",
    "certificates_papermove",
    "certificates_design",
]


# Looking for garbage after every 700 new objects takes a tenth of the suite's time.
gc.set_threshold(200_000, 50, 100)


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=["asked", "unasked"],
        help="only the tests that ask the database, or only those that never do: two databases need the latter once",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Journeys last: they empty the database behind them, what migrations wrote into it as well."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if chosen := config.getoption("database"):
        is_chosen = {item: _asks_the_database(item) == (chosen == "asked") for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not is_chosen[item]])
        items[:] = [item for item in items if is_chosen[item]]


def _asks_the_database(item):
    fixtures = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def pytest_terminal_summary(terminalreporter):
    """Which database this run was about, right above the summary."""
    terminalreporter.write_line(
        f"Database: {connection.vendor} ({connection.settings_dict['NAME']})"
    )


def pytest_unconfigure(config):
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


_flush = TransactionTestCase._fixture_teardown


def _flush_append_only(case):
    """Tests with real transactions empty their database afterwards, which the triggers would refuse."""
    for table in APPEND_ONLY_TABLES:
        unprotect(connection, table)
    try:
        _flush(case)
    finally:
        for table in APPEND_ONLY_TABLES:
            protect(connection, table)


TransactionTestCase._fixture_teardown = _flush_append_only


def folders(root):
    """{setting: its folder}, all below `root`."""
    return {
        "MEDIA_ROOT": root / "documents",
        "CERTIFICATE_ROOT": root / "certificates",
        "KEY_ROOT": root / "keys",
        "LEDGER_HEAD_DIR": root / "heads",
        "THROTTLE_ROOT": root / "throttle",
    }


@pytest.fixture(autouse=True)
def own_files(tmp_path):
    """Each test writes its files into a folder of its own."""
    with override_settings(**folders(tmp_path)):
        yield


@pytest.fixture(scope="module")
def module_database(django_db_setup, django_db_blocker):
    """What a fixture of a module writes into the database stays for all its tests, and is gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_files(tmp_path_factory):
    """The folder of such a module's files."""
    root = tmp_path_factory.mktemp("module")
    with override_settings(**folders(root)):
        yield root


@dataclass
class Cast:
    """The people: everyone of Jember, their school, and a stranger from Metro."""

    jember: object
    metro: object
    school: Partner
    officer: User
    instructor: User
    certificate_admin: User
    head: User
    coordinator: User
    regional: User
    national: User
    auditor: User
    admin: User
    stranger: User
    teacher: Instructor

    def by_role(self):
        """{name in the access matrix: user}, strangers and all."""
        names = [*Role.values, "stranger"]
        return {name: getattr(self, name) for name in names}


@pytest.fixture
def cast(db):
    return make_cast()


def make_cast():
    jember = factories.FacilityFactory(code="LAPAS-JEMBER", name="Lapas Kelas IIA Jember")
    metro = factories.FacilityFactory(
        code="LAPAS-METRO", name="Lapas Kelas IIA Metro", city="Metro"
    )
    school = factories.PartnerFactory(
        name="SMK Negeri 3 Jember", short_code="SMKN3-JBR", facilities=[jember]
    )
    person = factories.UserFactory
    here = {"facility": jember}
    cast = Cast(
        jember=jember,
        metro=metro,
        school=school,
        officer=person(username="petugas", name="Ratna Wulandari", role=Role.OFFICER, **here),
        instructor=person(username="instruktur", name="Sri Wahyuni", role=Role.INSTRUCTOR, **here),
        certificate_admin=person(username="sertifikat", role=Role.CERTIFICATE_ADMIN, **here),
        head=person(username="kepala", role=Role.HEAD, **here),
        coordinator=person(username="koordinator", role=Role.COORDINATOR),
        regional=person(username="kanwil", role=Role.REGIONAL, region=jember.region),
        national=person(username="pusat", role=Role.NATIONAL),
        auditor=person(username="auditor", role=Role.AUDITOR),
        admin=person(username="admin", role=Role.ADMIN),
        stranger=person(username="petugas.metro", role=Role.OFFICER, facility=metro),
        teacher=None,
    )
    cast.teacher = factories.InstructorFactory(
        partner=school, name="Sri Wahyuni, S.Pd.", user=cast.instructor
    )
    factories.ContactFactory(partner=school, user=cast.coordinator)
    return cast


@dataclass
class Training:
    """A bakery class of three in December 2025: two units, two meetings, nothing marked yet."""

    agreement: Agreement
    curriculum: Curriculum
    batch: Batch
    sessions: list
    enrollments: list
    cast: Cast
    nonces: object = field(default_factory=lambda: map("nonce-{:04d}".format, itertools.count()))

    @property
    def session(self) -> Session:
        return self.sessions[0]

    @property
    def units(self):
        return list(self.curriculum.units.all())

    def mark(self, session, codes, *, by=None, version=0, cause=""):
        """Write codes such as "HHS", one letter a person."""
        marks = {
            enrollment.pk: Mark(code.strip(), cause, version)
            for enrollment, code in zip(self.enrollments, codes, strict=True)
        }
        return participants.record_attendance(
            session=session, marks=marks, nonce=next(self.nonces), by=by or self.cast.instructor
        )

    def assess(self, score="88", *, is_competent=True):
        """The same result for everybody in every unit."""
        from decimal import Decimal

        return participants.record_results(
            batch=self.batch,
            assessments={
                (enrollment.pk, unit.pk): Assessment(
                    Decimal(score), Decimal(score), is_competent, 0
                )
                for enrollment in self.enrollments
                for unit in self.units
            },
            assessor="Sri Wahyuni, S.Pd.",
            by=self.cast.instructor,
        )

    def finish(self):
        """Teach, mark, lock and assess everything: ready for certificates."""
        for session in self.sessions:
            self.mark(session, "H" * len(self.enrollments))
            participants.lock_attendance(session=session, by=self.cast.officer)
        self.assess()
        move_batch(batch=self.batch, to_state=Batch.State.FINISHED, by=self.cast.officer)
        self.batch.state = Batch.State.FINISHED


@pytest.fixture
def training(cast):
    return make_training(cast)


def make_training(cast):
    agreement = factories.AgreementFactory(facility=cast.jember, partner=cast.school)
    factories.SignatoryFactory(agreement=agreement, name="Widiwasito")
    curriculum = factories.CurriculumFactory(
        program__facility=cast.jember,
        program__code="BKR",
        program__name="Produksi Bakery",
        version=1,
    )
    factories.CoverageFactory(agreement=agreement, program=curriculum.program)
    units = [
        factories.UnitFactory(curriculum=curriculum, position=number, title=title)
        for number, title in enumerate(["Higiene dan sanitasi", "Adonan roti"], start=1)
    ]
    batch = factories.BatchFactory(
        agreement=agreement, curriculum=curriculum, code="JBR-BKR-A1", name="Produksi Bakery A1"
    )
    sessions = [
        factories.SessionFactory(
            batch=batch, unit=unit, instructor=cast.teacher, takes_place_on=date(2025, 12, day)
        )
        for unit, day in zip(units, (17, 18), strict=True)
    ]
    names = [
        "Achmad Fauzi",
        "Sutrisno",
        "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra",
    ]
    enrollments = [
        factories.EnrollmentFactory(
            batch=batch,
            position=number,
            inmate=factories.InmateFactory(facility=cast.jember, name=name),
            enrolled_by=cast.officer,
        )
        for number, name in enumerate(names, start=1)
    ]
    return Training(agreement, curriculum, batch, sessions, enrollments, cast)


@pytest.fixture
def browse():
    """A browser for somebody: browse(officer).get(url); without anybody, a passer-by."""
    return signed_in


def signed_in(user=None):
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's chromium, which must not talk to anybody but the site."""
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}
