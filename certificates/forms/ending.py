"""Forms about one certificate: another in its place, or none."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, Revocation
from core.forms import DateField, Form, ModelForm

REASON = Certificate._meta.get_field("void_reason")


class VoidForm(Form):
    reason = forms.CharField(
        label=REASON.verbose_name,
        max_length=REASON.max_length,
        help_text=_(
            "Nomor yang sudah diberikan tetap tertulis di buku register, dengan alasan ini."
        ),
    )


def explanation_field(label):
    return forms.CharField(
        label=label,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Dibaca oleh yang menyetujui, dan tetap di jejak audit."),
    )


class DuplicateForm(Form):
    explanation = explanation_field(_("Alasan duplikat"))
    dated_on = DateField(label=_("Tanggal duplikat"))


class ReplacementForm(Form):
    reason = forms.ChoiceField(
        label=_("Alasan penggantian"),
        choices=[("", "---------"), *Certificate.REASONS_TO_REPLACE],
        help_text=_("Tampil pada halaman pemeriksaan sertifikat yang lama."),
    )
    explanation = explanation_field(_("Penjelasan"))
    dated_on = DateField(label=_("Tanggal sertifikat pengganti"))


class RevocationForm(ModelForm):
    class Meta:
        model = Revocation
        fields = ["reason", "explanation"]
        help_texts = {"reason": _("Tampil pada halaman pemeriksaan sesudah dikabulkan.")}
        widgets = {"explanation": forms.Textarea(attrs={"rows": 3})}


class DecisionForm(Form):
    is_granted = forms.TypedChoiceField(
        label=_("Keputusan"),
        choices=[("yes", _("Kabulkan: sertifikat dicabut saat ini juga")), ("no", _("Tolak"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Jawaban"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Harus diisi bila ditolak."),
    )
