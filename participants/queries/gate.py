"""What the gate needs for one day: who moves where from which block, who comes in, and with which tools."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from participants.models import AnnouncedAbsence, Inmate
from participants.queries.sheets import expected_by_block
from programs.models import Batch, Instructor, Session
from programs.tools import Tools, tools_of


@dataclass(frozen=True)
class Movement:
    """One person from a block to one meeting, or kept from it by an announced absence."""

    block: str
    inmate: Inmate
    session: Session
    absence: AnnouncedAbsence | None


@dataclass(frozen=True)
class Block:
    """The people of one block, by name; `name` is empty for those whose block is unknown."""

    name: str
    movements: list[Movement]

    @property
    def going(self):
        """[Inmate] who leave the block, each once however many meetings they have."""
        return _once(one.inmate for one in self.movements if one.absence is None)


@dataclass(frozen=True)
class Arrival:
    """An instructor who comes in, for all her meetings of the day."""

    instructor: Instructor
    sessions: list[Session]

    @property
    def starts_at(self):
        return self.sessions[0].starts_at

    @property
    def ends_at(self):
        return max(one.ends_at for one in self.sessions)

    @property
    def batches(self):
        return _once(one.batch for one in self.sessions)


@dataclass(frozen=True)
class Materials:
    """What a batch may bring in, as its curriculum lists it for the whole batch."""

    batch: Batch
    lines: list[str]


@dataclass(frozen=True)
class DayPack:
    """One day at the gate. `tools` are (Session, Tools) of the meetings that need or have any."""

    day: date
    sessions: list[Session]
    blocks: list[Block]
    arrivals: list[Arrival]
    materials: list[Materials]
    tools: list[tuple[Session, Tools]]

    @property
    def movements(self):
        return [one for block in self.blocks for one in block.movements]

    @property
    def going(self):
        return [one for block in self.blocks for one in block.going]

    @property
    def people(self):
        return _once(one.inmate for one in self.movements)

    @property
    def escorts(self):
        """[Batch] of the day whose escort is named."""
        return [one for one in _once(one.batch for one in self.sessions) if one.escort]


def day_pack(user, day):
    """The DayPack of the meetings that `user` may see, in five queries however many they are."""
    sessions = list(
        Session.objects.visible_to(user)
        .alive()
        .filter(takes_place_on=day)
        .exclude(batch__state=Batch.State.CANCELLED)
        .select_related("batch__facility", "batch__curriculum", "room", "unit")
        .select_related("instructor__partner")
        .order_by("starts_at", "batch__name", "pk")
    )
    tools = tools_of(sessions)
    return DayPack(
        day,
        sessions,
        [_block(name, expected) for name, expected in expected_by_block(day, sessions)],
        _arrivals(sessions),
        _materials(sessions),
        [(one, tools[one.pk]) for one in sessions if tools[one.pk].lines],
    )


def _block(name, expected):
    return Block(
        name,
        [
            Movement(name, one.inmate, session, absence)
            for one in expected
            for session, absence in sorted(one.goings, key=lambda going: going[0].starts_at)
        ],
    )


def _arrivals(sessions):
    """[Arrival], the earliest first."""
    by_instructor = defaultdict(list)
    for one in sessions:
        by_instructor[one.instructor].append(one)
    return [Arrival(instructor, theirs) for instructor, theirs in by_instructor.items()]


def _materials(sessions):
    found = []
    for batch in _once(one.batch for one in sessions):
        lines = [line.strip() for line in batch.curriculum.materials.splitlines()]
        if lines := [line for line in lines if line]:
            found.append(Materials(batch, lines))
    return found


def _once(things):
    return list(dict.fromkeys(things))
