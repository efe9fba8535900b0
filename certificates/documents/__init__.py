"""What a certificate looks like on paper. One module a look; sheet.py lays a content out for any of them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext as _

from certificates.documents import kop, modern, resmi, typesetting
from certificates.documents.sheet import Paper, sheet
from certificates.documents.typesetting import CannotDraw
from core.pdf import render_pdfs

__all__ = [
    "LOOKS",
    "CannotDraw",
    "Paper",
    "certificate_pdfs",
    "has_room_for",
    "look_of",
    "sheet",
    "undrawable",
]

LOOKS = {"resmi": resmi.LOOK, "modern": modern.LOOK, "kop": kop.LOOK}


def look_of(content):
    try:
        return LOOKS[content["look"]]
    except KeyError:
        raise CannotDraw(
            _("Desain sertifikat “%(look)s” tidak ada.") % {"look": content["look"]}
        ) from None


def undrawable(text, look):
    """The characters of `text` that a certificate of this look cannot show; empty when it can."""
    return typesetting.undrawable(text, LOOKS[look].faces)


def has_room_for(name, look):
    """Whether the holder's name fits wherever a certificate of this look bears it."""
    try:
        for place in ("name", "holder"):
            LOOKS[look].places[place].fit(normalize("NFC", name))
    except CannotDraw:
        return False
    return True


def certificate_pdfs(papers: Iterable[Paper]) -> Iterator[bytes]:
    """A two-page PDF for each paper, in order; give a whole batch at once.

    Raises CannotDraw before that certificate is drawn, and what core.pdf raises.
    """
    for look, alike in groupby(papers, key=lambda paper: look_of(paper.content)):
        yield from render_pdfs(
            look.template,
            (sheet(paper, look) for paper in alike),
            stylesheet=look.stylesheet,
            workers=settings.PDF_WORKERS,
        )
