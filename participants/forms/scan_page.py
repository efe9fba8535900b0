"""What an officer answers for the rows of a scanned page, and the count at its foot."""

import re
from datetime import datetime

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from participants.forms.sheets import day_of, number_of
from participants.models import Attendance, ScanPage
from participants.services import Answers

NO_MARK = "-"  # in place of a code: the row stays without a mark
SIGNS = {code.value: code.value for code in Attendance.Code} | {NO_MARK: ""}
INVALID_COUNT = _("Tulis angka 0 sampai 99.")


class ScanPageForm(Form):
    """The rows come as answer-<row from 1> and version-<row>; nonce, day, sheet and confirmed_at hidden.

    `noted`, hidden too, are the two counts with which the note was sent before: it is no reason for others.
    Cleaned, it holds what `confirm_page` takes. Raises BadRequest for what no page of ours sends.
    """

    present_count = forms.IntegerField(
        label=_("Jumlah tanda H di kaki lembar"),
        help_text=_("Tanpa tamu. Bila tidak tertulis, biarkan kosong dan tulis alasannya."),
        min_value=0,
        max_value=99,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), INVALID_COUNT),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    count_note = forms.CharField(
        label=_("Alasan bila jumlahnya lain"),
        max_length=ScanPage._meta.get_field("count_note").max_length,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data=None, *, page):
        # Without the note: a new confirmation may have another difference, or none.
        super().__init__(data, initial={"present_count": page.present_count})
        self.page, self.noted = page, ""
        if self.is_bound:
            self.nonce = data.get("nonce", "")
            if not re.fullmatch(r"[\w-]{8,40}", self.nonce, re.ASCII):
                raise BadRequest("nonce")
            self.day = day_of(data.get("day", ""))
            self.answers = Answers(
                sheet=number_of(data.get("sheet", "")),
                codes=self._of_rows("answer", _code),
                versions=self._of_rows("version", number_of),
                confirmed_at=_moment(data.get("confirmed_at", "")),
            )
            self._refuse_unknown_rows()

    @property
    def is_overtaken(self):
        """Another officer confirmed the page after it was drawn."""
        return self.has_error(NON_FIELD_ERRORS, "confirmed")

    def is_of_another_sheet(self, page):
        """The answers are other people's than those of the page as it is now."""
        return self.is_bound and self.answers.sheet != page.sheet_id

    def day_over(self, session):
        """The hidden day: whoever was told that the meeting was moved may answer for its new one."""
        if self.is_bound and self.day and not self.has_error(NON_FIELD_ERRORS, "moved"):
            return self.day
        return session.takes_place_on

    def confirmed_at_over(self, page):
        """The hidden moment: whoever was told of another officer's confirmation may answer over it."""
        if self.is_bound and not self.is_overtaken:
            return self.data.get("confirmed_at", "")
        return page.confirmed_at.isoformat() if page.confirmed_at else ""

    def _of_rows(self, field, read):
        """{row: what was sent for it}"""
        found = {}
        for key in self.data:
            name, _dash, place = key.partition("-")
            if name == field:
                found[number_of(place)] = read(self.data[key])
        return found

    def _refuse_unknown_rows(self):
        if self.answers.sheet != self.page.sheet_id:
            return  # of a sheet that the page was then taken for: the service says so
        places = self.answers.codes.keys() | self.answers.versions.keys()
        if any(not 1 <= place <= len(self.page.sheet.enrollments) for place in places):
            raise BadRequest("row")

    def clean(self):
        typed = super().clean()
        return {
            "answers": self.answers,
            "present_count": typed.get("present_count"),
            "count_note": self._note_for_these_counts(typed),
            "nonce": self.nonce,
            "day": self.day,
        }

    def _note_for_these_counts(self, typed):
        note, before = typed.get("count_note", ""), self.data.get("noted", "")
        if not note:
            return ""
        if self.has_error("present_count"):
            self.noted = before
            return note
        present = list(self.answers.codes.values()).count(Attendance.Code.PRESENT)
        self.noted = f"{typed['present_count']} {present}"
        return note if before in ("", self.noted) else ""


def _code(sign):
    if sign not in SIGNS:
        raise BadRequest("answer")
    return SIGNS[sign]


def _moment(text):
    """When the page was confirmed last, as it was drawn; None of one that never was."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest("confirmed_at") from None
