"""What a PDF must be: whole, without a password, without programs or attachments, and nothing beside it."""

import re
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import IndirectObject

from partnerships.documents.previews import sizes
from partnerships.documents.sandbox import Undrawable

MOST_PAGES = 300
# A scan has a few objects a page; a file with more is there to keep the reader busy.
MOST_OBJECTS = 50_000
MOST_FURNITURE_BYTES = 2 * 2**20

FORBIDDEN = (
    *("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia"),
    *("/XFA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"),
    *("/3D", "/3DD"),
)
# Those that no compressed page spells by chance are looked for in the raw bytes as well, where an
# object stands that the file's own table leaves out, and that a reader which mends files would find.
UNMISTAKABLE = [name.encode() for name in FORBIDDEN if len(name) > 6]

UNREADABLE = (
    *(PyPdfError, DependencyError, NotImplementedError, RecursionError, ArithmeticError),
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError, OSError),
)

WHITESPACE = b"\x00\t\n\x0c\r "
OBJECT = re.compile(rb"\d{1,10}\s{1,10}\d{1,5}\s{1,10}obj\b")
POINTER = re.compile(rb"startxref\s+(\d{1,10})\s*\Z")
# What stands between the objects of a PDF: tables, trailers, pointers, short comments.
FURNITURE = re.compile(
    rb"xref\b[\d\snf]*"
    rb"|trailer\s*<<(?:(?!trailer|startxref).){0,4096}"
    rb"|startxref\s+\d+"
    rb"|%[^\r\n]{0,250}+(?=[\r\n]|\Z)",
    re.DOTALL,
)


def count_pages(content):
    """Pages of an acceptable PDF; ValidationError says what is wrong and how to mend it."""
    _refuse_fragments(content)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise ValidationError(_("PDF ini terkunci kata sandi. Simpan ulang tanpa kata sandi."))
        _refuse_programs(content, reader)
        pages = len(reader.pages)
    except UNREADABLE:
        raise _damaged() from None
    if not pages:
        raise ValidationError(_("PDF ini tidak berisi halaman."))
    if pages > MOST_PAGES:
        raise ValidationError(
            _(
                "PDF ini berisi %(pages)s halaman, paling banyak %(limit)s. Bagi menjadi beberapa PDF."
            )
            % {"pages": pages, "limit": MOST_PAGES}
        )
    _refuse_undrawable(content, pages)
    return pages


def _damaged():
    return ValidationError(_("PDF ini rusak atau terpotong. Pindai ulang kertasnya."))


def _refuse_fragments(content):
    """Every byte belongs to the PDF: nothing slipped in between its objects, nothing after its end."""
    end = content.rfind(b"%%EOF")
    pointer = POINTER.search(content[max(end - 64, 0) : end]) if end >= 0 else None
    if pointer is None or not _points_to_a_table(content, int(pointer[1])):
        raise _damaged()
    if content[end + len(b"%%EOF") :].strip(WHITESPACE) or _between_objects(content):
        raise ValidationError(
            _("PDF ini membawa isi yang bukan bagian dari halamannya. Pindai ulang kertasnya.")
        )


def _points_to_a_table(content, offset):
    """Counted from the file's first byte or from its %PDF-, as readers do."""
    return any(
        content.startswith(b"xref", place) or OBJECT.match(content, place)
        for place in (offset, content.find(b"%PDF-") + offset)
    )


def _between_objects(content):
    """The bytes outside of all objects that are not a PDF's furniture either."""
    gaps, position, count = [], content.find(b"%PDF-"), 0
    while start := OBJECT.search(content, position):
        gaps.append(content[position : start.start()])
        position = content.find(b"endobj", start.end()) + len(b"endobj")
        count += 1
        if position < start.end() or count > MOST_OBJECTS:
            raise _damaged()
    gaps.append(content[position:])
    between = b"\n".join(gaps)
    if len(between) > MOST_FURNITURE_BYTES:
        return between
    return FURNITURE.sub(b"", between).strip(WHITESPACE)


def _refuse_programs(content, reader):
    found = _names(reader).intersection(FORBIDDEN)
    found |= {
        name.decode() for name in UNMISTAKABLE if re.search(re.escape(name) + rb"\b", content)
    }
    if found:
        raise ValidationError(
            _("PDF ini berisi program atau lampiran (%(what)s). Pindai ulang kertasnya.")
            % {"what": ", ".join(sorted(found))}
        )


def _names(reader):
    """Every dictionary key, and every kind of action, annotation or stream, among the file's objects."""
    # Not from the /Size that the file claims: a small one would hide objects, a huge one never end.
    known = [(number, generation) for generation, ones in reader.xref.items() for number in ones]
    known += [(number, 0) for number in reader.xref_objStm]
    if len(known) > MOST_OBJECTS:
        raise ValueError(f"{len(known)} objects")
    things = [reader.trailer, reader.trailer.get("/Root").get_object()]
    things += (reader.get_object(IndirectObject(*one, reader)) for one in known)
    return set().union(*map(_names_in, things))


def _names_in(thing):
    """Names in one object, however deep; what it refers to is looked at in its own turn."""
    found, waiting = set(), [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= {str(key) for key in one}
            found |= {str(one[key]) for key in ("/S", "/Type", "/Subtype") if key in one}
            waiting += dict.values(one)
        elif isinstance(one, list):
            waiting += list.__iter__(one)
    return found


def _refuse_undrawable(content, pages):
    """The reader that draws the preview must find the same pages as the one that looked for programs."""
    try:
        drawn = len(sizes(content))
    except Undrawable:
        drawn = 0
    if drawn != pages:
        raise _damaged()
