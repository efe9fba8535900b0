"""What a look is: where each text stands and the sizes it may take, measured in millimetres and points."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, cycle, takewhile

from django.utils.translation import gettext as _

from certificates.documents.typesetting import (
    MM_PER_POINT,
    CannotDraw,
    Fitting,
    lines_of,
    narrow_enough,
    typeface,
)


@dataclass(frozen=True)
class Columns:
    """The table's columns; long codes and predicates take from the title's width."""

    title: float
    code: float
    predicate: float
    code_indent: float  # what the title gains when there are no codes
    long_code: float = 16
    long_predicate: float = 11

    def title_beside(self, *, codes, long_codes, long_predicates):
        room = self.title + (0 if codes else self.code_indent)
        return room - self.long_code * long_codes - self.long_predicate * long_predicates


@dataclass(frozen=True)
class Table:
    """The units on the back. In small print the columns of figures give room to the titles."""

    face: str
    bold: str
    height: float
    large: Columns
    small: Columns
    points: tuple[float, ...] = (11.2, 10.2, 9.2, 8.4, 7.6, 7)
    paddings: tuple[float, ...] = (1.9, 1.4, 1, 0.7, 0.5, 0.4, 0.3)
    small_print: int = 3  # the step from which the columns are the small ones
    line: float = 1.12
    rule: float = 0.15

    def layout(self, units, predicate):
        """The largest size, then the widest rows, in which all units fit; as classes for the template."""
        codes = [unit["code"] for unit in units if unit["code"]]
        predicates = [predicate, *(unit["predicate"] for unit in units)]
        titles = [unit["title"] for unit in units]
        words = [word for title in titles for word in title.split()]
        for step, points in enumerate(self.points):
            columns = self.large if step < self.small_print else self.small
            long_codes = not narrow_enough(codes, points, columns.code, self.face)
            long_predicates = not narrow_enough(predicates, points, columns.predicate, self.bold)
            width = columns.title_beside(
                codes=codes, long_codes=long_codes, long_predicates=long_predicates
            )
            lines = sum(lines_of(title, points, width, self.face) for title in titles) + 1
            text_height = lines * points * self.line * MM_PER_POINT
            widest_code = columns.code + columns.long_code
            widest_predicate = columns.predicate + columns.long_predicate
            for spacing, padding in enumerate(self.paddings):
                height = text_height + (len(units) + 1) * (2 * padding + self.rule)
                if (
                    height <= self.height
                    and narrow_enough(codes, points, widest_code, self.face)
                    and narrow_enough(predicates, points, widest_predicate, self.bold)
                    and narrow_enough(words, points, width, self.face)
                ):
                    return {
                        "step": step,
                        "spacing": spacing,
                        "is_small": columns is self.small,
                        "has_codes": bool(codes),
                        "has_long_codes": long_codes,
                        "has_long_predicates": long_predicates,
                    }
        raise CannotDraw(
            _("%(count)d unit dengan judul sepanjang ini tidak muat di satu halaman.")
            % {"count": len(units)}
        )


@dataclass(frozen=True)
class Notes:
    """Three short paragraphs under the table, all in the largest size that fits."""

    face: str
    width: float
    height: float
    steps: tuple[tuple[float, float], ...]  # points, line height

    def fit(self, found):
        for step, (points, line) in enumerate(self.steps):
            height = points * line * MM_PER_POINT
            if all(
                (1 + lines_of(text, points, self.width, self.face)) * height <= self.height
                and narrow_enough(text.split(), points, self.width, self.face)
                for _, text in found
            ):
                return [{"heading": heading, "text": text, "step": step} for heading, text in found]
        raise CannotDraw(_("Acuan terlalu panjang untuk halaman belakang."))


@dataclass(frozen=True)
class Microtext:
    """A line so small that a copier blurs it: the parts again and again, then justified."""

    face: str
    points: float
    tracking: float
    width: float

    def line(self, *parts):
        lengthening = accumulate(cycle(parts), "{} · {}".format)
        fits = takewhile(
            lambda line: typeface(self.face).width(line, self.points, self.tracking) <= self.width,
            lengthening,
        )
        *_, longest = fits
        return longest


@dataclass(frozen=True)
class Look:
    """One of the drawings of a certificate.

    `places` names the texts of certificates.documents.sheet.texts_of that stand on it, each with its
    Fitting; `signed` those of a signatory on the front, `head` those of the last one on the back.
    """

    template: str
    stylesheet: str
    ink: str  # of the QR code
    faces: tuple[str, ...]  # every letter of a certificate must be in each
    places: dict[str, Fitting]
    signed: dict[str, Fitting]
    head: dict[str, Fitting]
    table: Table
    notes: Notes
    microtext: Microtext
    emblem_ink: str = ""  # of our emblems, as img/emblem-<name>-<ink>.svg
    more: Callable[[dict], dict] = lambda content: {}
