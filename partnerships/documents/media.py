"""The kinds of file that are kept, and how their bytes begin."""

from partnerships.models.documents import JPEG, PDF, PNG

# What a careless web server may print before a PDF; every reader skips it.
HARMLESS_BEFORE_PDF = b"\xef\xbb\xbf\t\n\r "


def media_type_of(content):
    """By the first bytes; None for anything that is not kept."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.lstrip(HARMLESS_BEFORE_PDF).startswith(b"%PDF-"):
        return PDF
    return None
