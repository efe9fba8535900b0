"""Secret keys as files in `KEY_ROOT`, outside the repository and the database, readable by us alone."""

import fcntl
import hashlib
import os
from contextlib import contextmanager

from django.conf import settings


class KeyMissing(RuntimeError):
    """The database knows a key whose file is not here."""


def kid_of(public):
    """Four bytes in hex that name a public key, as short as a QR code needs."""
    return hashlib.sha256(public).hexdigest()[:8]


@contextmanager
def locked():
    """One process at a time makes keys."""
    settings.KEY_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.KEY_ROOT / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(name, secret):
    """Keep bytes that are not there yet, mode 0600, on the disk before this returns."""
    settings.KEY_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.KEY_ROOT / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())


def read(name):
    try:
        return (settings.KEY_ROOT / name).read_bytes()
    except FileNotFoundError:
        raise KeyMissing(
            f"The key file {name} is missing below DATA_DIR/keys: restore it from the backup."
        ) from None


def exists(name):
    return (settings.KEY_ROOT / name).exists()
