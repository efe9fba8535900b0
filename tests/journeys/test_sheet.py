"""A class of forty at the keyboard: the network goes, the tab is closed, and nothing is lost or doubled."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from participants.models import Attendance, Submission
from programs.models import Session
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZE = 40
AWAY = {12: "S", 29: "I"}  # by position; the other 38 are present
KEYS_ALLOWED = 45
OFFLINE_WORDS = "Sambungan terputus"


@pytest.fixture
def meeting(live_server, cast):
    batch = factories.BatchFactory(
        agreement=factories.AgreementFactory(facility=cast.jember, partner=cast.school),
        quota=SIZE,
    )
    for position in range(1, SIZE + 1):
        factories.EnrollmentFactory(batch=batch, position=position)
    day = timezone.localdate() - timedelta(days=1)
    return factories.SessionFactory(batch=batch, instructor=cast.teacher, takes_place_on=day)


class Sheet:
    """The page of one meeting; every key is counted."""

    def __init__(self, walker, path):
        self.walker, self.path, self.keys = walker, path, 0
        self.open(walker.page)

    def open(self, page):
        self.page = page
        page.goto(self.walker.home + self.path)
        page.set_viewport_size({"width": 1366, "height": 768})
        # What the state line said, all of it, in order.
        page.evaluate("""() => {
            const line = document.querySelector("[data-words]");
            window.said = [line.textContent];
            new MutationObserver(() => window.said.push(line.textContent))
                .observe(line, {childList: true, characterData: true, subtree: true});
        }""")

    def press(self, keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def state(self, words):
        self.page.locator(".save-state", has_text=words).wait_for(timeout=10_000)

    def total(self, code):
        return self.page.locator(f'[data-total="{code}"]').inner_text()


def stored(meeting):
    """{position: (code, version)}"""
    rows = Attendance.objects.filter(session=meeting)
    return {
        place: (code, version)
        for place, code, version in rows.values_list("enrollment__position", "code", "version")
    }


def test_forty_marks_by_keyboard_through_a_cut(meeting, cast, walker):
    instructor = walker().sign_in("instruktur")
    sheet = Sheet(instructor, meeting.get_absolute_url())
    letters = [AWAY.get(place, "h").lower() for place in range(1, SIZE + 1)]
    sheet.press(letters[:20])
    sheet.state("Tersimpan pukul")
    assert len(stored(meeting)) == 20
    cut(instructor, sheet, letters)
    come_back(instructor, sheet, meeting)
    assert sheet.keys <= KEYS_ALLOWED
    marks = stored(meeting)
    assert Counter(code for code, _ in marks.values()) == {"H": 38, "S": 1, "I": 1}
    assert {marks[place][0] for place in AWAY} == set(AWAY.values())
    assert {version for _, version in marks.values()} == {1}
    type_while_home_sends(instructor, sheet, meeting)
    take_back(sheet, meeting)
    throw_away(instructor, sheet)
    contradict(sheet, meeting, walker().sign_in("petugas"))


def cut(instructor, sheet, letters):
    """The rest is typed without a network; then the tab is closed."""
    faults = len(instructor.faults)
    sheet.page.evaluate("said.length = 0")
    instructor.page.context.set_offline(True)
    sheet.press(letters[20:])
    sheet.state(f"{OFFLINE_WORDS}: 20 tanda disimpan di komputer ini")
    assert not [words for words in sheet.page.evaluate("said") if words.startswith("Tersimpan")]
    assert (sheet.total("H"), sheet.total("")) == ("38", "0")
    tab = instructor.page.context.new_page()
    sheet.page.close(run_before_unload=False)
    assert all("failed: " in one or "ERR_INTERNET" in one for one in instructor.faults[faults:])
    del instructor.faults[faults:]
    instructor.page = tab
    instructor.__post_init__()


def come_back(instructor, sheet, meeting):
    """Home tells of the marks that wait, and they arrive once."""
    assert len(stored(meeting)) == 20
    instructor.page.context.set_offline(False)
    sheet.open(instructor.page)
    sheet.state("Tersimpan pukul")
    assert len(stored(meeting)) == SIZE
    written = AuditEvent.objects.filter(action="attendance.recorded")
    assert sum(line.details["marked"] for line in written) == SIZE
    assert Submission.objects.filter(session=meeting).count() == written.count()
    assert sheet.page.evaluate("Object.keys(localStorage).filter(k => k.includes('sheet'))") == []
    meeting.refresh_from_db()
    assert meeting.status == Session.Status.HELD


def type_while_home_sends(instructor, sheet, meeting):
    """Home is slow with one mark while another is typed in the sheet: neither is lost."""
    home, faults, held = instructor.page, len(instructor.faults), []
    home.context.set_offline(True)
    mark(sheet, 20, "a")
    sheet.state(f"{OFFLINE_WORDS}: 1 tanda")
    home.goto("about:blank")
    home.context.set_offline(False)
    home.route(f"**{sheet.path}", lambda route: held.append(route))
    with home.expect_request(f"**{sheet.path}") as sent:
        home.goto(f"{instructor.home}/")
    assert f"day={meeting.takes_place_on}" in sent.value.post_data
    tab = home.context.new_page()
    sheet.open(tab)
    sheet.state("Tersimpan pukul")
    tab.route(f"**{sheet.path}", lambda route: route.abort())
    mark(sheet, 21, "a")
    sheet.state(f"{OFFLINE_WORDS}: 1 tanda")
    with home.expect_response(f"**{sheet.path}"):
        held[0].continue_()
    home.locator("[data-drafts] a", has_text="(1 tanda)").wait_for()
    home.close()
    tab.unroute(f"**{sheet.path}")
    tab.evaluate("dispatchEvent(new Event('online'))")
    sheet.state("Tersimpan pukul")
    assert [stored(meeting)[place] for place in (20, 21)] == [("A", 2), ("A", 2)]
    del instructor.faults[faults:]
    instructor.page = tab
    instructor.__post_init__()


def mark(sheet, place, key):
    sheet.page.locator("[data-row]").nth(place - 1).locator("input:checked").focus()
    sheet.press([key])


def throw_away(instructor, sheet):
    """Marks of a meeting that is not there any more; home says so, and lets go of them."""
    page = instructor.page
    page.evaluate("""() => {
        const {user} = document.querySelector("[data-marks]").dataset;
        localStorage.setItem(`lapasapp.sheet.${user}.987654`, JSON.stringify(
            {day: "Rabu 17 Desember", on: "2025-12-17", dirty: {1: {code: "H", version: 0}}}));
    }""")
    page.goto(f"{instructor.home}/")
    told = page.locator("[data-drafts] [data-links]")
    told.get_by_role("button", name="Buang").wait_for()
    assert told.inner_text().split() == "Rabu 17 Desember (1 tanda) ditolak server Buang".split()
    instructor.look()
    page.once("dialog", lambda dialog: dialog.accept())
    told.get_by_role("button", name="Buang").click()
    page.locator("[data-drafts]").wait_for(state="hidden")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('sheet'))") == []
    sheet.open(page)


def take_back(sheet, meeting):
    """A wrong letter is taken back; a stored mark is not made blank."""
    sheet.page.locator("[data-row]").first.locator("input[value=H]").focus()
    sheet.press(["a", "Control+z"])
    sheet.state("Tersimpan pukul")
    assert stored(meeting)[1][0] == "H"


def contradict(sheet, meeting, officer):
    """Both change one row: both values are shown, and one is chosen."""
    other = Sheet(officer, meeting.get_absolute_url())
    other.page.locator("[data-row]").nth(4).locator("input[value=H]").focus()
    other.press(["s"])
    other.state("Tersimpan pukul")
    sheet.page.locator("[data-row]").nth(4).locator("input[value=H]").focus()
    sheet.press(["a", "t"])  # the next row has no quarrel
    told = sheet.page.locator(".mark-conflict")
    told.wait_for()
    assert (
        told.locator("[data-told]")
        .inner_text()
        .startswith("Ratna Wulandari menyimpan Sakit, sebab Peserta (")
    )
    assert told.locator("[data-told]").inner_text().endswith(", isian ini Alpa, sebab Peserta.")
    sheet.walker.look()
    sheet.state("Belum tersimpan (1)")
    assert [stored(meeting)[place][0] for place in (5, 6)] == ["S", "T"]
    told.get_by_role("button", name="Pakai A saya").click()
    sheet.state("Tersimpan pukul")
    assert stored(meeting)[5] == ("A", 3)
    assert sheet.page.locator(".mark-conflict").count() == 0
