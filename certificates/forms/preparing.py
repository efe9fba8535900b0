from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, RowsField
from participants.models import Enrollment


class PrepareForm(Form):
    dated_on = DateField(label=_("Tanggal sertifikat"))


class StatementForm(Form):
    """For whom of those who may have one a statement of units is prepared, and its day."""

    enrollments = RowsField(
        label=_("Untuk siapa"),
        queryset=Enrollment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Centang dulu orangnya.")},
    )
    dated_on = DateField(label=_("Tanggal surat keterangan"))

    def __init__(self, *args, enrollments, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        by_key = {one.enrollment.pk: one for one in candidates}
        field = self.fields["enrollments"]
        field.queryset = enrollments.filter(pk__in=by_key)
        field.label_from_instance = lambda enrollment: _label(by_key[enrollment.pk])


def _label(candidate):
    """The name, how far she came and what she lacks."""
    reached = _("Kompeten %(done)s dari %(units)s unit") % {
        "done": candidate.standing.units_competent,
        "units": candidate.standing.units,
    }
    facts = dict.fromkeys([str(reached), *(blocker.what for blocker in candidate.blockers)])
    return f"{candidate.enrollment.inmate}: {' · '.join(facts)}"
