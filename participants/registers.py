"""Whether two entries mean the same person: by the register number, or by name and birthday."""

import re
from functools import lru_cache

BYNAMES = re.compile(r"\b(bin|binti|als|alias)\b")


def register_key(number):
    """B.I 214/2025 and b.i214/2025 are one number."""
    return "".join(number.split()).casefold()


@lru_cache(maxsize=50_000)
def name_key(name):
    """SITI AMINAH BINTI HASAN and Siti  Aminah are one name."""
    return "".join(sign for sign in BYNAMES.split(name.casefold())[0] if sign.isalpha())
