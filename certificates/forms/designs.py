"""How certificates look, their emblems, their numbers, and the words that none may bear."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.emblems import MOST_BYTES
from certificates.models import Design, Emblem, ForbiddenWord, NumberFormat
from certificates.numbers import check_template
from certificates.samples import KINDS, PERSONS
from core.forms import Form, ModelForm


class DesignForm(ModelForm):
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Design
        fields = [
            "look",
            "emblem",
            "program_emblem",
            "letterhead",
            "address",
            "title",
            "opening",
            "sentence",
            "partial_title",
            "partial_sentence",
            "is_bilingual",
            "title_en",
            "partial_title_en",
            "can_name_facility",
            "naming_reason",
        ]
        widgets = {
            "look": forms.RadioSelect,
            "emblem": forms.RadioSelect,
            "program_emblem": forms.RadioSelect,
            "letterhead": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        of_school = agreement.partner.emblems.defer("png")
        self.fields["emblem"].queryset = of_school
        self.fields["program_emblem"].queryset = of_school
        self.fields["emblem"].empty_label = _("Lambang bawaan")
        self.fields["program_emblem"].empty_label = _("Tanpa lambang program")
        self.fields["letterhead"].widget.attrs.update({"spellcheck": "false"})

    def clean_letterhead(self):
        """A browser sends its line breaks as two signs; the paper and the comparison know one."""
        lines = self.cleaned_data["letterhead"].splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    def section(self, *names):
        return [self[name] for name in names]

    @property
    def emblem_fields(self):
        return self.section("emblem", "program_emblem")

    @property
    def letterhead_fields(self):
        return self.section("letterhead", "address")

    @property
    def wording_fields(self):
        return self.section("title", "opening", "sentence", "partial_title", "partial_sentence")

    @property
    def english_fields(self):
        return self.section("is_bilingual", "title_en", "partial_title_en")

    @property
    def permission_fields(self):
        return self.section("can_name_facility", "naming_reason")


class SampleForm(Form):
    """On whom a design is tried: what stands there is nobody's."""

    kind = forms.ChoiceField(label=_("Jenis"), choices=KINDS.items(), required=False)
    person = forms.ChoiceField(label=_("Contoh orang"), choices=PERSONS.items(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = "design"  # stands beside the form, and is sent with it

    @property
    def chosen(self):
        """{kind, person}; the plain ones where nothing that exists was chosen."""
        picked = self.cleaned_data if self.is_valid() else {}
        return {
            "kind": picked.get("kind") or next(iter(KINDS)),
            "person": picked.get("person") or next(iter(PERSONS)),
        }


class EmblemForm(Form):
    name = forms.CharField(
        label=_("Nama lambang"),
        max_length=Emblem._meta.get_field("name").max_length,
        help_text=_("Misalnya: Lambang SMK Negeri 3 Jember."),
    )
    file = forms.FileField(
        label=_("Berkas"), widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PNG atau JPEG, paling besar %(limit)s MB; SVG tidak diterima. Diperkecil sampai 600 px,"
            " bagian transparan tetap, keterangan di dalam berkas dibuang."
        ) % {"limit": MOST_BYTES // 2**20}


class NumberFormatForm(ModelForm):
    class Meta:
        model = NumberFormat
        fields = ["template"]
        help_texts = {
            "template": _(
                "Bagian dalam kurung kurawal terisi otomatis; yang lain tercetak apa adanya."
            )
        }
        widgets = {
            "template": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        }

    def clean_template(self):
        template = " ".join(self.cleaned_data["template"].split())
        check_template(template)
        return template


class ForbiddenWordForm(ModelForm):
    class Meta:
        model = ForbiddenWord
        fields = ["word"]
        help_texts = {
            "word": _(
                "Kata atau nama, misalnya nama jalan atau julukan tempat. Huruf besar dan kecil dianggap sama."
            )
        }
