"""Programs, units, and the programs of an agreement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelForm, RowsField
from programs.models import Curriculum, Program, Unit


def words_of(name):
    """Label and help of a field that the program's form takes from its curriculum."""
    field = Curriculum._meta.get_field(name)
    return {"label": field.verbose_name, "help_text": field.help_text}


class LinesField(forms.CharField):
    """One thing a line; blank lines, and blanks around a line, are nothing."""

    def __init__(self, **kwargs):
        area = forms.Textarea(attrs={"rows": 6})
        super().__init__(max_length=2000, required=False, widget=area, **kwargs)

    def to_python(self, value):
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return "\n".join(line for line in lines if line)


class ProgramForm(ModelForm):
    """A program together with the terms of its latest curriculum."""

    pass_mark = forms.IntegerField(**words_of("pass_mark"), initial=65, min_value=0, max_value=100)
    standard = forms.CharField(**words_of("standard"), max_length=200, required=False)
    tools = LinesField(**words_of("tools"))
    materials = LinesField(**words_of("materials"))

    class Meta:
        model = Program
        fields = ["name", "code", "field", "aim", "tags"]
        field_classes = {"tags": RowsField}
        widgets = {"aim": forms.Textarea(attrs={"rows": 3}), "tags": forms.CheckboxSelectMultiple}


class ReadyForm(ModelForm):
    """The name and code under which a ready curriculum becomes one's own."""

    class Meta:
        model = Program
        fields = ["name", "code"]


class UnitForm(ModelForm):
    class Meta:
        model = Unit
        fields = ["code", "title", "standard", "theory_hours", "practice_hours"]


class CoverageForm(Form):
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.none())

    def __init__(self, *args, user, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = (
            Program.objects.visible_to(user)
            .filter(facility=agreement.facility_id)
            .exclude(coverages__agreement=agreement)
        )
