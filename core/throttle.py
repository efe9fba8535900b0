"""How often an address may ask, counted across all processes of this machine and without the database.

Each request appends a byte to a file of its address and minute; where the byte landed is the count. The
file's name is a keyed hash of the address, so that nobody's address is written down.
"""

import hashlib
import hmac
import logging
import os
import shutil
import time
from functools import wraps
from ipaddress import IPv6Address, ip_address

from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 60


def throttled(scope, *, limit, refuse):
    """A view that answers `refuse(request)` with 429 from the request after `limit` in one minute on.

    Views with one `scope` count together. When nothing can be written, everybody is let in: whoever
    holds a paper must be able to check it.
    """

    def decorate(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            now = time.time()
            if count(scope, request.META["REMOTE_ADDR"], now) <= limit:
                return view(request, *args, **kwargs)
            response = refuse(request)
            response.status_code = 429
            response.headers["Retry-After"] = str(SECONDS - int(now) % SECONDS)
            return response

        return counted

    return decorate


def count(scope, address, now):
    """The how-manieth request of an address this is in its minute; 0 when it could not be counted."""
    minute = settings.THROTTLE_ROOT / str(int(now) // SECONDS)
    try:
        if not minute.exists():
            minute.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(minute)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(minute / _name(scope, address), flags, 0o600)
        try:
            os.write(handle, b".")
            return os.lseek(handle, 0, os.SEEK_CUR)  # behind our own byte, whoever writes beside us
        finally:
            os.close(handle)
    except OSError:
        logger.exception("Requests cannot be counted.")
        return 0


def _sweep(minute):
    """Old minutes go; the last one stays for those who are just writing into it."""
    for folder in minute.parent.iterdir():
        if int(folder.name) < int(minute.name) - 1:
            shutil.rmtree(folder, ignore_errors=True)


def _name(scope, address):
    said = f"{scope} {_household(address)}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]


def _household(address):
    """Of IPv6 the first half: whoever has one address there has 2**64."""
    try:
        known = ip_address(address)
    except ValueError:  # a socket has none
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(IPv6Address(int(known) >> 64 << 64))
    return str(getattr(known, "ipv4_mapped", None) or known)
