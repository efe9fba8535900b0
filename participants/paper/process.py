"""The door to the reader: a page of an upload in, what was seen out, by way of a process of its own."""

import json
from dataclasses import dataclass
from pathlib import Path

from core.sandbox import GaveUp, run

CHILD = Path(__file__).with_name("child.py")
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Seen:
    """`facts` as participants.paper.reader.Reading.facts; `picture` a JPEG, empty when there is none."""

    facts: dict
    picture: bytes


def look(content: bytes, number: int) -> Seen:
    """What page `number` (from 1) of a PDF, JPEG, PNG or TIFF says. Never raises: a page may be refused."""
    try:
        answer = run(CHILD, content, str(number), patience=PATIENCE_SECONDS)
        facts, _line, picture = answer.partition(b"\n")
        return Seen(json.loads(facts), picture)
    except (GaveUp, OSError, ValueError):  # it died, could not be started, or babbled
        return Seen({"refusal": "damaged", "paper": "", "code": "", "rows": []}, b"")
