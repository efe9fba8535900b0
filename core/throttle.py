"""How often an address may ask, counted across all processes of this machine and without the database.

Each request appends a byte to a file of its address and minute; where the byte landed is the count. The
file's name is a keyed hash of the address, so that nobody's address is written down.
"""

import hashlib
import hmac
import logging
import os
import time
from contextlib import suppress
from functools import wraps
from ipaddress import IPv6Network, ip_address
from itertools import islice
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 60
# Whoever has one address of IPv6 has 2**64, and easily 2**80: a /48 may ask as often as so many /64.
HOUSEHOLDS = 4
# Old files that go when a new one comes.
SWEPT = 100


def throttled(scope, *, limit, refuse):
    """A view that answers `refuse(request)` with 429 from the request after `limit` in one minute on.

    IPv6 is counted by /64, and by /48 with HOUSEHOLDS times the limit. Views with one `scope` count
    together. When nothing can be written, everybody is let in: whoever holds a paper must be able to
    check it.
    """

    def decorate(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            now = time.time()
            # The wide circle first: when it is full, not even the names of the narrow ones are written.
            circles = _circles(visitor(request), limit)
            if all(count(scope, circle, now) <= most for circle, most in circles):
                return view(request, *args, **kwargs)
            response = refuse(request)
            response.status_code = 429
            response.headers["Retry-After"] = str(SECONDS - int(now) % SECONDS)
            return response

        return counted

    return decorate


def visitor(request):
    """Who asks. What proxies of ours wrote is believed, from the right; anybody can write what stands further left."""
    asking = _address(request.META["REMOTE_ADDR"])
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    for before in map(_address, reversed(forwarded)):
        if before is None or not _is_proxy(asking):
            break
        asking = before
    return asking


def _is_proxy(address):
    return address is not None and any(address in one for one in settings.TRUSTED_PROXIES)


def _address(text):
    try:
        known = ip_address(text.strip())
    except ValueError:  # a socket has none
        return None
    return getattr(known, "ipv4_mapped", None) or known


def _circles(address, limit):
    """(who counts together, how often they may ask)"""
    if address is None or address.version == 4:
        return [(address, limit)]
    return [
        (IPv6Network((int(address), 48), strict=False), limit * HOUSEHOLDS),
        (IPv6Network((int(address), 64), strict=False), limit),
    ]


def count(scope, address, now):
    """The how-manieth request of an address this is in its minute; 0 when it could not be counted."""
    minute = settings.THROTTLE_ROOT / str(int(now) // SECONDS)
    try:
        minute.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(minute / _name(scope, address), flags, 0o600)
        try:
            os.write(handle, b".")
            counted = os.lseek(handle, 0, os.SEEK_CUR)  # behind our own, whoever writes beside us
        finally:
            os.close(handle)
        if counted == 1:
            _sweep(minute)
        return counted
    except OSError:
        logger.exception("Requests cannot be counted.")
        return 0


def _sweep(minute):
    """Old minutes go, a few files at a time; the last one stays for those who are just writing into it."""
    for folder in minute.parent.iterdir():
        if folder.name.isdecimal() and int(folder.name) < int(minute.name) - 1:
            with suppress(OSError):  # somebody else swept, or there is more than we take
                _empty(folder)


def _empty(folder):
    with os.scandir(folder) as files:  # iterdir would read a hundred thousand names first
        for file in islice(files, SWEPT):
            Path(file).unlink()
    folder.rmdir()


def _name(scope, address):
    said = f"{scope} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]
