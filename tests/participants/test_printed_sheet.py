"""The printed sheet: everything a machine looks for stands where the layout says, and names no other row."""

from datetime import date

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from participants import services
from participants.documents import sheet
from participants.documents.sheet import sheets_pdf
from participants.models import (
    AnnouncedAbsence,
    CatchUpPlace,
    Enrollment,
    Inmate,
    PrintedSheet,
    ReadingTrail,
)
from participants.paper.layout import CODES, LAYOUTS, Area
from participants.paper.markers import BITS, modules
from participants.services import printing
from participants.sheetcode import code_of, read_code
from participants.views import printing as views
from programs.models import Session
from programs.services import cancel_session
from tests import factories
from tests.participants.printed import pages_of
from tests.partnerships.scans import pdf
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

LONG = [
    "Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra",
    "MOHAMMAD ABDURRAHMAN WAHYU HIDAYATULLAH KUSUMANINGRAT PUTRAS",
    "Muhammad " * 12 + "Abdurrahmann",
    "W" * 60,
    "MUHAMMAD " * 12 + "ABDURRAHMANN",
    "I Gusti Ngurah Agung Putu Wiratmaja bin I Gusti Ngurah Ketut",
]
NEAR = 0.1


def enlarge(training, people, names=()):
    """The class has so many people, the last of them with these names."""
    have = training.batch.enrollments.count()
    names = [None] * (people - have - len(names)) + list(names)
    here = {"facility": training.cast.jember}
    new = [factories.InmateFactory.build(**here, **({"name": one} if one else {})) for one in names]
    Inmate.objects.bulk_create(new)
    about = {"joined_on": training.batch.starts_on, "enrolled_by": training.cast.officer}
    Enrollment.objects.bulk_create(
        Enrollment(batch=training.batch, inmate=one, position=number, **about)
        for number, one in enumerate(new, start=have + 1)
    )


def announce(training):
    day = training.session.takes_place_on
    AnnouncedAbsence.objects.create(
        inmate=training.enrollments[1].inmate, announced_by=training.cast.officer,
        starts_on=day, ends_on=day, reason="court",
    )  # fmt: skip


@pytest.fixture
def print_(training):
    """Print meetings, all of them or these, on A4 or F4."""

    def print_(*sessions, paper="a4"):
        sessions = sessions or list(Session.objects.filter(batch=training.batch))
        return services.print_sheets(sessions=sessions, paper=paper, by=training.cast.officer)

    return print_


# Drawn once for all that look at them; what is kept needs no database.
_drawn = {}


@pytest.fixture(params=["a4", "f4"])
def drawn(request, training, print_):
    """(layout, PaperPages, PrintedPages) of a class of 23, six with long names: two pages of A4, one of F4."""
    if request.param not in _drawn:
        enlarge(training, 23, LONG)
        announce(training)
        pages = print_(training.session, paper=request.param)
        drawn = sheets_pdf(pages, paper=request.param)
        _drawn[request.param] = LAYOUTS[request.param], pages, pages_of(drawn)
    return _drawn[request.param]


def edges(area):
    return pytest.approx((area.x, area.y, area.right, area.bottom), abs=NEAR)


class TestPlaces:
    def test_pages_have_the_papers_size(self, drawn):
        layout, pages, printed = drawn
        assert len(printed) == len(pages) == {"a4": 2, "f4": 1}[layout.paper]
        size = pytest.approx((layout.width, layout.height), abs=NEAR)
        assert [(one.width, one.height) for one in printed] == [size] * len(printed)

    def test_every_box_is_where_the_layout_says_and_empty(self, drawn):
        layout, _pages, printed = drawn
        for page in printed:
            for row in range(layout.rows):
                for column in range(len(CODES)):
                    box = layout.box_area(row, column)
                    assert page.ink(box, around=0.9) == edges(box)
                    inner = layout.line + NEAR
                    room = Area(box.x + inner, box.y + inner, *[box.width - 2 * inner] * 2)
                    assert page.ink(room) is None

    def test_a_letter_stands_left_of_each_box_and_clear_of_it(self, drawn):
        layout, _pages, printed = drawn
        for row in (0, layout.rows - 1):
            for column in range(len(CODES)):
                box = layout.box_area(row, column)
                before = Area(
                    box.x - layout.letter_width + 0.2, box.y, layout.letter_width - 0.4, 5
                )
                left, top, right, bottom = printed[0].ink(before)
                assert box.x - layout.letter_width + 1 < left < right < box.x - 1
                assert box.y + 1 < top < bottom < box.bottom - 1

    def test_no_rule_runs_through_the_zone_of_the_boxes(self, drawn):
        layout, _pages, printed = drawn
        width = layout.boxes_right - layout.boxes_left
        for row in range(1, layout.rows + 1):
            end = layout.row_top(row)
            between = Area(layout.boxes_left + NEAR, end - 1, width - 2 * NEAR, 1.3)
            assert printed[0].ink(between) is None

    def test_every_marker_is_where_the_layout_says_with_white_around(self, drawn):
        layout, _pages, printed = drawn
        kinds = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
        for page in printed:
            for marker in layout.markers:
                module = marker.area.width / 6
                assert page.ink(marker.area, around=module) == edges(marker.area)
                picture, _corner = page.crop(marker.area)
                middles = (np.arange(6) + 0.5) * len(picture) / 6
                seen = picture[np.ix_(middles.astype(int), middles.astype(int))]
                known = cv2.aruco.generateImageMarker(kinds, marker.id, 6)
                assert (seen > 128).tolist() == (known > 128).tolist()

    def test_both_codes_say_which_sheet_it_is_in_their_quiet_zone(self, drawn):
        layout, pages, printed = drawn
        for paper_page, page in zip(pages, printed, strict=True):
            code = code_of(paper_page.sheet.pk)
            for area in layout.codes:
                quiet = 4 * area.width / 29
                square = Area(area.x + quiet, area.y + quiet, *[area.width - 2 * quiet] * 2)
                assert page.ink(area) == edges(square)
                [seen] = zxingcpp.read_barcodes(page.crop(area)[0])
                assert (seen.text, seen.ec_level) == (code.replace("-", ""), "Q")
            below = Area(layout.codes[1].right, layout.codes[1].y, 80, layout.code_size)
            assert code in page.words(below)

    def test_words_keep_off_markers_and_codes(self, drawn):
        layout, _pages, printed = drawn
        kept = [one.area for one in layout.markers] + layout.codes
        for page in printed:
            assert [
                one.sign
                for one in page.chars
                for area in kept
                if one.right > area.x
                and one.left < area.right
                and one.bottom > area.y
                and one.top < area.bottom
            ] == []


class TestWords:
    def test_each_row_has_its_own_person(self, drawn):
        layout, pages, printed = drawn
        names = Area(layout.left, 0, layout.number_width + layout.name_width, 0)
        for paper_page, page in zip(pages, printed, strict=True):
            rows = [
                page.words(Area(names.x, layout.row_top(row), names.width, layout.pitch))
                for row in range(layout.rows)
            ]
            assert rows == [
                f"{one.number}{one.enrollment.inmate.name}{'(I)' if one.announced else ''}".replace(
                    " ", ""
                )
                for one in paper_page.rows
            ] + ["tamuataupesertabaru:"] * (layout.rows - len(paper_page.rows))

    def test_the_signatures_number_is_the_rows(self, drawn):
        layout, pages, printed = drawn
        for paper_page, page in zip(pages, printed, strict=True):
            for row, one in enumerate(paper_page.rows):
                beyond = Area(
                    layout.boxes_right,
                    layout.row_top(row),
                    layout.right - layout.boxes_right,
                    layout.pitch,
                )
                register = one.enrollment.inmate.short_register
                assert page.words(beyond) == f"{register}{one.number}"

    def test_no_sign_reaches_out_of_its_row_or_into_the_boxes(self, drawn):
        layout, _pages, printed = drawn
        for page in printed:
            for one in page.chars:
                if one.bottom <= layout.rows_top or one.top >= layout.rows_bottom:
                    continue
                row = (one.top - layout.rows_top) // layout.pitch
                assert row == (one.bottom - layout.rows_top) // layout.pitch, one
                assert one.right <= layout.boxes_left or one.left >= layout.boxes_right, one

    def test_says_what_it_is(self, drawn):
        layout, pages, printed = drawn
        head = Area(0, 0, layout.width, layout.rows_top)
        foot = Area(0, layout.rows_bottom, layout.width, layout.height)
        count = len(pages)
        for number, page in enumerate(printed, start=1):
            said = page.words(head)
            assert "DAFTARHADIRPERTEMUAN1DARI2" in said
            assert (f"Lembar{number}dari{count}" in said) == (count > 1)
            assert "JumlahtandaH:" in page.words(foot)


def test_many_pages_are_drawn_part_by_part_and_joined_in_order(training, print_, monkeypatch):
    """Blank pages stand in for the drawing, each as wide as its number in the timetable."""
    monkeypatch.setattr(sheet, "PAGES_AT_ONCE", 2)
    enlarge(training, 21)

    def draw(_template, contexts, **_more):
        for context in contexts:
            first, *_others = pages = context["pages"]
            yield pdf(len(pages), size=(100 * first["number"], 842))

    monkeypatch.setattr(sheet, "render_pdfs", draw)
    joined = pypdfium2.PdfDocument(sheets_pdf(print_(), paper="a4"))
    assert [page.get_width() for page in joined] == [100, 100, 200, 200]


class TestPrintSheets:
    def test_the_same_again_is_no_new_sheet(self, training, print_):
        first, again = print_(), print_()
        assert [one.sheet for one in again] == [one.sheet for one in first]
        assert [one.session for one in first] == training.sessions
        assert PrintedSheet.objects.count() == 2
        lines = AuditEvent.objects.filter(action="sheet.printed")
        assert {one.subject_id for one in lines} == {str(one.sheet.pk) for one in first}

    def test_after_a_change_of_the_roster_it_is_another(self, training, print_):
        [before] = print_(training.session)
        enlarge(training, 4)
        [after] = print_(training.session)
        assert [len(one.sheet.enrollments) for one in (before, after)] == [3, 4]
        assert before.sheet.enrollments == after.sheet.enrollments[:3]
        assert before.sheet.pk != after.sheet.pk

    def test_another_paper_is_another_sheet(self, training, print_):
        [a4], [f4] = print_(training.session), print_(training.session, paper="f4")
        assert (a4.sheet.paper, f4.sheet.paper) == ("a4", "f4")
        assert a4.sheet.pk != f4.sheet.pk

    @pytest.mark.parametrize(
        ("people", "paper", "parts"),
        [(20, "a4", [20]), (21, "a4", [20, 1]), (25, "f4", [25]), (26, "f4", [25, 1])],
    )
    def test_pages_are_full_before_another_begins(self, training, print_, people, paper, parts):
        enlarge(training, people)
        pages = print_(training.session, paper=paper)
        assert [len(one.rows) for one in pages] == parts
        assert [(one.sheet.page, one.sheet.page_count) for one in pages] == [
            (number, len(parts)) for number in range(1, len(parts) + 1)
        ]
        assert [read_code(code_of(one.sheet.pk)) for one in pages] == [
            one.sheet.pk for one in pages
        ]

    def test_nobody_is_one_page_for_guests(self, training, print_):
        Enrollment.objects.all().delete()
        [page] = print_(training.session)
        assert (page.rows, page.sheet.enrollments, page.sheet.page_count) == ([], [], 1)

    def test_a_catch_up_has_those_invited_and_a_cancelled_meeting_no_number(self, training, print_):
        catch_up = factories.SessionFactory(
            batch=training.batch, unit=training.units[0], instructor=training.cast.teacher,
            takes_place_on=date(2025, 12, 19), kind=Session.Kind.CATCH_UP,
        )  # fmt: skip
        CatchUpPlace.objects.create(session=catch_up, enrollment=training.enrollments[2])
        cancel_session(
            session=training.session, cancel_reason="Hujan", cancel_cause="other",
            by=training.cast.officer,
        )  # fmt: skip
        pages = print_()
        assert [(one.number, len(one.rows)) for one in pages] == [(None, 3), (1, 3), (2, 1)]

    def test_who_is_announced_on_that_day_alone(self, training, print_):
        announce(training)
        pages = print_()
        assert [[bool(row.announced) for row in one.rows] for one in pages] == [
            [False, True, False],
            [False] * 3,
        ]

    def test_three_cost_as_many_queries_as_one(self, training, print_):
        factories.SessionFactory(
            batch=training.batch, unit=training.units[0], instructor=training.cast.teacher,
            takes_place_on=date(2025, 12, 19),
        )  # fmt: skip
        counts = []
        for sessions in ([training.session], Session.objects.select_related("batch__facility")):
            PrintedSheet.objects.all().delete()
            with CaptureQueriesContext(connection) as asked:
                print_(*sessions)
            counts.append(len(asked))
        assert PrintedSheet.objects.count() == 3
        assert counts[0] == counts[1] - 1  # the fetching of the three itself


class TestViews:
    @pytest.fixture
    def asked(self, monkeypatch):
        """What would have been drawn: [(paper, [session])]."""
        asked = []

        def draw(pages, *, paper):
            asked.append((paper, [one.session for one in pages]))
            return b"%PDF-1.7"

        monkeypatch.setattr(views, "sheets_pdf", draw)
        return asked

    @pytest.fixture
    def get(self, training, browse):
        instructor = browse(training.cast.instructor)
        url = reverse("participants:sheets_print", args=[training.batch.pk])
        return lambda query="": instructor.get(f"{url}?{query}")

    def test_the_week_of_a_day_or_all_that_are_not_cancelled(self, training, asked, get):
        later, earlier = (
            factories.SessionFactory(
                batch=training.batch, unit=training.units[0], instructor=training.cast.teacher,
                takes_place_on=day,
            )
            for day in (date(2025, 12, 29), date(2025, 12, 10))
        )  # fmt: skip
        cancel_session(
            session=training.sessions[1], cancel_reason="Hujan", cancel_cause="other",
            by=training.cast.officer,
        )  # fmt: skip
        week = get("on=2025-12-19&paper=f4")
        assert (
            'filename="daftar-hadir-JBR-BKR-A1-pekan-2025-12-15.pdf"'
            in week.headers["Content-Disposition"]
        )
        get()
        assert asked == [
            ("f4", [training.session]),
            ("a4", [earlier, training.session, later]),
        ]
        trail = ReadingTrail.objects.filter(page="sheets_print", how="printed")
        assert [one.batch for one in trail] == [training.batch] * 2

    def test_without_a_meeting_one_is_told(self, training, asked, get):
        Session.objects.update(status="cancelled", cancel_reason="Hujan", cancel_cause="other")
        response = get()
        assert response.url == training.batch.get_absolute_url()
        assert [str(one) for one in response.wsgi_request._messages] == [
            "Belum ada pertemuan yang daftar hadirnya bisa dicetak."
        ]
        assert (asked, PrintedSheet.objects.count()) == ([], 0)

    def test_a_cancelled_meeting_can_be_printed_alone(self, training, asked, browse):
        Session.objects.update(status="cancelled", cancel_reason="Hujan", cancel_cause="other")
        url = reverse("participants:attendance_print", args=[training.session.pk])
        assert browse(training.cast.instructor).get(url).status_code == 200
        assert asked == [("a4", [training.session])]
        assert ReadingTrail.objects.get(page="attendance_print").batch == training.batch

    def test_whoever_marks_finds_the_buttons(self, training, browse):
        batch, week = training.batch.get_absolute_url(), "participants:mark_grid"
        week = reverse(week, args=[training.batch.pk]) + "?on=2025-12-17"
        url = reverse("participants:sheets_print", args=[training.batch.pk])
        for person, links in ((training.cast.officer, 2), (training.cast.auditor, 0)):
            pages = [browse(person).get(page).content.decode() for page in (batch, week)]
            assert [page.count(f'href="{url}') for page in pages] == [links, links]


class TestTwoAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def both(self, training, service):
        def act():
            session = Session.objects.select_related("batch__facility").get(pk=training.session.pk)
            return service(sessions=[session], paper="a4", by=training.cast.officer)

        return at_once(act, act)

    def test_get_the_same_sheet(self, training, monkeypatch):
        meet_after(monkeypatch, printing, "_known", racers=2, patience=0.3)
        [first], [second] = self.both(training, services.print_sheets)
        assert first.sheet == second.sheet
        assert AuditEvent.objects.filter(action="sheet.printed").count() == 1

    def test_canary_without_the_lock_one_fails(self, training, monkeypatch):
        service = without_guard(monkeypatch, services.print_sheets)
        meet_after(monkeypatch, printing, "_known", racers=2, patience=30)
        answers = self.both(training, service)
        assert sorted(isinstance(one, IntegrityError) for one in answers) == [False, True]


def test_markers_are_those_of_the_dictionary():
    kinds = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    used = {marker.id for layout in LAYOUTS.values() for marker in layout.markers}
    assert used == set(BITS)
    for marker in used:
        picture = cv2.aruco.generateImageMarker(kinds, marker, 6)
        assert modules(marker) == (picture == 0).tolist()
