"""The demo data tells both cases as they happened, once, and only where it is wanted."""

import hashlib
import json
import re
from datetime import date, timedelta
from io import StringIO
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.models import Facility, User
from certificates.models import Certificate
from core.pdf import PdfUnavailable
from lapasapp.demo.classes import without_holidays
from lapasapp.demo.paper import hold_on_paper
from participants.models import Attendance, Enrollment, ScanPage, ScanUpload
from partnerships.models import Agreement
from programs.models import Batch, Session
from programs.queries import agreement_gaps
from tests import factories
from tests.tree import LAYERS

ROLES = {
    "admin": "admin",
    "petugas.jember": "officer",
    "petugas.metro": "officer",
    "instruktur.jember": "instructor",
    "instruktur.metro": "instructor",
    "koordinator.smkn3": "coordinator",
    "sertifikat.jember": "certificate_admin",
    "sertifikat.metro": "certificate_admin",
    "kepala.jember": "head",
    "kepala.metro": "head",
    "kanwil.jatim": "regional",
    "pusat": "national",
    "auditor": "auditor",
}


def said_by(command, **options):
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


def plain_files(papers):
    """Stands in for the PDFs of Metro's eighty, which are drawn like Jember's twenty and take a minute."""
    return (f"%PDF-1.7 {paper.content['number']}".encode() for paper in papers)


@pytest.fixture(scope="module")
def demo(module_database, module_files):
    """A seeded database for this module alone; gives the folder of its files."""
    with override_settings(DEBUG=True, DATA_DIR=module_files):
        with mock.patch("certificates.services.sealing.certificate_pdfs", plain_files):
            call_command("seed_demo", verbosity=0)
        yield module_files


def everything():
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for app in LAYERS
        if apps.is_installed(app)
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }


def files_in(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def seen_by(user):
    """The codes of the houses whose classes this person may see."""
    return set(Batch.objects.visible_to(user).values_list("facility__code", flat=True))


@pytest.mark.usefixtures("db")
class TestElsewhere:
    """First in this file: the demo below stays in the database until the file is done."""

    @pytest.fixture(autouse=True)
    def other_folder(self, settings, tmp_path):
        settings.DEBUG, settings.DATA_DIR = True, tmp_path

    def refusal(self):
        with pytest.raises(CommandError) as refused:
            call_command("seed_demo")
        return refused.value.returncode, Facility.objects.count(), User.objects.count()

    def test_production_takes_no_demo_data(self, settings):
        settings.DEBUG = False

        assert self.refusal() == (2, 0, 0)

    def test_real_accounts_are_left_alone(self):
        User.objects.create_superuser("admin")

        assert self.refusal() == (2, 0, 1)

    def test_demo_accounts_has_nothing_to_say(self, tmp_path):
        User.objects.create_superuser("admin")

        assert said_by("demo_accounts") == ""
        assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("db")
class TestSeedDemo:
    def test_a_second_run_changes_nothing_on_another_day_either(self, demo):
        rows, files = everything(), files_in(demo)

        with time_machine.travel(timezone.now() + timedelta(days=3)):
            again = json.loads(said_by("seed_demo", json=True))

        assert again == {
            "is_new": False,
            "facilities": 3,
            "inmates": 338,
            "batches": 11,
            "sealed": 80,
        }
        assert everything() == rows
        assert files_in(demo) == files

    def test_metro_is_certified(self, demo):
        certificates = Certificate.objects.filter(enrollment__batch__facility__code="LAPAS-METRO")

        assert set(certificates.values_list("status", flat=True)) == {"sealed"}
        assert sorted(one.number for one in certificates) == [
            f"{sequence:03d}/{field}/SMKN2-MTR/VIII/2025"
            for sequence in range(1, 21)
            for field in ("AGR", "KIM", "KOP", "LAS")
        ]

    def test_jember_waits_for_its_numbers(self, demo):
        batch = Batch.objects.get(code="JBR-BKR-A1")
        said = Certificate.objects.of(batch).values_list(
            "status", "number", "dated_on", "prepared_by__username", "approved_by__username"
        )

        assert (batch.starts_on, batch.ends_on) == (date(2025, 12, 17), date(2025, 12, 31))
        assert (
            list(said)
            == [("approved", None, date(2025, 12, 31), "sertifikat.jember", "kepala.jember")] * 20
        )

    def test_issue_batch_seals_jember(self, demo, tmp_path, settings):
        settings.KEY_ROOT = demo / "keys"
        call_command("issue_batch", "JBR-BKR-A1", out=tmp_path, stdout=StringIO())
        certificates = Certificate.objects.of(Batch.objects.get(code="JBR-BKR-A1"))

        assert [one.number for one in certificates] == [
            f"{sequence:03d}/BKR/SMKN3-JBR/XII/2025" for sequence in range(1, 21)
        ]
        assert {one.status for one in certificates} == {"sealed"}
        assert [hashlib.sha256(one.path.read_bytes()).hexdigest() for one in certificates] == [
            one.sha256 for one in certificates
        ]
        assert len(list(tmp_path.glob("*.pdf"))) == 20

    def test_a_class_runs_today_in_every_house(self, demo):
        running = Batch.objects.running()
        today = Session.objects.filter(takes_place_on=timezone.localdate())

        codes = {"JBR-BKR-A2", "MTR-KOP-A2", "SGR-BSN-A1"}
        assert {batch.code for batch in running} == codes
        assert {session.batch.code for session in today} == codes
        assert {session.status for session in today} == {"planned"}

    @pytest.mark.parametrize("code", ["JBR-BKR-A2", "MTR-KOP-A2"])
    def test_a_running_class_leaves_something_to_do(self, demo, code):
        batch = Batch.objects.get(code=code)
        held = batch.sessions.filter(status=Session.Status.HELD)

        assert batch.sessions.sheet_missing().count() == 1
        assert held.filter(locked_at=None).count() == 1
        assert held.exclude(locked_at=None).count() > 5
        assert agreement_gaps(batch) == []

    def test_two_meetings_of_jember_wait_on_paper(self, demo):
        [upload] = ScanUpload.objects.all()
        *sheets, blank = ScanPage.objects.filter(file__upload=upload)
        sessions = Batch.objects.get(code="JBR-BKR-A2").sessions.filter(
            takes_place_on__lt=timezone.localdate(), locked_at=None
        )

        assert (upload.facility.code, blank.refusal) == ("LAPAS-JEMBER", "blank")
        assert [(one.state, one.sheet.session) for one in sheets] == [
            ("read", session) for session in sessions
        ]
        for one in sheets:
            rows = one.reading["rows"][: len(one.sheet.enrollments)]
            assert sorted(row["doubts"] for row in rows)[-2:] == [["empty"], ["two"]]
            assert sum(bool(row["code"]) for row in rows) == len(rows) - 2
        assert not Attendance.objects.filter(source="paper").exists()

    def test_without_pdfs_the_rest_is_there(self, demo, monkeypatch):
        refuse = mock.Mock(side_effect=PdfUnavailable)
        monkeypatch.setattr("lapasapp.demo.metro.issue", refuse)
        monkeypatch.setattr("lapasapp.demo.paper.sheets_pdf", refuse)
        hold_on_paper(Session.objects.all()[:1], officer=User.objects.get(username="petugas.metro"))

        assert json.loads(said_by("seed_demo", json=True))["sealed"] == 80
        assert (refuse.call_count, ScanUpload.objects.count()) == (2, 1)

    def test_nobody_is_in_two_running_classes(self, demo):
        people = Enrollment.objects.values_list("inmate", flat=True)

        assert len(people) == len(set(people)) == 158

    def test_an_agreement_ends_under_a_planned_class(self, demo):
        [ending] = Agreement.objects.ending_within(days=30)
        planned = Batch.objects.get(code="JBR-BJR-A2")

        assert (ending.partner.name, ending.days_left) == ("SMK Negeri 2 Jember", 24)
        assert agreement_gaps(planned)[0].starts_on == ending.ends_on + timedelta(1)

    def test_every_account_signs_in_as_what_it_is(self, demo, client):
        password = (demo / "demo_password").read_text().strip()

        for username, role in ROLES.items():
            assert client.login(username=username, password=password), username
            assert User.objects.get(username=username).assignment.role == role

    def test_the_third_house_is_for_the_nation(self, demo):
        reach = {name: seen_by(User.objects.get(username=name)) for name in ROLES}

        assert {name for name, houses in reach.items() if "LAPAS-SINGARAJA" in houses} == {
            "pusat",
            "auditor",
            "admin",
        }
        assert reach["koordinator.smkn3"] == reach["instruktur.jember"] == {"LAPAS-JEMBER"}

    def test_demo_accounts_prints_a_table_and_the_password(self, demo):
        lines = said_by("demo_accounts").splitlines()
        password = (demo / "demo_password").read_text().strip()

        assert [line.split()[0] for line in lines[1:-1]] == list(ROLES)
        assert re.split(" {2,}", lines[2])[1:] == [
            "Petugas bimbingan kerja",
            "Lapas Kelas IIA Jember",
        ]
        assert lines[-1] == f"Kata sandi: {password}"

    def test_the_password_is_for_the_owner_of_the_data(self, demo):
        assert (demo / "demo_password").stat().st_mode & 0o777 == 0o600

    def test_a_lost_password_is_replaced(self, demo, client, tmp_path, settings):
        settings.DATA_DIR = tmp_path
        printed = said_by("demo_accounts").splitlines()[-1].removeprefix("Kata sandi: ")

        assert printed != (demo / "demo_password").read_text().strip()
        assert client.login(username="petugas.singaraja", password=printed)


class TestHolidays:
    def test_today_is_taught_even_on_christmas_and_the_others_are_left_out(self, db):
        place = factories.FacilityFactory()
        officer = factories.UserFactory(role="officer", facility=place)
        days = [date(2025, 12, day) for day in (24, 25, 26)] + [date(2026, 1, 1)]
        with time_machine.travel("2025-12-25 03:00Z"):
            assert without_holidays(place, days, by=officer) == days[:3]
        assert [rule.falls_on.day for rule in place.day_rules.all()] == [25]
