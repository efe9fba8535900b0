"""Secret keys as files in `KEY_ROOT`, outside the repository and the database, readable by us alone."""

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


class KeyMissing(RuntimeError):
    """The database knows a key whose file is not here, or holds no key."""


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
    """Keep bytes that are not there yet, mode 0600, whole and on the disk before this returns."""
    settings.KEY_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, unfinished = mkstemp(prefix=f"{name}.", suffix=".tmp", dir=settings.KEY_ROOT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, settings.KEY_ROOT / name)  # a renamed one would take another's place
    finally:
        Path(unfinished).unlink()
    _sync_folder()


def _sync_folder():
    folder = os.open(settings.KEY_ROOT, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(name):
    try:
        secret = (settings.KEY_ROOT / name).read_bytes()
    except FileNotFoundError:
        raise _missing(name, "is missing") from None
    if not secret:
        raise _missing(name, "is empty")
    return secret


def ed25519(name):
    """The Ed25519 key in a file."""
    try:
        return Ed25519PrivateKey.from_private_bytes(read(name))
    except ValueError:
        raise _missing(name, "holds no key") from None


def _missing(name, what):
    return KeyMissing(
        f"The key file {name} {what} below DATA_DIR/keys: restore it from the backup."
    )


def exists(name):
    return (settings.KEY_ROOT / name).exists()
