import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm, RowsField, ScoreField
from participants.models import Attendance, Enrollment, Inmate
from participants.services import Assessment, Mark

INMATE_DATES = (
    "born_on",
    "one_third_on",
    "half_on",
    "two_thirds_on",
    "expires_on",
    "expected_release_on",
    "disciplined_until",
)


class InmateForm(ModelForm):
    class Meta:
        model = Inmate
        fields = [
            "name",
            "register_number",
            "sex",
            "born_on",
            "register_class",
            "housing_unit",
            "one_third_on",
            "half_on",
            "two_thirds_on",
            "expires_on",
            "expected_release_on",
            "disciplined_until",
        ]
        field_classes = dict.fromkeys(INMATE_DATES, DateField)


class EnrollForm(Form):
    inmates = RowsField(
        label=_("Peserta baru"),
        queryset=Inmate.objects.none(),
        error_messages={"required": _("Pilih paling sedikit satu orang.")},
    )
    joined_on = DateField(label=_("Ikut sejak"))
    over_quota_reason = forms.CharField(
        label=_("Alasan melebihi kursi"),
        help_text=_("Isi hanya bila yang dipilih lebih banyak daripada kursi yang tersisa."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inmates"].queryset = candidates


class EndEnrollmentForm(Form):
    ended_on = DateField(label=_("Hari terakhir ikut"))
    end_reason = forms.ChoiceField(label=_("Alasan"), choices=Enrollment.EndReason)


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
