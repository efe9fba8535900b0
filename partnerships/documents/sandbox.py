"""Opens uploaded files in a process of its own (drawing.py), where one that is made to do harm does none."""

from pathlib import Path

from core.sandbox import GaveUp, run

DRAWING = Path(__file__).with_name("drawing.py")
PATIENCE_SECONDS = 20


class Undrawable(Exception):
    """The file is damaged, has no such page, or asks for more time or memory than a page deserves."""


def ask(content, *what):
    """The answer, in bytes, to `what` drawing.py is asked about a file's content; raises Undrawable."""
    try:
        return run(DRAWING, content, *what, patience=PATIENCE_SECONDS)
    except GaveUp:
        raise Undrawable from None
