from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm
from participants.documents.statement import MOST_PDF_BYTES
from participants.models import Enrollment, Inmate, Suspension

PAPERS = [("a4", "A4"), ("f4", "F4")]


class EndEnrollmentForm(Form):
    ended_on = DateField(label=_("Hari terakhir ikut"))
    end_reason = forms.ChoiceField(label=_("Alasan"), choices=Enrollment.EndReason)
    end_note = forms.CharField(
        label=_("Keterangan"),
        help_text=_("Wajib diisi bila alasannya “Lainnya”. Jangan menulis perkara atau penyakit."),
        max_length=200,
        required=False,
    )


class PlanEndForm(Form):
    planned_end_on = DateField(
        label=_("Rencana berhenti"),
        help_text=_("Kosongkan bila tidak jadi."),
        required=False,
    )


class SuspendForm(ModelForm):
    class Meta:
        model = Suspension
        fields = ["starts_on", "ends_on", "reason"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}
        help_texts = {
            "ends_on": _("Kosongkan bila belum diketahui; kursinya tetap terisi."),
            "reason": _("Jangan menulis perkara atau penyakit."),
        }


class ResumeForm(Form):
    resumed_on = DateField(label=_("Ikut lagi sejak"))


class ReturnForm(Form):
    resumed_on = DateField(label=_("Ikut lagi sejak"))
    over_quota_reason = forms.CharField(
        label=_("Alasan melebihi kursi"),
        help_text=_("Isi hanya bila semua kursi sudah terisi atau dijanjikan."),
        max_length=200,
        required=False,
    )
    override_reason = forms.CharField(
        label=_("Alasan bila tetap dimasukkan"), max_length=300, required=False
    )

    def __init__(self, *args, against, **kwargs):
        """`against`: the unanswered [Advice]; without any there is nothing to give a reason for."""
        super().__init__(*args, **kwargs)
        if not against:
            del self.fields["override_reason"]


class DepartForm(ModelForm):
    class Meta:
        model = Inmate
        fields = ["departed_on", "departure", "destination"]
        field_classes = {"departed_on": DateField}
        help_texts = {"destination": _("Bila mutasi: Lapas tujuannya.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["departed_on"].required = True
        self.fields["departure"].required = True


class StatementForm(Form):
    number = forms.CharField(
        label=_("Nomor surat"), help_text=_("Dari buku agenda surat keluar."), max_length=80
    )
    destination = forms.CharField(
        label=_("Ditujukan kepada"),
        help_text=_("Misalnya Kepala Lapas Kelas IIA Metro."),
        max_length=120,
    )
    signer_title = forms.CharField(label=_("Jabatan penanda tangan"), max_length=120)
    signer_name = forms.CharField(label=_("Nama penanda tangan"), max_length=120)
    signer_nip = forms.CharField(label=_("NIP"), max_length=30, required=False)
    paper = forms.ChoiceField(label=_("Kertas"), choices=PAPERS)


class StatementFileForm(Form):
    file = forms.FileField(
        label=_("Surat keterangan"),
        help_text=_("Berkas PDF aslinya, paling besar %(limit)s MB; bukan pindaian.")
        % {"limit": MOST_PDF_BYTES // 2**20},
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, inmate):
        born_on = date_format(inmate.born_on) if inmate.born_on else "–"
        return f"{inmate} · {inmate.register_number} · {born_on}"


class CarryForm(Form):
    """Whose statement it is; the letter itself goes along, and is checked anew."""

    letter = forms.CharField(widget=forms.HiddenInput)
    inmate = PersonField(
        label=_("Warga binaan"), queryset=Inmate.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inmate"].queryset = people
        self.fields["inmate"].empty_label = None
