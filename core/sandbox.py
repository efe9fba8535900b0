"""Runs a script on an uploaded file in a process of its own, where one that is made to do harm does none.

The script limits its own memory and time; it starts isolated, without Django or its settings at hand.
"""

import subprocess
import sys
from threading import Lock

# Each of these processes may take its full share of memory, so that ours has one of them at a time.
_one_at_a_time = Lock()


class GaveUp(Exception):
    """The script fell over the file, or asked for more time or memory than a file deserves."""


def run(script, content, *what, patience):
    """What `script` (a path) answers, in bytes, to a file's content; raises GaveUp after `patience` seconds."""
    command = [sys.executable, "-I", str(script), *what]
    try:
        with _one_at_a_time:
            return subprocess.run(  # noqa: S603, nothing of the command comes from outside
                command,
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=patience,
                check=True,
            ).stdout
    except subprocess.SubprocessError:
        raise GaveUp from None
