"""Papers."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import ModelForm
from partnerships.models import Document

ACCEPTED = "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"


class DocumentForm(ModelForm):
    class Meta:
        model = Document
        fields = ["kind", "title", "file"]
        widgets = {"file": forms.FileInput(attrs={"accept": ACCEPTED})}
        help_texts = {
            "title": _(
                "Bila kosong, naskah bertanda tangan dijuduli menurut jenis perjanjiannya, berkas lain "
                "menurut nama berkasnya. Berkas dengan judul yang sudah ada menjadi versi berikutnya."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["file"].help_text = self._about_the_file()

    def _about_the_file(self):
        limit = settings.AGREEMENT_SCAN_MAX_BYTES // 2**20
        kinds = _("PDF, JPEG, atau PNG, paling besar %(limit)s MB.") % {"limit": limit}
        if not self.is_bound:
            return kinds
        again = _("Pilih berkasnya sekali lagi: peramban tidak menyimpan pilihan berkas.")
        return f"{kinds} {again}"
