from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, RowsField
from participants.models import Enrollment, Inmate


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
