"""The order of a selection round, and how equal totals are drawn. No database, no clock.

Anybody can do it again with pencil and paper and one common program:

1. Total: each score times its criterion's weight, summed, divided by the sum of the weights, to two
   decimals, half upwards.
2. The higher total stands first.
3. Equal totals stand in the order of their tickets, the smaller first (0–9 before a–f). A ticket is
   SHA-256 of the round's seed, a colon and the register number, in UTF-8 and without a line's end:
   ``printf '%s' 'SEED:REGISTER NUMBER' | sha256sum``

The seed is drawn once, when the scores are frozen; until then nobody can know a ticket.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256


@dataclass(frozen=True)
class Entrant:
    """Somebody with all scores: whatever names them in the caller's world, register number, total."""

    key: object
    register_number: str
    total: Decimal


@dataclass(frozen=True)
class Seating:
    """Whose seat is certain, and who has the same total at the edge and draws for `seats_drawn`."""

    certain: list
    drawing: list
    seats_drawn: int = 0


def weighted_mean(points, weights):
    """Points 0 to 100 on each criterion, and their weights, as one Decimal."""
    total = sum(one * weight for one, weight in zip(points, weights, strict=True))
    return (Decimal(total) / sum(weights)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def ticket(seed, register_number):
    """64 hexadecimal digits, as sha256sum prints them."""
    return sha256(f"{seed}:{register_number}".encode()).hexdigest()


def ranked(entrants, seed):
    """[Entrant] from first to last, whatever order they came in."""
    return sorted(
        entrants,
        key=lambda one: (-one.total, ticket(seed, one.register_number), one.register_number),
    )


def drawn(entrants, seed, seats):
    """Who of people with equal totals get the seats."""
    return ranked(entrants, seed)[:seats]


def seating(entrants, seats):
    """Seating before anything is drawn: nobody draws when there are seats for all."""
    totals = sorted((one.total for one in entrants), reverse=True)
    if len(totals) <= seats:
        return Seating(certain=list(entrants), drawing=[])
    edge = totals[seats - 1]
    certain = [one for one in entrants if one.total > edge]
    level = [one for one in entrants if one.total == edge]
    left = seats - len(certain)
    if len(level) == left:
        return Seating(certain=certain + level, drawing=[])
    return Seating(certain=certain, drawing=level, seats_drawn=left)
