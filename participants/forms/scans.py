"""What an officer says about scans: which files, which sheet, why one is set aside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from participants.forms.results import SeveralFiles
from participants.models import ScanPage

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.tif,.tiff"


class SeveralScans(SeveralFiles):
    MOST = 50
    MOST_MEGABYTES = 80


class ScanUploadForm(Form):
    files = SeveralScans(
        label=_("Pindaian atau foto lembar"),
        help_text=_(
            "PDF, JPEG, PNG, atau TIFF; boleh beberapa sekaligus, bersama-sama paling banyak 50 halaman. "
            "Urutan bebas: tiap lembar dikenali dari kodenya. "
            "Banyak berkas besar sekaligus diperiksa sampai satu menit; tunggu sampai halamannya berganti."
        ),
        allow_empty_file=True,
        widget=SeveralScans.Widget(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )

    @property
    def uploads_before(self):
        """Keys of the uploads in which refused files came before."""
        errors = self.errors.as_data().get("files", [])
        keys = [(error.params or {}).get("upload") for error in errors]
        return [key for key in keys if key]


class PageNameForm(Form):
    code = forms.CharField(
        label=_("Kode lembar"),
        max_length=40,
        help_text=_(
            "Huruf dan angka di kaki lembar, di samping gambar QR; tanda hubung boleh tidak diketik."
        ),
        error_messages={"required": _("Ketik kodenya dulu.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )


class SetAsideForm(Form):
    reason = forms.CharField(
        label=_("Alasan menyisihkan"),
        max_length=ScanPage._meta.get_field("set_aside_reason").max_length,
        help_text=_("Misalnya: sisi belakang kertas, atau foto yang salah."),
        error_messages={"required": _("Tulis alasannya dulu.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
