"""Which partner is merged with which, and which row stays."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from partnerships.models import Partner


class OtherPartnerForm(Form):
    other = forms.ModelChoiceField(label=_("Digabungkan dengan"), queryset=Partner.objects.none())

    def __init__(self, *args, partner, user, **kwargs):
        super().__init__(*args, **kwargs)
        others = Partner.objects.visible_to(user).current().exclude(pk=partner.pk)
        self.fields["other"].queryset = others
        self.fields["other"].label_from_instance = lambda one: f"{one} · {one.city}"


class MergeForm(Form):
    into = forms.TypedChoiceField(label=_("Mitra yang tetap dipakai"), widget=forms.RadioSelect)

    def __init__(self, *args, partners, **kwargs):
        """`partners` are the two rows; the cleaned value is one of them."""
        super().__init__(*args, **kwargs)
        by_key = {str(one.pk): one for one in partners}
        field = self.fields["into"]
        field.choices = [(key, f"{one} · {one.short_code}") for key, one in by_key.items()]
        field.coerce = by_key.get
