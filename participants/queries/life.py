"""What somebody did in a training, here or elsewhere, for the pages and papers that tell it."""

from dataclasses import dataclass

from participants.documents.statement import unfolded
from participants.models import UnitResult
from participants.queries.ledger import NOTHING, Hours, ledger
from participants.queries.standings import Standing, standings
from participants.registers import name_key
from programs.models import Unit


@dataclass(frozen=True)
class UnitHours:
    """One unit of one participant: hours in JP, and what was achieved."""

    unit: Unit
    hours: Hours
    result: UnitResult | None

    @property
    def taught(self):
        """While the person took part."""
        return self.hours.delivered

    @property
    def attended(self):
        return self.hours.attended


@dataclass(frozen=True)
class Participation:
    """An enrollment in numbers, those of the roster among them."""

    standing: Standing
    units: list

    @property
    def taught(self):
        return sum(one.taught for one in self.units)


def participation(enrollment):
    """Participation of `enrollment` (with batch and curriculum at hand)."""
    batch = enrollment.batch
    standing = next(one for one in standings(batch) if one.enrollment == enrollment)
    hours = ledger([enrollment])[enrollment.pk]
    results = {one.unit_id: one for one in enrollment.results.complete()}
    units = [
        UnitHours(unit, hours.get(unit.pk, NOTHING), results.get(unit.pk))
        for unit in batch.curriculum.units.all()
    ]
    return Participation(standing, units)


def life_of(inmate):
    """For the person's page: what the inmate brought along from elsewhere, the newest of each class."""
    newest = {}
    for one in inmate.carried_trainings.all():
        known = newest.get(one.batch_key)
        if known is None or known.content["made_at"] < one.content["made_at"]:
            newest[one.batch_key] = one
    carried = sorted(newest.values(), key=lambda one: one.content["joined_on"], reverse=True)
    return {"carried": [unfolded(one.content) for one in carried]}


def namesakes(inmates, content):
    """Of `inmates`, those who may be the person of a statement."""
    person, present = unfolded(content)["person"], inmates.present()
    people = present.only("name", "born_on")
    return present.filter(pk__in=[one.pk for one in people if is_about(person, one)])


def is_about(person, inmate):
    """Whether an unfolded statement's `person` may be `inmate`: the same name, and no other birthday."""
    key = name_key(person["name"])
    birthdays = {person["born_on"], inmate.born_on} - {None}
    return bool(key) and key == name_key(inmate.name) and len(birthdays) < 2
