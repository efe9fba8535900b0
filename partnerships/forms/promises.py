"""Promises, and what came of them."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateField, ModelForm
from partnerships.models import Commitment, Delivery
from partnerships.models.promises import MOST


class AmountField(forms.Field):
    """A whole number as offices write it: 12500000 or 12.500.000, also "Rp 12.500.000".

    Django would read 500 from "500.000"; this reads five hundred thousand, and refuses "1,5" and "1.5".
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Tulis bilangan bulat, misalnya 80 atau 12.500.000."),
        "least": _("Isi paling sedikit 1."),
        "most": _("Isi paling banyak 1.000.000.000.000."),
    }
    pattern = re.compile(
        r"(?:Rp\.? ?)?(\d{1,20}|\d{1,3}(?:\.\d{3}){1,6})", re.ASCII | re.IGNORECASE
    )

    def to_python(self, value):
        if value in self.empty_values:
            return None
        match = self.pattern.fullmatch(str(value).strip())
        if not match:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        amount = int(match[1].replace(".", ""))
        if not 1 <= amount <= MOST:
            limit = "least" if amount < 1 else "most"
            raise ValidationError(self.error_messages[limit], code=limit)
        return amount

    def prepare_value(self, value):
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class CommitmentForm(ModelForm):
    promised = AmountField(label=pgettext_lazy("banyaknya", "Jumlah"))

    class Meta:
        model = Commitment
        fields = ["side", "kind", "title", "promised", "measure", "pace", "due_on"]
        field_classes = {"due_on": DateField}
        help_texts = {
            "kind": _(
                "Jam pelajaran, instruktur, peserta, dan sertifikat dihitung otomatis dari catatan "
                "pelatihan; realisasi yang lain dicatat setiap kali diterima."
            ),
            "measure": _(
                "Misalnya paket atau unit. Kosong berarti satuan yang lazim: JP, orang, peserta, "
                "lembar, atau rupiah."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].required = False


class DeliveryForm(ModelForm):
    amount = AmountField(label=pgettext_lazy("banyaknya", "Jumlah"))

    class Meta:
        model = Delivery
        fields = ["amount", "delivered_on", "note"]
        field_classes = {"delivered_on": DateField}
        help_texts = {"note": _("Misalnya nomor berita acara serah terima.")}
