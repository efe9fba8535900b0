"""Rosters as offices send them, and files that are made to do harm."""

import io
import random
from datetime import date, timedelta

import xlsxwriter

from core.forms import MONTHS
from participants.columns import HEADINGS

LONG_MONTHS = {number: name for name, number in reversed(MONTHS.items())}
FIRST_NAMES = "Achmad Bambang Cahyono Dedi Eko Fajar Gunawan Hendra Imam Joko Kurnia Lukman".split()
LAST_NAMES = "Santoso Wijaya Saputra Hidayat Nugroho Setiawan Firmansyah Kurniawan Prasetyo".split()


def people(count, seed=1):
    """[{field: text or date}] of so many made-up people, all of them possible."""
    chance = random.Random(seed)
    made = []
    for number in range(1, count + 1):
        begins = date(2022, 1, 1) + timedelta(days=chance.randrange(1200))
        third = timedelta(days=chance.randrange(120, 700))
        made.append(
            {
                "register_number": f"B.I {number}/2025",
                "name": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)} {letters(number)}",
                "sex": chance.choice("LLLP"),
                "born_on": date(1965, 1, 1) + timedelta(days=chance.randrange(14_000)),
                "register_class": chance.choice(["B.I", "B.IIa"]),
                "housing_unit": f"{chance.choice('ABC')}-{chance.randrange(1, 20)}",
                "one_third_on": begins + third,
                "half_on": begins + third * 3 / 2,
                "two_thirds_on": begins + 2 * third,
                "expires_on": begins + 3 * third,
                "expected_release_on": begins + 2 * third + timedelta(days=10),
                "disciplined_until": None,
            }
        )
    return made


def letters(number):
    """A word for a number, as names have no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number)).title()


def book(draw, **options):
    """The bytes of an .xlsx that `draw(workbook)` fills."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True, **options})
    draw(workbook)
    workbook.close()
    return file.getvalue()


def table(rows, *, name="Daftar", headings=None):
    """An .xlsx of `rows`, lists of text, under the template's headings or `headings`."""

    def draw(workbook):
        sheet = workbook.add_worksheet(name)
        for line, cells in enumerate([list(headings or HEADINGS.values()), *rows]):
            for place, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(line, place, cell)

    return book(draw)


def plain_roster(people):
    """A tidy .xlsx, days as days."""

    def draw(workbook):
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet = workbook.add_worksheet("Daftar")
        sheet.write_row(0, 0, HEADINGS.values())
        for line, person in enumerate(people, start=1):
            for place, field in enumerate(HEADINGS):
                write(sheet, line, place, person.get(field), day)

    return book(draw)


def write(sheet, line, place, value, day):
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, day)
    elif value:
        sheet.write_string(line, place, value)


def messy_roster(people):
    """An .xlsx as it comes from an office.

    Merged titles above the heading, headings in another order and spelling, numbered columns, every form of a
    date, stray spaces, a second sheet with the second half, a sheet of notes, a signature below.
    """
    half = (len(people) + 1) // 2

    def draw(workbook):
        formats = {
            "title": workbook.add_format({"bold": True, "align": "center"}),
            "day": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        }
        for name, some in (("Blok A", people[:half]), ("Blok B", people[half:])):
            draw_messy_sheet(workbook.add_worksheet(name), formats, some)
        workbook.add_worksheet("Catatan").write(0, 0, "Dicetak untuk sidang TPP")

    return book(draw)


MESSY_ORDER = [
    ("No", None),
    ("NAMA LENGKAP", "name"),
    ("No. Reg", "register_number"),
    ("L/P", "sex"),
    ("Tgl. Lahir", "born_on"),
    ("Perkara", None),
    (" Ekspirasi ", "expires_on"),
    ("1/3 Masa Pidana", "one_third_on"),
    ("Tgl 1/2", "half_on"),
    ("TANGGAL 2/3", "two_thirds_on"),
    ("Blok / Kamar", "housing_unit"),
    ("Gol.", "register_class"),
    ("Tanggal\nPerkiraan Bebas", "expected_release_on"),
    ("Register F s/d", "disciplined_until"),
]


def draw_messy_sheet(sheet, formats, people):
    last = len(MESSY_ORDER) - 1
    sheet.merge_range(0, 0, 0, last, "DAFTAR WARGA BINAAN", formats["title"])
    sheet.merge_range(1, 0, 1, last, "Keadaan terakhir", formats["title"])
    for place, (heading, _field) in enumerate(MESSY_ORDER):
        sheet.write_string(3, place, heading)
        sheet.write_string(4, place, f"({place + 1})")
    for line, person in enumerate(people, start=5):
        for place, (heading, field) in enumerate(MESSY_ORDER):
            if heading == "No":
                sheet.write_number(line, place, line - 4)
            elif field is None:
                sheet.write_string(line, place, "tidak disimpan")
            else:
                write_messily(sheet, line, place, person.get(field), formats["day"])
    sheet.write_string(len(people) + 7, last, "Kepala")


def write_messily(sheet, line, place, value, day):
    if not isinstance(value, date):
        if value:
            sheet.write_string(line, place, f" {value.replace(' ', '  ')} ")
        return
    long_month = LONG_MONTHS[value.month].title()
    forms = [
        f"{value:%d/%m/%Y}", f"{value:%d-%m-%Y} ", f"{value.day} {long_month} {value.year}", None, "",
        f"{value:%Y-%m-%d}", f"{value:%d.%m.%Y}",
    ]  # fmt: skip
    form = forms[(line + place) % len(forms)]
    if form is None:
        sheet.write_datetime(line, place, value, day)
    elif form == "":
        sheet.write_number(line, place, (value - date(1899, 12, 30)).days)
    else:
        sheet.write_string(line, place, form)
