"""Texts measured with the fonts' own widths: which size fits, where a line breaks, what cannot be drawn."""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from unicodedata import category, normalize

from django.utils.translation import gettext as _

from core.pdf import static_file

MM_PER_POINT = 25.4 / 72


class CannotDraw(ValueError):
    """The content cannot stand on this paper as it is; the message tells the user which text and why."""


@dataclass(frozen=True, eq=False)
class Typeface:
    advances: dict[str, float] = field(repr=False)

    def width(self, text, points, tracking=0.0):
        """In millimetres and without kerning, which only ever makes a text narrower."""
        return (self.ems(text) + tracking * len(text)) * points * MM_PER_POINT

    # Most texts of a batch are alike, and each is measured for several sizes.
    @lru_cache(maxsize=4096)  # noqa: B019 - the handful of typefaces lives as long as the process
    def ems(self, text):
        return sum(self.advances.get(letter, 1) for letter in text)


@cache
def typeface(name: str) -> Typeface:
    from fontTools.ttLib import TTFont

    with TTFont(static_file(f"static:fonts/certificate/{name}.ttf"), lazy=True) as font:
        metrics, per_em = font["hmtx"], font["head"].unitsPerEm
        return Typeface(
            {chr(code): metrics[glyph][0] / per_em for code, glyph in font.getBestCmap().items()}
        )


def undrawable(text: str, faces) -> str:
    """The characters of `text` that one of these fonts cannot draw, each once; empty when all can.

    Another font would step in without a word, or a letter stay away: ask before a number is given.
    """
    letters = drawn_by(tuple(faces))
    return "".join(dict.fromkeys(one for one in normalize("NFC", text) if one not in letters))


@cache
def drawn_by(faces):
    """The characters that every one of these fonts draws, control characters and the like left out."""
    common = frozenset.intersection(*(frozenset(typeface(name).advances) for name in faces))
    return frozenset(one for one in common if not category(one).startswith("C"))


@dataclass(frozen=True)
class Fitted:
    text: str  # its lines, joined by newlines
    step: int


@dataclass(frozen=True)
class Fitting:
    """A place on the paper and the steps its text may take: (points, lines), as in the stylesheet."""

    what: str
    face: str
    width: float
    steps: tuple[tuple[float, int], ...]
    tracking: tuple[float, ...] = ()

    def fit(self, text) -> Fitted:
        for step, (points, lines) in enumerate(self.steps):
            tracking = self.tracking[step] if self.tracking else 0
            for broken in [[text]] if lines == 1 else in_two(text):
                widths = [typeface(self.face).width(line, points, tracking) for line in broken]
                if max(widths) <= self.width:
                    return Fitted("\n".join(broken), step)
        raise CannotDraw(
            _("%(what)s terlalu panjang untuk lembar sertifikat: %(text)s")
            % {"what": self.what, "text": text}
        )


def in_two(text):
    """Ways to break `text` in two lines, the evenest first and rather the upper one longer."""

    def unevenness(lines):
        upper, lower = map(len, lines)
        return max(upper, lower) + max(0, lower - upper) / 3

    words = text.split()
    splits = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    return sorted(splits, key=unevenness) or [[text]]


def lines_of(text, points, width, face):
    """How many lines `text` takes in a column, word after word."""
    measure, count, line = typeface(face), 1, ""
    for word in text.split():
        if line and measure.width(f"{line} {word}", points) > width:
            count, line = count + 1, word
        else:
            line = f"{line} {word}".strip()
    return count


def narrow_enough(texts, points, width, face):
    return all(typeface(face).width(text, points) <= width for text in texts)
