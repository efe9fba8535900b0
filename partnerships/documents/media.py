"""The kinds of file that are kept, and how their bytes begin."""

from partnerships.models.documents import JPEG, PDF, PNG, TIFF

# What a paper comes as, and what a scanner may send besides: no browser and no preview opens a TIFF.
PAPERS = (PDF, JPEG, PNG)
SCANS = (*PAPERS, TIFF)

# What a careless web server may print before a PDF; every reader skips it.
HARMLESS_BEFORE_PDF = b"\xef\xbb\xbf\t\n\r "


def media_type_of(content):
    """By the first bytes; None for anything that is not kept."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith((b"II*\0", b"MM\0*")):
        return TIFF
    if content.lstrip(HARMLESS_BEFORE_PDF).startswith(b"%PDF-"):
        return PDF
    return None
