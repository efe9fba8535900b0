"""Rosters for the office: an empty one to fill, and the wrong rows to mend."""

from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from participants.columns import HEADINGS, REQUIRED

WIDTH = 18


def roster_template():
    """An .xlsx with the headings alone, and a sheet that explains them.

    All cells are text: an English Excel would read 5/6/2025 as the sixth of May.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Daftar")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(HEADINGS) - 1, WIDTH, text)
    for place, heading in enumerate(HEADINGS.values()):
        sheet.write_string(0, place, heading, bold)
    help_sheet = book.add_worksheet("Petunjuk")
    help_sheet.set_column(0, 0, WIDTH)
    help_sheet.set_column(1, 1, 80)
    for line, (field, heading) in enumerate(HEADINGS.items()):
        help_sheet.write_string(line, 0, f"{heading}:")
        help_sheet.write_string(line, 1, _about(field))
    book.close()
    return file.getvalue()


def _about(field):
    ways = {
        "register_number": _("Misalnya B.I 214/2025."),
        "name": _("Nama lengkap."),
        "sex": _("L atau P."),
        "register_class": _("B.I, B.IIa, B.IIb, B.III, atau A.I sampai A.V."),
        "housing_unit": _("Misalnya A-12."),
    }
    about = ways.get(field, _("Tanggal, misalnya 17-12-2025."))
    return f"{about} {_('Wajib diisi.')}" if field in REQUIRED else about


def wrong_columns(rows):
    """The columns of the wrong rows as [(heading, function of a row)]: theirs, where they stand, and why."""
    headings = [one for one in HEADINGS.values() if any(one in row["cells"] for row in rows)]
    return [
        *((one, lambda row, one=one: row["cells"].get(one, "")) for one in headings),
        (_("Lembar"), lambda row: row["sheet"]),
        (_("Baris"), lambda row: row["row"]),
        (_("Alasan"), lambda row: reasons_of(row)),
    ]


def reasons_of(row):
    return " ".join(f"{fault['column']}: {fault['reason']}" for fault in row["faults"])
