"""The pages of an uploaded file as pictures."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Lock

DRAWING = Path(__file__).with_name("drawing.py")
PATIENCE_SECONDS = 20

# Each drawing may take its full share of memory, so that this process has one of them at a time.
_one_at_a_time = Lock()


class Undrawable(Exception):
    """The file is damaged, has no such page, or asks for more time or memory than a page deserves."""


def page_image(document, number):
    """Page `number` (from 1) of a kept Document as PNG, at most 1000 pixels wide; raises Undrawable."""
    return _draw(_content(document), "page", str(number))


def page_sizes(document):
    """[width, height] in pixels of each page's image, in their order; raises Undrawable."""
    return sizes(_content(document))


def sizes(content):
    """`page_sizes` of a file that is not kept yet, given as bytes."""
    return json.loads(_draw(content, "sizes"))


def _content(document):
    with document.file.open() as file:
        return file.read()


def _draw(content, *what):
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
