"""What hides in a file that is two things at once (a polyglot)."""

import zipfile
from io import BytesIO

# Long enough not to turn up in compressed pages by chance.
PROGRAMS = (b"<script", b"<?php", b"<html", b"<!doctype", b"<iframe", b"javascript:")
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
# "ustar" stands at byte 257 of a tar archive, whatever its first file is called.
TAR_MARK = slice(257, 262)


def carries_stowaway(content):
    """Whether an archive reader, a browser or PHP would find something of theirs in these bytes."""
    return is_archive(content) or carries_program(content)


def is_archive(content):
    return (
        zipfile.is_zipfile(BytesIO(content))
        or content[TAR_MARK] == b"ustar"
        or any(mark in content for mark in ARCHIVES)
    )


def carries_program(content, programs=PROGRAMS):
    """Whether one of `programs` stands there, in capitals or not, in one byte a letter or in two."""
    plain = content.replace(b"\0", b"").lower()
    return any(program in plain for program in programs)
