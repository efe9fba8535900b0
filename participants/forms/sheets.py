"""Whole classes as one form: marks of a session, results of a unit."""

import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ScoreField
from participants.models import Attendance
from participants.services import Assessment, Mark


class UnlockForm(Form):
    reason = forms.CharField(label=_("Alasan membuka"), max_length=200)


class AttendanceSheet:
    """The whole class as one form: code-<id>, cause-<id>, version-<id> and one nonce."""

    def __init__(self, data):
        self.nonce = data.get("nonce", "")
        if not re.fullmatch(r"[\w-]{8,64}", self.nonce, re.ASCII):
            raise BadRequest("nonce")
        self.marks = {
            self._number(key.removeprefix("code-")): Mark(
                code=self._one_of(data[key], Attendance.Code),
                cause=self._one_of(data.get(key.replace("code-", "cause-"), ""), Attendance.Cause),
                version=self._number(data.get(key.replace("code-", "version-"), "0")),
            )
            for key in data
            if key.startswith("code-")
        }

    @staticmethod
    def _number(text):
        if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
            raise BadRequest("number")
        return int(text)

    @staticmethod
    def _one_of(value, choices):
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
            pk = AttendanceSheet._number(key.removeprefix("score-"))
            if pk not in known:
                raise BadRequest("enrollment")
            self._read(data, pk, unit, pass_mark)

    def _read(self, data, pk, unit, pass_mark):
        text = data[f"score-{pk}"]
        choice = AttendanceSheet._one_of(data.get(f"competent-{pk}", ""), {"K", "BK"})
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
            version=AttendanceSheet._number(data.get(f"version-{pk}", "0")),
        )
