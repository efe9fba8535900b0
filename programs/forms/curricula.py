"""Programs, units, and the programs of an agreement."""

import re
from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelForm, RowsField, printable
from programs.models import Curriculum, Program, Skill, Unit
from programs.models.curricula import usual_predicates


def words_of(name):
    """Label and help of a field that the program's form takes from its curriculum."""
    field = Curriculum._meta.get_field(name)
    return {"label": field.verbose_name, "help_text": field.help_text}


class LinesField(forms.CharField):
    """One thing a line; blank lines, and blanks around a line, are nothing."""

    default_validators = [printable]

    def __init__(self, *, rows=6, **kwargs):
        area = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=2000, required=False, widget=area, **kwargs)

    def to_python(self, value):
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return "\n".join(line for line in lines if line)


class PredicatesField(LinesField):
    """One predikat a line with its lowest score, from the best: [[name, score] …]; nothing for none at all."""

    # "Baik 75", "Baik: 75" or "Baik 75–89", of which 75 counts.
    LINE = re.compile(r"([^\W\d_][^\d]*?)[\s:=–-]+([0-9]{1,3})(?:\s*[–-]\s*[0-9]{1,3})?")
    MOST, LONGEST = 8, 30

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(f"{name} {least}" for name, least in value)
        return value

    def clean(self, value):
        lines = [self._read(line) for line in super().clean(value).splitlines()]
        names = [name.casefold() for name, _least in lines]
        if len(lines) > self.MOST:
            raise ValidationError(_("Paling banyak %(most)s predikat.") % {"most": self.MOST})
        if len(set(names)) < len(names):
            raise ValidationError(_("Ada predikat yang ditulis dua kali."))
        for (better, above), (name, least) in pairwise(lines):
            if least >= above:
                raise ValidationError(
                    _("Urutkan dari yang terbaik: nilai %(name)s harus di bawah nilai %(better)s.")
                    % {"name": name, "better": better}
                )
        return [list(line) for line in lines]

    def _read(self, line):
        match = self.LINE.fullmatch(line)
        if match is None or int(match[2]) > 100:
            raise ValidationError(
                _(
                    "“%(line)s”: tulis predikat lalu nilai terendahnya 0 sampai 100, misalnya Baik 75."
                )
                % {"line": line}
            )
        if len(match[1]) > self.LONGEST:
            raise ValidationError(
                _("“%(line)s”: predikat paling banyak %(longest)s huruf.")
                % {"line": line, "longest": self.LONGEST}
            )
        return match[1], int(match[2])


class ProgramForm(ModelForm):
    """A program together with the terms of its latest curriculum."""

    pass_mark = forms.IntegerField(**words_of("pass_mark"), initial=65, min_value=0, max_value=100)
    predicates = PredicatesField(
        label=words_of("predicates")["label"],
        help_text=_(
            "Satu predikat sebaris dengan nilai terendahnya, dari yang terbaik. Yang terakhir berlaku mulai nilai "
            "lulus. Bila dikosongkan, tidak ada predikat yang dicetak."
        ),
        initial=usual_predicates,
        rows=4,
    )
    theory_weight = forms.IntegerField(
        **words_of("theory_weight"), required=False, min_value=0, max_value=100
    )
    needs_second_assessor = forms.BooleanField(**words_of("needs_second_assessor"), required=False)
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


class SkillsField(LinesField):
    """One skill a line: a list of titles."""

    MOST = 20

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        titles = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        if len(titles) > self.MOST:
            raise ValidationError(_("Paling banyak %(most)s keterampilan.") % {"most": self.MOST})
        longest = Skill._meta.get_field("title").max_length
        for title in titles:
            if not any(sign.isalnum() for sign in title):
                raise ValidationError(_("Ada baris tanpa huruf. Tulis keterampilannya."))
            if len(title) > longest:
                raise ValidationError(
                    _("“%(title)s …”: paling banyak %(longest)s huruf sebaris.")
                    % {"title": title[:40], "longest": longest}
                )
        if len({title.casefold() for title in titles}) < len(titles):
            raise ValidationError(_("Ada keterampilan yang ditulis dua kali."))
        return titles


class UnitForm(ModelForm):
    """A unit with its checklist; of a taught one (`is_taught`) the checklist alone can change."""

    theory_skills = SkillsField(
        label=_("Keterampilan teori"),
        help_text=_("Satu keterampilan sebaris; dicentang instruktur pada halaman Penguasaan."),
        rows=4,
    )
    practice_skills = SkillsField(
        label=_("Keterampilan praktik"),
        help_text=_("Satu keterampilan sebaris, dari yang paling awal dikuasai."),
    )

    class Meta:
        model = Unit
        fields = ["code", "title", "standard", "theory_hours", "practice_hours"]

    def __init__(self, *args, is_taught=False, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self._meta.fields if is_taught else ():
            self.fields[name].disabled = True


class CoverageForm(Form):
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.none())

    def __init__(self, *args, user, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = (
            Program.objects.visible_to(user)
            .filter(facility=agreement.facility_id)
            .exclude(coverages__agreement=agreement)
        )
