"""The code at the foot of a printed sheet: which session, which page, and a tail that only we can make.

Sixteen signs or a few more in groups of four, without the letters I, L, O and U; no names in it.
"""

import hmac
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
MOST_PAGES = len(SIGNS)
# 32 ** 10 = 2 ** 50: nobody types a right code by chance.
TAIL = 10
SESSION_AT_LEAST = 5


class NoSheetCode(ValueError):
    """Nothing that we printed; a sign was mistyped."""


@dataclass(frozen=True)
class SheetCode:
    """One printed page: the session's key, and the page from 1 on."""

    session: int
    page: int

    def __str__(self):
        body = _in_signs(self.session).rjust(SESSION_AT_LEAST, "0") + SIGNS[self.page - 1]
        code = body + _tail(body)
        return "-".join(re.findall(r".{1,4}", code))


def read_code(text: str) -> SheetCode:
    """The SheetCode that was typed, whatever its dashes, spaces and capitals. Raises NoSheetCode."""
    code = re.sub(r"[\s\-–.]", "", text).upper().translate(LOOKALIKES)
    body, tail = code[:-TAIL], code[-TAIL:]
    if not re.fullmatch(rf"[{SIGNS}]{{{SESSION_AT_LEAST + 1},18}}", body):
        raise NoSheetCode(text)
    if not hmac.compare_digest(tail.encode(), _tail(body).encode()):
        raise NoSheetCode(text)
    session = 0
    for sign in body[:-1]:
        session = session * len(SIGNS) + SIGNS.index(sign)
    return SheetCode(session, SIGNS.index(body[-1]) + 1)


def _in_signs(number, length=0):
    signs = ""
    while number or len(signs) < length:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs


def _tail(body):
    digest = salted_hmac(
        "participants.sheetcode", body, secret=settings.SIGNING_KEY, algorithm="sha256"
    ).digest()
    return _in_signs(int.from_bytes(digest) % len(SIGNS) ** TAIL, TAIL)
