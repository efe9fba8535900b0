"""Small PDFs, good and bad."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def pdf(pages=1, *, password="", javascript=False):
    """The bytes of a PDF with empty A4 pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if javascript:
        action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hai')")}
        action = DictionaryObject({NameObject(key): value for key, value in action.items()})
        # By reference, so that only a look at every object finds it.
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def upload(content, name="PKS bertanda tangan.pdf"):
    return SimpleUploadedFile(name, content, "application/pdf")
