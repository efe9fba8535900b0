"""Numbers for the server-drawn SVG: plain geometry, no domain."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Block:
    """One part of a row of blocks: where it starts, how wide it is, and its kind (a CSS class)."""

    x: float
    width: float
    kind: str
    label: str


def row_of_blocks(parts, *, width=360, gap=3):
    """[(weight, kind, label)] side by side over `width` units; the widths are as the weights."""
    total = sum(weight for weight, _, _ in parts) or 1
    scale = (width - gap * (len(parts) - 1)) / total
    blocks, x = [], 0.0
    for weight, kind, label in parts:
        blocks.append(Block(round(x, 1), round(max(weight * scale, 1), 1), kind, label))
        x += weight * scale + gap
    return blocks


@dataclass(frozen=True)
class Span:
    """A stretch of days on a timeline: from `x` over `width` units."""

    x: float
    width: float

    @property
    def end(self):
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Timeline:
    """Days on a line `width` units long, from `first` to `last`, both included."""

    first: date
    last: date
    width: int = 1000

    def x(self, day):
        days = (self.last - self.first).days + 1
        return round(self.width * min(max((day - self.first).days / days, 0), 1), 1)

    def span(self, starts_on, ends_on):
        start = self.x(starts_on)
        end = self.x(date.fromordinal(ends_on.toordinal() + 1))
        return Span(start, round(max(end - start, 2), 1))

    def years(self):
        """[(x, first of January)] of every year on the line."""
        days = (date(year, 1, 1) for year in range(self.first.year, self.last.year + 1))
        return [(self.x(day), day) for day in days if day >= self.first]

    def ticks(self, *, most=8):
        """[(x, day)] of month starts, thinned out to at most `most`: every 1, 2, 3, 6, 12 or 24 months."""
        months = [
            date(year, month, 1)
            for year in range(self.first.year, self.last.year + 1)
            for month in range(1, 13)
            if self.first <= date(year, month, 1) <= self.last
        ]
        for step in (1, 2, 3, 6, 12, 24, 48):
            chosen = [day for day in months if (day.year * 12 + day.month - 1) % step == 0]
            if len(chosen) <= most:
                break
        return [(self.x(day), day) for day in chosen]
