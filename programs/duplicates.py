"""Which partners are probably one school under two names."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from partnerships.models import Partner

LONG_FORMS = (
    (r"\bsekolah menengah kejuruan\b", "smk"),
    (r"\bbalai latihan kerja\b", "blk"),
    (r"\blembaga (kursus dan pelatihan|pelatihan dan kursus)\b", "lkp"),
    (r"\b(smk) ?(n|neg|negri|negeri)\b", r"\1 negeri"),
)
# Of which kind a place is; one writes it, the other does not.
PLACE_WORDS = {"kab", "kabupaten", "kota", "kodya", "kotamadya", "upt", "uptd"}
ALIKE = 0.84


class Likeness(Enum):
    SAME_NAME = "same"
    SIMILAR_NAME = "similar"

    @property
    def word(self):
        return WORDS[self]


WORDS = {
    Likeness.SAME_NAME: _("Nama sama"),
    Likeness.SIMILAR_NAME: _("Nama mirip, kota sama"),
}


@dataclass(frozen=True)
class Pair:
    """Two rows for perhaps one school, the older row first."""

    first: Partner
    second: Partner
    likeness: Likeness

    @property
    def has_two_numbers(self):
        """Both have an NPSN, and not the same: then they are rather two schools."""
        return bool(self.first.npsn and self.second.npsn)


@dataclass(frozen=True)
class Belongings:
    """What goes along when a partner is merged into another."""

    partner: Partner
    facilities: list
    agreements: list
    contacts: list
    instructors: list

    @property
    def count(self):
        return len(self.agreements) + len(self.contacts) + len(self.instructors)


def belongings_of(partner):
    """Four queries."""
    return Belongings(
        partner,
        list(partner.facilities.all()),
        list(partner.agreements.select_related("facility")),
        list(partner.contacts.all()),
        list(partner.instructors.all()),
    )


def plain(name):
    """A name without case, punctuation and doubled blanks: "Sri  Wahyuni, S.Pd." is "sri wahyuni s pd"."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def words_of(name):
    """A school's name as a tuple of comparable words: "SMKN 03 Kab. Jember" is smk, negeri, 3, jember."""
    # Digits stand alone: SMKN3 is SMKN 3.
    text = " ".join(re.findall(r"\d+|[^\W\d_]+", name.casefold()))
    for long_form, short in LONG_FORMS:
        text = re.sub(long_form, short, text)
    return tuple(
        word.lstrip("0") if word.isdigit() else word
        for word in text.split()
        if word not in PLACE_WORDS
    )


def likely_pairs(partners):
    """[Pair] of `partners` (rows with name, city, npsn), those of the same name first.

    Two schools of one name in two cities, each with its own NPSN, are two schools; so are two of a city
    whose names differ in a number.
    """
    pairs = [*_of_one_name(partners), *_of_one_city(partners)]
    best = {}
    for pair in pairs:
        best.setdefault((pair.first.pk, pair.second.pk), pair)
    return sorted(
        best.values(),
        key=lambda pair: (pair.likeness == Likeness.SIMILAR_NAME, pair.first.name.casefold()),
    )


def _of_one_name(partners):
    for group in _grouped(partners, lambda one: words_of(one.name)):
        for first, second in combinations(group, 2):
            pair = Pair(first, second, Likeness.SAME_NAME)
            if words_of(first.city) == words_of(second.city) or not pair.has_two_numbers:
                yield pair


def _of_one_city(partners):
    for group in _grouped(partners, lambda one: words_of(one.city)):
        names = {one.pk: _without(words_of(one.name), words_of(one.city)) for one in group}
        for first, second in combinations(group, 2):
            likeness = _likeness(names[first.pk], names[second.pk])
            if likeness is None:
                continue
            pair = Pair(first, second, likeness)
            if likeness == Likeness.SAME_NAME or not pair.has_two_numbers:
                yield pair


def _likeness(one, other):
    if one == other:
        return Likeness.SAME_NAME
    if _numbers(one) != _numbers(other):
        return None
    matcher = SequenceMatcher(None, " ".join(one), " ".join(other), autojunk=False)
    # The two cheap ones never say less than the dear one: most pairs of a big city end here.
    asked = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return Likeness.SIMILAR_NAME if all(ratio() >= ALIKE for ratio in asked) else None


def _grouped(partners, key):
    groups = defaultdict(list)
    for one in sorted(partners, key=lambda one: one.pk):
        groups[key(one)].append(one)
    return [group for group in groups.values() if len(group) > 1]


def _without(words, place):
    """The name without its city; one writes it, the other does not."""
    return tuple(word for word in words if word not in place) or words


def _numbers(words):
    return [word for word in words if word.isdigit()]
