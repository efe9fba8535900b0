"""Reads a spreadsheet, in a process of its own: `python -I sheet_reading.py < file > rows.json`.

The answer is {"sheets": [{"name", "is_hidden", "rows": [[row number, [text …]] …]}]} or {"refused": reason}.
Its first bytes decide what a file is, never its name. A cell becomes the text that Excel shows, a day as
17/12/2025; cells merged downwards each get the text; formulas are never reckoned, their last result counts.
"""

import csv
import json
import re
import resource
import sys
import zipfile
from datetime import date, timedelta
from html import unescape
from io import BytesIO, StringIO
from itertools import islice
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

MEMORY_BYTES = 2**28
SECONDS = 8

MOST_PARTS = 500
MOST_UNPACKED_BYTES = 2**26
MOST_TIMES_LARGER = 200
MOST_SHEETS = 20
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SIGNS = 500

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
DELIMITERS = ";,\t"
OPENED_LINES = 20

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A cell that shows an error, or a formula that nobody has reckoned yet; calamine leaves both empty.
UNREAD = re.compile(
    rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>(?:<f[^>]*?(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v ?/>)?</c>)'
)


class Refused(Exception):
    """Why a file is not read, in one word: encrypted, macros, markup, other, damaged, heavy, rows, quote."""


def read(content):
    """[{"name", "is_hidden", "rows"}] of all sheets."""
    if content.startswith(b"PK"):
        return read_archive(content)
    if content.startswith(OLE):
        return read_ole(content)
    return read_text(content)


# Workbooks


def read_archive(content):
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused("damaged") from None
    parts = {part.filename: part for part in archive.infolist()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise Refused("encrypted")
    unpacked = sum(part.file_size for part in archive.infolist())
    if (
        len(archive.infolist()) > MOST_PARTS
        or unpacked > MOST_UNPACKED_BYTES
        or unpacked > MOST_TIMES_LARGER * len(content)
    ):
        raise Refused("heavy")
    if any(name.lower().endswith(("vbaproject.bin", ".xlm")) for name in parts) or any(
        name.startswith(("xl/macrosheets/", "Basic/")) for name in parts
    ):
        raise Refused("macros")
    if "xl/workbook.xml" in parts:
        return read_workbook(content, unread_cells(archive))
    if "content.xml" in parts and parts.keys() & {"mimetype", "META-INF/manifest.xml"}:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Refused("encrypted")
        return read_workbook(content, {})
    raise Refused("other")


def read_ole(content):
    """An old .xls; a new workbook with a password comes in the same wrapping."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("encrypted")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Refused("macros")
    return read_workbook(content, {})


def read_workbook(content, unread):
    workbook = load_workbook(BytesIO(content))
    if len(workbook.sheets_metadata) > MOST_SHEETS:
        raise Refused("heavy")
    sheets, left = [], MOST_ROWS
    for about in workbook.sheets_metadata:
        rows = rows_of(workbook.get_sheet_by_name(about.name), unread.get(about.name, {}))
        left -= len(rows)
        if left < 0:
            raise Refused("rows")
        hidden = about.visible != SheetVisibleEnum.Visible
        sheets.append({"name": about.name, "is_hidden": hidden, "rows": list(rows.items())})
    return sheets


def rows_of(sheet, unread):
    """{row number: [text …]} of the rows in which something stands."""
    if sheet.start is None:
        return {}
    first_column = sheet.start[1]
    rows = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [""] * min(first_column, MOST_COLUMNS)
        texts += [cell if type(cell) is str else shown(cell) for cell in cells[:MOST_COLUMNS]]
        if number in unread:
            show_unread(texts, unread[number])
        if any(texts):
            rows[number] = [text[:MOST_SIGNS] for text in texts]
            if len(rows) > MOST_ROWS:
                raise Refused("rows")
    for (first, column), (last, _) in sheet.merged_cell_ranges or []:
        for number in range(first + 2, min(last + 1, max(rows, default=0)) + 1):
            if number in rows and column < len(rows[number]) and first + 1 in rows:
                rows[number][column] = rows[first + 1][column]
    return rows


def shown(cell):
    """The text that Excel shows for a number, a day or a truth."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):  # a datetime is one as well, and its hour is of no interest
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell)


def show_unread(texts, cells):
    for column, text in cells.items():
        if column < MOST_COLUMNS:
            texts.extend([""] * (column + 1 - len(texts)))
            texts[column] = texts[column] or text


def unread_cells(archive):
    """{sheet: {row number: {column: "#REF!" or "=A1&B1"}}} of what calamine reads as empty."""
    links = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(part_of(archive, "xl/_rels/workbook.xml.rels"))  # noqa: S314
    }
    found = {}
    for sheet in ElementTree.fromstring(part_of(archive, "xl/workbook.xml")).iter(f"{MAIN}sheet"):  # noqa: S314
        target = links.get(sheet.get(LINK), "").removeprefix("/xl/")
        if f"xl/{target}" in archive.namelist():
            found[sheet.get("name")] = unread_of(part_of(archive, f"xl/{target}"))
    return found


def part_of(archive, name):
    """One of its XML parts; no spreadsheet program declares entities, which is where harm begins."""
    xml = archive.read(name)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Refused("damaged")
    return xml


def unread_of(xml):
    cells = {}
    if b't="e"' not in xml and b"<f" not in xml:
        return cells
    for match in UNREAD.finditer(xml):
        letters, number, formula, result = match.groups()
        is_error = b't="e"' in match[0]
        if is_error or (b"<f" in match[0] and not result):
            text = result if is_error else b"=" + (formula or b"")
            cells.setdefault(int(number), {})[column_of(letters)] = unescape(
                (text or b"#").decode()
            )
    return cells


def column_of(letters):
    """0 for A, 26 for AA."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


# Text


def read_text(content):
    text = decoded(content)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<table", "<meta")):
        raise Refused("markup")
    if text.lower().startswith("sep=") and text[4:5] in DELIMITERS:  # Excel's own remark
        delimiter, text = text[4], text.partition("\n")[2]
    else:
        delimiter = delimiter_of(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    for number, cells in enumerate(reader, start=1):
        if any(cells):
            rows.append([number, [cell[:MOST_SIGNS] for cell in cells[:MOST_COLUMNS]]])
            if len(rows) > MOST_ROWS:
                raise Refused("rows")
    return [{"name": "CSV", "is_hidden": False, "rows": rows}]


def decoded(content):
    for mark, encoding in BOMS.items():
        if content.startswith(mark):
            return decode(content[len(mark) :], encoding)
    start = content[:2000]
    if len(start) > 1 and start.count(0) > len(start) / 4:  # every other byte of UTF-16
        return decode(content, "utf-16-le" if start[1:2] == b"\0" else "utf-16-be")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = decode(content, "cp1252")
    if sum(sign < " " and sign not in "\t\r\n" for sign in text[:2000]) > 20:
        raise Refused("other")
    return text


def decode(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("other") from None


def delimiter_of(text):
    """The sign that cuts the first lines into most cells."""
    opening = "".join(islice(StringIO(text), OPENED_LINES))
    return max(DELIMITERS, key=opening.count)


def answer(content):
    try:
        return {"sheets": read(content)}
    except Refused as reason:
        return {"refused": str(reason)}
    except PasswordError:
        return {"refused": "encrypted"}
    except csv.Error:
        return {"refused": "quote"}
    except (CalamineError, ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError):
        return {"refused": "damaged"}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
