"""Catch-ups: who is invited, and when they meet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, ModelForm, RowsField, TimeField
from programs.models import Session


def people_field(batch, claims):
    """A tick for each Claim."""
    return RowsField(
        queryset=batch.enrollments.filter(pk__in=[one.enrollment.pk for one in claims]),
        label=_("Peserta susulan"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih paling sedikit satu orang.")},
    )


class CatchUpForm(ModelForm):
    class Meta:
        model = Session
        fields = ["takes_place_on", "starts_at", "ends_at", "hours", "room", "instructor"]
        field_classes = {"takes_place_on": DateField, "starts_at": TimeField, "ends_at": TimeField}

    def __init__(self, *args, batch, claims, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrollments"] = people_field(batch, claims)
        self.fields["instructor"].queryset = batch.agreement.partner.instructors.all()
        self.fields["room"].queryset = batch.facility.rooms.filter(closed_at=None)
