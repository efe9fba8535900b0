"""The Jember case in the browser: from a signed agreement to a stranger who verifies the paper."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect
from pypdf import PdfWriter

from accounts.roles import Role
from certificates.models import Certificate
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ["Achmad Fauzi", "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra", "Sutrisno"]
UNITS = ["Higiene, sanitasi, dan keselamatan kerja di dapur roti", "Membuat adonan roti"]


@pytest.fixture
def jember(live_server, settings):
    """Before the first day: the office, its accounts, three people in the registry."""
    settings.PUBLIC_BASE_URL = live_server.url
    facility = factories.FacilityFactory(code="LAPAS-JEMBER", name="Lapas Kelas IIA Jember")
    for username, role in (
        ("petugas.jember", Role.OFFICER),
        ("instruktur.jember", Role.INSTRUCTOR),
        ("sertifikat.jember", Role.CERTIFICATE_ADMIN),
        ("kepala.jember", Role.HEAD),
    ):
        factories.UserFactory(
            username=username, name=username.title(), role=role, facility=facility
        )
    for name in PEOPLE:
        factories.InmateFactory(facility=facility, name=name)
    return facility


def scan():
    """A signed agreement as the scanner would send it."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(file)
    return {"name": "pks.pdf", "mimeType": "application/pdf", "buffer": file.getvalue()}


def test_from_signed_agreement_to_verified_paper(jember, walker):
    officer = walker().sign_in("petugas.jember")
    sign_agreement(officer)
    open_class(officer)
    teach(walker().sign_in("instruktur.jember"))
    lock_sheets(officer)
    admin, head = walker().sign_in("sertifikat.jember"), walker().sign_in("kepala.jember")
    prepare(admin)
    approve(head)
    pdf = issue(admin)
    verify(walker(), pdf)


def sign_agreement(officer):
    officer.follow("Kerja sama")
    officer.follow("Mitra")
    officer.follow("Catat mitra")
    officer.fill(name="SMK Negeri 3 Jember", npsn="20523805", short_code="SMKN3-JBR", city="Jember")
    officer.press("Catat mitra")
    officer.follow("Tambah")  # an instructor: the first slot with an "add" link
    officer.fill(name="Sri Wahyuni, S.Pd.", user="Instruktur.Jember")
    officer.press("Tambah instruktur")
    officer.follow("Catat perjanjian")
    officer.fill(
        facility_number="W.15.PAS.PAS12-HM.05.02-1187",
        partner_number="421.5/918/101.6.5.3/2025",
        signed_on="17 Desember 2025",
        starts_on="17/12/2025",
        ends_on="16-12-2024",
    )
    officer.press("Catat perjanjian")
    officer.look()
    assert officer.page.locator("#id_ends_on_error").inner_text().strip() == (
        "Hari terakhir harus sama dengan atau sesudah hari mulai."
    )
    assert officer.page.input_value("#id_starts_on") == "17/12/2025"
    officer.fill(ends_on="16-12-2027")
    officer.press("Catat perjanjian")
    assert officer.heading() == "PKS SMK Negeri 3 Jember"
    officer.look()
    complete_agreement(officer)


def complete_agreement(officer):
    agreement = officer.page.url
    officer.page.locator("section", has_text="Penanda tangan").get_by_role(
        "link", name="Tambah"
    ).click()
    officer.look()
    officer.fill(side="Mitra", name="Widiwasito", title="Kepala SMK Negeri 3 Jember")
    officer.page.check("#id_has_certificate_signature")
    officer.press("Tambah penanda tangan")
    officer.follow("Unggah")
    officer.page.set_input_files("#id_file", scan())
    officer.press("Unggah")
    officer.look()
    officer.follow("Catat program baru")
    officer.fill(name="Produksi Bakery", code="BKR", field="Boga dan bakery")
    officer.press("Catat program")
    officer.follow("Tambah unit")
    for number, title in enumerate(UNITS, start=1):
        officer.fill(code=f"BKR-0{number}", title=title, theory_hours="1", practice_hours="3")
        officer.press("Simpan dan tambah lagi")
    officer.page.goto(agreement)
    officer.page.wait_for_load_state("networkidle")
    officer.press("Tambahkan")
    officer.look()


def open_class(officer):
    officer.follow("Buka angkatan")
    officer.fill(
        name="Produksi Bakery A1",
        code="JBR-BKR-A1",
        curriculum="Produksi Bakery, kurikulum v1",
        starts_on="17-12-2025",
        ends_on="31-12-2025",
        quota="3",
    )
    officer.press("Buka angkatan")
    assert officer.heading() == "Produksi Bakery A1"
    plan_timetable(officer)
    officer.follow("Buka pendaftaran")
    officer.press("Buka pendaftaran")
    officer.follow("Pilih peserta")
    for box in officer.page.locator(".tick").all():
        box.check()
    officer.press("Masukkan yang dipilih")
    officer.look()


def plan_timetable(officer):
    """Laid out from the curriculum, looked at, and then booked."""
    officer.go("/programs/rooms/new/")
    officer.fill(name="Ruang Praktik Boga", capacity="24")
    officer.press("Catat ruang")
    officer.go("/programs/batches/")
    officer.follow("Produksi Bakery A1")
    officer.follow("Susun jadwal")
    officer.fill(
        starts_on="17-12-2025",
        slots="08.00–11.00",
        room="Ruang Praktik Boga",
        instructor="Sri Wahyuni, S.Pd.",
    )
    officer.press("Lihat susunan")
    officer.look()
    officer.press("Simpan jadwal")
    assert officer.heading() == "15–20 Desember 2025"
    officer.look()
    officer.follow("Bulan")
    officer.follow(re.compile("^Daftar$"))
    officer.follow("Produksi Bakery A1")


def teach(instructor):
    for number in (1, 2):
        instructor.go("/programs/batches/")
        instructor.follow("Produksi Bakery A1")
        instructor.page.locator("a[href*=attendance]").nth(number - 1).click()
        instructor.look()
        instructor.page.set_viewport_size({"width": 1366, "height": 768})
        instructor.page.keyboard.press("h")
        instructor.page.keyboard.press("t")
        instructor.page.get_by_role("button", name="Isi sisanya Hadir").click()
        instructor.page.locator(".save-state", has_text="Tersimpan pukul").wait_for()
        assert instructor.page.locator("[data-total=H]").inner_text() == "2"
        instructor.look()
    instructor.follow("Produksi Bakery A1")
    instructor.follow("Nilai")
    for code in ("BKR-01", "BKR-02"):
        instructor.follow(code)
        for score in instructor.page.locator("[data-score]").all():
            score.fill("87,5")
        instructor.press("Simpan nilai unit ini")
        instructor.look()


def lock_sheets(officer):
    for number in (0, 1):
        officer.go("/programs/batches/")
        officer.follow("Produksi Bakery A1")
        officer.page.locator("a[href*=attendance]").nth(number).click()
        officer.press("Kunci daftar hadir")
        officer.look()
    officer.follow("Produksi Bakery A1")
    officer.follow("Nyatakan selesai")
    officer.press("Nyatakan selesai")
    officer.look()


def prepare(admin):
    admin.go("/")
    admin.follow("Periksa syaratnya")
    admin.fill(dated_on="31-12-2025")
    admin.press("Siapkan 3 sertifikat")
    admin.look()


def approve(head):
    head.go("/")
    head.follow("Periksa")
    head.press("Setujui 3 sertifikat")
    head.look()


def issue(admin):
    admin.go("/")
    admin.follow("Terbitkan")
    admin.press("Terbitkan 3 sertifikat")
    admin.look()
    admin.follow("001/BKR/SMKN3-JBR/XII/2025")
    with admin.page.expect_download() as download:
        admin.page.get_by_role("link", name="Unduh PDF").click()
    return download.value.path().read_bytes()


def verify(stranger, pdf):
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    stranger.go(code.text)
    assert stranger.heading() == "Aktif"
    # The page writes the whole name once it has proved what stands behind the # of the address.
    expect(stranger.page.locator("dd")).to_have_text(
        [
            "Achmad Fauzi",
            "001/BKR/SMKN3-JBR/XII/2025",
            "Sertifikat pelatihan",
            "Produksi Bakery",
            "8 JP, 17–31 Desember 2025",
            "Sangat Baik",
            "31 Desember 2025",
            "SMK Negeri 3 Jember",
        ]
    )
    certificate = Certificate.objects.get(number="001/BKR/SMKN3-JBR/XII/2025")
    assert certificate.path.read_bytes() == pdf
