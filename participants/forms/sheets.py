"""Whole classes as one form: marks of a session, results of a unit."""

import re
from datetime import date

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from participants.models import Attendance
from participants.services import Mark

MINUTES = forms.IntegerField(
    min_value=1,
    max_value=600,
    required=False,
    error_messages={
        "invalid": _("Menit terlambat: tulis angka saja."),
        "min_value": _("Menit terlambat 1 sampai 600."),
        "max_value": _("Menit terlambat 1 sampai 600."),
    },
)
REMARK = Attendance._meta.get_field("remark")


class UnlockForm(Form):
    reason = forms.CharField(label=_("Alasan membuka"), max_length=200)


class AttendanceSheet:
    """The whole class as one form, one nonce, and the day of the meeting when its page was drawn.

    A row is code-<id>, cause-<id>, minutes-<id>, remark-<id> and version-<id>, of which all but the first may
    be missing; so may `day`. Raises BadRequest for what no page of ours sends; `errors`, {id: words}, holds what was
    mistyped.
    """

    def __init__(self, data):
        self.nonce = data.get("nonce", "")
        if not re.fullmatch(r"[\w-]{8,64}", self.nonce, re.ASCII):
            raise BadRequest("nonce")
        self.day = day_of(data.get("day", ""))
        self.marks, self.errors, self.typed_minutes = {}, {}, {}
        for key in data:
            field, _dash, number = key.partition("-")
            if field == "code":
                self._read(data, number_of(number))
            elif field == "remark" and data[key].strip() and f"code-{number}" not in data:
                self._read(data, number_of(number))
                self.errors[number_of(number)] = _(
                    "Pilih tandanya; catatan tanpa tanda tidak disimpan."
                )

    def _read(self, data, pk):
        minutes, remark = data.get(f"minutes-{pk}", ""), data.get(f"remark-{pk}", "").strip()
        self.typed_minutes[pk] = minutes
        code = one_of(data.get(f"code-{pk}", ""), Attendance.Code)
        minutes_late = None
        try:
            if code == Attendance.Code.LATE:
                minutes_late = MINUTES.clean(minutes)
            REMARK.clean(remark, None)
        except ValidationError as error:
            self.errors[pk] = error.messages[0]
        self.marks[pk] = Mark(
            code=code,
            cause=one_of(data.get(f"cause-{pk}", ""), Attendance.Cause),
            version=number_of(data.get(f"version-{pk}", "0")),
            minutes_late=minutes_late,
            remark=remark,
        )


def number_of(text):
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise BadRequest("number")
    return int(text)


def day_of(text):
    """An ISO date, or None of a form that says no day."""
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise BadRequest("day")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("day") from error


def one_of(value, choices):
    if value and value not in choices:
        raise BadRequest("choice")
    return value
