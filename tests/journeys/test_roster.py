"""From the ministry's spreadsheet to a class: five hundred people, a mistake or two, a panel, a decree, ten seats."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from participants import lottery
from participants.models import Application, Enrollment, Inmate, SelectionRound
from programs.models import Batch
from tests import factories
from tests.participants.roster_files import messy_roster, people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEATS, PROPOSED = 10, 13
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def office(db):
    """An open class that begins in three weeks; nobody in the registry yet."""
    facility = factories.FacilityFactory(code="LAPAS-JEMBER", name="Lapas Kelas IIA Jember")
    factories.UserFactory(username="petugas.jember", role=Role.OFFICER, facility=facility)
    begins = timezone.localdate() + timedelta(21)
    agreement = factories.AgreementFactory(
        facility=facility,
        signed_on=begins - timedelta(90),
        starts_on=begins - timedelta(90),
        ends_on=begins + timedelta(365),
    )
    batch = factories.BatchFactory(
        agreement=agreement,
        name="Roti Lanjutan A1",
        quota=SEATS,
        starts_on=begins,
        ends_on=begins + timedelta(18),
        state=Batch.State.OPEN,
    )
    factories.CoverageFactory(agreement=agreement, program=batch.curriculum.program)
    return batch


def test_five_hundred_people_and_ten_seats(office, walker):
    officer = walker().sign_in("petugas.jember")
    house = house_of_500()
    refuse(officer, house)
    take(officer, house)
    propose(officer, office)
    round = score(officer, office)
    submit(officer, round)
    decide(officer, round)
    seat(officer, round)
    chosen = office.enrollments.values_list("inmate", flat=True)
    waiting = Application.objects.filter(state=Application.State.WAITING)
    assert (Enrollment.objects.count(), waiting.count()) == (SEATS, PROPOSED - SEATS)
    assert set(chosen).isdisjoint(waiting.values_list("inmate", flat=True))
    assert replayed(round) == list(
        round.candidates.order_by("rank").values_list("application_id", flat=True)
    )


def house_of_500():
    """Long sentences, so that the class ends before anybody leaves."""
    began, third = timezone.localdate() - timedelta(800), timedelta(700)
    dates = {
        "one_third_on": began + third,
        "half_on": began + third * 3 / 2,
        "two_thirds_on": began + 2 * third,
        "expires_on": began + 3 * third,
        "expected_release_on": began + 2 * third + timedelta(10),
    }
    return [one | dates for one in people(500)]


def upload(officer, house):
    officer.go("/participants/rosters/")
    officer.page.set_input_files(
        "#id_file",
        {"name": "sdp.xlsx", "mimeType": SPREADSHEET, "buffer": messy_roster(house)},
    )
    officer.press("Unggah dan periksa")
    officer.look()


def refuse(officer, house):
    """Two mistakes in five hundred rows: each is named with its cell, and nobody is taken."""
    house = [dict(one) for one in house]
    house[6]["born_on"] = date(2099, 1, 1)
    house[300]["sex"] = "X"
    upload(officer, house)
    assert officer.page.locator("tbody tr").count() == 2
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Unduh 2 baris yang salah").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
    assert Inmate.objects.count() == 0


def take(officer, house):
    upload(officer, house)
    officer.press("Simpan daftar 500 orang")
    officer.look()
    assert Inmate.objects.present().count() == 500


def propose(officer, batch):
    officer.go("/programs/batches/")
    officer.follow("Roti Lanjutan A1")
    officer.follow("Seleksi")
    officer.follow("Usulkan peserta")
    officer.look()
    for tick in officer.page.locator("input[name=inmates]").all()[:PROPOSED]:
        tick.check()
    officer.fill(origin="Wali")
    officer.press("Usulkan yang dipilih")
    officer.look()
    assert batch.applications.count() == PROPOSED


def score(officer, batch):
    """Everybody in the middle gets the same, so that the last seats have to be drawn."""
    officer.follow("Buka putaran seleksi")
    officer.fill(held_on=f"{timezone.localdate() + timedelta(7):%d-%m-%Y}")
    officer.press("Buka putaran")
    officer.look()
    officer.follow("Isi nilai")
    cells = officer.page.locator("input.score").all()
    for place, cell in enumerate(cells):
        cell.fill("90" if place < 15 else "72,5")
    officer.press("Simpan nilai")
    officer.follow("Lihat urutan")
    officer.look()
    return batch.selection_rounds.get()


def submit(officer, round):
    officer.press(f"Ajukan {SEATS} orang ke TPP")
    officer.look()
    round.refresh_from_db()
    assert round.state == SelectionRound.State.SUBMITTED
    officer.follow("Undian")


def decide(officer, round):
    officer.go(round.get_absolute_url())
    officer.follow("Catat keputusan TPP")
    officer.fill(
        minutes_number="W.15.PAS.PAS12-PK.01.04-77",
        held_on=f"{timezone.localdate():%d-%m-%Y}",  # the panel sat earlier than was planned
        chair="Sri Handayani",
    )
    officer.press("Catat keputusan")
    officer.look()


def seat(officer, round):
    officer.follow("Catat SK peserta")
    officer.fill(
        decree_number="W.15.PAS.PAS12-88 Tahun 2026", decree_on=f"{timezone.localdate():%d-%m-%Y}"
    )
    officer.press("Catat SK")
    officer.follow(f"Masukkan {SEATS} peserta")
    officer.press(f"Masukkan {SEATS} peserta")
    officer.look()


def replayed(round):
    """The order of the applications, reckoned again from scores and seed alone."""
    round.refresh_from_db()
    entrants = [
        lottery.Entrant(
            key=one.application_id,
            register_number=one.application.inmate.register_number,
            total=one.total,
        )
        for one in round.candidates.select_related("application__inmate")
    ]
    return [one.key for one in lottery.ranked(entrants, round.seed)]
