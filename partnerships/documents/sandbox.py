"""Opens uploaded files in a process of its own (drawing.py), where one that is made to do harm does none."""

import subprocess
import sys
from pathlib import Path
from threading import Lock

DRAWING = Path(__file__).with_name("drawing.py")
PATIENCE_SECONDS = 20

# Each of these processes may take its full share of memory, so that ours has one of them at a time.
_one_at_a_time = Lock()


class Undrawable(Exception):
    """The file is damaged, has no such page, or asks for more time or memory than a page deserves."""


def ask(content, *what):
    """The answer, in bytes, to `what` drawing.py is asked about a file's content; raises Undrawable."""
    command = [sys.executable, "-I", str(DRAWING), *what]
    try:
        with _one_at_a_time:
            return subprocess.run(  # noqa: S603, nothing of the command comes from outside
                command,
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE_SECONDS,
                check=True,
            ).stdout
    except subprocess.SubprocessError:
        raise Undrawable from None
