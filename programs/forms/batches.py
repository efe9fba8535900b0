"""Classes."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm
from partnerships.models import Agreement
from programs.models import Batch, Curriculum, Room, Teaching


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
            "room",
            "escort",
            "funding",
        ]
        field_classes = {"starts_on": DateField, "ends_on": DateField}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = Agreement.objects.visible_to(user).select_related(
            "partner"
        )
        self.fields["agreement"].label_from_instance = lambda one: f"{one} · {one.number}"
        self.fields["curriculum"].queryset = Curriculum.objects.visible_to(user).select_related(
            "program"
        )
        self.fields["room"].queryset = Room.objects.visible_to(user).filter(
            Q(closed_at=None) | Q(pk=self.instance.room_id)
        )


class MoveForm(Form):
    reason = forms.CharField(label=_("Alasan"), max_length=200)

    def __init__(self, *args, with_reason, **kwargs):
        super().__init__(*args, **kwargs)
        if not with_reason:
            del self.fields["reason"]


class TeachingForm(ModelForm):
    class Meta:
        model = Teaching
        fields = ["instructor", "is_substitute"]

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instructor"].queryset = batch.agreement.partner.instructors.all()
