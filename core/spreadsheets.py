"""Lists as spreadsheets: what stands on the screen, every page of it, and never a formula."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.http import HttpResponse

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def spreadsheet(columns, rows):
    """An .xlsx file as bytes: `columns` are [(heading, function of a row)], `rows` any iterable.

    Numbers and days stay what they are; everything else is written as text, "=…" as well.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    widths = [len(str(heading)) for heading, _value in columns]
    for place, (heading, _value) in enumerate(columns):
        sheet.write_string(0, place, str(heading), bold)
    for line, row in enumerate(rows, start=1):
        for place, (_heading, value) in enumerate(columns):
            text = _write(sheet, line, place, value(row), day)
            widths[place] = max(widths[place], len(text))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width, WIDEST) + 2)
    book.close()
    return file.getvalue()


def _write(sheet, line, place, value, day):
    """Write one cell; its text, for the width of the column."""
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, day)
        return "dd-mm-yyyy"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    elif value not in (None, ""):
        sheet.write_string(line, place, str(value))
    return str(value)


def spreadsheet_response(filename, columns, rows):
    response = HttpResponse(spreadsheet(columns, rows), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}.xlsx"'
    return response
