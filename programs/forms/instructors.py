"""Instructors and their papers."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.forms import DateField, ModelForm, RowsField
from programs.models import Competence, Instructor, Program


class InstructorForm(ModelForm):
    """The programs offered are those one sees; what other prisons ticked is theirs (the service keeps it)."""

    class Meta:
        model = Instructor
        fields = ["name", "nip", "programs", "user"]
        field_classes = {"programs": RowsField}
        widgets = {"programs": forms.CheckboxSelectMultiple}
        help_texts = {
            "user": _("Kosongkan bila instruktur ini tidak mengisi daftar hadir sendiri."),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programs"].queryset = Program.objects.visible_to(user)
        self.fields["user"].queryset = User.objects.filter(
            Q(instructor=None) | Q(instructor=self.instance.pk),
            assignments__role=Role.INSTRUCTOR,
            assignments__facility=user.facility,
            assignments__ended_at=None,
        )


class CompetenceForm(ModelForm):
    class Meta:
        model = Competence
        fields = ["title", "number", "issuer", "valid_until"]
        field_classes = {"valid_until": DateField}
