"""Sheets of paper: several that take a step together, one that is handed over, a scan that comes back."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, PaperMove
from core.forms import DateField, Form, RowsField

ACCEPTED = ".pdf,.jpg,.jpeg,.png"
# What the office says it does, not how the sheet is called afterwards.
DEEDS = {
    Certificate.Paper.PRINTED: _("sudah dicetak"),
    Certificate.Paper.SIGNED: _("sudah ditandatangani dan dicap"),
    Certificate.Paper.STORED: _("disimpan"),
    Certificate.Paper.HANDED: _("diserahkan kepada pemegangnya masing-masing"),
    Certificate.Paper.LOST: _("hilang atau rusak"),
}


def _text(name, **more):
    field = PaperMove._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name, max_length=field.max_length, required=False, **more
    )


class MoveForm(Form):
    """The sheets that are ticked, and what became of them."""

    certificates = RowsField(
        queryset=Certificate.objects.none(),
        label=_("Lembar"),
        error_messages={"required": _("Centang dulu lembarnya.")},
    )
    step = forms.ChoiceField(label=_("Catat sebagai"))
    happened_on = DateField(label=_("Tanggal"))
    place = _text("place", help_text=_("Perlu bila disimpan, misalnya lemari arsip, map 3."))

    def __init__(self, *args, certificates, steps=tuple(DEEDS), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["certificates"].queryset = certificates
        self.fields["step"].choices = [(step, DEEDS[step]) for step in steps]
        self.fields["happened_on"].initial = timezone.localdate


class HandOverForm(Form):
    recipient = forms.CharField(
        label=_("Diterima oleh"), max_length=PaperMove._meta.get_field("recipient").max_length
    )
    relation = _text(
        "relation",
        help_text=_("Misalnya istri, atau petugas. Kosong bila diterima sendiri."),
    )
    happened_on = DateField(label=_("Tanggal diserahkan"))
    place = _text("place", help_text=_("Tempat penyerahannya di sini, misalnya ruang registrasi."))


class SignedScanForm(Form):
    file = forms.FileField(
        label=_("Pindaian atau foto"),
        help_text=_("PDF, JPEG, atau PNG. Disimpan persis seperti aslinya."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )
