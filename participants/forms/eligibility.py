"""The rules of a facility, and facts about people that no file from outside holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm, TimeField
from participants.eligibility import RULES, Setting
from participants.models import Activity, Finding, Rule


class RulesForm(Form):
    """All rules at once: <rule>_is_on and, where a rule counts something, <rule>_amount.

    `said` is {Rule: Setting} of this place alone, `inherited` of what holds without it.
    """

    FOLLOW, ON, OFF = "", "on", "off"

    def __init__(self, *args, said, inherited, follow, **kwargs):
        super().__init__(*args, **kwargs)
        for rule in Rule:
            own = said.get(rule)
            usual = inherited[rule]
            self.fields[f"{rule}_is_on"] = forms.ChoiceField(
                label=rule.label,
                required=False,
                choices=[
                    (self.FOLLOW, f"{follow}: {setting_words(rule, usual)}"),
                    (self.ON, _("Dipakai")),
                    (self.OFF, _("Tidak dipakai")),
                ],
                initial=self.FOLLOW if own is None else self.ON if own.is_on else self.OFF,
            )
            if usual.amount is not None:
                self.fields[f"{rule}_amount"] = _amount_field(rule, (own or usual).amount)

    def rows(self):
        """[(rule, its text, the field of use, the field of the amount or None)]"""
        return [
            (
                rule,
                RULES[rule],
                self[f"{rule}_is_on"],
                self[f"{rule}_amount"] if f"{rule}_amount" in self.fields else None,
            )
            for rule in Rule
        ]

    def clean(self):
        cleaned = super().clean()
        settings = {}
        for rule in Rule:
            use, amount = cleaned.get(f"{rule}_is_on"), cleaned.get(f"{rule}_amount")
            has_amount = RULES[rule].default.amount is not None
            if use == self.ON and has_amount and amount is None:
                if f"{rule}_amount" not in self.errors:
                    self.add_error(f"{rule}_amount", _("Isi batasnya."))
            if use == self.FOLLOW:
                settings[rule] = None
            else:
                usual = RULES[rule].default.amount
                settings[rule] = Setting(use == self.ON, usual if amount is None else amount)
        return {"settings": settings}


def _amount_field(rule, initial):
    text = RULES[rule]
    if text.choices:
        return forms.TypedChoiceField(
            label=_("Batasnya"),
            required=False,
            choices=list(text.choices.items()),
            coerce=int,
            empty_value=None,
            initial=initial,
        )
    return forms.IntegerField(
        label=text.unit, required=False, min_value=0, max_value=text.most, initial=initial
    )


def setting_words(rule, setting):
    """A setting in a few words: not used, or used and how much."""
    text = RULES[rule]
    if not setting.is_on:
        return _("tidak dipakai")
    if setting.amount is None:
        return _("dipakai")
    return str(text.choices.get(setting.amount) or f"{setting.amount} {text.unit}")


class FindingForm(ModelForm):
    value = forms.ChoiceField(
        label=_("Hasil"),
        choices=[
            ("", _("Pilih …")),
            *(
                (kind.label, [(value.value, value.label) for value in values])
                for kind, values in Finding.VALUES.items()
            ),
        ],
    )

    class Meta:
        model = Finding
        fields = ["value", "source", "found_on"]
        field_classes = {"found_on": DateField}

    def clean(self):
        cleaned = super().clean()
        kinds = {value: kind for kind, values in Finding.VALUES.items() for value in values}
        return cleaned | {"kind": kinds.get(cleaned.get("value"))}


class ActivityForm(ModelForm):
    class Meta:
        model = Activity
        fields = ["title", "weekday", "starts_at", "ends_at", "starts_on", "ends_on"]
        field_classes = {
            "starts_at": TimeField,
            "ends_at": TimeField,
            "starts_on": DateField,
            "ends_on": DateField,
        }
        help_texts = {"ends_on": _("Kosong berarti belum diketahui.")}


class SeparationForm(Form):
    other = forms.CharField(
        label=_("No. register orang yang lain"),
        help_text=_("Alasan pemisahan tidak dicatat di sini."),
        max_length=40,
    )

    def __init__(self, *args, inmates, **kwargs):
        super().__init__(*args, **kwargs)
        self.inmates = inmates

    def clean_other(self):
        number = " ".join(self.cleaned_data["other"].split())
        other = self.inmates.filter(register_number__iexact=number).first()
        if other is None:
            raise forms.ValidationError(
                _("Tidak ada warga binaan dengan nomor register ini di Lapas ini.")
            )
        return other
