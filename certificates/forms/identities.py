from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class IdentityForm(Form):
    """The school's own key, as the file in which it was handed over."""

    file = forms.FileField(
        label=_("Berkas .p12 atau .pfx"),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
        help_text=_("Berkas dari penyelenggara sertifikat elektronik, paling besar 128 KB."),
    )
    password = forms.CharField(
        label=_("Kata sandi berkas"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Hanya dipakai untuk membuka berkas ini, lalu dilupakan."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["file"].help_text = _(
                "Pilih berkasnya sekali lagi dan ketik lagi kata sandinya: peramban tidak menyimpan keduanya."
            )
