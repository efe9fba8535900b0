"""What the school asks for, and the officer's no."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelForm
from partnerships.models import Agreement
from programs.forms.sessions import SessionForm
from programs.models import Instructor, Proposal


def note_field():
    return forms.CharField(
        label=Proposal._meta.get_field("note").verbose_name,
        max_length=200,
        required=False,
        help_text=_("Dibaca oleh petugas yang memutuskan."),
    )


class SessionProposalForm(SessionForm):
    note = note_field()


class InstructorProposalForm(ModelForm):
    agreement = forms.ModelChoiceField(label=_("Perjanjian"), queryset=Agreement.objects.none())
    note = note_field()

    class Meta:
        model = Instructor
        fields = ["name", "nip"]

    field_order = ["agreement", "name", "nip", "note"]

    def __init__(self, *args, agreements, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = agreements
        self.fields["agreement"].label_from_instance = lambda one: f"{one} · {one.number}"


class RefuseForm(Form):
    refusal = forms.CharField(label=_("Alasan ditolak"), max_length=200)
