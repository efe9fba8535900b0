"""Strict fields and the one form base. What a person typed comes back exactly as typed."""

import re
from datetime import date, time
from decimal import Decimal
from unicodedata import category

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb pebruari february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember nop",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}


def parse_date(text):
    """A day as Indonesian offices write it: 17-12-2025, 17/12/2025, 17.12.2025, 17 Desember 2025, 2025-12-17.

    The day stands before the month, always: 12/25/2025 is refused, never guessed. Raises ValueError.
    """
    text = " ".join(text.split()).rstrip(".")
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text, re.ASCII):
        day, month, year = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2}) ([A-Za-z]+)\.? (\d{4})", text, re.ASCII):
        day, year = int(match[1]), int(match[3])
        month = MONTHS.get(match[2].lower(), 0)
    else:
        raise ValueError(text)
    if not 1900 <= year <= 2200:
        raise ValueError(text)
    return date(year, month, day)


class DateField(forms.DateField):
    """A day typed as text (a native picker shows mm/dd/yyyy on English PCs), echoed in long form."""

    default_error_messages = {
        "invalid": _("Tulis tanggal sebagai hari-bulan-tahun, misalnya 17-12-2025."),
    }
    widget = forms.DateInput(
        format="%d-%m-%Y",
        attrs={"placeholder": "", "inputmode": "numeric", "autocomplete": "off", "data-date": ""},
    )

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class TimeField(forms.TimeField):
    """A time of day, 08.00 or 08:00."""

    default_error_messages = {
        "invalid": _("Tulis jam sebagai jam.menit antara 00.00 dan 23.59, misalnya 08.00."),
    }
    widget = forms.TimeInput(format="%H.%M", attrs={"autocomplete": "off"})

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        match = re.fullmatch(r"\s*(\d{1,2})[.:](\d{2})\s*", str(value), re.ASCII)
        try:
            return time(int(match[1]), int(match[2]))
        except (TypeError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class ScoreField(forms.Field):
    """A score from 0 to 100 with at most two decimals, comma or point, the same in both languages.

    "1.500" is refused: Django would read 1.5 or 1500 from it, depending on the language.
    """

    default_error_messages = {
        "invalid": _("Tulis nilai 0 sampai 100, misalnya 87 atau 87,5."),
    }

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", text, re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        score = Decimal(text.replace(",", "."))
        if score > 100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return score


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows; keys beyond what the database can hold are no choice, rather than its error."""

    def clean(self, value):
        if any(not re.fullmatch(r"\d{1,18}", str(one), re.ASCII) for one in value or []):
            raise ValidationError(_("Pilihan ini tidak ada di daftar."))
        return super().clean(value)


def printable(text):
    """Refuses signs that no keyboard types: they break mail headers and office files."""
    if any(category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
        raise ValidationError(_("Tulisan ini memuat tanda yang tidak tampak. Ketik ulang."))


def one_line(text):
    """Refuses line breaks in a field of one line, as a forged form could send them."""
    if any(sign in text for sign in "\r\n"):
        raise ValidationError(_("Tulis dalam satu baris."))


class ServiceForm:
    """Mixin: the view names the service, the form carries its refusals back beside the fields."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field) is forms.CharField and not isinstance(field.widget, forms.PasswordInput):
                field.validators.append(printable)
                if not isinstance(field.widget, forms.Textarea):
                    field.validators.append(one_line)
            if isinstance(field, forms.ModelMultipleChoiceField):
                continue
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("Pilih …")
            elif isinstance(field, forms.ChoiceField) and field.choices[:1] == BLANK_CHOICE_DASH:
                field.choices = [("", _("Pilih …")), *field.choices[1:]]

    def perform(self, service, **more):
        """Call `service` with the cleaned fields; None when it refused (the form then says why)."""
        try:
            return service(**self.cleaned_data, **more)
        except ValidationError as error:
            self.add_refusal(error)
            return None

    def add_refusal(self, error):
        """A ValidationError beside the fields it names; what names no field of this form goes on top.

        A constraint names its field in `violation_error_code`.
        """
        if hasattr(error, "error_dict"):
            by_field = error.error_dict
        else:
            by_field = {NON_FIELD_ERRORS: error.error_list}
        for name, errors in by_field.items():
            for item in errors:
                place = next((one for one in (name, item.code) if one in self.fields), None)
                self.add_error(place, item)


class Form(ServiceForm, forms.Form):
    pass


class ModelForm(ServiceForm, forms.ModelForm):
    """Builds and checks; saving is the service's work, so `save` is never called.

    Constraints and uniqueness are checked by the service (`full_clean`), once, on the row it writes.
    """

    def _post_clean(self):
        """Leave the instance alone: only the service writes it."""
