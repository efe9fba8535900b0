"""What an uploaded scan must be before it is kept."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import IndirectObject

FORBIDDEN = (
    *("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"),
    *("/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"),
)

UNREADABLE = (
    *(PyPdfError, DependencyError, NotImplementedError, RecursionError),
    *(ValueError, KeyError, TypeError, AttributeError),
)


def count_pages(file):
    """Pages of an acceptable PDF scan; ValidationError says what is wrong and how to mend it."""
    file.seek(0)
    if not file.read(1024).lstrip().startswith(b"%PDF-"):
        raise ValidationError(_("Berkas ini bukan PDF. Pindai naskahnya dan simpan sebagai PDF."))
    file.seek(0)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise ValidationError(_("PDF ini terkunci kata sandi. Simpan ulang tanpa kata sandi."))
        pages = len(reader.pages)
        names = _names(reader)
    except UNREADABLE:
        raise ValidationError(
            _("PDF ini rusak dan tidak bisa dibuka. Pindai ulang naskahnya.")
        ) from None
    if not pages:
        raise ValidationError(_("PDF ini tidak berisi halaman."))
    if active := sorted(names.intersection(FORBIDDEN)):
        raise ValidationError(
            _("PDF ini berisi program atau lampiran (%(what)s). Pindai ulang naskahnya.")
            % {"what": ", ".join(active)}
        )
    return pages


def _names(reader):
    """Every dictionary key and action name of the file's objects."""
    found = set()
    # Not from the /Size that the file claims: a small one would hide objects, a huge one never end.
    known = [(number, generation) for generation, ones in reader.xref.items() for number in ones]
    for number, generation in [*known, *((number, 0) for number in reader.xref_objStm)]:
        try:
            found |= _keys(reader.get_object(IndirectObject(number, generation, reader)))
        except PyPdfError:
            continue
    return found | _keys(reader.trailer.get("/Root").get_object())


def _keys(thing, depth=0):
    if depth > 20:
        return set()
    if isinstance(thing, dict):
        own = {str(key) for key in thing} | ({str(thing["/S"])} if "/S" in thing else set())
        return own.union(*(_keys(dict.__getitem__(thing, key), depth + 1) for key in thing))
    if isinstance(thing, list):
        return set().union(
            *(_keys(list.__getitem__(thing, i), depth + 1) for i in range(len(thing)))
        )
    return set()
