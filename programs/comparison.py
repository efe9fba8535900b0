"""What changed from one version of a curriculum to another."""

from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from programs.models import Curriculum, Unit


class Kind(Enum):
    """What became of a unit, or of a line; the values are CSS classes."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"

    @property
    def word(self):
        return WORDS[self]

    @property
    def sign(self):
        return SIGNS[self]


WORDS = {
    Kind.ADDED: _("Ditambah"),
    Kind.REMOVED: _("Dihapus"),
    Kind.CHANGED: _("Diubah"),
    Kind.MOVED: _("Dipindah"),
    Kind.SAME: _("Tetap"),
}
SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "−", Kind.CHANGED: "~", Kind.MOVED: "↕", Kind.SAME: "="}
UNIT_FIELDS = ("code", "title", "standard", "theory_hours", "practice_hours")
TERMS = ("pass_mark", "theory_weight", "needs_second_assessor", "standard")
LISTS = ("tools", "materials")


@dataclass(frozen=True)
class Change:
    """One field that is not as it was; `name` is the word for it."""

    name: str
    old: object
    new: object


@dataclass(frozen=True)
class UnitRow:
    """One unit in either version or both; `unit` is the newest there is of it."""

    kind: Kind
    unit: Unit
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Line:
    """A tool or a material that only one version has."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Comparison:
    """`lines` holds {word for the list: [Line]} of the lists that changed; hours are totals in JP."""

    old: Curriculum
    new: Curriculum
    rows: tuple[UnitRow, ...]
    terms: tuple[Change, ...]
    lines: dict
    old_hours: int
    new_hours: int

    @property
    def changed_rows(self):
        return [row for row in self.rows if row.kind != Kind.SAME]

    @property
    def same_rows(self):
        return [row for row in self.rows if row.kind == Kind.SAME]

    @property
    def is_same(self):
        return not (self.changed_rows or self.terms or self.lines)


def compare(old, new):
    """The Comparison of two Curriculum rows whose `units` and their `skills` are at hand, in the order of the new one.

    What was removed stands where it was: after the unit that it followed.
    """
    before, after = list(old.units.all()), list(new.units.all())
    pairs = _pairs(before, after)
    return Comparison(
        old,
        new,
        tuple(_with_removed(_rows(before, after, pairs), before, pairs)),
        tuple(_changes(old, new, TERMS)),
        _changed_lists(old, new),
        sum(unit.hours for unit in before),
        sum(unit.hours for unit in after),
    )


def _pairs(before, after):
    """{new unit: old unit}: first those of one code, then, of what is left, those of one title."""
    pairs, left = {}, list(before)
    for key in (lambda unit: unit.code, lambda unit: _plain(unit.title)):
        for unit in after:
            if unit in pairs or not key(unit):
                continue
            found = [one for one in left if key(one) == key(unit)]
            # A school may give one code to several units: the one of the same title goes first.
            found.sort(key=lambda one: one.title != unit.title)
            if found:
                pairs[unit] = found[0]
                left.remove(found[0])
    return pairs


def _plain(title):
    return " ".join(title.casefold().split())


def _rows(before, after, pairs):
    """[(UnitRow, old unit or None)] of the new version's units."""
    kept = [unit for unit in after if unit in pairs]
    places = [before.index(pairs[unit]) for unit in kept]
    steady = {kept[number] for number in _longest_rise(places)}
    rows = []
    for unit in after:
        old = pairs.get(unit)
        if old is None:
            rows.append((UnitRow(Kind.ADDED, unit), None))
            continue
        changes = (*_changes(old, unit, UNIT_FIELDS), *_skill_changes(old, unit))
        kind = Kind.CHANGED if changes else Kind.SAME
        if unit not in steady:
            kind = Kind.CHANGED if changes else Kind.MOVED
            changes += (Change(_word(unit, "position"), old.position, unit.position),)
        rows.append((UnitRow(kind, unit, changes), old))
    return rows


def _longest_rise(numbers):
    """Indices of a longest rising part of `numbers`: what stayed in order while the others moved."""
    tails, before = [], {}
    for index, number in enumerate(numbers):
        place = bisect_left([numbers[one] for one in tails], number)
        before[index] = tails[place - 1] if place else None
        tails[place : place + 1] = [index]
    rise, index = [], tails[-1] if tails else None
    while index is not None:
        rise.append(index)
        index = before[index]
    return rise[::-1]


def _with_removed(rows, before, pairs):
    """All UnitRows, those of removed units put in after the old unit before them."""
    still_there = set(pairs.values())
    out = [row for row, _old in rows]
    place_of = {old: row for row, old in rows if old}
    last = None
    for unit in before:
        if unit in still_there:
            last = place_of[unit]
            continue
        removed = UnitRow(Kind.REMOVED, unit)
        out.insert(out.index(last) + 1 if last else 0, removed)
        last = removed
    return out


def _changes(old, new, names):
    return [
        Change(_word(new, name), _shown(getattr(old, name)), _shown(getattr(new, name)))
        for name in names
        if getattr(old, name) != getattr(new, name)
    ]


def _shown(value):
    return {True: _("ya"), False: _("tidak")}[value] if isinstance(value, bool) else value


def _skill_changes(old, new):
    """[Change] of each line that only one of the two checklists has."""
    before, after = (
        [(one.get_kind_display(), one.title) for one in unit.skills.all() if not one.retired_at]
        for unit in (old, new)
    )
    gone = [(kind, title, "") for kind, title in before if (kind, title) not in after]
    come = [(kind, "", title) for kind, title in after if (kind, title) not in before]
    return [
        Change(_("keterampilan %(kind)s") % {"kind": kind.lower()}, was, now)
        for kind, was, now in gone + come
    ]


def _changed_lists(old, new):
    """{word for the list: [Line]} of tools, materials and predicates that changed."""
    texts = {name: (getattr(old, name), getattr(new, name)) for name in LISTS}
    texts["predicates"] = (_predicate_lines(old), _predicate_lines(new))
    return {
        _word(new, name): lines
        for name, (before, after) in texts.items()
        if (lines := _lines(before, after))
    }


def _predicate_lines(curriculum):
    return "\n".join(f"{name} {least}" for name, least in curriculum.predicates)


def _word(row, name):
    return row._meta.get_field(name).verbose_name


def _lines(old, new):
    """[Line] that only the old or only the new text has, removed ones first."""
    before, after = old.splitlines(), new.splitlines()
    gone = [Line(Kind.REMOVED, one) for one in before if one not in after]
    return gone + [Line(Kind.ADDED, one) for one in after if one not in before]
