"""A week on paper: printed, filled by pen, scanned out of order, confirmed by keyboard, and stored as it was meant."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from django.urls import resolve, reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from participants.models import Attendance, ScanFile, ScanPage
from participants.services import scan_reading
from programs.models import Session
from tests import factories
from tests.paper import cast as bad_cast
from tests.paper.filling import fill
from tests.paper.hands import any_hand
from tests.paper.pages import TUNING, scan
from tests.paper.printing import NAMES, picture
from tests.paper.sheets import page_sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = 8
LONG = "Higiene, sanitasi, dan keselamatan kerja di dapur produksi roti untuk pasar di dalam dan di luar Lapas"
PDF, JPEG = "pindaian-001.pdf", "pindaian-002.jpg"
# Of each sheet's hand, pen and scanner. Between them: an empty row, a corrected one, two marks, a guest.
SEEDS = TUNING[14], TUNING[33], TUNING[80], TUNING[59]
QUARREL = 5  # the row that the instructor types meanwhile


@dataclass(frozen=True)
class Paper:
    """A sheet that somebody filled; `truths` are the people's, `foot` is the count written below them."""

    session: Session
    image: np.ndarray
    truths: list
    did: set
    foot: int


@pytest.fixture
def meetings(live_server, cast, settings):
    """Three of last week, the first of a long name, and one of another class; there is one of the week before too.

    Jobs wait for somebody to run them.
    """
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    agreement = factories.AgreementFactory(facility=cast.jember, partner=cast.school)
    batch, other = (factories.BatchFactory(agreement=agreement) for _ in range(2))
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday() + 7)
    for one, names in ((batch, NAMES[:PEOPLE]), (other, NAMES[:3])):
        for position, name in enumerate(names, start=1):
            inmate = factories.InmateFactory(facility=cast.jember, name=name)
            factories.EnrollmentFactory(batch=one, position=position, inmate=inmate)
    unit = factories.UnitFactory(curriculum=batch.curriculum, title=LONG)
    meeting = factories.SessionFactory
    meeting(batch=batch, takes_place_on=monday - timedelta(days=4))
    return [
        meeting(batch=batch, takes_place_on=monday, unit=unit),
        meeting(batch=batch, takes_place_on=monday + timedelta(days=1)),
        meeting(batch=batch, takes_place_on=monday + timedelta(days=2), instructor=cast.teacher),
        meeting(batch=other, takes_place_on=monday),
    ]


def test_a_week_comes_back_from_paper(meetings, walker, monkeypatch):
    officer = walker().sign_in("petugas")
    sheets = print_week(officer, meetings[0], 3) + print_week(officer, meetings[-1], 1)
    papers = [fill_by_hand(*one) for one in zip(meetings, sheets, SEEDS, strict=True)]
    assert {"empty", "corrected", "two", "guest"} <= set.union(*(one.did for one in papers))
    files, places = scanned(papers)
    send(officer, files)
    watch_the_job(officer, monkeypatch)
    assert not Attendance.objects.exists()
    set_aside(officer, 2, "Halaman kosong", "sisi belakang kertas")
    set_aside(officer, 5, "Lembar yang sama: halaman 4", "terpindai dua kali")
    begin(officer)
    while resolve(path_of(officer)).url_name == "scan_page":
        page = ScanPage.objects.get(pk=resolve(path_of(officer)).kwargs["pk"])
        paper = places[page.file.filename, page.number]
        assert page.sheet.session == paper.session
        answer(officer, paper)
        if page.file.filename == JPEG:
            contradict(officer, walker().sign_in("instruktur"), paper)
        enter(officer)
    assert path_of(officer) == page.file.upload.get_absolute_url()
    officer.look()
    assert stored() == meant(papers)
    kept = {one.filename: hashlib.sha256(one.file.read()) for one in ScanFile.objects.all()}
    assert {name: one.hexdigest() for name, one in kept.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    officer.go(reverse("participants:scan_list") + "?state=confirmed")


def print_week(officer, meeting, pages):
    """Its class's sheets of that week, as they come from the printer."""
    officer.go(reverse("participants:mark_grid", args=[meeting.batch_id]))
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Lembar sepekan A4", exact=True).click()
    drawn = [np.asarray(picture(one)) for one in pypdfium2.PdfDocument(download.value.path())]
    assert len(drawn) == pages
    return drawn


def fill_by_hand(session, sheet, seed):
    rng = np.random.default_rng(seed)
    people = session.batch.enrollments.count()
    sheet = page_sheet(sheet.copy(), "a4", "", people)
    image, truths = fill(sheet.image, sheet.layout, people, rng, any_hand(rng, "usual"))
    codes = [one.code for one in truths]
    return Paper(session, image, codes[:people], {one.what for one in truths}, codes.count("H"))


def scanned(papers):
    """({name: bytes}, {(name, page): Paper}): a shuffled PDF and a picture, and which pages are to be confirmed.

    In the PDF one page is upside down, one blank, one of the other class, and one is there twice.
    """
    rng = np.random.default_rng(TUNING[7])
    first, second, third, other = papers
    pages = [
        np.rot90(scan(second.image, rng, "office")[0], 2),
        bad_cast.blank(TUNING[7]),
        scan(other.image, rng, "clean")[0],
        scan(first.image, rng, "office")[0],
        scan(first.image, rng, "clean")[0],
    ]
    start, *rest = (Image.fromarray(np.ascontiguousarray(one)) for one in pages)
    pdf, jpeg = BytesIO(), BytesIO()
    start.save(pdf, "PDF", resolution=200, save_all=True, append_images=rest)
    Image.fromarray(scan(third.image, rng, "clean")[0]).save(jpeg, "JPEG", quality=85)
    places = {(PDF, 1): second, (PDF, 3): other, (PDF, 4): first, (JPEG, 1): third}
    return {PDF: pdf.getvalue(), JPEG: jpeg.getvalue()}, places


def send(officer, files):
    officer.go(reverse("participants:scan_list"))
    kinds = {PDF: "application/pdf", JPEG: "image/jpeg"}
    officer.page.set_input_files(
        "#id_files",
        [{"name": name, "mimeType": kinds[name], "buffer": files[name]} for name in files],
    )
    officer.press("Unggah dan baca")
    officer.look()


def watch_the_job(officer, monkeypatch):
    """The page tells how far it is, and becomes the list of what was read."""
    [job] = DBTaskResult.objects.ready()
    look_itself = scan_reading.look

    def look(content, number):
        if number == 4:
            officer.page.get_by_text("3 dari 6 halaman sudah dibaca").wait_for()
        return look_itself(content, number)

    monkeypatch.setattr(scan_reading, "look", look)
    assert officer.page.locator("h2").inner_text() == "0 dari 6 halaman sudah dibaca"
    job.task.call(*job.task_result.args)
    officer.page.get_by_role("heading", name="Lembar per pertemuan").wait_for()
    officer.look()


def set_aside(officer, number, why, reason):
    """A page of the PDF, whose line says `why`."""
    page = ScanPage.objects.get(file__filename=PDF, number=number)
    line = officer.page.locator(f"#page-{page.pk}", has_text=why)
    line.get_by_role("link", name="Sisihkan").click()
    officer.settle()
    officer.look()
    officer.fill(reason=reason)
    officer.press("Sisihkan halaman ini")


def begin(officer):
    """From here on by keyboard alone."""
    officer.page.get_by_role("link", name="Konfirmasi 4 lembar").focus()
    enter(officer)


def enter(officer):
    """On what leads to another page."""
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    officer.settle()


def path_of(officer):
    return officer.page.url.removeprefix(officer.home)


def answer(officer, paper):
    """What a person sees in each doubtful row; then the count as it stands on the paper, with guests or without."""
    keyboard = officer.page.keyboard
    while (name := focused(officer)).startswith("answer-"):
        place = int(name.removeprefix("answer-"))
        is_open = not officer.page.locator(f"[name={name}]:checked").count()
        keyboard.press((paper.truths[place - 1] or "-") if is_open else "ArrowDown")
    keyboard.type(str(paper.foot))
    keyboard.press("Enter")
    if paper.foot != paper.truths.count("H"):
        assert focused(officer) == "count_note"
        keyboard.type("tamu ikut dihitung")
        keyboard.press("Enter")


def focused(officer):
    return officer.page.evaluate("document.activeElement.name || document.activeElement.tagName")


def contradict(officer, instructor, paper):
    """While the answers stood ready the instructor typed another mark: both are shown, and one is chosen."""
    instructor.go(paper.session.get_absolute_url())
    instructor.page.locator("[data-row]").nth(QUARREL - 1).locator("input[value=S]").focus()
    instructor.page.keyboard.press("s")
    instructor.page.locator(".save-state", has_text="Tersimpan pukul").wait_for()
    enter(officer)
    officer.look()
    told = officer.page.locator(".mark-conflict").inner_text()
    assert told.startswith("Dua isian: Sri Wahyuni menyimpan Sakit (")
    assert told.endswith("), jawaban ini Hadir.")
    assert stored()[paper.session.pk] == {QUARREL: "S"}
    assert focused(officer) == f"answer-{QUARREL}"
    officer.page.keyboard.press("h")
    officer.page.keyboard.press("Enter")


def stored():
    """{session: {number on the paper: code}}"""
    found = {}
    for one in Attendance.objects.select_related("enrollment"):
        found.setdefault(one.session_id, {})[one.enrollment.position] = one.code
    return found


def meant(papers):
    return {
        one.session.pk: {place: code for place, code in enumerate(one.truths, start=1) if code}
        for one in papers
    }
