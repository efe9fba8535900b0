"""The numbers that come next in a school's books, in a format that it has or may get."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from certificates.content import numbering_of_school
from certificates.models import Certificate, NumberSeries
from certificates.numbers import parts_of

COUNT = 3


@dataclass(frozen=True)
class Upcoming:
    """A book and the numbers that it gives next."""

    kind: str
    program: str
    is_new: bool  # nothing stands in the book yet: it begins with 001
    numbers: list


def upcoming(partner, *, programs, day, template=""):
    """[Upcoming] of every kind and program code, were certificates dated `day`; one query for all books."""
    books = [
        (label, code, numbering_of_school(
            partner, kind=kind, program=code, day=day, template=template
        ))
        for code in programs
        for kind, label in Certificate.Kind.choices
    ]  # fmt: skip
    keys = [numbering.series_key for _label, _code, numbering in books]
    last = dict(NumberSeries.objects.filter(key__in=keys).values_list("key", "last"))
    return [
        Upcoming(label, code, not taken, [numbering.text(taken + n + 1) for n in range(COUNT)])
        for label, code, numbering in books
        for taken in [last.get(numbering.series_key, 0)]
    ]


def when_it_begins_anew(template):
    """Since when a book counts from 001, in words."""
    parts = parts_of(template)
    said = [_("Nomor urut mulai lagi dari 001 setiap tahun.")]
    if "program" in parts:
        said.append(_("Setiap program punya urutan sendiri."))
    else:
        said.append(_("Semua program memakai satu urutan."))
    if "jenis" in parts:
        said.append(_("Sertifikat dan surat keterangan punya urutan masing-masing."))
    else:
        said.append(_("Sertifikat dan surat keterangan memakai urutan yang sama."))
    return " ".join(said)
