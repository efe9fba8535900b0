"""Announced absences, the day of a list, and after how many days a sheet closes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from core.forms import DateField, Form, ModelForm, TimeField
from participants.models import AnnouncedAbsence


class AbsenceForm(ModelForm):
    class Meta:
        model = AnnouncedAbsence
        fields = ["reason", "starts_on", "ends_on", "starts_at", "ends_at", "note"]
        field_classes = {
            "starts_on": DateField,
            "ends_on": DateField,
            "starts_at": TimeField,
            "ends_at": TimeField,
        }
        help_texts = {
            "starts_on": _("Misalnya 17-12-2025."),
            "ends_on": _("Kosong berarti hari itu saja."),
            "ends_at": _("Diisi bersama jam mulainya."),
            "note": _("Jangan menulis perkara atau penyakit."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False


class DayForm(Form):
    """The day of a list, from its URL."""

    on = DateField(label=_("Tanggal"), required=False)


class SheetRuleForm(Form):
    sheet_days = forms.IntegerField(
        label=Facility._meta.get_field("sheet_days").verbose_name,
        help_text=Facility._meta.get_field("sheet_days").help_text,
        min_value=1,
        max_value=60,
        required=False,
    )
    # Shown once it is asked for: when the new term opens closed sheets again.
    reason = forms.CharField(label=_("Alasan"), max_length=200, required=False)
