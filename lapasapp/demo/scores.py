"""What the people of a demo class achieve: scores, a remedial, and the skills they master."""

import random
from decimal import Decimal

from participants.services import Assessment, Tick, record_mastery, record_results

LOWEST, HIGHEST = 75, 95
NOT_YET = (Decimal(62), Decimal(58))


def assess(batch, units, *, sessions, school, leaves_open=False):
    """Scores near a level of each person's own; somebody passes one unit only in the second attempt.

    With `leaves_open` that second attempt is still to come.
    """
    dice = random.Random(f"{batch.code} nilai")
    people = list(batch.enrollments.in_paper_order())
    levels = {person.pk: dice.randint(79, 91) for person in people}
    late = people[len(people) // 2]
    for number, unit in enumerate(units):
        scores = {
            person.pk: (_near(levels[person.pk], dice), _near(levels[person.pk], dice))
            for person in people
        }
        passed = scores[late.pk]
        if is_retried := number == len(units) // 2:
            scores[late.pk] = NOT_YET
        _record(batch, unit, scores, sessions=sessions, school=school)
        if is_retried and not leaves_open:
            _record(batch, unit, {late.pk: passed}, sessions=sessions, school=school, version=1)


def _near(level, dice):
    return Decimal(min(HIGHEST, max(LOWEST, level + dice.randint(-5, 5))))


def _record(batch, unit, scores, *, sessions, school, version=0):
    last = [one for one in sessions if one.unit_id == unit.pk][-1]
    record_results(
        batch=batch,
        assessments={
            (person, unit.pk): Assessment(
                theory if unit.theory_hours else None,
                practice if unit.practice_hours else None,
                None,
                version,
                is_remedial=bool(version),
            )
            for person, (theory, practice) in scores.items()
        },
        assessor=last.instructor.name,
        assessed_on=last.takes_place_on,
        by=school.clerk_of(last),
    )


def tick(batch, units, begun, *, by):
    """All skills of `units` but one person's last, and of the unit just `begun` the first ones."""
    people = list(batch.enrollments.in_paper_order())
    late = people[len(people) // 2]
    for unit in units:
        skills = list(unit.skills.all())
        _tick(batch, unit, [(one, skills) for one in people if one != late], by)
        _tick(batch, unit, [(late, skills[:-1])], by)
    if begun:
        skills = list(begun.skills.all())
        _tick(batch, begun, [(one, skills[: 1 + one.position % 3]) for one in people], by)


def _tick(batch, unit, mastered, by):
    ticks = {
        (person.pk, skill.pk): Tick(is_mastered=True, version=0)
        for person, skills in mastered
        for skill in skills
    }
    if ticks:
        record_mastery(batch=batch, unit=unit, ticks=ticks, by=by)
