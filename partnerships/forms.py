from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.forms import DateField, Form, ModelForm
from partnerships.models import Agreement, Contact, Document, Partner, Signatory


class PartnerForm(ModelForm):
    class Meta:
        model = Partner
        fields = [
            "kind",
            "name",
            "npsn",
            "short_code",
            "city",
            "address",
            "is_center_of_excellence",
            "emblem",
        ]


class ContactForm(ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "title", "phone", "email"]


class ContactAccountForm(ModelForm):
    """Ties a coordinator's account to the school it stands for."""

    class Meta:
        model = Contact
        fields = ["user"]
        labels = {"user": _("Akun koordinator")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(
            Q(contact=None) | Q(contact=self.instance.pk),
            assignments__role=Role.COORDINATOR,
            assignments__ended_at=None,
        )


class AgreementForm(ModelForm):
    class Meta:
        model = Agreement
        fields = [
            "kind",
            "partner",
            "parent",
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
        self.fields["partner"].queryset = Partner.objects.visible_to(user)
        self.fields["parent"].queryset = (
            Agreement.objects.visible_to(user)
            .exclude(kind=Agreement.Kind.ADDENDUM)
            .exclude(pk=self.instance.pk)
            .select_related("partner")
        )
        self.fields["parent"].label_from_instance = lambda one: f"{one} · {one.facility_number}"


class EndAgreementForm(Form):
    ended_early_on = DateField(label=_("Hari terakhir berlaku"))
    end_reason = forms.CharField(label=_("Alasan"), max_length=200)


class SignatoryForm(ModelForm):
    class Meta:
        model = Signatory
        fields = ["side", "name", "title", "nip", "has_certificate_signature"]


class DocumentForm(ModelForm):
    class Meta:
        model = Document
        fields = ["file"]
        widgets = {"file": forms.FileInput(attrs={"accept": "application/pdf,.pdf"})}
        labels = {"file": _("Pindaian bertanda tangan (PDF)")}
