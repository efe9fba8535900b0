"""Partners and their people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.forms import ModelForm
from partnerships.models import Contact, Partner


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
            "expertise",
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
