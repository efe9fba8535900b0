"""Files that have no name yet: what is written here gets its name in one step, or is swept away."""

import fcntl
import os
from contextlib import contextmanager, suppress
from uuid import uuid4

from django.conf import settings


@contextmanager
def draft(content):
    """The path of a file with these bytes, safe on the disk, to be linked to its name; gone afterwards.

    It is locked as long as its process lives, which is how the sweep knows it from an orphan.
    """
    path, file = _locked_file()
    with file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        yield path
        path.unlink()


def sweep():
    """Remove the drafts whose process was killed; nobody who is just writing is disturbed."""
    for path in _folder().glob("*.tmp"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)


def set_aside(path):
    """Take from a file its name, and keep it for the operator: verify_ledger tells of it."""
    path.rename(_folder() / f"{path.stem}-{uuid4().hex}{path.suffix}")


def _locked_file():
    _folder().mkdir(parents=True, exist_ok=True)
    while True:
        path = _folder() / f"{uuid4().hex}.tmp"
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # a sweep came between its making and its lock


def _folder():
    """On the same file system as the names, or a link would be impossible."""
    return settings.CERTIFICATE_ROOT / "drafts"
