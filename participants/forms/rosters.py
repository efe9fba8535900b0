"""A roster to upload, and the questions that it leaves."""

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, one_line, printable
from participants.models import Inmate

ACCEPTED = ".xlsx,.xls,.ods,.csv"
# Who is not in the file was not entered by mistake: that is said on the person's own page.
WAYS_OUT = {way.value: way.label for way in Inmate.Departure if way != Inmate.Departure.MISTAKEN}


class RosterForm(Form):
    file = forms.FileField(
        label=_("Berkas daftar"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )
    facts_on = DateField(
        label=_("Data per tanggal"), help_text=_("Hari ketika daftar ini diambil dari SDP.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        limit = settings.ROSTER_MAX_BYTES // 2**20
        kinds = _("Excel (.xlsx, .xls), .ods, atau .csv, paling besar %(limit)s MB.") % {
            "limit": limit
        }
        again = _("Pilih berkasnya sekali lagi: peramban tidak menyimpan pilihan berkas.")
        self.fields["file"].help_text = f"{kinds} {again}" if self.is_bound else kinds


class MissingSheet:
    """What the officer says of people missing from the file: way-<id>, day-<id>, to-<id>; `rest` for the others."""

    def __init__(self, data, *, missing, facts_on):
        self.answers, self.errors, self.typed = {}, {}, {}
        known = {str(person["id"]) for person in missing}
        rest = self._way(data.get("rest", ""))
        for key in data:
            if not key.startswith("way-"):
                continue
            pk = key.removeprefix("way-")
            if pk not in known:
                raise BadRequest("inmate")
            self._read(data, pk, self._way(data[key]) or rest, facts_on)

    @staticmethod
    def _way(text):
        if text and text not in WAYS_OUT:
            raise BadRequest("departure")
        return text

    def _read(self, data, pk, way, facts_on):
        day, destination = data.get(f"day-{pk}", ""), data.get(f"to-{pk}", "").strip()
        self.typed[pk] = {"departure": way, "departed_on": day, "destination": destination}
        if not way:
            self.answers[pk] = None
            return
        try:
            departed_on = DateField(required=False).clean(day) or facts_on
            if departed_on > timezone.localdate():
                raise ValidationError(_("Tanggal itu belum tiba."))
            for check in (
                printable,
                one_line,
                Inmate._meta.get_field("destination").run_validators,
            ):
                check(destination)
        except ValidationError as error:
            self.errors[pk] = error.messages[0]
            return
        self.answers[pk] = {
            "departure": way,
            "departed_on": departed_on.isoformat(),
            "destination": destination,
        }


def twin_answers(data, twins):
    """{register number in the file: inmate id, or None for two people}; `data` holds same-<pair> for each pair."""
    pairs = {f"same-{one.key}": one for one in twins if one.person}
    answers = {}
    for key in data:
        if not key.startswith("same-"):
            continue
        if key not in pairs or data[key] not in ("", "yes"):
            raise BadRequest("same")
        twin = pairs[key]
        number = twin.row["register_number"]
        if data[key]:
            answers[number] = twin.person["id"]
        else:
            answers.setdefault(number, None)
    return answers
