"""A timetable of 160 JP, against the bare writing of the same rows."""

from datetime import date, time, timedelta

from django.db import transaction

from accounts.roles import Role
from programs import services
from programs.models import Session
from programs.timetable import Slot
from tests import factories

BUSY_MEETINGS = 300


def rows(race):
    batch, pattern, officer = _class_of_160_jp()

    def ours():
        with transaction.atomic():
            services.generate_timetable(batch=batch, pattern=pattern, by=officer)
            transaction.set_rollback(True)

    with transaction.atomic():
        made = services.generate_timetable(batch=batch, pattern=pattern, by=officer)
        transaction.set_rollback(True)

    def raw():
        with transaction.atomic():
            for one in made:
                one.pk = None
            Session.objects.bulk_create(made)
            transaction.set_rollback(True)

    seconds, bare = race(ours, raw)
    hours = sum(one.hours for one in made)
    yield (
        f"timetable of {hours} JP / bare insert of its rows",
        seconds / bare,
        f"{seconds * 1000:.0f} ms for {len(made)} meetings among {BUSY_MEETINGS} others",
    )


def _class_of_160_jp():
    """A batch over four months; its teacher and its room are busy elsewhere as well."""
    facility = factories.FacilityFactory()
    agreement = factories.AgreementFactory(facility=facility)
    curriculum = factories.CurriculumFactory(program__facility=facility)
    for _ in range(8):
        factories.UnitFactory(curriculum=curriculum, theory_hours=5, practice_hours=15)
    batch = factories.BatchFactory(
        agreement=agreement, curriculum=curriculum, ends_on=date(2026, 5, 31)
    )
    teacher = factories.InstructorFactory(partner=agreement.partner)
    room = factories.RoomFactory(facility=facility)
    other = factories.BatchFactory(agreement=agreement)
    unit = factories.UnitFactory(curriculum=other.curriculum)
    Session.objects.bulk_create(
        Session(
            batch=other, unit=unit, instructor=teacher, room=room, hours=2,
            takes_place_on=batch.starts_on + timedelta(days=number // 2),
            starts_at=time(13 + 2 * (number % 2)), ends_at=time(15 + 2 * (number % 2)),
        )
        for number in range(BUSY_MEETINGS)
    )  # fmt: skip
    officer = factories.UserFactory(role=Role.OFFICER, facility=facility)
    pattern = services.Pattern(
        starts_on=batch.starts_on,
        weekdays=frozenset({1, 2, 3, 4, 5}),
        slots=(Slot(time(8), time(11)), Slot(time(12, 30), time(14))),
        room=room,
        instructors={unit.pk: teacher for unit in curriculum.units.all()},
    )
    return batch, pattern, officer
