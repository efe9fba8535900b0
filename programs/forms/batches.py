"""Classes."""

from core.forms import DateField, ModelForm
from partnerships.models import Agreement
from programs.models import Batch, Curriculum, Room


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
        self.fields["room"].queryset = Room.objects.visible_to(user).filter(closed_at=None)
