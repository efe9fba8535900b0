"""The rows of a roster: where its heading stands, who is in it, and which cells are wrong."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.sheets import read_sheets
from participants.columns import HEADINGS, REQUIRED, field_of
from participants.imports.cells import DATES, read_cell, tidy
from participants.registers import register_key
from participants.sentence import sentence_faults

# Titles, addresses and empty lines may stand above the heading.
HEADING_WITHIN = 50
LONGEST_HEADING = 60


@dataclass
class Roster:
    """What a file says.

    `rows`: one dict a person, {"sheet", "row": its number in the sheet, field: text or ISO day or None}, with
    the fields that the sheet has a column for. `wrong`: rows that cannot be taken, {"sheet", "row", "cells":
    {heading: text}, "faults": [{"column": heading, "cell": text, "reason"}]}. `passed_over`: what was not
    read, {"sheets": [name], "columns": [heading], "rows": [number]}.
    """

    rows: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    passed_over: dict = field(default_factory=lambda: {"sheets": [], "columns": [], "rows": []})


def read_roster(content):
    """A Roster from a spreadsheet's bytes; ValidationError when it is none."""
    roster = Roster()
    for sheet in read_sheets(content):
        heading = None if sheet.is_hidden else _heading_of(sheet)
        if heading is not None:
            _read_sheet(roster, sheet, heading)
        elif sheet.rows:
            roster.passed_over["sheets"].append(tidy(sheet.name))
    if not roster.rows and not roster.wrong:
        raise ValidationError(
            _(
                "Tidak ada daftar di berkas ini: perlu satu baris judul dengan No. Register, Nama, dan "
                "Jenis Kelamin, dan di bawahnya satu baris per orang. Pakai templat bila ragu."
            )
        )
    _refuse_twice(roster)
    return roster


def _heading_of(sheet):
    """The place in `sheet.rows` of the row with most known headings; None when no row is one."""
    best, most = None, 1
    for place, (_number, cells) in enumerate(sheet.rows[:HEADING_WITHIN]):
        known = {field_of(tidy(cell)) for cell in cells} - {None}
        if len(known) > most and known & {"register_number", "name"}:
            best, most = place, len(known)
    return best


def _read_sheet(roster, sheet, heading):
    (number, headings), name_of_sheet = sheet.rows[heading], tidy(sheet.name)
    today = timezone.localdate()
    columns, faults = {}, []
    for place, text in enumerate(headings):
        text = tidy(text)
        name = field_of(text)
        if name is None and text:
            _pass_over_column(roster, text[:LONGEST_HEADING])
        elif name in columns:
            faults.append(_fault(name, text, _("Judul ini ada dua kali. Hapus salah satunya.")))
        elif name:
            columns[name] = place
    faults += [
        _fault(name, "", _("Kolom ini wajib ada.")) for name in REQUIRED if name not in columns
    ]
    if faults:
        cells = {HEADINGS[name]: tidy(headings[place]) for name, place in columns.items()}
        roster.wrong.append(
            {"sheet": name_of_sheet, "row": number, "cells": cells, "faults": faults}
        )
        return
    below = sheet.rows[heading + 1 :]
    if below and _only_numbers_columns(below[0][1]):
        below = below[1:]
    required = [columns[name] for name in REQUIRED]
    for number, cells in below:
        cells = cells + [""] * (len(headings) - len(cells))
        if not any(cells[place].strip() for place in required):
            roster.passed_over["rows"].append(number)
        elif any(cells[place] != headings[place] for place in required):
            # else it is the heading once more, as on each printed page
            texts = {name: cells[place] for name, place in columns.items()}
            _read_row(roster, {"sheet": name_of_sheet, "row": number}, texts, today)


def _pass_over_column(roster, heading):
    if heading not in roster.passed_over["columns"]:
        roster.passed_over["columns"].append(heading)


def _only_numbers_columns(cells):
    """A row (1) (2) (3) under the heading, as printed tables have it."""
    numbers = [
        re.fullmatch(r"\(?(\d{1,2})\)?", cell.strip(), re.ASCII) for cell in cells if cell.strip()
    ]
    return all(numbers) and [int(one[1]) for one in numbers] == list(
        range(int(numbers[0][1]), int(numbers[0][1]) + len(numbers))
    )


def _read_row(roster, where, texts, today):
    facts, faults = {}, []
    for name, text in texts.items():
        try:
            facts[name] = read_cell(name, text)
        except ValueError as error:
            faults.append(_fault(name, tidy(text), str(error)))
    faults += [
        _fault(name, tidy(texts.get(name, "")), reason)
        for name, reason in sentence_faults(facts, today).items()
    ]
    if faults:
        cells = {HEADINGS[name]: tidy(text) for name, text in texts.items()}
        roster.wrong.append({**where, "cells": cells, "faults": faults})
        return
    for name in DATES & facts.keys():
        facts[name] = facts[name] and facts[name].isoformat()
    roster.rows.append(where | facts)


def _fault(name, text, reason):
    return {"column": HEADINGS[name], "cell": text, "reason": reason}


def _refuse_twice(roster):
    """A number may stand once in the file; each later row of it is wrong, and names the first."""
    first, right = {}, []
    for row in roster.rows:
        other = first.setdefault(register_key(row["register_number"]), row)
        if other is row:
            right.append(row)
            continue
        reason = _("No. register ini sudah ada di lembar %(sheet)s baris %(row)s.") % other
        roster.wrong.append(
            {
                "sheet": row["sheet"],
                "row": row["row"],
                "cells": {HEADINGS[name]: row[name] or "" for name in HEADINGS if name in row},
                "faults": [_fault("register_number", row["register_number"], reason)],
            }
        )
    roster.rows = right
