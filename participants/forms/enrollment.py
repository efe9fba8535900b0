from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, RowsField, one_line, printable
from participants.models import Inmate
from participants.queries.candidates import ticked_in


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
        self.chosen = [int(pk) for pk in ticked_in(self.data)]
        for pk in self.chosen:
            self.fields[f"reason-{pk}"] = forms.CharField(
                label=_("Alasan"), max_length=300, required=False, validators=[printable, one_line]
            )

    def clean(self):
        """The reason-<pk> of the chosen become {pk: reason}."""
        cleaned = super().clean()
        reasons = {pk: cleaned.pop(f"reason-{pk}", "") for pk in self.chosen}
        return cleaned | {"override_reasons": reasons}
