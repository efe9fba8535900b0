"""What every line of the worklist is made of."""

from dataclasses import dataclass

LATE, SOON, ORDINARY = "late", "soon", "ordinary"
MOST_OF_A_KIND = 6


@dataclass(frozen=True)
class Task:
    """One line of the worklist."""

    urgency: str
    icon: str
    what: str
    where: str
    due: str
    verb: str
    url: str
