"""How the number of a certificate is written: parts in braces, filled from what the certificate is about."""

import re
from dataclasses import dataclass
from string import Formatter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
KIND_CODES = {"training": "SP", "partial": "SK"}
PARTS = {
    "urut": gettext_lazy("nomor urut, tiga angka"),
    "jenis": gettext_lazy("SP untuk sertifikat, SK untuk surat keterangan"),
    "program": gettext_lazy("kode program"),
    "sekolah": gettext_lazy("kode sekolah"),
    "bulan": gettext_lazy("bulan dengan angka Romawi"),
    "tahun": gettext_lazy("tahun, empat angka"),
}
# Each of these in the number makes a book of its own, which counts from 1.
BOOKS = ("program", "jenis")
LITERALS = re.compile(r"[A-Za-z0-9./ -]*")
SEPARATOR = re.compile(r"[./ -]")
# What may be part of a school's code, or be read as such.
GLUE = re.compile(r"[A-Za-z0-9-]")
LONGEST = 80
# What no number of a book of usual size gets wider than: its sheet has to hold this one.
WIDEST_SEQUENCE, WIDEST_MONTH = 9999, 8


@dataclass(frozen=True)
class Numbering:
    """What the numbers of one kind of certificate are made of."""

    template: str
    kind: str
    program: str
    school: str
    year: int
    month: int

    @property
    def series_key(self):
        """The book in which it counts: BKR/SMKN3-JBR/2025."""
        books = {"program": self.program, "jenis": KIND_CODES[self.kind]}
        parts = [books[part] for part in BOOKS if part in parts_of(self.template)]
        return "/".join([*parts, self.school, str(self.year)])

    def text(self, sequence):
        """001/BKR/SMKN3-JBR/XII/2025"""
        return self.template.format(
            urut=f"{sequence:03d}",
            jenis=KIND_CODES[self.kind],
            program=self.program,
            sekolah=self.school,
            bulan=ROMAN_MONTHS[self.month - 1],
            tahun=self.year,
        )

    @property
    def pattern(self):
        """What all such numbers look like, whatever their sequence, month and year."""
        said = {
            "urut": r"\d{3,}",
            "jenis": KIND_CODES[self.kind],
            "program": re.escape(self.program),
            "sekolah": re.escape(self.school),
            "bulan": f"(?:{'|'.join(ROMAN_MONTHS)})",
            "tahun": r"\d{4}",
        }
        pieces = Formatter().parse(self.template)
        return re.compile(
            "".join(re.escape(text) + said.get(name, "") for text, name, *_ in pieces)
        )


def parts_of(template):
    return [name for _text, name, _spec, _conversion in Formatter().parse(template) if name]


def check_template(template):
    """ValidationError unless numbers written so are safe, short, and differ by year and sequence."""
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:
        raise ValidationError(_("Kurung kurawalnya tidak berpasangan.")) from None
    for text, name, spec, conversion in pieces:
        if not LITERALS.fullmatch(text):
            raise ValidationError(
                _(
                    "Di antara bagian hanya boleh huruf, angka, titik, garis miring, garis, dan spasi."
                )
            )
        if name is not None and (name not in PARTS or spec or conversion):
            raise ValidationError(
                _("Bagian {%(name)s} tidak dikenal. Yang ada: %(parts)s.")
                % {"name": name, "parts": ", ".join(f"{{{part}}}" for part in PARTS)}
            )
    parts = parts_of(template)
    for part in ("urut", "sekolah", "tahun"):
        if part not in parts:
            raise ValidationError(
                _("Nomor harus memuat {%(part)s}, supaya tidak kembar.") % {"part": part}
            )
    _check_separated(pieces)
    _check_school_alone(pieces)
    if len(longest(template)) > LONGEST:
        raise ValidationError(
            _("Nomor bisa menjadi %(count)d huruf; paling panjang %(most)d.")
            % {"count": len(longest(template)), "most": LONGEST}
        )


def _check_separated(pieces):
    """BKR1 and 001 side by side would read like BKR and 1001: two papers, one number."""
    before = None
    for text, name, _spec, _conversion in pieces:
        if before and name and not SEPARATOR.search(text):
            raise ValidationError(
                _("Pisahkan {%(one)s} dan {%(other)s} dengan garis miring, titik, atau garis.")
                % {"one": before, "other": name}
            )
        before = name


def _check_school_alone(pieces):
    """SMKN3 with "-JBR" behind it would be another school, whose numbers exist."""
    names = [name for _text, name, *_ in pieces]
    texts = [text for text, *_ in pieces] + [""]
    for place, name in enumerate(names):
        beside = texts[place][-1:] + texts[place + 1][:1]
        if name == "sekolah" and GLUE.search(beside):
            raise ValidationError(
                _(
                    "Tepat di sebelah {sekolah} hanya boleh garis miring, titik, atau spasi, supaya tidak"
                    " terbaca seperti kode sekolah lain."
                )
            )


def longest(template):
    """The longest number that such a template may give, with codes as long as their fields allow."""
    widest = Numbering(template, "training", "W" * 12, "W" * 20, 2026, WIDEST_MONTH)
    return widest.text(WIDEST_SEQUENCE)


def all_months(template, *, school, program):
    """A number of every kind in every month: what such a template may make of this school's codes."""
    return [
        Numbering(template, kind, program, school, 2026, month).text(1)
        for kind in KIND_CODES
        for month in range(1, 13)
    ]
