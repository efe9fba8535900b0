"""Sheets across batches: a day's, those that are behind, a class's week, and what became of one."""

from datetime import UTC, date, datetime, time
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts import audit
from accounts.models import Facility
from participants import services
from participants.models import Attendance, CatchUpPlace, Enrollment, ReadingTrail
from participants.queries import sheet_history
from participants.queries.marks import mark_rows
from participants.queries.sheets import (
    Sheet,
    behind,
    block_of,
    expected_by_block,
    sheets_of,
    with_people,
)
from participants.services import Mark
from programs.models import Session
from programs.services import cancel_session, substitute_instructor
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 17)
URL = "/participants/sheets/"


def standing_on(day, hour=3):
    return time_machine.travel(datetime(2025, 12, day, hour, tzinfo=UTC), tick=False)


def sheet_of(session):
    return Sheet(with_people(Session.objects.select_related("batch__facility")).get(pk=session.pk))


def word(session):
    return sheet_of(session).state[1]


def cells(response):
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    return book.get_sheet_by_index(0).to_python()


@pytest.fixture
def catch_up(training):
    """A catch-up on the first day, for the second person alone."""
    session = factories.SessionFactory(
        batch=training.batch,
        unit=training.units[0],
        instructor=training.cast.teacher,
        kind=Session.Kind.CATCH_UP,
        starts_at=time(13),
        ends_at=time(16),
        takes_place_on=DAY,
    )
    CatchUpPlace.objects.create(session=session, enrollment=training.enrollments[1])
    return session


class TestStates:
    def test_from_before_it_begins_until_it_is_locked(self, training):
        with standing_on(17, hour=0):
            words = [word(training.session)]
        with standing_on(17):
            words.append(word(training.session))
            training.mark(training.session, "H  ")
            words.append(word(training.session))
            training.mark(training.session, " HH")
            words.append(word(training.session))
            services.lock_attendance(session=training.session, by=training.cast.officer)
            words.append(word(training.session))
        assert words == [
            "belum mulai",
            "belum diisi",
            "1 dari 3",
            "lengkap, belum dikunci",
            "terkunci",
        ]

    def test_closed_and_locked_by_the_rule(self, training):
        with standing_on(17):
            training.mark(training.session, "HHH")
        Facility.objects.update(sheet_days=7)
        with standing_on(25):
            before = word(training.session)
            services.close_sheets()
            assert (before, word(training.session)) == (
                "ditutup menurut aturan",
                "terkunci menurut aturan",
            )

    def test_cancelled_and_empty(self, training):
        cancel_session(
            session=training.session,
            cancel_reason="Hujan",
            cancel_cause="other",
            by=training.cast.officer,
        )
        empty = factories.SessionFactory(batch__agreement=training.agreement)
        assert (word(training.session), word(empty)) == ("dibatalkan", "tanpa peserta")

    def test_counts_whom_the_sheet_itself_asks_for(self, training, catch_up):
        """Somebody left, somebody came later, somebody is suspended, a mark is of who is gone."""
        first, _second, third = training.enrollments
        training.mark(training.session, "HHH")
        Enrollment.objects.filter(pk=first.pk).update(
            joined_on=date(2025, 12, 1), ended_on=date(2025, 12, 16), end_reason="other"
        )
        factories.SuspensionFactory(enrollment=third, starts_on=date(2025, 12, 18))
        factories.EnrollmentFactory(batch=training.batch, position=9, joined_on=date(2025, 12, 18))
        for session in [*training.sessions, catch_up]:
            people = Enrollment.objects.on_roster_of(session)
            blank = people.exclude(attendances__session=session).count()
            sheet = sheet_of(session)
            assert (sheet.people, sheet.people - sheet.marks) == (people.count(), blank)
        assert [sheet_of(one).people for one in [*training.sessions, catch_up]] == [2, 2, 1]


class TestSheetList:
    @pytest.fixture
    def look(self, training, browse):
        def look(user=None, **query):
            return browse(user or training.cast.officer).get(URL, {"on": "17-12-2025"} | query)

        return look

    def test_by_place_and_hour(self, training, catch_up, look):
        kitchen = factories.RoomFactory(facility=training.cast.jember, name="Dapur")
        other = factories.SessionFactory(
            batch__agreement=training.agreement, starts_at=time(7), room=kitchen
        )
        places = [
            (str(room), [one.session for one in sheets])
            for room, sheets in look().context["places"]
        ]
        assert places == [
            ("Dapur", [other]),
            ("Ruang Praktik Boga", [training.session, catch_up]),
        ]

    def test_an_instructor_sees_her_own_classes(self, training, look):
        factories.SessionFactory(batch__agreement=training.agreement)
        assert look().context["sheet_count"] == 2
        assert look(training.cast.instructor).context["sheet_count"] == 1

    def test_a_day_that_is_none_says_so_and_shows_today(self, training, look):
        with standing_on(17):
            page = look(on="31-02-2025")
        assert page.context["form"].errors
        assert (page.context["day"], page.context["sheet_count"]) == (DAY, 1)

    def test_an_empty_day_names_the_next_one(self, training, look):
        page = look(on="10-12-2025")
        assert (page.context["sheet_count"], page.context["next_day"]) == (0, DAY)
        assert b"on=17-12-2025" in page.content

    def test_thirty_cost_as_much_as_three(self, training, look):
        counts = []
        for more in (2, 27):
            for number in range(more):
                room = factories.RoomFactory(
                    facility=training.cast.jember, name=f"Ruang {more} {number}"
                )
                factories.SessionFactory(batch=training.batch, room=room)
            with CaptureQueriesContext(connection) as seen:
                page = look()
            counts.append((page.context["sheet_count"], len(seen)))
        assert counts == [(3, counts[0][1]), (30, counts[0][1])]

    def test_behind_are_the_oldest_first_with_their_days_left(self, training, look):
        with standing_on(17):
            training.mark(training.session, "HHH")
        Facility.objects.update(sheet_days=7)
        old = factories.SessionFactory(batch=training.batch, takes_place_on=date(2025, 12, 15))
        with standing_on(23):
            rows = [(one.session, one.days_left) for one in look().context["behind"]]
        assert rows == [(old, -1), (training.sessions[1], 2)]

    def test_neither_today_nor_complete_nor_over(self, training):
        with standing_on(18):
            training.mark(training.session, "HHH")
            assert list(behind(Session.objects.all())) == []

    def test_of_one_batch_where_asked(self, training, look):
        other = factories.SessionFactory(batch__agreement=training.agreement)
        shown = {
            batch: [one.session for one in look(batch=batch).context["behind"]]
            for batch in (str(other.batch_id), "9" * 30)
        }
        assert shown == {
            str(other.batch_id): [other],
            "9" * 30: [training.session, other, training.sessions[1]],
        }

    def test_only_who_plans_is_offered_a_meeting_outside_the_timetable(self, training, look):
        factories.BatchFactory(agreement=training.agreement, starts_on=date(2025, 12, 18))
        assert list(look().context["classes"]) == [training.batch]
        assert look(training.cast.instructor).context["classes"] == []

    def test_the_spreadsheet_holds_the_day(self, training, look):
        training.mark(training.session, "HH ")
        heading, *rows = cells(look(export="xlsx"))
        assert [dict(zip(heading, row, strict=True)) for row in rows] == [
            {
                "Hari": DAY,
                "Mulai pukul": "08.00",
                "Selesai pukul": "11.00",
                "Ruang": "Ruang Praktik Boga",
                "Angkatan": "Produksi Bakery A1",
                "Unit": str(training.units[0]),
                "Jenis": "Pertemuan",
                "Instruktur": "Sri Wahyuni, S.Pd.",
                "Peserta": 3,
                "Tanda": 2,
                "Keadaan": "2 dari 3",
            }
        ]


class TestByBlock:
    @pytest.fixture
    def blocks(self, training, catch_up, browse):
        first, second, _third = (one.inmate for one in training.enrollments)
        first.housing_unit, second.housing_unit = "Blok B/2", "Blok A/11"
        first.save()
        second.save()
        factories.AnnouncedAbsenceFactory(inmate=second, starts_at=time(14), ends_at=time(15))

        def blocks(user):
            page = browse(user).get(URL, {"on": "17-12-2025", "by": "block"})
            return [
                (
                    block,
                    [
                        (one.inmate.name, [(s.starts_at.hour, bool(a)) for s, a in one.goings])
                        for one in people
                    ],
                )
                for block, people in page.context["blocks"]
            ]

        return blocks

    def test_who_is_expected_where_and_who_is_kept_from_it(self, training, blocks):
        assert blocks(training.cast.officer) == [
            ("Blok A", [("Sutrisno", [(8, False), (13, True)])]),
            ("Blok B", [("Achmad Fauzi", [(8, False)])]),
            ("", [(training.enrollments[2].inmate.name, [(8, False)])]),
        ]
        noted = ReadingTrail.objects.filter(page="sheet_list", how="listed")
        assert noted.count() == 3

    def test_the_tenth_block_stands_behind_the_second(self, training):
        names = ["Blok 10/1", "", "Blok 2/1"]
        for enrollment, name in zip(training.enrollments, names, strict=True):
            enrollment.inmate.housing_unit = name
            enrollment.inmate.save()
        blocks = expected_by_block(DAY, [training.session])
        assert [name for name, _people in blocks] == ["Blok 2", "Blok 10", ""]

    def test_an_instructor_gets_places_alone(self, training, blocks):
        assert blocks(training.cast.instructor) == []
        assert not ReadingTrail.objects.exists()

    @pytest.mark.parametrize(
        ("unit", "block"),
        [
            ("Blok A/3", "Blok A"),
            ("A-12", "A"),
            ("Mawar 3", "Mawar"),
            ("Blok 3/5", "Blok 3"),
            ("B12", "B"),
            ("7", "7"),
            ("", ""),
        ],
    )
    def test_a_block_is_what_stands_before_the_cell(self, unit, block):
        assert block_of(unit) == block


class TestMarkGrid:
    @pytest.fixture
    def url(self, training):
        return reverse("participants:mark_grid", args=[training.batch.pk])

    def letters(self, response):
        return [
            [cell.mark.code if cell.mark else "?" if cell.is_missing else "." for cell in row.cells]
            for row in response.context["rows"]
        ]

    def test_people_by_meetings_of_the_week(self, training, catch_up, url, browse):
        training.mark(training.session, "HAT")
        page = browse(training.cast.head).get(url, {"on": "17-12-2025"})
        assert [one.takes_place_on.day for one in page.context["sessions"]] == [17, 17, 18]
        assert self.letters(page) == [["H", ".", "?"], ["A", "?", "?"], ["T", ".", "?"]]
        assert [(row.there, row.marks) for row in page.context["rows"]] == [(1, 1), (0, 1), (1, 1)]

    def test_leafs_from_week_to_week_with_meetings(self, training, url, browse):
        factories.SessionFactory(batch=training.batch, takes_place_on=date(2025, 12, 30))
        weeks = [
            browse(training.cast.auditor).get(url, {"on": on}).context["week"]
            for on in ("17-12-2025", "24-12-2025", "01-01-2026", "01-01-2020", "kapan")
        ]
        assert [(one.monday.day, one.earlier, one.later) for one in weeks] == [
            (15, None, date(2025, 12, 29)),
            (15, None, date(2025, 12, 29)),
            (29, date(2025, 12, 15), None),
            (15, None, date(2025, 12, 29)),
            (29, date(2025, 12, 15), None),
        ]

    def test_who_left_before_is_not_in_it_but_who_has_a_mark_is(self, training, url, browse):
        gone, marked, _third = training.enrollments
        training.mark(training.session, " H ")
        Enrollment.objects.filter(pk__in=[gone.pk, marked.pk]).update(
            joined_on=date(2025, 12, 1), ended_on=date(2025, 12, 2), end_reason="other"
        )
        page = browse(training.cast.officer).get(url, {"on": "17-12-2025"})
        assert self.letters(page) == [["H", "."], ["?", "?"]]

    def test_forty_people_cost_as_much_as_three(self, training):
        counts = []
        for more in (0, 37):
            factories.EnrollmentFactory.create_batch(more, batch=training.batch)
            with CaptureQueriesContext(connection) as seen:
                rows = mark_rows(training.batch, training.sessions)
            counts.append((len(rows), len(seen)))
        assert counts == [(3, 4), (40, 4)]

    def test_the_spreadsheet_has_all_weeks(self, training, url, browse):
        factories.SessionFactory(batch=training.batch, takes_place_on=date(2025, 12, 30))
        training.mark(training.session, "HSH")
        heading, *rows = cells(browse(training.cast.instructor).get(url, {"export": "xlsx"}))
        short = [one.inmate.short_register for one in training.enrollments]
        assert heading[3:6] == ["17 Des 2025 08.00", "18 Des 2025 08.00", "30 Des 2025 08.00"]
        assert [(row[2], row[3], row[6], row[7]) for row in rows] == [
            (short[0], "H", 1, 0),
            (short[1], "S", 0, 1),
            (short[2], "H", 1, 0),
        ]
        assert ReadingTrail.objects.get().how == "exported"

    def test_an_empty_batch_teaches(self, training, browse):
        empty = factories.BatchFactory(agreement=training.agreement)
        url = reverse("participants:mark_grid", args=[empty.pk])
        assert b"Belum ada pertemuan" in browse(training.cast.regional).get(url).content


class TestAttendanceHistory:
    @pytest.fixture
    def url(self, training):
        return reverse("participants:attendance_history", args=[training.session.pk])

    def told(self, response):
        return [
            (str(line.by), line.deed, line.note, [(c.of, c.old, c.new) for c in line.changes])
            for line in response.context["lines"]
        ]

    def test_every_change_with_who_and_from_what_to_what(self, training, url, browse):
        cast, (first, second, _third) = training.cast, training.enrollments
        training.mark(training.session, "HHH")
        services.record_attendance(
            session=training.session,
            marks={
                second.pk: Mark("T", "facility", 1, minutes_late=15, remark="kunjungan"),
                first.pk: Mark("S", "", 1),
            },
            nonce="nonce-of-later",
            by=cast.officer,
        )
        services.lock_attendance(session=training.session, by=cast.officer)
        services.unlock_attendance(session=training.session, reason="Salah baris", by=cast.officer)
        assert self.told(browse(cast.auditor).get(url)) == [
            ("Ratna Wulandari", "membuka lagi daftar hadir", "Salah baris", []),
            ("Ratna Wulandari", "mengunci daftar hadir", "", []),
            (
                "Ratna Wulandari",
                "mengubah 2 tanda",
                "",
                [
                    ("Achmad Fauzi", "Hadir", "Sakit (Peserta)"),
                    ("Sutrisno", "Hadir", "Terlambat (Lapas), 15 menit, kunjungan"),
                ],
            ),
            ("Sri Wahyuni", "mengisi 3 tanda", "", []),
            ("Sri Wahyuni", "menyatakan pertemuan terlaksana", "", []),
        ]

    def test_by_the_rule_and_by_a_substitute(self, training, url, browse):
        training.mark(training.session, "HHH")
        stand_in = factories.InstructorFactory(partner=training.cast.school, name="Hadi")
        substitute_instructor(
            session=training.session, instructor=stand_in, by=training.cast.officer
        )
        Facility.objects.update(sheet_days=7)
        services.close_sheets()
        first, second, *_rest = self.told(browse(training.cast.head).get(url))
        assert first == ("None", "daftar hadir dikunci menurut aturan Lapas", "", [])
        assert second[1:] == (
            "mencatat instruktur pengganti",
            "",
            [("instruktur", "Sri Wahyuni, S.Pd.", "Hadi")],
        )

    def test_who_was_invited_to_a_catch_up_and_who_no_longer(self, training, url, browse):
        first, second, _third = training.enrollments
        audit.record(
            "catch_up.changed",
            training.session,
            by=training.cast.officer,
            added=[first.pk],
            removed=[second.pk, 10**9],
        )
        assert self.told(browse(training.cast.officer).get(url)) == [
            (
                "Ratna Wulandari",
                "mengubah peserta susulan",
                "",
                [
                    ("Achmad Fauzi", "", "diundang"),
                    ("Sutrisno", "diundang", ""),
                    ("#1000000000", "diundang", ""),
                ],
            )
        ]

    def test_names_cost_one_query_however_many(self, training):
        training.mark(training.session, "HHH")
        counts = []
        for version, codes in ((1, "S  "), (1, " SS")):
            training.mark(training.session, codes, version=version)
            events = list(sheet_history.events_of(training.session))
            with CaptureQueriesContext(connection) as seen:
                sheet_history.lines(training.session, events)
            counts.append(len(seen))
        assert counts == [1, 1]

    @pytest.mark.parametrize(
        ("stored", "words"),
        [
            ("H", "Hadir"),
            ("H datang sendiri", "Hadir, datang sendiri"),
            ("S participant", "Sakit (Peserta)"),
            ("A facility lupa dijemput", "Alpa (Lapas), lupa dijemput"),
            ("T partner 15", "Terlambat (Mitra), 15 menit"),
            ("T participant hujan", "Terlambat (Peserta), hujan"),
            ("I participant 2 hari", "Izin (Peserta), 2 hari"),
            ("", "belum"),
        ],
    )
    def test_a_stored_mark_in_words(self, stored, words):
        assert sheet_history.mark_in_words(stored) == words


def test_what_the_trail_keeps_can_be_read_again(training):
    """The words of the trail and their reader, in one round trip over every code and cause."""
    read = set()
    first = training.enrollments[0].pk
    for version, code in enumerate("HSIATH"):
        services.record_attendance(
            session=training.session,
            marks={first: Mark(code, "partner", version, minutes_late=5, remark=f"ke-{version}")},
            nonce=f"nonce-{version:04}",
            by=training.cast.officer,
        )
    for event in sheet_history.events_of(training.session):
        read |= set(
            map(sheet_history.mark_in_words, event.details.get("changed", {}).get(str(first), []))
        )
    assert read == {
        "Hadir, ke-0",
        "Sakit (Mitra), ke-1",
        "Izin (Mitra), ke-2",
        "Alpa (Mitra), ke-3",
        "Terlambat (Mitra), 5 menit, ke-4",
        "Hadir, ke-5",
    }
    assert Attendance.objects.count() == 1


def test_a_day_of_sheets_is_one_query(training):
    with CaptureQueriesContext(connection) as seen:
        assert [one.people for one in sheets_of(DAY, Session.objects.all())] == [3]
    assert len(seen) == 1
