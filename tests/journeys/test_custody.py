"""What becomes of a batch's certificates: printed, signed, put away, one revoked, one replaced, one handed over."""

import pypdfium2
import pytest
from django.core.management import call_command

from certificates.models import Certificate
from tests.certificates import stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issued(training, live_server, settings):
    """The bakery class of three, taught in December 2025, its certificates approved and issued."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.PDF_SIGNER = "own"
    training.finish()
    stages.all_the_way(training)
    return training


def test_from_sealed_file_to_the_holders_hand(issued, walker):
    admin, head = walker().sign_in("sertifikat"), walker().sign_in("kepala")
    officer = walker().sign_in("petugas")
    print_and_sign(admin)
    revoke(admin, head)
    replace(officer, admin, head)
    hand_over(officer)
    see_what_became(walker())


def print_and_sign(admin):
    """One file in the order of signing; then the three sheets take their steps together."""
    admin.go("/certificates/tray/")
    admin.follow("Produksi Bakery A1")
    with admin.page.expect_download() as download:
        admin.page.get_by_role("link", name="Cetak 3 lembar").click()
    assert len(pypdfium2.PdfDocument(download.value.path())) == 6
    for step, place in (
        ("printed", ""),
        ("signed", ""),
        ("stored", "Lemari Giatja, map 1"),
    ):
        sheets = admin.page.locator("section.sheet").first
        for tick in sheets.locator(".tick").all():
            tick.check()
        sheets.locator("select").select_option(step)
        if place:
            sheets.locator("[name$=place]").fill(place)
        admin.press("Catat yang dicentang")
        admin.look()
    assert admin.page.locator("h2").first.inner_text() == "Disimpan: 3 lembar"


def revoke(admin, head):
    open_certificate(admin, "002")
    admin.follow("Minta pencabutan")
    admin.fill(
        reason="syarat ternyata tidak terpenuhi", explanation="Hadirnya dicatat untuk orang lain."
    )
    admin.press("Kirim permintaan")
    admin.look()
    head.go("/")
    head.go("/certificates/revocations/")
    head.page.locator("main").get_by_role("link", name="Putuskan", exact=True).click()
    head.look()
    head.page.locator("[name=is_granted][value=yes]").check()
    head.press("Simpan keputusan")
    head.look()


def replace(officer, admin, head):
    """The name of the third was not whole: corrected, prepared, approved by another, issued."""
    officer.go("/participants/inmates/")
    officer.follow("Mohammad Abdurrahman")
    officer.follow("Ubah")
    officer.fill(name="Mohammad Abdurrahman")
    officer.press("Simpan")
    open_certificate(admin, "003")
    admin.follow("Ganti")
    admin.fill(
        reason="pembetulan nama", explanation="Nama kedua tertinggal.", dated_on="31-12-2025"
    )
    admin.press("Siapkan pengganti")
    admin.look()
    head.go("/")
    head.follow("Periksa")
    head.press("Setujui 1 sertifikat")
    admin.go("/")
    admin.follow("Terbitkan")
    admin.press("Terbitkan 1 sertifikat")
    admin.follow("004/BKR/SMKN3-JBR/XII/2025")
    assert admin.heading() == "Mohammad Abdurrahman"


def hand_over(officer):
    open_certificate(officer, "001")
    officer.follow("Serahkan")
    officer.press("Catat diserahkan")
    officer.look()
    certificate = Certificate.objects.get(number="001/BKR/SMKN3-JBR/XII/2025")
    [move] = certificate.paper_moves.filter(step="handed")
    assert (certificate.paper, move.recipient) == ("handed", "Achmad Fauzi")


def open_certificate(somebody, sequence):
    somebody.go(f"/certificates/?q={sequence}/BKR")
    somebody.follow(f"{sequence}/BKR/SMKN3-JBR/XII/2025")


def see_what_became(stranger):
    """At once: the second is revoked, the third leads to the fourth, and the chain holds."""
    seen = {}
    for certificate in Certificate.objects.order_by("sequence"):
        stranger.go(certificate.public_path)
        seen[certificate.sequence] = stranger.heading()
    assert seen == {1: "Aktif", 2: "Dicabut", 3: "Digantikan", 4: "Aktif"}
    call_command("verify_ledger", files=True)
