from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm
from participants.models import Inmate
from participants.photos import MOST_BYTES
from participants.services.inmates import version_of

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


class InmateUpdateForm(InmateForm):
    """Knows the facts that its page showed: an older page takes nobody's newer facts back unasked."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = version_of(self.instance)

    def perform(self, service, **more):
        """After a refusal the officer has seen what stands there now: the next press is meant."""
        done = super().perform(service, **more)
        if done is None:
            self.data = self.data.copy()
            self.data["seen"] = self.initial["seen"]
        return done


class PhotoForm(Form):
    photo = forms.FileField(
        label=_("Foto"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photo"].help_text = _(
            "JPEG atau PNG, paling besar %(limit)s MB. Diperkecil, dan keterangan kamera dibuang."
        ) % {"limit": MOST_BYTES // 2**20}


class TrainedSinceForm(Form):
    """Whose reports: all who took part in training since a day."""

    since = DateField(label=_("Ikut pelatihan sejak"))
