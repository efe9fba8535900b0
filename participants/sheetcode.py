"""The code of a printed sheet, in its QR and in letters at its foot: which sheet, and a tail only we can make.

Sixteen signs in groups of four, without the letters I, L, O and U; a few more once there are 33 million
sheets. No names in it.
"""

import hmac
import re

from django.conf import settings
from django.utils.crypto import salted_hmac

from participants.paper.layout import VERSION

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
# 32 ** 10 = 2 ** 50: nobody types a right code by chance.
TAIL = 10
SHEET_AT_LEAST = 5


class NoSheetCode(ValueError):
    """Nothing that we printed; a sign was mistyped."""


def code_of(sheet: int, layout: int = VERSION) -> str:
    """The code of the PrintedSheet with that key, as the foot of the page shows it: "0003-1AX7-…"."""
    body = _in_signs(sheet).rjust(SHEET_AT_LEAST, "0") + SIGNS[layout]
    code = body + _tail(body)
    return "-".join(re.findall(r".{1,4}", code))


def read_code(text: str) -> int:
    """The key of the PrintedSheet, whatever the dashes, spaces and capitals. Raises NoSheetCode."""
    code = re.sub(r"[\s\-–.]", "", text).upper().translate(LOOKALIKES)
    body, tail = code[:-TAIL], code[-TAIL:]
    if not re.fullmatch(rf"[{SIGNS}]{{{SHEET_AT_LEAST + 1},18}}", body):
        raise NoSheetCode(text)
    if not hmac.compare_digest(tail.encode(), _tail(body).encode()):
        raise NoSheetCode(text)
    sheet = 0
    for sign in body[:-1]:
        sheet = sheet * len(SIGNS) + SIGNS.index(sign)
    return sheet


def _in_signs(number, length=0):
    signs = ""
    while number or len(signs) < length:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs


def _tail(body):
    digest = salted_hmac(
        "participants.printed-sheet", body, secret=settings.SIGNING_KEY, algorithm="sha256"
    ).digest()
    return _in_signs(int.from_bytes(digest) % len(SIGNS) ** TAIL, TAIL)
