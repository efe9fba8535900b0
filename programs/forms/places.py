"""Rooms and special days."""

from django.utils.translation import gettext_lazy as _

from core.forms import DateField, ModelForm
from programs.models import DayRule, Room


class RoomForm(ModelForm):
    class Meta:
        model = Room
        fields = ["name", "capacity"]


class DayRuleForm(ModelForm):
    starts_on = DateField(label=_("Hari pertama"))
    ends_on = DateField(
        label=_("Hari terakhir"), required=False, help_text=_("Kosong berarti hanya hari itu.")
    )

    class Meta:
        model = DayRule
        fields = ["is_open", "reason"]

    field_order = ["starts_on", "ends_on", "reason", "is_open"]

    def clean(self):
        cleaned = super().clean()
        if "ends_on" in cleaned:
            cleaned["ends_on"] = cleaned["ends_on"] or cleaned.get("starts_on")
        return cleaned
