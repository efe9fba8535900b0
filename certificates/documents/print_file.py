"""The sheets of a class in one file for the printer: the sealed pages as they are, nothing drawn anew."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter

from certificates.sealed import sealed_bytes


def print_file(certificates):
    """One PDF (bytes) with the pages of `certificates` in their order, each beginning on a new leaf.

    Printed on both sides, every front has its own back behind it. Raises Damaged.
    """
    writer = PdfWriter()
    for certificate in certificates:
        pages = PdfReader(BytesIO(sealed_bytes(certificate))).pages
        for page in pages:
            added = writer.add_page(page)
            # Signature fields mean nothing outside the signed file, and some printers stamp them.
            added.pop("/Annots", None)
        if len(pages) % 2:
            writer.add_blank_page()
    # Every file brings its own emblem and rosette; in one file they are there once.
    writer.compress_identical_objects()
    file = BytesIO()
    writer.write(file)
    return file.getvalue()
