"""A roster goes into the registry, all of it or nothing, and out again."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from participants import services
from participants.imports import take_roster
from participants.models import Enrollment, Inmate, RosterChange, RosterImport
from participants.queries.comparison import compare
from participants.services import roster_changes
from tests import factories
from tests.participants.bad_rosters import HEAD
from tests.participants.roster_files import messy_roster, people, plain_roster, table
from tests.programs.races import at_once

State = RosterImport.State
DAY = date(2025, 12, 20)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel("2025-12-20 10:00+07:00", tick=True):
        yield


def upload(cast, rows, headings=HEAD, facts_on=DAY):
    """A file of these rows, looked at by Jember's officer."""
    return take_roster(
        file=ContentFile(table(rows, headings=headings), name="daftar.xlsx"),
        facts_on=facts_on,
        facility=cast.jember,
        by=cast.officer,
    )


def commit(roster_import, by):
    """Begun and done, as the button and its job do it; the import as it then stands."""
    services.run_import(roster_import=services.start_import(roster_import=roster_import, by=by))
    roster_import.refresh_from_db()
    return roster_import


def take(cast, rows, headings=HEAD, **more):
    return commit(upload(cast, rows, headings, **more), cast.officer)


def inmate(cast, number="B.I 1/2025", **facts):
    facts = {"name": "Siti Aminah", "sex": "P"} | facts
    return factories.InmateFactory(facility=cast.jember, register_number=number, **facts)


SITI = ["B.I 1/2025", "Siti Aminah", "P"]


class TestCommand:
    def run(self, tmp_path, content, *options):
        """(exit code, what it says as JSON)"""
        file, said = tmp_path / "daftar.xlsx", StringIO()
        file.write_bytes(content)
        try:
            call_command(
                "import_roster",
                str(file),
                "--facility=LAPAS-JEMBER",
                "--json",
                *options,
                stdout=said,
            )
        except CommandError as error:
            return error.returncode, json.loads(said.getvalue() or "null")
        return 0, json.loads(said.getvalue())

    def test_the_same_people_again_are_nothing_new(self, cast, tmp_path):
        some = people(30)
        first = self.run(tmp_path, plain_roster(some))
        again = self.run(tmp_path, messy_roster(some))
        assert first == (0, {"new": 30, "changed": 0, "unchanged": 0, "wrong": []})
        assert again == (0, {"new": 0, "changed": 0, "unchanged": 30, "wrong": []})
        assert Inmate.objects.filter(facility=cast.jember).count() == 30
        stored = Inmate.objects.get(register_number="B.I 7/2025")
        assert {name: getattr(stored, name) or None for name in some[6]} == some[6]
        assert (stored.facts_from, stored.facts_on) == ("roster", DAY)

    def test_a_dry_run_writes_nothing(self, cast, tmp_path):
        assert self.run(tmp_path, plain_roster(people(3)), "--dry-run")[1]["new"] == 3
        assert not Inmate.objects.exists()
        assert not RosterImport.objects.exists()

    def test_one_wrong_row_and_nobody_is_taken(self, cast, tmp_path):
        rows = [SITI, ["B.I 2/2025", "Anton", "X"]]
        code, said = self.run(tmp_path, table(rows, headings=HEAD))
        assert (code, said["new"], len(said["wrong"])) == (1, 1, 1)
        assert {name: said["wrong"][0][name] for name in ("row", "column")} == {
            "row": 3, "column": "Jenis Kelamin",
        }  # fmt: skip
        assert said["wrong"][0]["reason"] == "Tulis L atau P. (Daftar: X)"
        assert not Inmate.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_what_cannot_be_read_is_another_exit(self, cast, tmp_path):
        assert self.run(tmp_path, b"<html></html>") == (2, None)
        with pytest.raises(CommandError) as nowhere:
            call_command("import_roster", "nothing.xlsx", "--facility=LAPAS-JEMBER")
        assert nowhere.value.returncode == 2
        with pytest.raises(CommandError) as unknown:
            call_command("import_roster", "nothing.xlsx", "--facility=NOBODY")
        assert unknown.value.returncode == 2


class TestComparison:
    def test_old_and_new_of_what_changes(self, cast):
        kept = inmate(cast, housing_unit="A-1", register_class="B.I")
        kept_in = upload(cast, [[*SITI, "A-2", "B.I"]], [*HEAD, "Blok/Kamar", "Golongan"])
        (line,) = compare(kept_in).changed
        assert (line.person["id"], line.changes) == (kept.pk, {"housing_unit": ["A-1", "A-2"]})

    def test_spaces_capitals_and_absent_columns_change_nothing(self, cast):
        kept = inmate(cast, housing_unit="A-1")
        take(cast, [["b.i  1 / 2025", "SITI  AMINAH", "Wanita"]])
        kept.refresh_from_db()
        assert (kept.register_number, kept.name, kept.housing_unit) == (*SITI[:2], "A-1")

    def test_a_column_that_is_empty_says_nothing_is_there(self, cast):
        """Whoever is off the Register F must not stay on it."""
        kept = inmate(cast, disciplined_until=date(2026, 3, 1))
        take(cast, [[*SITI, ""]], [*HEAD, "Register F s.d."])
        kept.refresh_from_db()
        assert kept.disciplined_until is None

    def test_days_of_the_file_must_fit_those_that_stay(self, cast):
        inmate(cast, one_third_on=date(2026, 1, 1))
        kept_in = upload(cast, [[*SITI, "01-12-2025"]], [*HEAD, "Tanggal 2/3"])
        (wrong,) = compare(kept_in).wrong
        assert (wrong["row"], wrong["faults"][0]["column"]) == (2, "Tanggal 2/3")
        assert commit(kept_in, cast.officer).state == State.FAILED

    def test_another_prisons_person_of_the_same_number_is_nobody_here(self, cast):
        stranger = factories.InmateFactory(
            facility=cast.metro,
            register_number="B.I 1/2025",
            name="Rahasia",
            born_on=date(1990, 1, 1),
        )
        before = Inmate.objects.filter(pk=stranger.pk).values().get()
        kept_in = upload(cast, [[*SITI, "01-01-1990"]], [*HEAD, "Tanggal Lahir"])
        assert compare(kept_in).counts == {"new": 1, "changed": 0, "unchanged": 0}
        assert commit(kept_in, cast.officer).state == State.DONE
        assert Inmate.objects.filter(pk=stranger.pk).values().get() == before

    def test_one_query_whatever_the_size(self, cast, django_assert_num_queries):
        for count in (1, 30):
            kept_in = upload(cast, [[f"B.I {n}/2025", "Anton", "L"] for n in range(count)])
            with django_assert_num_queries(1):
                compare(kept_in)
            take(cast, [[f"B.I {n}/2025", "Anton", "L"] for n in range(count)])


BORN = [*HEAD, "Tanggal Lahir"]


class TestTwins:
    def twins(self, cast, rows):
        return upload(cast, [[*row, "06-05-1990"] for row in rows], BORN)

    def test_the_same_person_gets_the_new_number(self, cast):
        kept = inmate(cast, "B.I 9/2024", born_on=date(1990, 5, 6))
        kept_in = self.twins(cast, [["B.I 1/2025", "SITI AMINAH binti Hasan", "P"]])
        (twin,) = compare(kept_in).twins
        assert twin.person["id"] == kept.pk
        services.answer_roster(
            roster_import=kept_in, missing={}, same={"B.I 1/2025": kept.pk}, by=cast.officer
        )
        commit(kept_in, cast.officer)
        assert Inmate.objects.get(facility=cast.jember).register_number == "B.I 1/2025"

    def test_without_an_answer_they_are_two(self, cast):
        inmate(cast, "B.I 9/2024", born_on=date(1990, 5, 6))
        commit(self.twins(cast, [SITI]), cast.officer)
        assert Inmate.objects.filter(name="Siti Aminah").count() == 2

    def test_two_rows_of_one_file(self, cast):
        (twin,) = compare(self.twins(cast, [SITI, ["B.I 2/2025", "Siti Aminah", "P"]])).twins
        assert (twin.row["row"], twin.other["row"], twin.person) == (3, 2, None)


class TestMissing:
    def test_they_stay_unless_the_officer_says_where_they_are(self, cast, training):
        gone, stays = (enrollment.inmate for enrollment in training.enrollments[:2])
        kept_in = upload(cast, [SITI])
        answer = {"departure": "transferred", "departed_on": "2025-12-19", "destination": "Metro"}
        services.answer_roster(
            roster_import=kept_in, missing={str(gone.pk): answer}, same={}, by=cast.officer
        )
        assert commit(kept_in, cast.officer).counts["departed"] == 1
        gone.refresh_from_db()
        stays.refresh_from_db()
        assert (gone.departed_on, gone.destination) == (date(2025, 12, 19), "Metro")
        assert stays.departed_on is None
        ended = training.batch.enrollments.get(inmate=gone)
        assert (ended.ended_on, ended.end_reason) == (
            date(2025, 12, 19),
            Enrollment.EndReason.TRANSFERRED,
        )

    def test_a_departure_that_cannot_be_stops_everything(self, cast, training):
        with time_machine.travel("2025-12-17 12:00+07:00"):
            training.mark(training.session, "HHH")
        gone = training.enrollments[0].inmate
        kept_in = upload(cast, [SITI])
        answer = {"departure": "released", "departed_on": "2025-12-16", "destination": ""}
        services.answer_roster(
            roster_import=kept_in, missing={str(gone.pk): answer}, same={}, by=cast.officer
        )
        assert commit(kept_in, cast.officer).state == State.FAILED
        assert gone.name in kept_in.error
        assert not Inmate.objects.filter(register_number="B.I 1/2025").exists()

    def test_who_is_in_a_later_file_is_back(self, cast):
        kept = inmate(cast, departed_on=date(2025, 12, 1), departure="released")
        kept_in = upload(cast, [SITI])
        assert [line.is_back for line in compare(kept_in).changed] == [True]
        commit(kept_in, cast.officer)
        kept.refresh_from_db()
        assert (kept.departed_on, kept.departure) == (None, "")
        assert AuditEvent.objects.get(action="inmate.returned").details == {"after": "released"}


class TestCommit:
    def test_the_trail_names_people_and_fields_and_no_values(self, cast):
        kept = inmate(cast, housing_unit="A-1")
        take(cast, [[*SITI, "RAHASIA-7"], ["2", "Anton", "L", ""]], [*HEAD, "Blok/Kamar"])
        updated = AuditEvent.objects.get(action="inmate.updated")
        assert (updated.subject_id, updated.details) == (
            str(kept.pk),
            {"changed": ["housing_unit"]},
        )
        assert AuditEvent.objects.get(action="inmate.registered").subject == "Anton"
        assert "RAHASIA" not in str(list(AuditEvent.objects.values()))
        assert AuditEvent.objects.get(action="roster.imported").details["new"] == 1

    def test_what_the_file_says_is_not_kept_twice(self, cast):
        done = take(cast, [SITI])
        assert (done.rows, done.wrong, done.answers) == ([], [], {})

    def test_a_job_killed_while_writing_leaves_nothing_and_can_go_again(self, cast, monkeypatch):
        kept_in, note = upload(cast, [SITI]), roster_changes._note
        monkeypatch.setattr(roster_changes, "_note", None)
        with pytest.raises(TypeError):
            commit(kept_in, cast.officer)
        kept_in.refresh_from_db()
        assert (kept_in.state, Inmate.objects.count()) == (State.FAILED, 0)
        monkeypatch.setattr(roster_changes, "_note", note)
        assert commit(kept_in, cast.officer).state == State.DONE

    def test_a_second_job_finds_it_done(self, cast):
        started = services.start_import(roster_import=upload(cast, [SITI]), by=cast.officer)
        services.run_import(roster_import=started)
        services.run_import(roster_import=started)
        assert (Inmate.objects.count(), RosterChange.objects.count()) == (1, 1)

    def test_a_job_whose_import_does_not_run_touches_nothing(self, cast):
        started = services.start_import(roster_import=upload(cast, [SITI]), by=cast.officer)
        RosterImport.objects.update(state=State.DISCARDED, done=7, total=9)
        services.run_import(roster_import=started)
        kept_in = RosterImport.objects.get()
        assert (kept_in.state, kept_in.done, kept_in.total) == (State.DISCARDED, 7, 9)

    def test_numbers_are_written_only_where_one_changes(self, cast):
        """PostgreSQL would shut out everybody who notes a reading meanwhile."""
        inmate(cast, housing_unit="A-1")
        with CaptureQueriesContext(connection) as asked:
            take(cast, [[*SITI, "A-2"]], [*HEAD, "Blok/Kamar"])
        (written,) = [one["sql"] for one in asked if 'ON CONFLICT ("id")' in one["sql"]]
        assert '"housing_unit" = EXCLUDED' in written
        assert '"register_number" = EXCLUDED' not in written

    def test_while_it_runs_nothing_else_begins(self, cast):
        running, other = upload(cast, [SITI]), upload(cast, [SITI])
        services.start_import(roster_import=running, by=cast.officer)
        for one in (running, other):
            with pytest.raises(ValidationError, match="sedang berjalan"):
                services.start_import(roster_import=one, by=cast.officer)

    def test_a_job_that_went_silent_is_begun_again_and_the_old_one_does_nothing(self, cast):
        old = services.start_import(roster_import=upload(cast, [SITI]), by=cast.officer)
        with time_machine.travel(timezone.now() + RosterImport.STALLS_AFTER + timedelta(minutes=1)):
            services.start_import(roster_import=old, by=cast.officer)
            services.run_import(roster_import=old)
            assert not Inmate.objects.exists()

    def test_not_what_the_officer_has_seen(self, cast):
        kept_in = upload(cast, [SITI])
        seen = compare(kept_in).fingerprint
        inmate(cast)
        with pytest.raises(ValidationError, match="berubah sejak"):
            services.start_import(roster_import=kept_in, seen=seen, by=cast.officer)

    def test_somebody_registered_meanwhile(self, cast, monkeypatch):
        """Between the second look and the writing."""
        kept_in, look = upload(cast, [SITI]), roster_changes._look_again

        def look_then_register(one):
            comparison = look(one)
            inmate(cast, name="Orang Lain")
            return comparison

        monkeypatch.setattr(roster_changes, "_look_again", look_then_register)
        assert commit(kept_in, cast.officer).state == State.FAILED
        assert [one.name for one in Inmate.objects.all()] == ["Orang Lain"]

    def test_wrong_rows_are_never_begun(self, cast):
        with pytest.raises(ValidationError, match="salah"):
            commit(upload(cast, [["1", "Anton", "X"]]), cast.officer)

    def test_a_discarded_one_neither(self, cast):
        kept_in = upload(cast, [SITI])
        services.discard_roster(roster_import=kept_in, by=cast.officer)
        with pytest.raises(ValidationError, match="tidak bisa dilanjutkan"):
            commit(kept_in, cast.officer)


@pytest.mark.django_db(transaction=True)
def test_two_officers_press_at_once(cast):
    both = [upload(cast, [SITI]), upload(cast, [["2", "Anton", "L"]])]

    def press(one):
        return lambda: services.start_import(roster_import=one, by=cast.officer)

    answers = at_once(*map(press, both))
    assert sorted(type(one).__name__ for one in answers) == ["RosterImport", "ValidationError"]
    assert RosterImport.objects.filter(state=State.RUNNING).count() == 1


class TestUndo:
    def undo(self, roster_import, cast):
        return services.undo_import(roster_import=roster_import, by=cast.officer)

    def test_everybody_as_before_and_nobody_deleted(self, cast):
        kept = inmate(cast, housing_unit="A-1", facts_from="officer", facts_on=date(2025, 1, 1))
        same = inmate(cast, "B.I 3/2025", name="Beni", sex="L", housing_unit="C")
        before = list(Inmate.objects.order_by("pk").values())
        rows = [[*SITI, "B-2"], ["B.I 2/2025", "Anton", "L", "B"], ["B.I 3/2025", "Beni", "L", "C"]]
        done = take(cast, rows, [*HEAD, "Blok/Kamar"])
        self.undo(done, cast)
        assert (
            list(Inmate.objects.filter(pk__in=[kept.pk, same.pk]).order_by("pk").values()) == before
        )
        new = Inmate.objects.get(register_number="B.I 2/2025")
        assert (new.departure, new.departed_on) == ("mistaken", DAY)
        with pytest.raises(ValidationError, match="hanya sekali"):
            self.undo(done, cast)

    def test_the_file_once_more_brings_them_back(self, cast):
        self.undo(take(cast, [SITI]), cast)
        assert take(cast, [SITI]).counts["returned"] == 1
        assert Inmate.objects.present().get().name == "Siti Aminah"

    def test_a_class_that_ended_by_it_goes_on(self, cast, training):
        gone = training.enrollments[0].inmate
        kept_in = upload(cast, [SITI])
        answer = {"departure": "released", "departed_on": "2025-12-19", "destination": ""}
        services.answer_roster(
            roster_import=kept_in, missing={str(gone.pk): answer}, same={}, by=cast.officer
        )
        self.undo(commit(kept_in, cast.officer), cast)
        gone.refresh_from_db()
        enrollment = training.batch.enrollments.get(inmate=gone)
        assert (gone.departed_on, enrollment.ended_on, enrollment.suspensions.count()) == (
            None,
            None,
            0,
        )

    def test_days_that_the_departure_cut_off_are_there_again(self, cast, training):
        """He was to join in two days, and to be away at New Year."""
        enrollment = training.enrollments[0]
        Enrollment.objects.filter(pk=enrollment.pk).update(joined_on=DAY + timedelta(days=2))
        for days in (3, 30):
            factories.SuspensionFactory(
                enrollment=enrollment,
                starts_on=DAY + timedelta(days=days),
                ends_on=DAY + timedelta(days=days + 2),
            )
        before = self.days_of(enrollment)
        kept_in = upload(cast, [SITI])
        answer = {"departure": "released", "departed_on": "2025-12-19", "destination": ""}
        services.answer_roster(
            roster_import=kept_in,
            missing={str(enrollment.inmate_id): answer},
            same={},
            by=cast.officer,
        )
        commit(kept_in, cast.officer)
        assert self.days_of(enrollment) != before
        self.undo(kept_in, cast)
        assert self.days_of(enrollment) == before

    @staticmethod
    def days_of(enrollment):
        return (
            Enrollment.objects.filter(pk=enrollment.pk).values().get(),
            list(enrollment.suspensions.values()),
        )

    def test_an_old_place_taken_up_again_stays(self, cast, training):
        """The file brought him back, and his class has him again: the undo would send him away."""
        enrollment = training.enrollments[0]
        number, name = enrollment.inmate.register_number, enrollment.inmate.name
        services.depart(
            inmate=enrollment.inmate,
            departed_on=date(2025, 12, 19),
            departure="released",
            by=cast.officer,
        )
        done = take(cast, [[number, name, enrollment.inmate.sex]])
        services.return_to_batch(enrollment=enrollment, resumed_on=DAY, by=cast.officer)
        with pytest.raises(ValidationError, match=name):
            self.undo(done, cast)
        enrollment.inmate.refresh_from_db()
        assert enrollment.inmate.departed_on is None

    def test_the_old_number_is_somebody_elses_by_now(self, cast):
        kept = inmate(cast, "B.I 9/2024", born_on=date(1990, 5, 6))
        kept_in = upload(cast, [[*SITI, "06-05-1990"]], BORN)
        services.answer_roster(
            roster_import=kept_in, missing={}, same={"B.I 1/2025": kept.pk}, by=cast.officer
        )
        done = commit(kept_in, cast.officer)
        inmate(cast, "B.I 9/2024", name="Orang Lain")
        with pytest.raises(ValidationError, match="sudah dipakai orang lain"):
            self.undo(done, cast)
        done.refresh_from_db()
        kept.refresh_from_db()
        assert (done.state, kept.register_number) == (State.DONE, "B.I 1/2025")

    @pytest.mark.parametrize(
        "note",
        [
            factories.FindingFactory,
            factories.ActivityFactory,
            factories.ApplicationFactory,
            factories.SeparationFactory,
        ],
    )
    def test_not_over_what_was_noted_of_new_people(self, cast, training, note):
        done = take(cast, [SITI])
        siti = Inmate.objects.get(register_number="B.I 1/2025")
        if note is factories.SeparationFactory:
            note(first=training.enrollments[0].inmate, second=siti)
        elif note is factories.ApplicationFactory:
            note(inmate=siti, batch=training.batch)
        else:
            note(inmate=siti)
        with pytest.raises(ValidationError, match="Siti Aminah"):
            self.undo(done, cast)

    @pytest.mark.parametrize("what", ["changed", "enrolled"])
    def test_not_over_what_came_after(self, cast, training, what):
        done = take(cast, [SITI])
        siti = Inmate.objects.get(register_number="B.I 1/2025")
        if what == "changed":
            services.update_inmate(inmate=siti, sex="L", by=cast.officer)
        else:
            factories.EnrollmentFactory(batch=training.batch, inmate=siti)
        with pytest.raises(ValidationError, match="Siti Aminah"):
            self.undo(done, cast)
        assert Inmate.objects.present().filter(pk=siti.pk).exists()

    def test_only_until_the_next(self, cast):
        first, second = take(cast, [SITI]), take(cast, [SITI])
        with pytest.raises(ValidationError, match="terakhir"):
            self.undo(first, cast)
        self.undo(second, cast)
        with pytest.raises(ValidationError, match="terakhir"):
            self.undo(first, cast)
