"""The columns of a spreadsheet of scores; its headings are data, the same in both languages."""

from collections import Counter
from dataclasses import dataclass

NUMBER, NAME, REGISTER = "No.", "Nama", "Register akhir"
PARTS = {"teori": "theory", "praktik": "practice"}


@dataclass(frozen=True)
class Column:
    """One part of one unit, under a heading of its own."""

    heading: str
    unit: object
    part: str


def score_columns(units):
    """[Column] in the order of the curriculum: the code where it tells units apart, else the position."""
    codes = Counter(unit.code.casefold() for unit in units)
    found = []
    for unit in units:
        is_clear = unit.code and codes[unit.code.casefold()] == 1 and not unit.code.isdigit()
        key = unit.code if is_clear else str(unit.position)
        for word, part in PARTS.items():
            if getattr(unit, f"{part}_hours"):
                found.append(Column(f"{key} {word}", unit, part))
    return found
