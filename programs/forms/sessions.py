"""Meetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm, TimeField
from programs.models import Session


class SessionForm(ModelForm):
    theory_hours = forms.IntegerField(
        label=Session._meta.get_field("theory_hours").verbose_name,
        help_text=Session._meta.get_field("theory_hours").help_text,
        min_value=0,
        required=False,
    )

    class Meta:
        model = Session
        fields = [
            "takes_place_on",
            "starts_at",
            "ends_at",
            "unit",
            "hours",
            "theory_hours",
            "room",
            "instructor",
        ]
        field_classes = {"takes_place_on": DateField, "starts_at": TimeField, "ends_at": TimeField}

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = batch.curriculum.units.all()
        self.fields["instructor"].queryset = batch.agreement.partner.instructors.all()
        self.fields["room"].queryset = batch.facility.rooms.filter(closed_at=None)

    def clean_theory_hours(self):
        return self.cleaned_data["theory_hours"] or 0


class MoveSessionForm(SessionForm):
    with_following = forms.BooleanField(
        label=_("Geser juga pertemuan sesudahnya"),
        help_text=_(
            "Semua pertemuan berikutnya bergeser sebanyak hari pelatihan yang sama; "
            "susulan tetap pada harinya."
        ),
        required=False,
    )


class SubstituteForm(ModelForm):
    class Meta:
        model = Session
        fields = ["instructor"]

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        partner = session.batch.agreement.partner
        others = partner.instructors.exclude(pk=session.instructor_id)
        self.fields["instructor"].queryset = others


class CancelSessionForm(Form):
    cancel_cause = forms.ChoiceField(
        label=_("Sebab"), choices=[("", "---------"), *Session.Cause.choices]
    )
    cancel_reason = forms.CharField(label=_("Alasan"), max_length=200)
