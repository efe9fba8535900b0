"""Agreements and who signs them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ModelForm
from partnerships.models import Agreement, Partner, Signatory


class AgreementForm(ModelForm):
    class Meta:
        model = Agreement
        fields = [
            "kind",
            "partner",
            "parent",
            "renews",
            "facility_number",
            "partner_number",
            "signed_on",
            "starts_on",
            "ends_on",
            "legal_basis",
        ]
        field_classes = {"signed_on": DateField, "starts_on": DateField, "ends_on": DateField}
        widgets = {"legal_basis": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.visible_to(user).current()
        main = (
            Agreement.objects.visible_to(user)
            .exclude(kind=Agreement.Kind.ADDENDUM)
            .exclude(pk=self.instance.pk)
            .select_related("partner")
        )
        self.fields["parent"].queryset = main
        self.fields["renews"].queryset = main
        for name in ("parent", "renews"):
            self.fields[name].label_from_instance = lambda one: f"{one} · {one.number}"


class EndAgreementForm(Form):
    ended_early_on = DateField(label=_("Hari terakhir berlaku"))
    end_reason = forms.CharField(label=_("Alasan"), max_length=200)


class SignatoryForm(ModelForm):
    class Meta:
        model = Signatory
        fields = [
            "side",
            "name",
            "title",
            "nip",
            "took_office_on",
            "leaves_office_on",
            "has_certificate_signature",
        ]
        field_classes = {"took_office_on": DateField, "leaves_office_on": DateField}
