"""The page on which an officer confirms a scan: what it asks, what it only tells, and what it keeps."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants import services
from participants.documents.scan_overlay import crop
from participants.models import Attendance, ReadingTrail, ScanPage
from participants.paper.process import Seen
from participants.paper.verdicts import Doubt
from participants.queries.scan_page import DIFFERS, GONE, REASONS, TWIN
from programs.services import move_session
from tests import factories
from tests.participants.scanned import confirm, scan_of
from tests.participants.sheets import marks
from tests.programs.pages import fields_of

pytestmark = pytest.mark.django_db

CHANGED = "Halaman ini sementara itu berubah; jawabannya tidak disimpan. Periksa dari awal."


def url_of(page):
    return reverse("participants:scan_page", args=[page.pk])


@pytest.fixture
def look(browse, cast):
    return lambda page: browse(cast.officer).get(url_of(page))


@pytest.fixture
def send(browse, cast):
    """What the page's own form would send, with `changes`; None leaves a field out."""

    def send(page, shown=None, **changes):
        client = browse(cast.officer)
        fields = dict(fields_of(shown or client.get(url_of(page))))
        changes = {name.replace("_row", "-"): value for name, value in changes.items()}
        typed = {name: one for name, one in (fields | changes).items() if one is not None}
        return client.post(url_of(page), typed)

    return send


def places(response, group):
    return [one["row"].place for one in response.context[group]]


def reasons(response):
    """{place: why it is asked about}"""
    return {
        one["row"].place: [str(word) for word in one["row"].reasons]
        for one in response.context["doubtful"]
    }


def said(response):
    return [str(one) for one in response.wsgi_request._messages]


class TestShown:
    def test_doubtful_rows_come_first_and_have_no_answer(self, training, look):
        response = look(scan_of(training, "H2S"))
        assert (places(response, "doubtful"), places(response, "sure")) == ([2], [1, 3])
        assert reasons(response) == {2: ["dua kotak bertanda"]}
        fields = fields_of(response)
        assert [fields.get(f"answer-{place}") for place in (1, 2, 3)] == ["H", None, "S"]

    def test_another_stored_mark_is_asked_about(self, training, look):
        training.mark(training.session, "SH ")
        response = look(scan_of(training, "HHH"))
        assert reasons(response) == {1: ["tanda lain sudah tersimpan"]}
        assert "tersimpan <b>S</b> dari layar (Sri Wahyuni" in response.content.decode()

    def test_what_another_scan_read_differently_is_asked_about(self, training, look):
        first = scan_of(training, "HH2")
        again = scan_of(training, "HSH", sheet=first.sheet, number=2)
        response = look(again)
        assert reasons(response) == {
            2: ["pindaian lain terbaca lain"],
            3: ["pindaian lain terbaca lain"],
        }
        assert [one.pk for one in response.context["read"].twins] == [first.pk]
        others = [one["row"].others[0].code for one in response.context["doubtful"]]
        assert others == ["H", ""]

    def test_a_scan_that_is_merely_less_clear_speaks_against_nothing(self, training, look):
        first = scan_of(training, "HHH")
        first.reading["rows"][1] = {"code": "", "doubts": ["faint", "poor"]}
        first.save()
        assert reasons(look(scan_of(training, "HHH", sheet=first.sheet, number=2))) == {}

    def test_people_who_left_guests_and_newcomers_are_told(self, training, look):
        first, second, third = training.enrollments
        second.joined_on = date(2025, 12, 18)
        second.save()
        response = look(scan_of(training, "HHH", people=[first, second]))
        read = response.context["read"]
        assert places(response, "sure") == [1]
        assert [row.enrollment for row in read.gone] == [second]
        assert [(row.place, row.code) for row in read.guests] == [(3, "H")]
        assert read.unlisted == [third]
        assert "answer-2" not in response.content.decode()

    def test_people_of_the_sheets_other_page_are_not_newcomers(self, training, look):
        first, *others = training.enrollments
        factories.PrintedSheetFactory(
            session=training.session, page=2, page_count=2, enrollments=[one.pk for one in others]
        )
        page = scan_of(training, "H", people=[first], sheet__page_count=2)
        assert look(page).context["read"].unlisted == []

    def test_an_announced_absence_is_told_by_mark_and_cause_alone(self, training, look):
        factories.AnnouncedAbsenceFactory(inmate=training.enrollments[0].inmate)
        content = look(scan_of(training, "HHH")).content.decode()
        assert "diberitahukan: Izin, sebab Lapas" in content
        assert "Kunjungan" not in content

    def test_is_in_the_reading_trail(self, training, look):
        look(scan_of(training, "HHH"))
        line = ReadingTrail.objects.get(page="scan_page")
        assert (line.batch, line.how) == (training.batch, ReadingTrail.How.VIEWED)

    def test_a_meeting_moved_since_is_told_before_the_button(self, training, browse, cast):
        page = scan_of(training, "HHH", sheet__takes_place_on=date(2025, 12, 10))
        words = (
            "Di lembar tertulis Rabu, 10 Desember 2025; pertemuannya sudah dipindah ke "
            "Rabu, 17 Desember 2025. Cocokkan dulu."
        )
        content = browse(cast.officer).get(url_of(page)).content.decode()
        before, _button = content.split("Konfirmasi 3 baris")
        assert before.count(words) == 2
        upload = browse(cast.officer).get(page.file.upload.get_absolute_url())
        assert upload.content.decode().count(words) == 1

    def test_a_meeting_on_its_day_says_nothing_of_days(self, training, look):
        assert "Di lembar tertulis" not in look(scan_of(training, "HHH")).content.decode()

    def test_three_rows_cost_no_more_queries_than_one(self, training, look):
        one, three = (
            scan_of(training, "2", people=training.enrollments[:1]),
            scan_of(training, "2HS"),
        )
        costs = []
        for page in (one, one, three):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                look(page)
            costs.append(len(queries))
        assert costs[2] == costs[1]

    @pytest.mark.parametrize("state", ["waiting", "refused"])
    def test_a_page_that_is_not_read_is_only_shown(self, training, look, send, state):
        more = {"refusal": "no_code"} if state == "refused" else {}
        page = scan_of(training, "HHH", state=state, **more)
        response = look(page)
        assert (response.status_code, response.templates[0].name) == (
            200,
            "participants/scan_page_unread.html",
        )
        assert send(page, response, nonce="nonce-0001").status_code == 200
        assert marks(training.session) == []

    def test_numbers_in_the_picture_have_no_comma(self, training, look):
        content = look(scan_of(training, "H2S")).content.decode()
        assert 'viewBox="79 61.8 52 11.3"' in content
        assert 'd="M84.6 55.65H89.6V60.65H84.6Z"' in content

    def test_signs_in_the_picture_stand_beside_the_table(self, training, look):
        """Over its columns they would hide ends of names, or strokes beside a box."""
        outlines = look(scan_of(training, "H2S")).context["overlay"].outlines
        assert [(one.sign, one.x) for one in outlines] == [
            ("?", "19.5"),
            ("H", "19.5"),
            ("S", "19.5"),
        ]


@pytest.mark.parametrize(
    ("paper", "place", "area"), [("a4", 1, "79 52.5 52 11.3"), ("f4", 25, "82 266.1 52 10.9")]
)
def test_a_crop_is_the_rows_boxes_and_a_little_around(paper, place, area):
    assert crop(paper, place) == area


class TestSent:
    def test_a_confirmed_page_leads_to_the_next_one(self, training, send):
        page = scan_of(training, "HH2")
        other = scan_of(training, "HHH", sheet__session=training.sessions[1], sheet__enrollments=[])
        response = send(page, answer_row3="S", present_count="2")
        assert response.url == url_of(other)
        assert [code for code, *_ in marks(training.session)] == ["H", "H", "S"]
        saved, complete = said(response)
        assert f'data-received="lapasapp.scan.{training.cast.officer.pk}.{page.pk}"' in saved
        assert "3 tanda dari kertas tersimpan." in saved
        assert f'<a href="{training.session.get_absolute_url()}">Kunci daftar hadir</a>' in complete

    def test_the_last_one_leads_back_to_its_upload(self, training, send):
        page = scan_of(training, "HH.")
        response = send(page, answer_row3="-", present_count="2")
        assert response.url == page.file.upload.get_absolute_url()
        assert len(said(response)) == 1

    def test_a_row_not_answered_keeps_the_others(self, training, send):
        response = send(scan_of(training, "H22"), answer_row2="A", present_count="1")
        fields = fields_of(response)
        assert response.status_code == 422
        assert [fields.get(f"answer-{place}") for place in (1, 2, 3)] == ["H", "A", None]
        assert fields["present_count"] == "1"
        assert marks(training.session) == []

    def test_a_count_that_differs_asks_for_the_reason(self, training, send):
        page = scan_of(training, "HHS")
        response = send(page, present_count="3")
        assert response.context["form"].errors == {
            "count_note": [
                "Di kertas tertulis 3 H, jawaban di sini 2. Periksa, atau tulis alasannya."
            ]
        }
        send(page, response, count_note="Satu dicoret")
        assert ScanPage.objects.get(pk=page.pk).count_note == "Satu dicoret"

    def test_a_conflict_shows_both_and_the_next_time_the_page_wins(self, training, send, look):
        page = scan_of(training, "HHH")
        shown = look(page)
        training.mark(training.session, "  S")
        response = send(page, shown, present_count="3")
        content = " ".join(response.content.decode().split())
        assert response.status_code == 409
        assert "Sri Wahyuni menyimpan Sakit" in content
        assert marks(training.session) == [("S", "participant", 1)]
        send(page, response)
        assert marks(training.session)[2] == ("H", "", 2)

    def test_another_officers_confirmation_is_told_and_can_be_overruled(
        self, training, send, look, cast
    ):
        page = scan_of(training, "HH2")
        shown = look(page)
        confirm(page, "HHS", by=cast.officer)
        response = send(page, shown, answer_row3="A", present_count="2")
        assert response.status_code == 409
        assert fields_of(response)["answer-3"] == "A"
        assert "tersimpan <b>S</b> dari kertas" in response.content.decode()
        send(page, response)
        assert marks(training.session)[2] == ("A", "participant", 2)

    @pytest.mark.parametrize("count", ["3", "abc"])
    def test_a_page_that_became_another_sheet_begins_anew(self, training, send, look, count):
        """Also when something else was wrong: the answers never lie over other people's rows."""
        page = scan_of(training, "HHH")
        shown = look(page)
        people = [one.pk for one in reversed(training.enrollments)]
        page.sheet = factories.PrintedSheetFactory(session=training.sessions[1], enrollments=people)
        page.save()
        response = send(page, shown, present_count=count)
        assert (response.status_code, response.url) == (302, url_of(page))
        assert said(response) == [CHANGED]
        assert not Attendance.objects.exists()

    def test_a_meeting_moved_meanwhile_is_told_once_whatever_else_is_wrong(
        self, training, send, look, cast
    ):
        """The sheet was printed for yet another day, of which the page spoke from the beginning."""
        page = scan_of(training, "HHH", sheet__takes_place_on=date(2025, 12, 10))
        shown = look(page)
        move_session(session=training.session, takes_place_on=date(2025, 12, 19), by=cast.officer)
        uncounted = send(page, shown)
        assert list(uncounted.context["form"].errors) == ["present_count"]
        told = send(page, uncounted, present_count="3")
        assert (told.status_code, marks(training.session)) == (422, [])
        assert told.context["form"].non_field_errors() == [
            "Pertemuan ini dipindah dari 17 Desember 2025 ke 19 Desember 2025; "
            "isian di bawah untuk hari yang lama, belum tersimpan."
        ]
        assert "sudah dipindah ke Jumat, 19 Desember 2025" in told.content.decode()
        assert send(page, told).status_code == 302
        assert marks(training.session) == [("H", "", 1)] * 3

    def test_a_confirmation_meanwhile_is_told_whatever_else_is_wrong(
        self, training, send, look, cast
    ):
        page = scan_of(training, "HHH")
        shown = look(page)
        confirm(page, "HH-", by=cast.officer)
        response = send(page, shown, answer_row3="A", present_count="abc")
        told = send(page, response, present_count="2")
        assert (told.status_code, marks(training.session)) == (409, [("H", "", 1)] * 2)
        send(page, told)
        assert marks(training.session)[2] == ("A", "participant", 1)

    def test_an_old_note_is_no_reason_for_a_new_difference(self, training, send, look, cast):
        page = scan_of(training, "HHH")
        confirm(page, "HHH", count=9, count_note="Tamu ikut dihitung", by=cast.officer)
        shown = look(page)
        assert fields_of(shown)["count_note"] == ""
        assert "9 H di kertas, “Tamu ikut dihitung”" in shown.content.decode()
        response = send(page, shown, answer_row1="A", present_count="77")
        assert list(response.context["form"].errors) == ["count_note"]
        assert marks(training.session) == [("H", "", 1)] * 3

    def test_a_note_sent_for_one_difference_is_asked_about_for_another(self, training, send):
        page = scan_of(training, "HH2")
        first = send(page, present_count="9", count_note="Tamu ikut dihitung")
        told = send(page, first, answer_row3="S", present_count="77")
        assert told.context["form"].errors == {
            "count_note": [
                "Di kertas tertulis 77 H, jawaban di sini 2. Periksa, atau tulis alasannya."
            ]
        }
        assert fields_of(told)["count_note"] == "Tamu ikut dihitung"
        assert send(page, told).status_code == 302
        page.refresh_from_db()
        assert (page.present_count, page.count_note) == (77, "Tamu ikut dihitung")

    def test_a_page_that_is_refused_meanwhile_says_so(self, training, send, look, monkeypatch):
        page = scan_of(training, "HHH")
        shown, really = look(page), services.confirm_page

        def after_a_new_reading(**sent):
            ScanPage.objects.update(state="refused", refusal="blank", sheet=None)
            return really(**sent)

        monkeypatch.setattr(services, "confirm_page", after_a_new_reading)
        response = send(page, shown, present_count="3")
        assert response.url == url_of(page)
        assert said(response) == ["Halaman ini tidak terbaca, jadi tidak bisa dikonfirmasi."]

    def test_a_page_set_aside_after_a_count_was_refused_says_so(
        self, training, send, look, monkeypatch, cast
    ):
        page = scan_of(training, "HHH")
        shown, really = look(page), services.confirm_page

        def then_set_aside(**sent):
            try:
                return really(**sent)
            finally:
                services.set_aside_page(page=page, reason="Salinan", by=cast.officer)

        monkeypatch.setattr(services, "confirm_page", then_set_aside)
        response = send(page, shown, present_count="2")
        assert response.url == url_of(page)
        assert said(response) == [CHANGED]

    @pytest.mark.parametrize(
        "changes",
        [
            {"nonce": "x"},
            {"answer_row1": "X"},
            {"answer_row4": "H"},
            {"answer_row0": "H"},
            {"sheet": "-1"},
            {"confirmed_at": "kemarin"},
        ],
    )
    def test_what_no_page_sends_is_refused(self, training, send, changes):
        assert send(scan_of(training, "HHH"), present_count="3", **changes).status_code == 400
        assert marks(training.session) == []

    def test_a_new_reading_that_failed_is_told_until_the_page_is_confirmed_anew(
        self, training, look, cast, monkeypatch
    ):
        page = scan_of(training, "HHH")
        confirm(page, "HHH", by=cast.officer)
        damaged = Seen({"refusal": "coarse", "paper": "", "code": "", "rows": []}, b"")
        monkeypatch.setattr("participants.services.scan_reading.look", lambda *_: damaged)
        page = services.reread_page(page=ScanPage.objects.get(pk=page.pk), by=cast.officer)
        services.read_upload(upload=page.file.upload)
        assert look(page).context["could_not_be_reread"]
        confirm(ScanPage.objects.get(pk=page.pk), "HHH", version=1, nonce="anew", by=cast.officer)
        assert not look(page).context["could_not_be_reread"]

    def test_a_confirmed_page_shows_its_answers(self, training, look, cast):
        page = scan_of(training, "H2.")
        confirm(page, "SA-", count=0, by=cast.officer)
        fields = fields_of(look(page))
        assert [fields[f"answer-{place}"] for place in (1, 2, 3)] == ["S", "A", "-"]
        assert fields["present_count"] == "0"

    def test_a_mark_changed_since_is_asked_about_again(self, training, look, cast):
        page = scan_of(training, "HHH")
        confirm(page, "HHH", by=cast.officer)
        training.mark(training.session, "A  ", version=1)
        response = look(page)
        assert reasons(response) == {1: ["tanda lain sudah tersimpan"]}
        assert "answer-1" not in fields_of(response)

    def test_a_locked_sheet_is_shown_and_not_answered(self, training, look):
        page = scan_of(training, "HHH")
        training.mark(training.session, "HHH")
        services.lock_attendance(session=training.session, by=training.cast.officer)
        assert '<fieldset class="stack" disabled>' in look(page).content.decode()


class TestTwice:
    """Another scan of the sheet is confirmed already."""

    @pytest.fixture
    def again(self, training, cast):
        first = scan_of(training, "HHH")
        again = scan_of(training, "HS2", sheet=first.sheet, file=first.file, number=2)
        confirm(first, "HHH", by=cast.officer)
        return again

    def test_it_says_so_with_the_difference(self, again, cast, browse):
        upload, everything = again.file.upload.get_absolute_url(), reverse("participants:scan_list")
        for url in (url_of(again), upload, everything):
            text = browse(cast.officer).get(url).content.decode()
            assert text.count(f"sudah dikonfirmasi dari pindaian lain ({cast.officer},") == 1
            assert text.count("1 baris terbaca lain di sini.") == 1

    def test_it_does_not_wait_like_new_work(self, again, training, browse, cast, look):
        upload = browse(cast.officer).get(again.file.upload.get_absolute_url())
        assert upload.context["contents"].to_confirm == []
        sheet = factories.PrintedSheetFactory(session=training.sessions[1])
        page = scan_of(training, "", sheet=sheet, file=again.file, number=3)
        assert look(page).context["next_page"] is None
        assert look(again).context["next_page"] == page

    def test_one_press_sets_it_aside(self, again, look, cast, browse):
        url = reverse("participants:scan_page_set_aside", args=[again.pk])
        shown = look(again)
        assert f'action="{url}"' in shown.content.decode()
        browse(cast.officer).post(url, {"reason": fields_of(shown)["reason"]})
        again.refresh_from_db()
        assert (again.state, again.set_aside_reason) == (
            ScanPage.State.SET_ASIDE,
            "Lembarnya sudah dikonfirmasi dari pindaian lain",
        )


class TestKept:
    def test_the_session_shows_who_confirmed_which_page(self, training, browse, cast):
        page = scan_of(training, "HHH")
        scan_of(training, "HHH", sheet=page.sheet, number=2)
        url = reverse("participants:attendance_paper", args=[training.session.pk])
        assert list(browse(cast.officer).get(url).context["confirmed_pages"]) == []
        confirm(page, "HHH", by=cast.officer)
        response = browse(cast.officer).get(url)
        assert list(response.context["confirmed_pages"]) == [page]
        content = response.content.decode()
        assert f"<code>{page.file.sha256}</code>" in content
        assert f'href="{url_of(page)}"' in content

    def test_an_instructor_sees_no_pictures(self, training, browse, cast):
        page = scan_of(training, "HHH")
        confirm(page, "HHH", by=cast.officer)
        url = reverse("participants:attendance_paper", args=[training.session.pk])
        assert list(browse(cast.instructor).get(url).context["confirmed_pages"]) == []


def test_every_doubt_of_the_machine_has_its_words():
    assert {str(doubt) for doubt in Doubt} == REASONS.keys() - {TWIN, DIFFERS, GONE}
