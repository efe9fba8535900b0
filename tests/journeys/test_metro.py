"""The Metro case by hand: agreement and promises, a ready curriculum, a timetable the school helps to shape."""

import pytest

from accounts.roles import Role
from programs.models import Session
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def metro(db):
    """The office with an officer, and a school that has a coordinator and a teacher."""
    facility = factories.FacilityFactory(code="LAPAS-METRO", name="Lapas Kelas IIA Metro")
    school = factories.PartnerFactory(
        name="SMK Negeri 2 Metro", short_code="SMKN2-MTR", city="Metro", facilities=[facility]
    )
    factories.UserFactory(username="petugas.metro", role=Role.OFFICER, facility=facility)
    coordinator = factories.UserFactory(username="koordinator.smkn2", role=Role.COORDINATOR)
    factories.ContactFactory(partner=school, user=coordinator)
    factories.InstructorFactory(partner=school, name="Bambang Riyadi, S.T.")
    factories.RoomFactory(facility=facility, name="Bengkel Las")
    return facility


def test_agreement_curriculum_and_timetable_by_hand(metro, walker):
    officer = walker().sign_in("petugas.metro")
    draft_and_sign(officer)
    promise(officer)
    take_ready_curriculum(officer)
    plan_class(officer)
    ask_for_an_afternoon(walker().sign_in("koordinator.smkn2"))
    accept(officer)
    cancel_and_replace(officer)
    booked = Session.objects.alive().values_list("takes_place_on__day", flat=True)
    assert sorted(booked)[-6:] == [18, 19, 19, 20, 20, 20]
    assert Session.objects.exclude(replaces=None).get().replaces.cancel_cause == "facility"


def draft_and_sign(officer):
    """A draft without numbers first; signing it asks for both."""
    officer.go("/partnerships/agreements/new/")
    officer.fill(partner="SMK Negeri 2 Metro", starts_on="05-08-2025", ends_on="04-08-2027")
    officer.press("Catat perjanjian")
    assert officer.page.locator(".title-row .chip").inner_text() == "Rancangan"
    officer.look()
    officer.follow("Ubah")
    officer.fill(signed_on="05-08-2025")
    officer.press("Simpan perubahan")
    assert officer.page.locator("#id_signed_on_error").inner_text().strip() == (
        "Naskah yang sudah ditandatangani harus punya kedua nomor. "
        "Isi nomornya, atau kosongkan tanggal tanda tangan."
    )
    officer.fill(facility_number="W.9.PAS.PAS3-HM.05.02-0725", partner_number="421.5/512/2025")
    officer.press("Simpan perubahan")
    assert officer.page.locator(".title-row .chip").inner_text() == "Berlaku"
    officer.look()


def promise(officer):
    officer.follow("Catat janji")
    officer.fill(side="Mitra", kind="Jam pelajaran", title="Jam pelajaran las", promised="80")
    officer.press("Catat janji")
    officer.look()
    assert "0 / 80 JP" in " ".join(officer.page.locator("main").inner_text().split())


def take_ready_curriculum(officer):
    officer.go("/programs/ready/")
    officer.page.get_by_role("link", name="Pakai kurikulum ini Las").click()
    officer.look()
    officer.press("Pakai kurikulum ini")
    assert officer.heading() == "Las"
    officer.look()
    officer.go("/partnerships/agreements/")
    officer.follow("PKS SMK Negeri 2 Metro")
    officer.press("Tambahkan")
    officer.look()


def plan_class(officer):
    """From 6 August 2025: the Sunday of Independence Day and the joint leave after it stay free."""
    officer.follow("Buka angkatan")
    officer.fill(
        name="Las A1",
        code="MTR-LAS-A1",
        curriculum="Las, kurikulum v1",
        starts_on="06-08-2025",
        ends_on="18-08-2025",
        room="Bengkel Las",
        escort="Sutarno",
    )
    officer.press("Buka angkatan")
    officer.page.locator("section", has_text="Instruktur").get_by_role(
        "link", name="Tambah"
    ).click()
    officer.fill(instructor="Bambang Riyadi, S.T.")
    officer.press("Simpan")
    officer.follow("Susun jadwal")
    officer.fill(slots="08.00–11.00, 12.30–15.30")
    officer.press("Lihat susunan")
    officer.look()
    said = officer.page.locator("[role=alert]").inner_text().strip()
    assert said.startswith("16 JP tidak muat"), said
    assert "Perpanjang angkatan sampai 20 Agustus 2025" in said
    officer.follow("Las A1")
    officer.follow("Ubah")
    officer.fill(ends_on="20-08-2025")
    officer.press("Simpan perubahan")
    officer.follow("Susun jadwal")
    officer.fill(slots="08.00–11.00, 12.30–15.30")
    officer.press("Lihat susunan")
    officer.press("Simpan jadwal")
    assert officer.heading() == "4–9 Agustus 2025"
    officer.look()


def ask_for_an_afternoon(coordinator):
    coordinator.go("/programs/batches/")
    coordinator.follow("Las A1")
    coordinator.follow("Usulkan pertemuan")
    coordinator.fill(
        takes_place_on="20-08-2025",
        starts_at="16.00",
        ends_at="17.30",
        unit="Membuat teralis sederhana",
        hours="2",
        room="Bengkel Las",
        instructor="Bambang Riyadi, S.T.",
        note="Teralis pesanan masjid",
    )
    coordinator.press("Kirim usulan")
    coordinator.look()


def accept(officer):
    officer.go("/")
    officer.follow("Putuskan")
    officer.follow("Terima")
    officer.press("Terima dan catat")
    assert officer.heading() == "Las A1"
    officer.look()


def cancel_and_replace(officer):
    officer.go("/programs/batches/")
    officer.follow("Las A1")
    officer.page.locator("a[href*='/cancel/']").first.click()
    officer.fill(cancel_cause="Lapas", cancel_reason="Razia gabungan")
    officer.press("Batalkan pertemuan")
    officer.look()
    officer.follow("Rencanakan pengganti")
    officer.fill(takes_place_on="18-08-2025", starts_at="08.00", ends_at="11.00")
    officer.press("Simpan")
    officer.look()
