"""Files that a roster must survive: those refused as a whole, and those with one wrong cell each."""

import gzip
import io
import random
import zipfile
from xml.sax.saxutils import escape

import xlwt

from participants.columns import HEADINGS
from tests.participants.roster_files import book, people, plain_roster, table
from tests.partnerships.scans import pdf, photo

HEAD = ["No. Register", "Nama", "Jenis Kelamin"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def archive(parts, *, into=None):
    """A zip of {name: bytes or text}; over the parts of another one, if given."""
    old = {}
    if into:
        with zipfile.ZipFile(io.BytesIO(into)) as source:
            old = {name: source.read(name) for name in source.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in (old | parts).items():
            if content is not None:
                target.writestr(name, content)
    return file.getvalue()


def tidy():
    return plain_roster(people(3))


def changed(part, old, new):
    """A tidy roster with one passage of one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(tidy())) as source:
        content = source.read(part).decode()
    assert old in content
    return archive({part: content.replace(old, new)}, into=tidy())


def ods(rows, *, manifest=MANIFEST, repeated=1, **parts):
    cells = "".join(
        f'<table:table-row table:number-rows-repeated="{repeated}">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest,
            "content.xml": f"{XML}<office:document-content {OFFICE}><office:body><office:spreadsheet>"
            f'<table:table table:name="Daftar">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
            **parts,
        }
    )


def xls(rows):
    file = io.BytesIO()
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Daftar")
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            sheet.write(line, place, cell)
    workbook.save(file)
    return file.getvalue()


def csv(rows, *, delimiter=";", encoding="utf-8"):
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


def million_rows():
    row = "<row>" + '<c t="inlineStr"><is><t>B.I 1/2025</t></is></c>' * 2 + "</row>"
    return changed("xl/worksheets/sheet1.xml", "</sheetData>", row * 1_000_000 + "</sheetData>")


def far_cell():
    def draw(workbook):
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "Nama")
        sheet.write(1_048_575, 16_383, "jauh")

    return book(draw)


def bomb():
    return archive({"xl/worksheets/sheet9.xml": b"0" * 2**28}, into=tidy())


def lying_bomb():
    """Its directory says that the part is small."""
    size = 200_000_003  # no other number in the file
    content = archive({"xl/worksheets/sheet1.xml": b" " * size}, into=tidy())
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def locked_zip():
    content = bytearray(tidy())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


def laughs():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'


def sheets(count):
    def draw(workbook):
        for _ in range(count):
            workbook.add_worksheet()

    return book(draw)


def noise(count, seed=1):
    return random.Random(seed).randbytes(count)


# {name: (function that makes the bytes, the codes of refusal that are right)}; "" is no list at all
REFUSED = {
    "bomb": (bomb, {"heavy"}),
    "bomb-that-lies": (lying_bomb, {"heavy", "damaged"}),
    "million-rows": (million_rows, {"heavy"}),
    "far-cell": (far_cell, {"heavy"}),
    "many-parts": (lambda: archive({f"x{n}": "" for n in range(600)}, into=tidy()), {"heavy"}),
    "many-sheets": (lambda: sheets(21), {"heavy"}),
    "too-many-rows": (lambda: csv([HEAD, *[["1", "A", "L"]] * 20_001]), {"rows"}),
    "too-many-rows-xlsx": (lambda: table([["1", "A", "L"]] * 20_001), {"rows"}),
    "ods-repeated": (lambda: ods([HEAD, ["1", "A", "L"]], repeated=1_000_000), {"heavy", "rows"}),
    "xlsm": (lambda: archive({"xl/vbaProject.bin": b"x"}, into=tidy()), {"macros"}),
    "xlm-macros": (lambda: archive({"xl/macrosheets/s.xml": "x"}, into=tidy()), {"macros"}),
    "ods-macros": (lambda: ods([HEAD], **{"Basic/script.xml": "x"}), {"macros"}),
    "xls-macros": (
        lambda: xls([HEAD]) + "_VBA_PROJECT".encode("utf-16-le"),
        {"macros"},
    ),
    "xlsx-password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), {"encrypted"}),
    "zip-password": (locked_zip, {"encrypted"}),
    "ods-password": (lambda: ods([HEAD], manifest="<encryption-data/>"), {"encrypted"}),
    "cut-off": (lambda: tidy()[:2000], {"damaged"}),
    "cut-off-xls": (lambda: xls([HEAD])[:2000], {"damaged", "heavy"}),
    "noise-as-xls": (lambda: OLE + noise(5000), {"damaged", "heavy"}),
    "noise-as-xlsx": (lambda: b"PK\x03\x04" + noise(5000), {"damaged"}),
    "laughs-in-sheet": (
        lambda: changed("xl/worksheets/sheet1.xml", "<worksheet", laughs() + "<worksheet"),
        {"damaged"},
    ),
    "broken-xml": (lambda: changed("xl/worksheets/sheet1.xml", "</sheetData>", "<"), {"damaged"}),
    "no-sheet-part": (
        lambda: archive({"xl/worksheets/sheet1.xml": None}, into=tidy()),
        {"damaged", ""},
    ),
    "no-links": (lambda: archive({"xl/_rels/workbook.xml.rels": None}, into=tidy()), {"damaged"}),
    "word-document": (lambda: archive({"word/document.xml": "<w/>"}), {"other"}),
    "binary-workbook": (lambda: archive({"xl/workbook.bin": "x"}), {"other"}),
    "empty-archive": (lambda: archive({}), {"other"}),
    "html-as-xls": (lambda: b"<html><table><tr><td>Nama</td></tr></table></html>", {"markup"}),
    "html-with-doctype": (lambda: b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", {"markup"}),
    "table-as-xls": (lambda: b"<table border=1><tr><td>Nama</td></tr></table>", {"markup"}),
    "xml-of-2003": (lambda: b'<?xml version="1.0"?><Workbook/>', {"markup"}),
    "xxe-as-xml": (
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
        ),
        {"markup"},
    ),
    "laughs-in-workbook": (
        lambda: changed("xl/workbook.xml", "<workbook", laughs() + "<workbook"),
        {"damaged"},
    ),
    "pdf": (pdf, {"other", ""}),
    "photo": (photo, {"other"}),
    "gzip": (lambda: gzip.compress(noise(5000)), {"other"}),
    "noise": (lambda: noise(5000), {"other"}),
    "noise-utf-16": (lambda: b"\xff\xfe" + b"\x00\xd8" * 99, {"other"}),
    "open-quote": (lambda: csv([HEAD, ['"1', "A", "L"]]), {"quote"}),
    "endless-cell": (lambda: csv([HEAD, ['"' + "x" * 200_000 + '"', "A", "L"]]), {"quote"}),
    "blank": (lambda: b" \r\n \r\n", {""}),
    "blank-workbook": (lambda: sheets(1), {""}),
    "no-heading": (lambda: table([["B.I 1/2025", "A", "L"]], headings=["a", "b", "c"]), {""}),
    "heading-alone": (lambda: table([]), {""}),
    "prose": (lambda: b"Nama saya Budi, umur 30.\nSekian.", {""}),
    "hidden-list": (lambda: book(draw_hidden), {""}),
}


def draw_hidden(workbook):
    workbook.add_worksheet("Kosong")
    sheet = workbook.add_worksheet("Rahasia")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["1", "Anton", "L"])
    sheet.hide()


GOOD = {
    "No. Register": "B.I 1/2025",
    "Nama": "Anton",
    "Jenis Kelamin": "L",
}


def row(**cells):
    """A row with one cell as asked, by field; the template's headings."""
    values = GOOD | {HEADINGS[name]: cell for name, cell in cells.items()}
    return [values.get(heading, "") for heading in HEADINGS.values()]


def drawn(draw_cell):
    """A tidy row of a workbook whose second name is drawn by hand."""

    def draw(workbook):
        sheet = workbook.add_worksheet("Daftar")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["B.I 1/2025", "Anton", "L"])
        sheet.write_row(2, 0, ["B.I 2/2025", "", "L"])
        draw_cell(sheet)

    return book(draw)


def two_sheets():
    def draw(workbook):
        for name, sex in (("Blok A", "L"), ("Blok B", "X")):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, [f"{name} 1", "Anton", sex])

    return book(draw)


def merged_number():
    def draw(workbook):
        sheet = workbook.add_worksheet("Daftar")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["", "Anton", "L"])
        sheet.write_row(2, 0, ["", "Beni", "L"])
        sheet.merge_range(1, 0, 2, 0, "B.I 1/2025", workbook.add_format())

    return book(draw)


def one_wrong(**cells):
    return lambda: table([row(**cells)])


THIRDS = {"one_third_on": "01-01-2025", "two_thirds_on": "01-01-2026"}

# {name: (function, row, heading)}: one wrong cell each
WRONG = {
    "31-february": (one_wrong(born_on="31/02/1990"), 2, "Tanggal Lahir"),
    "american-date": (one_wrong(born_on="12/25/1990"), 2, "Tanggal Lahir"),
    "short-year": (one_wrong(born_on="17/12/90"), 2, "Tanggal Lahir"),
    "birthday-to-come": (one_wrong(born_on="01-01-2090"), 2, "Tanggal Lahir"),
    "birthday-of-1850": (one_wrong(born_on="01-01-1850"), 2, "Tanggal Lahir"),
    "birthday-in-sentence": (one_wrong(born_on="01-01-2025", expires_on="01-01-2024"), 2, "Tanggal Lahir"),
    "words-for-a-date": (one_wrong(expires_on="seumur hidup"), 2, "Ekspirasi"),
    "hour-for-a-date": (one_wrong(half_on="08:00"), 2, "Tanggal 1/2"),
    "number-for-a-date": (one_wrong(half_on="99999999"), 2, "Tanggal 1/2"),
    "unknown-month": (one_wrong(half_on="17 Desembor 2025"), 2, "Tanggal 1/2"),
    "two-thirds-first": (
        one_wrong(one_third_on="01-01-2026", two_thirds_on="01-01-2025"), 2, "Tanggal 2/3",
    ),
    "expires-first": (one_wrong(two_thirds_on="01-01-2026", expires_on="01-01-2025"), 2, "Ekspirasi"),
    "free-before-it-began": (
        one_wrong(**THIRDS, expected_release_on="31-12-2023"), 2, "Perkiraan Bebas",
    ),
    "no-number": (one_wrong(register_number="-"), 2, "No. Register"),
    "no-name": (one_wrong(name=""), 2, "Nama"),
    "no-sex": (one_wrong(sex=""), 2, "Jenis Kelamin"),
    "sex-x": (one_wrong(sex="X"), 2, "Jenis Kelamin"),
    "sex-true": (one_wrong(sex=True), 2, "Jenis Kelamin"),
    "unknown-class": (one_wrong(register_class="C.I"), 2, "Golongan"),
    "long-name": (one_wrong(name="Anton " * 30), 2, "Nama"),
    "endless-name": (one_wrong(name="A" * 30_000), 2, "Nama"),
    "long-number": (one_wrong(register_number="1" * 41), 2, "No. Register"),
    "long-block": (one_wrong(housing_unit="A" * 41), 2, "Blok/Kamar"),
    "name-of-digits": (one_wrong(name="12345"), 2, "Nama"),
    "sign-without-a-shape-in-name": (lambda: csv([HEAD, ["1", "An\ue007ton", "L"]]), 2, "Nama"),
    "formula-as-text": (lambda: csv([HEAD, ["1", "=cmd|'/c calc'!A1", "L"]]), 2, "Nama"),
    "formula-without-result": (
        lambda: drawn(lambda sheet: sheet.write_formula(2, 1, "=A1&B1", None, "")), 3, "Nama",
    ),
    "formula-gone-wrong": (
        lambda: drawn(lambda sheet: sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")), 3, "Nama",
    ),
    "twice": (lambda: table([row(), row(name="Beni")]), 3, "No. Register"),
    "twice-but-for-spaces": (
        lambda: table([row(), row(register_number=" b.i  1 / 2025", name="Beni")]), 3, "No. Register",
    ),
    "twice-by-merging": (merged_number, 3, "No. Register"),
    "no-column": (lambda: table([["1", "Anton"]], headings=HEAD[:2]), 1, "Jenis Kelamin"),
    "column-twice": (
        lambda: table([["1", "Anton", "L", "Beni"]], headings=[*HEAD, "Nama Lengkap"]), 1, "Nama",
    ),
    "second-sheet": (two_sheets, 2, "Jenis Kelamin"),
    "old-xls": (lambda: xls([HEAD, ["1", "Anton", "X"]]), 2, "Jenis Kelamin"),
    "ods": (lambda: ods([HEAD, ["1", "Anton", "X"]]), 2, "Jenis Kelamin"),
    "utf-16": (lambda: csv([HEAD, ["1", "Anton", "X"]], encoding="utf-16"), 2, "Jenis Kelamin"),
    "utf-16-without-mark": (
        lambda: csv([HEAD, ["1", "Anton", "X"]], encoding="utf-16-be"), 2, "Jenis Kelamin",
    ),
    "utf-8-with-mark": (
        lambda: csv([HEAD, ["1", "Anton", "X"]], encoding="utf-8-sig"), 2, "Jenis Kelamin",
    ),
    "cp1252": (
        lambda: csv([HEAD, ["1", "André", "X"]], encoding="cp1252"), 2, "Jenis Kelamin",
    ),
}  # fmt: skip
