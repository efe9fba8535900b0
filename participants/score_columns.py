"""The columns of a spreadsheet of scores; its headings are data, the same in both languages."""

from collections import Counter
from dataclasses import dataclass
from unicodedata import category

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
    positions = [str(unit.position) for unit in units]
    times = Counter([heading_key(unit.code) for unit in units] + positions)
    found = []
    for unit, position in zip(units, positions, strict=True):
        code = heading_key(unit.code)
        is_clear = code and times[code] == 1 and not code.isdigit()
        key = unit.code if is_clear else position
        for word, part in PARTS.items():
            if getattr(unit, f"{part}_hours"):
                found.append(Column(f"{key} {word}", unit, part))
    return found


def heading_key(text):
    """No, NO. and "no ." are one heading, whatever stands between them that nobody sees."""
    seen = (
        " " if sign.isspace() or sign in ".:" else sign
        for sign in text
        if sign.isspace() or category(sign) not in ("Cc", "Cf")
    )
    return " ".join("".join(seen).split()).casefold()
