"""A sheet of 40 saved against the bare writing of its rows, and the ledger of a class against its bare marks."""

import itertools
from datetime import date, time, timedelta

from django.db import transaction

from accounts.roles import Role
from participants import services
from participants.models import Attendance, Enrollment, Inmate
from participants.queries.ledger import ledger
from participants.services import Mark
from programs.models import Session
from tests import factories

PEOPLE, MEETINGS = 40, 60
WRITTEN = ["code", "cause", "minutes_late", "remark", "source", "version", "marked_by", "marked_at"]


def rows(race):
    officer, sessions, people = _class_of_forty()
    yield from _sheet_rows(race, officer, sessions[-1], people)
    _mark_all(officer, sessions[:-1], people)
    yield from _ledger_rows(race, people)


def _sheet_rows(race, officer, session, people):
    nonces = map("bench-{:06d}".format, itertools.count())

    def save(code, version):
        marks = {one.pk: Mark(code, "", version) for one in people}
        outcome = services.record_attendance(
            session=session, marks=marks, nonce=next(nonces), by=officer
        )
        assert outcome.written == PEOPLE, outcome

    def raw(code, version):
        Attendance.objects.bulk_create(
            [
                Attendance(
                    session=session,
                    enrollment=one,
                    code=code,
                    cause="participant" if code != "H" else "",
                    version=version,
                    marked_by=officer,
                )
                for one in people
            ],
            update_conflicts=True,
            unique_fields=["session", "enrollment"],
            update_fields=WRITTEN,
        )

    def undone(act, *arguments):
        def run():
            with transaction.atomic():
                act(*arguments)
                transaction.set_rollback(True)

        return run

    ours, bare = race(undone(save, "H", 0), undone(raw, "H", 1))
    yield f"sheet of {PEOPLE} new / bare upsert of its rows", ours / bare, _figure(ours, bare)
    with transaction.atomic():
        save("H", 0)
    ours, bare = race(undone(save, "S", 1), undone(raw, "S", 2))
    yield f"sheet of {PEOPLE} changed / bare upsert of its rows", ours / bare, _figure(ours, bare)


def _ledger_rows(race, people):
    def bare():
        list(Attendance.objects.filter(enrollment__in=people).select_related("session"))

    ours, fetched = race(lambda: ledger(people), bare)
    yield (
        f"ledger of {PEOPLE} x {MEETINGS} / bare fetch of its marks",
        ours / fetched,
        _figure(ours, fetched),
    )


def _figure(ours, bare):
    return f"{ours * 1000:.1f} ms, bare {bare * 1000:.1f} ms"


def _class_of_forty():
    """(officer, the meetings of one class, its people), nothing marked."""
    facility = factories.FacilityFactory()
    agreement = factories.AgreementFactory(facility=facility)
    curriculum = factories.CurriculumFactory(program__facility=facility)
    units = [factories.UnitFactory(curriculum=curriculum) for _ in range(8)]
    batch = factories.BatchFactory(agreement=agreement, curriculum=curriculum)
    officer = factories.UserFactory(role=Role.OFFICER, facility=facility)
    teacher = factories.InstructorFactory(partner=agreement.partner)
    room = factories.RoomFactory(facility=facility)
    sessions = Session.objects.bulk_create(
        Session(
            batch=batch, unit=units[number % len(units)], instructor=teacher, room=room, hours=4,
            takes_place_on=batch.starts_on + timedelta(days=number),
            starts_at=time(8), ends_at=time(11), status=Session.Status.HELD,
        )
        for number in range(MEETINGS)
    )  # fmt: skip
    inmates = Inmate.objects.bulk_create(
        Inmate(
            facility=facility,
            name=f"Warga Binaan {number}",
            register_number=f"B.I {number}/2025",
            sex=Inmate.Sex.MALE,
        )
        for number in range(PEOPLE)
    )
    people = Enrollment.objects.bulk_create(
        Enrollment(
            batch=batch,
            inmate=inmate,
            position=position,
            joined_on=date(2025, 12, 17),
            enrolled_by=officer,
        )
        for position, inmate in enumerate(inmates, start=1)
    )
    return officer, sessions, people


def _mark_all(officer, sessions, people):
    codes = itertools.cycle(["H", "H", "H", "T", "S", "I", "A"])
    causes = itertools.cycle(["participant", "facility", "partner"])
    Attendance.objects.bulk_create(
        Attendance(
            session=session,
            enrollment=one,
            code=code,
            cause="" if code == "H" else next(causes),
            marked_by=officer,
        )
        for session in sessions
        for one, code in zip(people, codes, strict=False)
    )
