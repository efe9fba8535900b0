"""Papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ModelForm
from partnerships.models import Document


class DocumentForm(ModelForm):
    class Meta:
        model = Document
        fields = ["file"]
        widgets = {"file": forms.FileInput(attrs={"accept": "application/pdf,.pdf"})}
        labels = {"file": _("Pindaian bertanda tangan (PDF)")}
