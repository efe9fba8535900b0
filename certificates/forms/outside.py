from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import OutsideCertificate
from core.forms import DateField, ModelForm


class OutsideUpdateForm(ModelForm):
    """What stands on somebody else's certificate, typed from its scan."""

    class Meta:
        model = OutsideCertificate
        fields = ["issuer", "scheme", "number", "issued_on", "valid_until"]
        field_classes = {"issued_on": DateField, "valid_until": DateField}


class OutsideForm(OutsideUpdateForm):
    file = forms.FileField(
        label=_("Pindaian"),
        help_text=_("PDF, JPEG, atau PNG; disimpan persis seperti aslinya."),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )
