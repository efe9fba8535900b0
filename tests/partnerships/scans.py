"""Small uploads, good and bad."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

A4 = (595, 842)


def pdf(pages=1, *, password="", javascript=False, size=A4):
    """The bytes of a PDF with empty pages of `size` points."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(*size)
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


def written_pdf(*objects, remark=b""):
    """The bytes of a PDF made of these objects, numbered from 1; the first is its catalog."""
    content, places = b"%PDF-1.7\n" + remark, []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, table, len(places) + 1, len(content))
    )


def drawn_pdf(drawing, resources=b"", *more, remark=b""):
    """One A4 page with these drawing commands; objects in `more` are numbered from 5."""
    return written_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> >>"
        % resources,
        stream(drawing),
        *more,
        remark=remark,
    )


def stream(data, entries=b""):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def packed_pdf(thing):
    """A page and, as object 9, `thing`, which stands in a compressed stream of objects."""
    packed = stream(
        zlib.compress(b"9 0 " + thing), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    )
    content = drawn_pdf(b"", b"", packed).partition(b"xref")[0]
    rows = [(0, 0, 0)]
    rows += [(1, content.index(b"%d 0 obj" % number), 0) for number in range(1, 6)]
    rows += [(0, 0, 0)] * 3 + [(2, 5, 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    return content + b"10 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        stream(table, b"/Type /XRef /Size 10 /W [1 2 1] /Root 1 0 R"),
        len(content),
    )


def changed_pdf(content, change):
    """The PDF with an incremental update, as every signing program appends one."""
    writer = PdfWriter(BytesIO(content), incremental=True)
    writer.add_metadata({"/Title": change})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def photo(image_format="JPEG", size=(40, 30), **options):
    """The bytes of a picture, its left half red and its right half blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    file = BytesIO()
    picture.save(file, image_format, **options)
    return file.getvalue()


def with_chunk(content, kind, data):
    """The PNG with one more chunk before its end."""
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return content[:-12] + chunk + content[-12:]


def with_remark(content, text, marker=b"\xff\xfe"):
    """The JPEG with a comment right after its start."""
    return content[:2] + marker + struct.pack(">H", len(text) + 2) + text + content[2:]


def claiming(width, height):
    """A small PNG whose header claims another size."""
    content = photo("PNG")
    header = struct.pack(">II", width, height) + content[24:29]
    crc = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return content[:16] + header + crc + content[33:]


def archive():
    """The bytes of a ZIP, which a JAR is too: a program for Java."""
    file = BytesIO()
    with ZipFile(file, "w") as zipped:
        zipped.writestr("META-INF/MANIFEST.MF", "Main-Class: Hai")
    return file.getvalue()


def upload(content, name="PKS bertanda tangan.pdf"):
    return SimpleUploadedFile(name, content, "application/octet-stream")
