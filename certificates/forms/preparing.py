from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form


class PrepareForm(Form):
    dated_on = DateField(label=_("Tanggal sertifikat"))
