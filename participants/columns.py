"""The columns of a roster: what a file from SDP calls each fact about a person."""

import re
from types import MappingProxyType

# As the template writes them; Indonesian in every language, as the files are.
HEADINGS = MappingProxyType(
    {
        "register_number": "No. Register",
        "name": "Nama",
        "sex": "Jenis Kelamin",
        "born_on": "Tanggal Lahir",
        "register_class": "Golongan",
        "housing_unit": "Blok/Kamar",
        "one_third_on": "Tanggal 1/3",
        "half_on": "Tanggal 1/2",
        "two_thirds_on": "Tanggal 2/3",
        "expires_on": "Ekspirasi",
        "expected_release_on": "Perkiraan Bebas",
        "disciplined_until": "Register F s.d.",
    }
)
REQUIRED = ("register_number", "name", "sex")

# Written as `_plain` leaves them: small letters, "tanggal" for tgl, "register" for reg.
SPELLINGS = {
    "register_number": "no register|register|no registrasi|noregister|no induk|no register wbp",
    "name": "nama|nama lengkap|nama wbp|nama warga binaan|nama narapidana|nama napi|nama tahanan",
    "sex": "jenis kelamin|kelamin|jk|j k|l/p|lk/pr|gender",
    "born_on": "tanggal lahir|lahir",
    "register_class": "golongan|gol|gol register|golongan register",
    "housing_unit": "blok/kamar|blok kamar|blok / kamar|kamar hunian|hunian|blok hunian",
    "one_third_on": "tanggal 1/3|1/3|1/3 masa pidana|tanggal 1/3 masa pidana|1/3 mp",
    "half_on": "tanggal 1/2|1/2|1/2 masa pidana|tanggal 1/2 masa pidana|1/2 mp",
    "two_thirds_on": "tanggal 2/3|2/3|2/3 masa pidana|tanggal 2/3 masa pidana|2/3 mp",
    "expires_on": "ekspirasi|expirasi|tanggal ekspirasi|tanggal expirasi",
    "expected_release_on": "perkiraan bebas|tanggal perkiraan bebas|estimasi bebas",
    "disciplined_until": "register f s d|register f|register f sampai|register f s/d|register f sd",
}
SHORT = {"tgl": "tanggal", "nomor": "no", "nomer": "no", "reg": "register"}


def _plain(heading):
    words = re.sub(r"[^a-z0-9/]+", " ", heading.casefold()).split()
    return " ".join(SHORT.get(word, word) for word in words)


_FIELDS = {
    spelling: field for field, spellings in SPELLINGS.items() for spelling in spellings.split("|")
}


def field_of(heading):
    """The field that a heading means, however it is spelled; None for a stranger."""
    return _FIELDS.get(_plain(heading))
