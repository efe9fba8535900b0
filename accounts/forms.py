from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, Facility, Region, User
from accounts.roles import Role
from core.forms import Form, ModelForm


class FacilityForm(ModelForm):
    class Meta:
        model = Facility
        fields = ["name", "code", "grade", "region", "city", "address", "timezone"]
        help_texts = {"code": _("Misalnya LAPAS-JEMBER.")}


class RegionForm(ModelForm):
    class Meta:
        model = Region
        fields = ["name", "code"]
        help_texts = {"code": _("Misalnya JATIM.")}


class FacilityUpdateForm(FacilityForm):
    """Without the code, by which commands and links know the place."""

    class Meta(FacilityForm.Meta):
        fields = ["name", "grade", "region", "city", "address", "timezone"]


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ["email"]
        labels = {"email": _("Surel")}
        help_texts = {
            "email": _("Untuk peringatan, misalnya perjanjian yang segera berakhir. Boleh kosong."),
        }


class AssignmentForm(Form):
    """As what and where a person acts."""

    role = forms.ChoiceField(label=_("Peran"), choices=Role)
    facility = forms.ModelChoiceField(
        label=_("Lapas"),
        queryset=Facility.objects.none(),
        required=False,
        help_text=_("Wajib untuk petugas, instruktur, petugas sertifikat, dan kepala."),
    )
    region = forms.ModelChoiceField(
        label=_("Kantor wilayah"),
        queryset=Region.objects.all(),
        required=False,
        help_text=_("Hanya untuk peran kantor wilayah."),
    )
    title = forms.CharField(
        label=_("Jabatan"),
        max_length=80,
        required=False,
        help_text=Assignment._meta.get_field("title").help_text,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = Facility.objects.visible_to(user)


class UserForm(AssignmentForm):
    """A new account with its first assignment."""

    username = forms.CharField(
        label=_("Nama pengguna"), max_length=150, help_text=_("Misalnya ratna.jember.")
    )
    name = forms.CharField(label=_("Nama lengkap"), max_length=120)
    email = forms.EmailField(
        label=_("Surel"), required=False, help_text=_("Untuk peringatan. Boleh kosong.")
    )
    password = forms.CharField(
        label=_("Kata sandi pertama"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        help_text=_("Minimal 8 karakter. Sampaikan langsung kepada yang bersangkutan."),
    )
    field_order = ["username", "name", "email", "role", "facility", "region", "title", "password"]


class PasswordForm(Form):
    password = forms.CharField(
        label=_("Kata sandi baru"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Minimal 8 karakter. Sampaikan langsung kepada yang bersangkutan."),
    )
