"""Instructors and their papers."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.forms import ModelForm
from programs.models import Instructor


class InstructorForm(ModelForm):
    class Meta:
        model = Instructor
        fields = ["name", "nip", "user"]
        help_texts = {
            "user": _("Kosongkan bila instruktur ini tidak mengisi daftar hadir sendiri."),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(
            Q(instructor=None) | Q(instructor=self.instance.pk),
            assignments__role=Role.INSTRUCTOR,
            assignments__facility=user.facility,
            assignments__ended_at=None,
        )
