"""One cell of a roster: its text becomes what the registry keeps, or a ValueError in words that mend it."""

import re
from datetime import date, timedelta
from functools import lru_cache
from unicodedata import category

from django.utils.translation import gettext as _

from core.forms import parse_date
from participants.columns import HEADINGS, REQUIRED
from participants.models import Inmate

EMPTY = {"", "-", "–", "—"}
EXCEL_BEGINS = date(1899, 12, 30)
SEXES = {
    **dict.fromkeys(("l", "lk", "lakilaki", "laki", "pria"), Inmate.Sex.MALE),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita"), Inmate.Sex.FEMALE),
}
CLASSES = {re.sub(r"\W", "", one).lower(): one for one in Inmate.RegisterClass.values}


@lru_cache(maxsize=50_000)
def read_cell(field, text):
    """What `text` says of `field`: text, or a day, or nothing ("" or None)."""
    text = tidy(text)
    if text in EMPTY:
        if field in REQUIRED:
            raise ValueError(_("Wajib diisi. Isi, atau hapus baris ini bila bukan data orang."))
        return None if field in DATES else ""
    if not text.isprintable():
        raise ValueError(_("Isinya memuat tanda yang tidak tampak. Ketik ulang."))
    if text[0] == "=":
        raise ValueError(_("Sel ini rumus tanpa hasil. Salin, lalu tempel sebagai nilai."))
    if text[0] == "#" and text[-1] in "!?A#":
        raise ValueError(_("Rumus di sel ini galat. Isi dengan nilainya."))
    return READERS[field](text)


def tidy(text):
    """Without stray spaces, and without marks that nobody sees but that make two numbers differ."""
    if not text.isprintable():
        text = "".join(
            sign for sign in text if sign.isspace() or category(sign) not in ("Cc", "Cf")
        )
    return " ".join(text.split())


def _text(field):
    longest = Inmate._meta.get_field(field).max_length

    def read(text):
        if len(text) > longest:
            raise ValueError(
                _("Terlalu panjang: paling banyak %(longest)s huruf.") % {"longest": longest}
            )
        return text

    return read


def _name(text):
    if not any(sign.isalpha() for sign in text):
        raise ValueError(_("Ini bukan nama: tidak ada hurufnya."))
    return _text("name")(text)


def _sex(text):
    try:
        return SEXES[re.sub(r"[\W_]", "", text).lower()]
    except KeyError:
        raise ValueError(_("Tulis L atau P.")) from None


def _class(text):
    try:
        return CLASSES[re.sub(r"\W", "", text).lower()]
    except KeyError:
        raise ValueError(
            _("Golongan ini tidak dikenal. Tulis salah satu: %(classes)s.")
            % {"classes": ", ".join(Inmate.RegisterClass.values)}
        ) from None


def _day(text):
    """Also a bare Excel serial, 46008, and a day with its hour."""
    if re.fullmatch(r"\d{5}", text, re.ASCII):
        return EXCEL_BEGINS + timedelta(days=int(text))
    return parse_date(re.sub(r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2})?$", "", text))


def _date(text):
    try:
        return _day(text)
    except ValueError:
        raise ValueError(
            _("Bukan tanggal. Tulis hari-bulan-tahun, misalnya 17-12-2025, atau kosongkan.")
        ) from None


READERS = {
    field: _date if field.endswith(("_on", "_until")) else _text(field) for field in HEADINGS
} | {"name": _name, "sex": _sex, "register_class": _class}
DATES = frozenset(field for field, reader in READERS.items() if reader is _date)
