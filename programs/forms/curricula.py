"""Programs, units, and the programs of an agreement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelForm
from programs.models import Curriculum, Program, Unit


class ProgramForm(ModelForm):
    """A program together with the pass mark and standard of its latest curriculum."""

    pass_mark = forms.IntegerField(
        label=Curriculum._meta.get_field("pass_mark").verbose_name,
        initial=65,
        min_value=0,
        max_value=100,
    )
    standard = forms.CharField(
        label=Curriculum._meta.get_field("standard").verbose_name,
        help_text=Curriculum._meta.get_field("standard").help_text,
        max_length=200,
        required=False,
    )

    class Meta:
        model = Program
        fields = ["name", "code", "field", "aim"]
        widgets = {"aim": forms.Textarea(attrs={"rows": 3})}


class UnitForm(ModelForm):
    class Meta:
        model = Unit
        fields = ["code", "title", "theory_hours", "practice_hours"]


class CoverageForm(Form):
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.none())

    def __init__(self, *args, user, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = (
            Program.objects.visible_to(user)
            .filter(facility=agreement.facility_id)
            .exclude(coverages__agreement=agreement)
        )
