"""A roster against the registry as it is now: who is new, who changed, who is not in the file."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import DateField
from django.utils import timezone

from participants.columns import HEADINGS
from participants.models import Inmate
from participants.registers import name_key, register_key
from participants.sentence import SENTENCE_DATES, sentence_faults

DEPARTURE = ("departed_on", "departure", "destination")
SOURCE = ("facts_from", "facts_on")
DATES = tuple(
    name
    for name in (*HEADINGS, *DEPARTURE, *SOURCE)
    if isinstance(Inmate._meta.get_field(name), DateField)
)
# Of people who share name and birthday, so many are offered.
MOST_TWINS = 5
STAYS = {"departed_on": None, "departure": "", "destination": ""}


@dataclass(frozen=True)
class Line:
    """One person of the file: `row` as it was read, `person` as kept now (None: new), `changes` {field: [old, new]}.

    `person` is a dict of the registry's fields, days as ISO text.
    """

    row: dict
    person: dict | None = None
    changes: dict = field(default_factory=dict)

    @cached_property
    def facts(self):
        """The person as the import leaves them."""
        if self.person is None:
            return {name: self.row[name] for name in HEADINGS if name in self.row}
        return self.person | {name: new for name, (_old, new) in self.changes.items()}

    @property
    def is_doubtful(self):
        """Another name and another birthday under the same number: the number may be somebody else's."""
        return self.changes.keys() >= {"name", "born_on"}

    @property
    def is_back(self):
        """Departed according to the registry, and in the file again."""
        return self.person is not None and self.person["departed_on"] is not None


@dataclass(frozen=True)
class Twin:
    """Probably one person under two numbers: `row` is new, the other stands in the registry or in the file."""

    row: dict
    person: dict | None = None
    other: dict | None = None
    is_same: bool = False

    @property
    def key(self):
        """Names the pair in a form."""
        return f"{self.person['id']}-{self.row['sheet']}-{self.row['row']}"


@dataclass
class Comparison:
    """`people` is the registry with which the file was compared, as `people_of` tells it."""

    people: list
    new: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    twins: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    @property
    def counts(self):
        return {name: len(getattr(self, name)) for name in ("new", "changed", "unchanged")}

    @property
    def fingerprint(self):
        """Changes when anything that the import would do changes."""
        what = [
            [line.row for line in self.new],
            [[line.person["id"], line.changes] for line in self.changed],
            [line.person["id"] for line in self.unchanged],
            [person["id"] for person in self.missing],
        ]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def compare(roster_import):
    """A Comparison, in one query whatever the size."""
    people, today = people_of(roster_import.facility_id), timezone.localdate()
    by_number = {register_key(person["register_number"]): person for person in people}
    by_number |= {person["register_number"]: person for person in people}
    by_id = {person["id"]: person for person in people}
    same = roster_import.answers.get("same", {})
    found, comparison = {}, Comparison(people)
    for row in roster_import.rows:
        number = row["register_number"]
        person = by_number.get(number) or by_number.get(register_key(number))
        if person:
            found[number] = person
    known = {person["id"] for person in found.values()}
    strangers = _by_name(
        one
        for one in people
        if one["id"] not in known and one["departure"] != Inmate.Departure.MISTAKEN
    )
    rows = _by_name(roster_import.rows)
    for row in roster_import.rows:
        number = row["register_number"]
        person = found.get(number)
        if person is None:
            person = by_id.get(same.get(number))
            comparison.twins += _twins_of(row, strangers, person)
            comparison.twins += _double_of(row, rows, found)
            if person and person["id"] in known:
                person = None
        if person:
            known.add(person["id"])
        _sort_in(comparison, row, person, today)
    comparison.changed.sort(key=lambda line: not line.is_doubtful)
    comparison.missing = [
        one for one in people if one["departed_on"] is None and one["id"] not in known
    ]
    return comparison


def people_of(facility, *, lock=False):
    """[dict] of everybody whom the facility ever had, days as ISO text.

    `lock` keeps them so until the transaction ends.
    """
    people = Inmate.objects.filter(facility=facility).order_by("pk")
    if lock:
        people = people.select_for_update(no_key=True)
    people = list(people.values("id", *HEADINGS, *DEPARTURE, *SOURCE))
    for one in people:
        for name in DATES:
            if day := one[name]:
                one[name] = day.isoformat()
    return people


def _by_name(facts):
    """{(name, birthday): [those who have both]}"""
    found = defaultdict(list)
    for one in facts:
        if one.get("born_on") and (key := name_key(one["name"])):
            found[key, one["born_on"]].append(one)
    return found


def _twins_of(row, strangers, chosen):
    """The new `row` and those in the registry who are not in the file under their own number."""
    alike = strangers.get((name_key(row["name"]), row.get("born_on")), [])
    return [Twin(row, person, is_same=person is chosen) for person in alike[:MOST_TWINS]]


def _double_of(row, rows, found):
    """The new `row` and the first like it in the file, or one whom the registry knows."""
    alike = rows.get((name_key(row["name"]), row.get("born_on")), [row])
    if alike[0] is not row:
        return [Twin(row, other=alike[0])]
    return [Twin(row, other=one) for one in alike[1:] if one["register_number"] in found][:1]


def _sort_in(comparison, row, person, today):
    if person is None:
        comparison.new.append(Line(row))
        return
    changes = _changes(row, person)
    if faults := _faults_together(row, person, changes, today):
        comparison.wrong.append(faults)
    elif changes:
        comparison.changed.append(Line(row, person, changes))
    else:
        comparison.unchanged.append(Line(row, person))


def _changes(row, person):
    changes = {
        name: [person[name], row[name]]
        for name in HEADINGS
        if name in row and person[name] != row[name] and not _means_the_same(name, person, row)
    }
    if person["departed_on"]:
        changes |= {name: [person[name], stays] for name, stays in STAYS.items() if person[name]}
    return changes


def _means_the_same(name, person, row):
    """Capitals and spaces alone are no change: certificates print the name as the office keeps it."""
    if name == "register_number":
        return register_key(person[name]) == register_key(row[name])
    return name == "name" and person[name].casefold() == row[name].casefold()


def _faults_together(row, person, changes, today):
    """The row as a wrong one, if its days and those which the file has no column for cannot both be."""
    if not changes.keys() & {"born_on", *SENTENCE_DATES} or row.keys() >= {*SENTENCE_DATES}:
        return None
    dates = ("born_on", *SENTENCE_DATES)
    facts = {name: row.get(name, person[name]) for name in dates}
    faults = sentence_faults(
        {name: date.fromisoformat(text) for name, text in facts.items() if text}, today
    )
    return faults and {
        "sheet": row["sheet"],
        "row": row["row"],
        "cells": {HEADINGS[name]: row[name] or "" for name in HEADINGS if name in row},
        "faults": [
            {"column": HEADINGS[name], "cell": row.get(name) or "", "reason": reason}
            for name, reason in faults.items()
        ],
    }
