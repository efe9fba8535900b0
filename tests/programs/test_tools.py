"""Tools counted out to a meeting and back in, and the sheet that waits for the last of them."""

import re
from datetime import UTC, datetime
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import AuditEvent
from participants.services import lock_attendance
from programs.models import Batch, Curriculum, Session, ToolCount
from programs.services import ToolNumbers, count_tools
from programs.services import tools as tools_service
from programs.tools import tools_of
from tests.core.counting import queries_of
from tests.programs.races import at_once, meet_after, without_guard

pytestmark = pytest.mark.django_db

TINS, SCALE = "Loyang roti manis, 20 buah", "Timbangan digital 5 kg, 4 buah"


@pytest.fixture
def baking(training):
    """The bakery's meetings need tins and scales."""
    Curriculum.objects.update(tools=f"{TINS}\n\n{SCALE}\r\n{TINS}")
    return training


def session_of(training):
    """As a request of its own would find it."""
    return Session.objects.select_related("batch__facility", "batch__curriculum").get(
        pk=training.session.pk
    )


def count(training, by=None, **numbers):
    """tins=(20, 19), scale=(4, None): out and back of a tool nobody has counted yet."""
    names = {"tins": TINS, "scale": SCALE, "knife": "Pisau roti"}
    counts = {
        names[one]: pair if isinstance(pair, ToolNumbers) else ToolNumbers(*pair)
        for one, pair in numbers.items()
    }
    return count_tools(session=training.session, counts=counts, by=by or training.cast.instructor)


def counted(training):
    """[(tool, out, back, version)] as it is stored."""
    rows = ToolCount.objects.filter(session=training.session)
    return [(one.tool, one.taken_out, one.brought_back, one.version) for one in rows]


def lock(training):
    """What locking the sheet answered: "locked", or its words."""
    try:
        lock_attendance(session=training.session, by=training.cast.officer)
    except ValidationError as error:
        return error.messages[0]
    return "locked"


class TestCountTools:
    def test_out_in_the_morning_and_back_at_noon(self, baking):
        assert count(baking, tins=(20, None), scale=(4, None)).written == 2
        assert count(baking, tins=ToolNumbers(20, 20, version=1)).written == 1
        assert counted(baking) == [(TINS, 20, 20, 2), (SCALE, 4, None, 1)]
        assert [one.details["changed"] for one in AuditEvent.objects.order_by("pk")] == [
            {TINS: ["", "20/"], SCALE: ["", "4/"]},
            {TINS: ["20/", "20/20"]},
        ]

    def test_a_tool_that_no_curriculum_lists_stands_behind_the_others(self, baking):
        count(baking, knife=(3, 3))
        count(baking, scale=(4, 4))
        lines = tools_of([session_of(baking)])[baking.session.pk].lines
        assert [(one.tool, one.words) for one in lines] == [
            (TINS, "belum dihitung"),
            (SCALE, "lengkap"),
            ("Pisau roti", "lengkap"),
        ]

    def test_the_same_once_more_changes_nothing(self, baking):
        count(baking, tins=(20, 20))
        outcome = count(baking, tins=(20, 20))
        assert (outcome.written, outcome.conflicts) == (0, None)
        assert AuditEvent.objects.count() == 1

    def test_who_counted_from_an_older_page_is_shown_both(self, baking):
        count(baking, by=baking.cast.officer, tins=(20, 18))
        outcome = count(baking, tins=(20, 20), scale=(4, 4))
        conflict = outcome.conflicts[TINS]
        assert (conflict.theirs.brought_back, conflict.yours.brought_back) == (18, 20)
        assert counted(baking) == [(TINS, 20, 18, 1)]

    def test_a_thousand_is_refused(self, baking):
        with pytest.raises(ValidationError):
            count(baking, tins=(1000, None))

    @pytest.mark.parametrize("name", ["", " Pisau", "Pisau\nroti", "Pisau\u202e", TINS.upper()])
    def test_a_name_that_is_none_is_refused(self, baking, name):
        with pytest.raises(ValidationError):
            count_tools(
                session=baking.session,
                counts={name: ToolNumbers(1, 1)},
                by=baking.cast.instructor,
            )

    def test_sixty_tools_are_enough(self, baking):
        more = {f"Alat {number}": ToolNumbers(1, 1) for number in range(58)}
        by = baking.cast.instructor
        count_tools(session=baking.session, counts=more, by=by)
        with pytest.raises(ValidationError, match="paling banyak 60 alat"):
            count(baking, knife=(1, 1))
        assert count(baking, tins=(20, 20)).written == 1

    def test_a_cancelled_meeting_takes_none_out_but_gets_back_what_was(self, baking):
        count(baking, tins=(20, None))
        Session.objects.update(status="cancelled", cancel_reason="Razia", cancel_cause="facility")
        with pytest.raises(ValidationError, match="dibatalkan"):
            count(baking, scale=(4, None))
        assert count(baking, tins=ToolNumbers(20, 20, version=1)).written == 1

    def test_a_closed_batch_takes_none_out(self, baking):
        Batch.objects.update(state=Batch.State.CLOSED)
        with pytest.raises(ValidationError):
            count(baking, tins=(1, None))

    def test_nobody_counts_ahead_of_the_day(self, baking):
        the_day_before = time_machine.travel(datetime(2025, 12, 16, 3, tzinfo=UTC))
        with the_day_before, pytest.raises(ValidationError, match="17 Desember 2025"):
            count(baking, tins=(20, None))

    def test_a_locked_sheet_keeps_its_counts(self, baking):
        count(baking, tins=(20, 20), scale=(0, None))
        baking.mark(baking.session, "HHH")
        assert lock(baking) == "locked"
        with pytest.raises(ValidationError, match="dikunci"):
            count(baking, tins=ToolNumbers(20, 19, version=1))


class TestRefuseWhileToolsAreOut:
    @pytest.fixture
    def marked(self, baking):
        baking.mark(baking.session, "HHH")
        return baking

    def test_names_what_is_missing_and_where_to_count(self, marked):
        count(marked, tins=(20, 18), scale=(4, None))
        assert lock(marked) == (
            f"Alat belum kembali: {TINS} (kurang 2); {SCALE} (kurang 4). "
            "Hitung di halaman Alat pertemuan ini, lalu kunci lagi."
        )

    def test_too_many_back_was_counted_wrongly(self, marked):
        count(marked, tins=(20, 21), scale=(4, 4))
        assert f"salah hitung: {TINS} (lebih 1)" in lock(marked)

    def test_one_tool_not_counted_is_enough(self, marked):
        count(marked, tins=(20, 20))
        assert lock(marked).startswith(f"Alat belum dihitung: {SCALE}.")

    def test_also_of_a_tool_beside_the_curriculum(self, marked):
        count(marked, tins=(0, None), scale=(0, 0), knife=(3, 2))
        assert lock(marked).startswith("Alat belum kembali: Pisau roti (kurang 1).")

    def test_all_back_and_it_closes(self, marked):
        count(marked, tins=(20, 20), scale=(0, None))
        assert lock(marked) == "locked"

    def test_a_program_without_tools_is_left_alone(self, marked):
        Curriculum.objects.update(tools=" \n")
        assert lock(marked) == "locked"

    def test_many_are_named_in_part(self, marked):
        Curriculum.objects.update(tools="\n".join("ABCDEF"))
        assert lock(marked).startswith("Alat belum dihitung: A; B; C; 3 lainnya.")

    def test_canary_without_the_rule_it_closes_over_a_missing_knife(self, marked, monkeypatch):
        count(marked, knife=(3, 2))
        monkeypatch.setattr(
            "participants.services.attendance.refuse_while_tools_are_out", lambda session: None
        )
        assert lock(marked) == "locked"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def race(self, training, monkeypatch, patience, service=count_tools):
        """The officer counts 18 back, the instructor 20; both have read what is stored."""
        meet_after(monkeypatch, tools_service, "_places", racers=2, patience=patience)

        def counting(by, back):
            return lambda: service(
                session=session_of(training), counts={TINS: ToolNumbers(20, back)}, by=by
            )

        return at_once(counting(training.cast.officer, 18), counting(training.cast.instructor, 20))

    def test_one_of_two_is_shown_both(self, baking, monkeypatch):
        outcomes = self.race(baking, monkeypatch, patience=0.3)
        assert sorted(one.written for one in outcomes) == [0, 1]
        [conflict] = [one.conflicts[TINS] for one in outcomes if one.conflicts]
        assert {conflict.theirs.brought_back, conflict.yours.brought_back} == {18, 20}

    def test_canary_without_the_lock_one_crashes(self, baking, monkeypatch):
        service = without_guard(monkeypatch, count_tools)
        answers = self.race(baking, monkeypatch, patience=30, service=service)
        assert sum(isinstance(one, IntegrityError) for one in answers) == 1

    def lock_and_count(self, training, monkeypatch, patience, lock_it, count_it):
        """One locks a sheet whose tools are back, one finds just then that two are not."""
        training.mark(training.session, "HHH")
        count(training, tins=(20, 20), scale=(4, 4))
        meeting = {"racers": 2, "patience": patience, "crowd": Barrier(2)}
        meet_after(monkeypatch, tools_service, "tools_of", **meeting)
        meet_after(monkeypatch, tools_service, "_places", **meeting)
        crowded = {TINS: ToolNumbers(20, 18, version=1)}
        return at_once(
            lambda: lock_it(session=session_of(training), by=training.cast.officer),
            lambda: count_it(
                session=session_of(training), counts=crowded, by=training.cast.instructor
            ),
        )

    def is_locked_over_a_missing_tool(self, training):
        return session_of(training).is_locked and (TINS, 20, 18, 2) in counted(training)

    def test_either_it_is_locked_or_they_are_missing(self, baking, monkeypatch):
        answers = self.lock_and_count(baking, monkeypatch, 0.3, lock_attendance, count_tools)
        assert sum(isinstance(one, ValidationError) for one in answers) == 1
        assert not self.is_locked_over_a_missing_tool(baking)

    def test_canary_without_the_lock_it_closes_over_them(self, baking, monkeypatch):
        count_it = without_guard(monkeypatch, count_tools)
        lock_it = lock_attendance.__wrapped__
        self.lock_and_count(baking, monkeypatch, 30, lock_it, count_it)
        assert self.is_locked_over_a_missing_tool(baking)


class TestSessionTools:
    @pytest.fixture
    def url(self, baking):
        return reverse("programs:session_tools", args=[baking.session.pk])

    @pytest.fixture
    def teacher(self, baking, browse):
        return browse(baking.cast.instructor)

    def form(self, *rows, versions=(0, 0), **more):
        """((out, back) as typed) for each row of the page."""
        typed = {}
        for number, (out, back) in enumerate(rows):
            typed |= {
                f"tool-{number}": [TINS, SCALE][number],
                f"version-{number}": versions[number],
            }
            typed |= {f"out-{number}": out, f"back-{number}": back}
        return typed | more

    def test_saves_what_was_typed_and_leaves_the_blank(self, baking, url, teacher):
        answer = teacher.post(url, self.form(("20", ""), ("", "")), follow=True)
        assert [str(one) for one in answer.context["messages"]] == ["Hitungan alat tersimpan."]
        assert counted(baking) == [(TINS, 20, None, 1)]

    @pytest.mark.parametrize("wrong", ["1O", "-1", "1000", "2.000", "٣"])
    def test_a_bad_number_is_said_beside_it_and_nothing_is_lost(self, baking, url, teacher, wrong):
        page = teacher.post(url, self.form((wrong, "7"), ("4", "4")))
        assert (page.status_code, counted(baking)) == (422, [])
        assert [(one["out"], one["back"], one["error"]) for one in page.context["rows"]] == [
            (wrong, "7", "Tulis jumlah 0 sampai 999."),
            ("4", "4", ""),
        ]

    def test_back_without_out_is_asked_about(self, url, teacher):
        page = teacher.post(url, self.form(("", "7"), ("", "")))
        assert page.context["rows"][0]["error"].startswith("Isi jumlah yang keluar")

    def test_a_count_cannot_be_wiped_out(self, baking, url, teacher):
        count(baking, tins=(20, None))
        page = teacher.post(url, self.form(("", ""), ("", ""), versions=(1, 0)))
        assert page.context["rows"][0]["error"].startswith("Sudah dihitung")

    def test_none_went_out(self, baking, url, teacher):
        assert "Tidak ada alat keluar" in teacher.get(url).text
        teacher.post(url, self.form(("", ""), ("", ""), none="1"))
        assert counted(baking) == [(TINS, 0, 0, 1), (SCALE, 0, 0, 1)]
        assert "Tidak ada alat keluar" not in teacher.get(url).text

    def test_another_tool_joins_the_list(self, baking, url, teacher):
        more = {"tool-new": "Pisau roti", "out-new": "3", "back-new": ""}
        teacher.post(url, self.form(("", ""), ("", ""), **more))
        assert counted(baking) == [("Pisau roti", 3, None, 1)]
        assert "Pisau roti" in teacher.get(url).text

    @pytest.mark.parametrize(
        ("tool", "out", "words"),
        [
            ("", "3", "Tulis nama alatnya."),
            (TINS.upper(), "3", "Alat ini sudah ada di daftar; isi pada barisnya."),
            ("Pisau roti", "", "Isi jumlah yang keluar."),
            ("x" * 121, "3", "Nama alat paling banyak 120 huruf."),
            ("Pisau\nroti", "3", "Tulis dalam satu baris."),
            ("Pisau\u202e", "3", "Tulisan ini memuat tanda yang tidak tampak. Ketik ulang."),
        ],
    )
    def test_another_tool_badly_named_comes_back(self, baking, url, teacher, tool, out, words):
        more = {"tool-new": tool, "out-new": out, "back-new": "1"}
        page = teacher.post(url, self.form(("20", "20"), ("", ""), **more))
        assert page.context["free_error"] == words
        assert page.context["free"] == {"tool": tool, "out": out, "back": "1"}
        assert counted(baking) == []

    def test_numbered_rows_name_no_other_tools(self, baking, url, teacher):
        many = {
            f"{part}-{number}": value
            for number in range(2, 1000)
            for part, value in (("tool", f"Alat\n{number}"), ("out", "1"))
        }
        page = teacher.post(url, self.form(("20", ""), ("", "")) | many)
        assert (page.status_code, counted(baking)) == (422, [])
        assert "Daftar alatnya berubah sesudah halaman ini dibuka" in page.text
        assert page.context["rows"][0]["out"] == "20"

    def test_a_tool_that_somebody_else_named_meanwhile_is_a_conflict(self, baking, url, teacher):
        count(baking, by=baking.cast.officer, knife=(3, 3))
        more = {"tool-new": " pisau  ROTI", "out-new": "3", "back-new": "2"}
        page = teacher.post(url, self.form(("", ""), ("", ""), **more))
        assert (page.status_code, page.context["rows"][2]["back"]) == (409, "2")

    def test_two_values_and_the_next_save_decides(self, baking, url, teacher):
        count(baking, by=baking.cast.officer, tins=(20, 18))
        page = teacher.post(url, self.form(("20", "20"), ("4", "4")))
        row = page.context["rows"][0]
        assert (page.status_code, row["back"], row["version"]) == (409, "20", 1)
        assert re.search(
            r"Ratna Wulandari menyimpan pukul [\d.]+: keluar 20, kembali 18;", page.text
        )
        teacher.post(url, self.form(("20", "20"), ("4", "4"), versions=(1, 0)))
        assert counted(baking) == [(TINS, 20, 20, 2), (SCALE, 4, 4, 1)]

    @pytest.mark.parametrize("forged", [{"version-0": "x"}, {"version-1": "-1"}])
    def test_what_no_page_sends_is_a_bad_request(self, url, teacher, forged):
        assert teacher.post(url, self.form(("1", ""), ("", "")) | forged).status_code == 400

    def test_a_locked_sheet_is_only_read(self, baking, url, teacher):
        count(baking, tins=(20, 20), scale=(4, 4))
        baking.mark(baking.session, "HHH")
        lock(baking)
        page = teacher.get(url)
        assert "Simpan hitungan" not in page.text
        refused = teacher.post(url, self.form(("20", "19"), ("", ""), versions=(1, 0)))
        assert refused.status_code == 422

    def test_one_query_for_one_tool_and_for_three(self, baking, url, teacher):
        count(baking, tins=(20, 20))
        few = queries_of(teacher, url)
        count(baking, scale=(4, 4), knife=(1, 1))
        assert queries_of(teacher, url) == few

    def test_another_instructor_finds_nothing(self, baking, url, browse):
        assert browse(baking.cast.stranger).get(url).status_code == 404

    def test_the_trail_is_the_sessions(self, baking):
        count(baking, tins=(20, 20))
        event = AuditEvent.objects.get()
        assert (event.action, event.facility, event.by) == (
            "tools.counted",
            baking.cast.jember,
            baking.cast.instructor,
        )
