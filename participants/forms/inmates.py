from core.forms import DateField, ModelForm
from participants.models import Inmate

INMATE_DATES = (
    "born_on",
    "one_third_on",
    "half_on",
    "two_thirds_on",
    "expires_on",
    "expected_release_on",
    "disciplined_until",
)


class InmateForm(ModelForm):
    class Meta:
        model = Inmate
        fields = [
            "name",
            "register_number",
            "sex",
            "born_on",
            "register_class",
            "housing_unit",
            "one_third_on",
            "half_on",
            "two_thirds_on",
            "expires_on",
            "expected_release_on",
            "disciplined_until",
        ]
        field_classes = dict.fromkeys(INMATE_DATES, DateField)
