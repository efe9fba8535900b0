"""What each role finds to do, how urgent it is, and that every line leads somewhere they may go."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from participants import services as participants
from partnerships.services import end_agreement
from programs.models import Coverage
from programs.services import ToolNumbers, count_tools
from reports.worklist import worklist
from tests import factories
from tests.certificates import stages
from tests.participants.rounds import Selection

MISSING_SHEET, OPEN_SHEET, MISSING_RESULT = "clipboard-x", "unlock", "journal-text"
ENDING, MISSING_SCAN, UNCOVERED = "hourglass-split", "file-earmark-arrow-up", "slash-circle"
TO_PREPARE, TO_APPROVE_OR_ISSUE = "clipboard-check", "award"
TO_FINISH = "check-lg"
AT_RISK = "person-exclamation"
ROUND = "sort-down"
MISSING_TOOLS = "exclamation-triangle-fill"


def standing_on(day):
    return time_machine.travel(datetime(day.year, day.month, day.day, 3, tzinfo=UTC), tick=False)


@pytest.fixture
def december():
    """Monday 22 December 2025: both meetings are over, the batch is not."""
    with standing_on(date(2025, 12, 22)):
        yield


@pytest.fixture
def january():
    """Monday 5 January 2026: the batch is over."""
    with standing_on(date(2026, 1, 5)):
        yield


def lines(user, icon):
    """[(urgency, what, where, due, url)] of one kind, as `user` finds them on a new day."""
    tasks = worklist(User.objects.get(pk=user.pk))
    return [
        (one.urgency, one.what, one.where, one.due, one.url) for one in tasks if one.icon == icon
    ]


def rounds(user):
    return [(urgency, what) for urgency, what, *_rest in lines(user, ROUND)]


def missing_of(training):
    return f"/participants/sheets/?batch={training.batch.pk}#missing"


def keep_scan(training):
    training.agreement.documents.create(
        filename="pks.pdf",
        file="pks.pdf",
        sha256="0" * 64,
        byte_count=1,
        page_count=1,
        uploaded_by=training.cast.officer,
    )


class TestSheets:
    def test_missing_sheets_of_a_batch_are_one_line(self, training, december, cast):
        line = (
            "late",
            "2 daftar hadir belum diisi",
            "Produksi Bakery A1 · Rabu 17 Desember",
            "5 hari yang lalu",
            missing_of(training),
        )
        assert lines(cast.officer, MISSING_SHEET) == [line]
        assert lines(cast.instructor, MISSING_SHEET) == [line]

    def test_a_single_one_leads_to_the_sheet_itself(self, training, december, cast):
        training.mark(training.session, "HHH")
        (line,) = lines(cast.instructor, MISSING_SHEET)
        assert line[-1] == training.sessions[1].get_absolute_url()

    def test_the_day_itself_is_not_late(self, training, cast):
        with standing_on(date(2025, 12, 17)):
            assert lines(cast.officer, MISSING_SHEET) == []

    def test_filled_but_unlocked(self, training, december, cast):
        training.mark(training.session, "HHH")
        assert lines(cast.officer, OPEN_SHEET) == [
            (
                "soon",
                "1 daftar hadir belum dikunci",
                "Produksi Bakery A1 · Rabu 17 Desember",
                "5 hari yang lalu",
                training.session.get_absolute_url(),
            )
        ]
        participants.lock_attendance(session=training.session, by=cast.officer)
        assert lines(cast.officer, OPEN_SHEET) == []

    def test_instructor_sees_only_her_classes(self, training, december, cast):
        other = stages.another_training(cast)
        mine = [missing_of(training)]
        assert [line[-1] for line in lines(cast.instructor, MISSING_SHEET)] == mine
        every = [*mine, other.session.get_absolute_url()]
        assert sorted(line[-1] for line in lines(cast.officer, MISSING_SHEET)) == sorted(every)


class TestTools:
    def count(self, training, brought_back, version=0):
        numbers = ToolNumbers(20, brought_back, version)
        by = training.cast.instructor
        count_tools(session=training.session, counts={"Loyang": numbers}, by=by)

    def test_those_of_a_meeting_that_is_over(self, training, december, cast):
        self.count(training, 18)
        url = reverse("programs:session_tools", args=[training.session.pk])
        line = (
            "late",
            "2 alat belum kembali",
            "Produksi Bakery A1 · Rabu 17 Desember",
            "5 hari yang lalu",
            url,
        )
        assert lines(cast.officer, MISSING_TOOLS) == [line]
        self.count(training, 21, version=1)
        assert [line[1] for line in lines(cast.instructor, MISSING_TOOLS)] == [
            "Hitungan alat tidak cocok"
        ]
        self.count(training, 20, version=2)
        assert lines(cast.officer, MISSING_TOOLS) == []

    def test_while_the_class_works_with_them_all_is_well(self, training, cast):
        with standing_on(date(2025, 12, 17)):
            self.count(training, None)
            assert lines(cast.officer, MISSING_TOOLS) == []


class TestResults:
    def test_missing_results_are_counted(self, training, january, cast):
        training.assess()
        training.enrollments[0].results.first().delete()
        line = (
            "soon",
            "1 nilai belum diisi",
            "Produksi Bakery A1 · selesai 31 Desember 2025",
            "",
            f"/participants/batches/{training.batch.pk}/results/",
        )
        assert lines(cast.instructor, MISSING_RESULT) == [line]

    def test_nobody_waits_for_results_of_who_left(self, training, january, cast):
        training.assess()
        gone = training.enrollments[0]
        gone.results.all().delete()
        assert lines(cast.officer, MISSING_RESULT)[0][1] == "2 nilai belum diisi"
        participants.end_enrollment(
            enrollment=gone, ended_on=date(2025, 12, 18), end_reason="ill", by=cast.officer
        )
        assert lines(cast.officer, MISSING_RESULT) == []

    def test_running_batch_has_time(self, training, december, cast):
        assert lines(cast.officer, MISSING_RESULT) == []


class TestAgreements:
    @pytest.mark.parametrize(
        ("days", "urgency"),
        [(24, ["late"]), (30, ["late"]), (31, ["soon"]), (60, ["soon"]), (90, ["soon"]), (91, [])],
    )
    def test_ending_agreement(self, training, cast, days, urgency):
        with standing_on(training.agreement.ends_on - timedelta(days=days)):
            found = lines(cast.officer, ENDING)
        assert [line[0] for line in found] == urgency

    def test_ending_agreement_in_words(self, training, cast):
        with standing_on(training.agreement.ends_on - timedelta(days=24)):
            assert lines(cast.officer, ENDING) == [
                (
                    "late",
                    "PKS SMK Negeri 3 Jember berakhir 24 hari lagi",
                    training.agreement.facility_number,
                    "16 Des 2027",
                    training.agreement.get_absolute_url(),
                )
            ]

    def test_early_end_counts_as_the_end(self, training, december, cast):
        assert lines(cast.officer, ENDING) == []
        end_agreement(
            agreement=training.agreement,
            ended_early_on=date(2025, 12, 24),
            end_reason="Mundur",
            by=cast.officer,
        )
        assert lines(cast.officer, ENDING)[0][1].endswith("berakhir 2 hari lagi")

    def test_missing_scan(self, training, december, cast):
        [line] = lines(cast.officer, MISSING_SCAN)
        assert line[:2] == ("ordinary", "Pindaian PKS SMK Negeri 3 Jember belum ada")
        keep_scan(training)
        assert lines(cast.officer, MISSING_SCAN) == []

    def test_batch_beyond_its_agreement(self, training, december, cast):
        training.agreement.ends_on = date(2025, 12, 20)
        training.agreement.save()
        assert lines(cast.officer, UNCOVERED) == [
            (
                "late",
                "Produksi Bakery A1 di luar perjanjian",
                "PKS SMK Negeri 3 Jember tidak mencakup angkatan ini mulai 21 Desember 2025",
                "",
                training.agreement.get_absolute_url(),
            )
        ]

    def test_program_not_covered(self, training, december, cast):
        assert lines(cast.officer, UNCOVERED) == []
        Coverage.objects.get().delete()
        [line] = lines(cast.officer, UNCOVERED)
        assert (
            line[2] == "PKS SMK Negeri 3 Jember tidak mencakup angkatan ini mulai 17 Desember 2025"
        )

    def test_addendum_settles_it(self, training, december, cast):
        training.agreement.ends_on = date(2025, 12, 20)
        training.agreement.save()
        factories.AgreementFactory(
            facility=cast.jember,
            partner=cast.school,
            kind="addendum",
            parent=training.agreement,
            starts_on=date(2025, 12, 21),
        )
        assert lines(cast.officer, UNCOVERED) == []


class TestCertificates:
    def test_from_preparing_to_issuing_each_in_turn(self, training, january, cast, monkeypatch):
        monkeypatch.setattr("certificates.services.sealing.certificate_pdfs", stages.cheap_pdfs)
        training.finish()
        people = (cast.certificate_admin, cast.head)

        def waiting():
            icons = (TO_PREPARE, TO_APPROVE_OR_ISSUE)
            return [[line[1] for icon in icons for line in lines(who, icon)] for who in people]

        assert waiting() == [["Sertifikat Produksi Bakery A1 belum disiapkan"], []]
        stages.prepare(training)
        assert waiting() == [[], ["3 sertifikat menunggu persetujuan"]]
        stages.approve(training)
        assert waiting() == [["3 sertifikat siap diterbitkan"], []]
        stages.issue(training)
        assert waiting() == [[], []]


class TestWorklist:
    @pytest.fixture
    def busy(self, training, january, cast):
        """One of nearly everything, and a second class with drafts; Metro has its own."""
        drafts, approved = (
            stages.another_training(cast, program=code, code=f"JBR-{code}-A1")
            for code in ("LAS", "KOPI")
        )
        for ready in (drafts, approved):
            ready.finish()
            stages.prepare(ready)
        stages.approve(approved)
        training.mark(training.sessions[1], "HHH")
        Coverage.objects.filter(agreement=training.agreement).delete()
        school = factories.PartnerFactory(facilities=[cast.metro])
        return stages.another_training(cast, facility=cast.metro, school=school, code="MTR-A1")

    EXPECTED = {
        "officer": [
            *(MISSING_SHEET, UNCOVERED, OPEN_SHEET, MISSING_RESULT, TO_FINISH),
            *[MISSING_SCAN] * 3,
        ],
        "instructor": [MISSING_SHEET, OPEN_SHEET, MISSING_RESULT],
        "certificate_admin": [TO_APPROVE_OR_ISSUE],
        "head": [TO_APPROVE_OR_ISSUE],
        "coordinator": [],
        "regional": [],
        "national": [],
        "auditor": [],
        "admin": [],
        "stranger": [MISSING_SHEET, MISSING_RESULT, TO_FINISH, MISSING_SCAN],
    }

    def test_each_role_finds_its_own(self, busy, cast):
        found = {name: [one.icon for one in worklist(who)] for name, who in cast.by_role().items()}
        assert found == self.EXPECTED

    def test_most_urgent_first(self, busy, cast):
        urgencies = [one.urgency for one in worklist(cast.officer)]
        assert urgencies == ["late"] * 2 + ["soon"] * 3 + ["ordinary"] * 3

    def test_every_line_opens(self, busy, cast, browse):
        opened = {
            (name, task.url): browse(who).get(task.url).status_code
            for name, who in cast.by_role().items()
            for task in worklist(who)
        }
        assert set(opened.values()) == {200}
        assert len(opened) == 16

    def test_stranger_finds_metro_alone(self, busy, training, cast, browse):
        ours = {
            task.url
            for who in (cast.officer, cast.certificate_admin, cast.head)
            for task in worklist(who)
        }
        theirs = {task.url for task in worklist(cast.stranger)}
        assert theirs == {
            busy.session.get_absolute_url(),
            busy.agreement.get_absolute_url(),
            busy.batch.get_absolute_url(),
            f"/participants/batches/{busy.batch.pk}/results/",
        }
        assert ours & theirs == set()
        stranger = browse(cast.stranger)
        assert {stranger.get(url).status_code for url in ours} == {404}


class TestPeopleAtRisk:
    def test_one_line_a_class_for_the_officer_alone(self, training, december, cast):
        """The head may read that page, but has nothing to do there."""
        inmate = training.enrollments[0].inmate
        inmate.expected_release_on = date(2025, 12, 17)
        inmate.save()
        assert lines(cast.officer, AT_RISK) == [
            (
                "soon",
                "1 orang berisiko tidak selesai",
                "Produksi Bakery A1 · selesai 31 Desember 2025",
                "",
                f"/participants/batches/{training.batch.pk}/at-risk/",
            )
        ]
        assert [lines(who, AT_RISK) for who in (cast.head, cast.instructor)] == [[], []]


class TestSelection:
    def test_each_step_of_a_round_until_the_last_seat(self, training, december, cast):
        selection = Selection(training, {"Tono": 80})
        said = [rounds(cast.officer)]
        for step in (selection.submit, selection.decide, selection.decree, selection.seat):
            step()
            said.append(rounds(cast.officer))
        assert said == [
            [("late", "Seleksi belum diajukan ke TPP")],
            [("late", "Keputusan TPP belum dicatat")],
            [("ordinary", "SK peserta belum dicatat")],
            [("ordinary", "1 peserta terpilih belum masuk")],
            [],
        ]
        assert rounds(cast.head) == []


class TestQueries:
    """With three of each kind of line, as many queries as with one."""

    def world(self, cast, number):
        """A class whose sheet is missing, one whose sheet is open, one for each step to the seal."""
        waiting, marked, finished, drafts, approved = (
            stages.another_training(cast, program=f"{code}{number}", code=f"{code}{number}")
            for code in "WMFDA"
        )
        marked.mark(marked.session, "H")
        finished.finish()
        for ready in (drafts, approved):
            ready.finish()
            stages.prepare(ready)
        stages.approve(approved)
        ending = factories.AgreementFactory(
            facility=cast.jember, partner=cast.school, ends_on=date(2026, 2, 1)
        )
        return [waiting, marked, finished, drafts, approved], ending

    def queries(self, who):
        who = User.objects.get(pk=who.pk)
        assert who.assignment
        with CaptureQueriesContext(connection) as captured:
            found = worklist(who)
        return len(found), len(captured)

    def test_one_and_three(self, cast, january):
        people = (cast.officer, cast.certificate_admin, cast.head)
        self.world(cast, 1)
        few = [self.queries(who) for who in people]
        self.world(cast, 2)
        self.world(cast, 3)
        many = [self.queries(who) for who in people]
        assert [queries for _, queries in many] == [queries for _, queries in few]
        assert [found for found, _ in few] == [13, 2, 1]
        assert [found for found, _ in many] == [27, 6, 3]

    def test_one_and_three_uncovered(self, cast, january):
        counts = []
        for code in "ABC":
            stages.another_training(cast, code=code, program=code)
            Coverage.objects.all().delete()
            counts.append(self.queries(cast.officer)[1])
        assert len(lines(cast.officer, UNCOVERED)) == 3
        assert counts == counts[:1] * 3
