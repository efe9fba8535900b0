"""Attendance sheets on their way to paper: each printed page becomes a row that its code names."""

import hashlib
import json

from django.db import transaction

from accounts import audit
from participants.models import PrintedSheet
from participants.paper.layout import LAYOUTS, VERSION
from participants.queries.paper import PaperPage, meeting_numbers, rows_to_print
from programs.models import Batch


@transaction.atomic
def print_sheets(*, sessions, paper, by):
    """The PaperPages of `sessions`, of one Lapas, in their order, on "a4" or "f4".

    A page with the same people on the same rows keeps the sheet that it has, and so its code; any other is
    a new one.
    """
    sessions = list(sessions)
    _lock_batches(sessions)
    rows, numbers = rows_to_print(sessions), meeting_numbers(sessions)
    pages = [
        (session, part, _unsaved(session, number, parts, paper, by))
        for session in sessions
        for parts in [_parts(rows[session.pk], LAYOUTS[paper].people)]
        for number, part in enumerate(parts, start=1)
    ]
    sheets = _kept([sheet for *_, sheet in pages], by)
    return [
        PaperPage(session, *numbers.get(session.pk, (None, 0)), part, sheets[_key(sheet)])
        for session, part, sheet in pages
    ]


def _lock_batches(sessions):
    """Of two who print at once one waits, and finds what the other has made."""
    batches = Batch.objects.filter(pk__in={one.batch_id for one in sessions})
    list(batches.select_for_update(no_key=True).order_by("pk"))


def _parts(rows, length):
    """The rows of each page; a sheet of nobody is one page for guests."""
    return [rows[start : start + length] for start in range(0, len(rows), length)] or [[]]


def _unsaved(session, number, parts, paper, by):
    about = {
        "page": number,
        "page_count": len(parts),
        "paper": paper,
        "layout": VERSION,
        "enrollments": [row.enrollment.pk for row in parts[number - 1]],
    }
    day = session.takes_place_on
    content = json.dumps({"session": session.pk, "day": str(day)} | about, sort_keys=True).encode()
    return PrintedSheet(
        session=session,
        takes_place_on=day,
        sha256=hashlib.sha256(content).hexdigest(),
        printed_by=by,
        **about,
    )


def _key(sheet):
    return sheet.session_id, sheet.sha256


def _kept(sheets, by):
    """{key: the stored row} of all of them, those that were not there yet with a line in the trail."""
    known = _known(sheets)
    new = [one for one in sheets if _key(one) not in known]
    if not new:
        return known
    PrintedSheet.objects.bulk_create(new)
    audit.record_all(
        "sheet.printed",
        PrintedSheet,
        [(one.pk, str(one), {"session": one.session_id, "page": one.page}) for one in new],
        by=by,
        facility=new[0].facility,
    )
    return known | {_key(one): one for one in new}


def _known(sheets):
    """One session has few of them, and the keys would be too many for one question."""
    stored = PrintedSheet.objects.filter(session__in={one.session_id for one in sheets})
    return {_key(one): one for one in stored}
