from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.forms import DateField, Form, ModelForm, TimeField
from partnerships.models import Agreement
from programs.models import Batch, Curriculum, Instructor, Program, Session, Unit


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


class BatchForm(ModelForm):
    class Meta:
        model = Batch
        fields = [
            "name",
            "code",
            "agreement",
            "curriculum",
            "starts_on",
            "ends_on",
            "quota",
            "minimum_attendance",
        ]
        field_classes = {"starts_on": DateField, "ends_on": DateField}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = Agreement.objects.visible_to(user).select_related(
            "partner"
        )
        self.fields["agreement"].label_from_instance = lambda one: f"{one} · {one.facility_number}"
        self.fields["curriculum"].queryset = Curriculum.objects.visible_to(user).select_related(
            "program"
        )


class SessionForm(ModelForm):
    class Meta:
        model = Session
        fields = ["takes_place_on", "starts_at", "ends_at", "hours", "unit", "room", "instructor"]
        field_classes = {"takes_place_on": DateField, "starts_at": TimeField, "ends_at": TimeField}

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = batch.curriculum.units.all()
        self.fields["instructor"].queryset = batch.agreement.partner.instructors.all()


class CancelSessionForm(Form):
    cancel_reason = forms.CharField(label=_("Alasan"), max_length=200)
