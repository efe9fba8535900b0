"""Whole classes as one form: marks of a session, results of a unit."""

import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ScoreField
from participants.models import Attendance
from participants.services import Assessment, Mark

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
    """The whole class as one form, and one nonce.

    A row is code-<id>, cause-<id>, minutes-<id>, remark-<id> and version-<id>, of which all but the first may
    be missing. Raises BadRequest for what no page of ours sends; `errors`, {id: words}, holds what was
    mistyped.
    """

    def __init__(self, data):
        self.nonce = data.get("nonce", "")
        if not re.fullmatch(r"[\w-]{8,64}", self.nonce, re.ASCII):
            raise BadRequest("nonce")
        self.marks, self.errors, self.typed_minutes = {}, {}, {}
        for key in data:
            if key.startswith("code-"):
                self._read(data, number_of(key.removeprefix("code-")))

    def _read(self, data, pk):
        minutes, remark = data.get(f"minutes-{pk}", ""), data.get(f"remark-{pk}", "").strip()
        self.typed_minutes[pk] = minutes
        code = one_of(data[f"code-{pk}"], Attendance.Code)
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


def one_of(value, choices):
    if value and value not in choices:
        raise BadRequest("choice")
    return value


class ResultSheet:
    """One unit for the whole class: score-<id>, competent-<id> (K, BK or nothing), version-<id>."""

    def __init__(self, data, *, unit, enrollments, pass_mark):
        self.assessments, self.errors, self.typed = {}, {}, {}
        known = {one.pk for one in enrollments}
        for key in data:
            if not key.startswith("score-"):
                continue
            pk = number_of(key.removeprefix("score-"))
            if pk not in known:
                raise BadRequest("enrollment")
            self._read(data, pk, unit, pass_mark)

    def _read(self, data, pk, unit, pass_mark):
        text = data[f"score-{pk}"]
        choice = one_of(data.get(f"competent-{pk}", ""), {"K", "BK"})
        self.typed[pk] = {"score": text, "competent": choice}
        try:
            score = ScoreField(required=False).clean(text)
        except ValidationError as error:
            self.errors[pk] = error.messages[0]
            return
        if score is None and choice:
            self.errors[pk] = _("Isi nilainya dulu.")
        if score is None:
            return
        self.assessments[pk, unit.pk] = Assessment(
            score=score,
            is_competent=choice == "K" if choice else score >= pass_mark,
            version=number_of(data.get(f"version-{pk}", "0")),
        )
