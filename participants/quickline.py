"""A sheet's marks as one quick line: "1-12h 13s 14i/l 15t20 sisa h".

A piece is a number or a range of numbers as the paper has them, then a letter: h, s, i, a or t. After t the
minutes may follow (15t20), after a slash whose cause it is: p participant, l Lapas, m partner (14i/l).
"sisa h" is everybody else who has no mark yet. Between pieces stand spaces, commas or line breaks; capitals
are the same. A range passes over numbers of people who are not on the sheet; its two ends must be.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

LETTERS = "hsiat"
CAUSES = {"p": "participant", "l": "facility", "m": "partner"}
CAUSE_LETTERS = {cause: letter for letter, cause in CAUSES.items()}
MOST_MINUTES = 600
MOST_ERRORS = 10

TOKEN = re.compile(
    r"sisa(?:nya)?\s*[^\s,;]*"
    r"|[0-9]+(?:\s*[-–—]\s*[0-9]+)?\s*[a-z](?![a-z])[^\s,;]*"  # also with spaces inside: 1 - 12 h
    r"|[^\s,;]+"
)
PIECE = re.compile(
    r"(?:sisa(?:nya)?|([0-9]{1,6})(?:-([0-9]{1,6}))?)([a-z])([0-9]{1,4})?(?:/([a-z]))?"
)


@dataclass(frozen=True)
class Said:
    """One mark as the line has it: H, S, I, A or T; minutes and cause only where they were written."""

    code: str
    minutes: int | None = None
    cause: str = ""

    def __str__(self):
        minutes = "" if self.minutes is None else self.minutes
        cause = f"/{CAUSE_LETTERS[self.cause]}" if self.cause else ""
        return f"{self.code.lower()}{minutes}{cause}"


@dataclass
class Line:
    """What was read: {number: Said}, the mark of all others, and what could not be read, in words."""

    said: dict = field(default_factory=dict)
    rest: Said | None = None
    errors: list = field(default_factory=list)


class Unreadable(ValueError):
    """What is wrong with a piece, and how to mend it."""


def parse(text: str, numbers: Iterable[int]) -> Line:
    """The Line that `text` says about a sheet with these `numbers`. Never raises: see `errors`.

    Reads no further than MOST_ERRORS: whoever pasted something else need not be told of every word.
    """
    line, known = Line(), sorted(numbers)
    for found in TOKEN.finditer(text.lower()):
        if len(line.errors) == MOST_ERRORS:
            line.errors.append(_("dan lainnya"))
            break
        token = found[0]
        piece = re.sub(r"[–—]", "-", re.sub(r"\s", "", token))
        try:
            _take(line, piece, known)
        except Unreadable as error:
            line.errors.append(f"“{_short(token)}”: {error}")
    return line


def write(said: dict, rest: Said | None = None) -> str:
    """The shortest line for {number: Said}, which `parse` reads back."""
    runs = []
    for number in sorted(said):
        if runs and runs[-1][1] == number - 1 and said[runs[-1][1]] == said[number]:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    pieces = [
        f"{first}{said[first]}" if first == last else f"{first}-{last}{said[first]}"
        for first, last in runs
    ]
    return " ".join([*pieces, f"sisa {rest}"] if rest else pieces)


def _take(line, piece, known):
    match = PIECE.fullmatch(piece)
    if match is None:
        raise Unreadable(_why_unreadable(piece))
    first, last, *mark = match.groups()
    said = _said(*mark)
    if first is None:
        _take_rest(line, said)
    else:
        _take_numbers(line, said, _numbers(int(first), int(last or first), known))


def _take_rest(line, said):
    if line.rest and line.rest != said:
        raise Unreadable(_("“sisa” sudah ditulis dengan tanda lain. Hapus salah satunya."))
    line.rest = said


def _take_numbers(line, said, numbers):
    twice = [number for number in numbers if line.said.get(number, said) != said]
    if twice:
        raise Unreadable(
            _("nomor %(number)s sudah ditulis dengan tanda lain (%(mark)s). Hapus salah satunya.")
            % {"number": twice[0], "mark": line.said[twice[0]]}
        )
    line.said.update(dict.fromkeys(numbers, said))


def _numbers(first, last, known):
    if last < first:
        raise Unreadable(
            _("rentang terbalik. Tulis %(last)s-%(first)s.") % {"first": first, "last": last}
        )
    for number in (first, last):
        if number not in known:
            raise Unreadable(_not_there(number, known))
    return [number for number in known if first <= number <= last]


def _not_there(number, known):
    if known and number > known[-1]:
        return _("nomor %(number)s tidak ada, daftar ini sampai nomor %(last)s.") % {
            "number": number,
            "last": known[-1],
        }
    return _("nomor %(number)s tidak ada di daftar hadir pertemuan ini.") % {"number": number}


def _said(letter, minutes, cause):
    if letter not in LETTERS:
        raise Unreadable(
            _("tanda “%(letter)s” tidak dikenal. Pakai h, s, i, a, atau t.") % {"letter": letter}
        )
    if minutes is not None:
        if letter != "t":
            raise Unreadable(_("menit hanya sesudah t, misalnya 15t20."))
        if not 1 <= int(minutes) <= MOST_MINUTES:
            raise Unreadable(_("menit terlambat 1 sampai 600."))
    if cause is not None:
        if cause not in CAUSES:
            raise Unreadable(
                _("sebab “%(letter)s” tidak dikenal. Pakai p (peserta), l (Lapas), atau m (mitra).")
                % {"letter": cause}
            )
        if letter == "h":
            raise Unreadable(_("hadir tidak memakai sebab. Hapus garis miring dan hurufnya."))
    return Said(letter.upper(), int(minutes) if minutes else None, CAUSES.get(cause, ""))


def _why_unreadable(piece):
    if re.fullmatch(r"[0-9]+(-[0-9]+)?", piece):
        return _("tandanya belum ada. Tulis hurufnya sesudah nomor, misalnya 13s.")
    return _("tidak terbaca. Tulis nomor lalu huruf, misalnya 1-12h 13s.")


def _short(token):
    token = " ".join(token.split())
    return token if len(token) <= 20 else f"{token[:20]}…"
