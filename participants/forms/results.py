"""Results of a unit for the whole class, evidence, and boxes of mastery."""

import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, ScoreField
from participants.forms.sheets import number_of, one_of
from participants.models import Evidence, UnitResult
from participants.services import Assessment, Tick

VERDICTS = {"K": True, "BK": False, "": None}
PARTS = ("theory", "practice")
ACCEPTED = ".xlsx,.xls,.ods,.csv"


def _assessor(name, **more):
    field = UnitResult._meta.get_field(name)
    return forms.CharField(label=field.verbose_name, max_length=field.max_length, **more)


class ExaminationForm(Form):
    """Who assessed, and when: one line above the grid."""

    assessor = _assessor(
        "assessor", widget=forms.TextInput(attrs={"list": "assessors", "autocomplete": "off"})
    )
    second_assessor = _assessor(
        "second_assessor",
        required=False,
        widget=forms.TextInput(attrs={"list": "assessors", "autocomplete": "off"}),
    )
    assessed_on = DateField(label=_("Diuji pada"))

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        if batch.curriculum.needs_second_assessor:
            self.fields["second_assessor"].required = True
            self.fields["second_assessor"].error_messages["required"] = _(
                "Program ini dinilai dua penguji. Isi penguji kedua."
            )
        self.fields["assessor"].error_messages["required"] = _("Isi nama pengujinya.")

    def clean_assessed_on(self):
        day = self.cleaned_data["assessed_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Tanggal ini belum tiba."))
        return day


class GridForm(ExaminationForm):
    covers_unchanged = forms.BooleanField(
        label=_("Catat penguji dan tanggal ini juga pada nilai yang tidak berubah"), required=False
    )


class ScoreFileForm(Form):
    file = forms.FileField(
        label=_("Berkas nilai"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        help_text=_("Excel (.xlsx, .xls), .ods, atau .csv."),
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )


class ResultSheet:
    """One unit for the whole class.

    A row is theory-<id>, practice-<id>, competent-<id> (K, BK or nothing), remedial-<id>, version-<id>,
    attempt-<id>, and was-<id>: the row as the page showed it, so that a row nobody touched is left alone
    whatever happened to it meanwhile (unless covers_unchanged wants the examination changed there as well).
    Raises BadRequest for what no page of ours sends; `errors`, {id: {part: words}}, holds what was mistyped,
    `typed` all of it.
    """

    def __init__(self, data, *, unit, enrollments):
        self.assessments, self.errors, self.typed = {}, {}, {}
        known = {one.pk for one in enrollments}
        keys = (key.partition("-") for key in data)
        people = dict.fromkeys(
            number_of(pk) for name, _dash, pk in keys if name in (*PARTS, "competent")
        )
        if not people.keys() <= known:
            raise BadRequest("enrollment")
        for pk in people:
            self._read(data, pk, unit)

    def _read(self, data, pk, unit):
        typed = {name: data.get(f"{name}-{pk}", "") for name in (*PARTS, "competent", "was")}
        one_of(typed["competent"], {"K", "BK"})
        typed["remedial"] = f"remedial-{pk}" in data
        typed["version"] = number_of(data.get(f"version-{pk}", "0"))
        typed["attempt"] = number_of(data.get(f"attempt-{pk}", "1"))
        self.typed[pk] = typed
        is_touched = typed["remedial"] or typed["was"] != as_shown(typed)
        if not is_touched and not ("covers_unchanged" in data and typed["version"]):
            return
        scores = {}
        for part in PARTS:
            try:
                scores[part] = ScoreField(required=False).clean(typed[part])
            except ValidationError as error:
                self.errors.setdefault(pk, {})[part] = error.messages[0]
        if pk in self.errors:
            return
        is_empty = scores["theory"] is None and scores["practice"] is None
        if is_empty and not (typed["competent"] or typed["remedial"] or typed["version"]):
            return
        if is_empty and not typed["version"]:
            self.errors[pk] = {"row": _("Isi nilainya dulu.")}
            return
        # A choice that nobody touched follows the new scores.
        is_chosen = typed["competent"] != typed["was"].rpartition("|")[2]
        self.assessments[pk, unit.pk] = Assessment(
            **scores,
            is_competent=VERDICTS[typed["competent"]] if is_chosen else None,
            version=typed["version"],
            is_remedial=typed["remedial"],
            attempt=typed["attempt"],
        )


def as_shown(row):
    """A row in one line, to tell whether somebody touched it."""
    return "|".join(row[name].strip() for name in (*PARTS, "competent"))


class SeveralFiles(forms.FileField):
    """A list of uploaded files; at least one."""

    MOST = 10
    MOST_MEGABYTES = 40

    class Widget(forms.FileInput):
        allow_multiple_selected = True

        def value_from_datadict(self, data, files, name):
            return files.getlist(name) if hasattr(files, "getlist") else files.get(name)

    widget = Widget

    def clean(self, data, initial=None):
        if not data:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(data) > self.MOST:
            raise ValidationError(
                _("Paling banyak %(most)s berkas sekaligus.") % {"most": self.MOST}
            )
        if sum(one.size for one in data) > self.MOST_MEGABYTES * 2**20:
            raise ValidationError(
                _(
                    "Berkas-berkas ini bersama-sama lebih besar dari %(most)s MB. "
                    "Unggah dalam beberapa kali, atau perkecil fotonya."
                )
                % {"most": self.MOST_MEGABYTES}
            )
        return [super(SeveralFiles, self).clean(one, initial) for one in data]


class EvidenceForm(Form):
    file = SeveralFiles(
        label=_("Foto atau berkas"),
        help_text=_("JPEG, PNG, atau PDF; boleh beberapa sekaligus."),
        widget=SeveralFiles.Widget(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
        error_messages={"required": _("Pilih berkasnya dulu.")},
    )
    caption = forms.CharField(
        label=_("Keterangan"),
        max_length=Evidence._meta.get_field("caption").max_length,
        required=False,
        help_text=_("Misalnya: sambungan T sesudah dibersihkan."),
    )


class MasterySheet:
    """Boxes of one unit: tick-<enrollment>-<skill> for those ticked.

    seen-<enrollment> holds the boxes that the page showed, "12:0- 13:2+": skill, version, ticked or not. A box
    nobody touched is left alone. Raises BadRequest for what no page of ours sends.
    """

    SEEN = re.compile(r"(\d{1,18}):(\d{1,9})([+-])", re.ASCII)

    def __init__(self, data, *, enrollments):
        self.ticks, self.ticked, self.seen = {}, set(), {}
        known = {one.pk for one in enrollments}
        for key in data:
            name, _dash, rest = key.partition("-")
            if name == "tick":
                person, _dash, skill = rest.partition("-")
                self.ticked.add((number_of(person), number_of(skill)))
            elif name == "seen":
                self._read(number_of(rest), data[key])
        if not {person for person, _skill in {*self.seen, *self.ticked}} <= known:
            raise BadRequest("enrollment")
        if not self.ticked <= self.seen.keys():
            raise BadRequest("skill")
        for cell, (version, was_ticked) in self.seen.items():
            if (cell in self.ticked) != was_ticked:
                self.ticks[cell] = Tick(cell in self.ticked, version)

    def _read(self, person, text):
        for part in text.split():
            match = self.SEEN.fullmatch(part)
            if match is None:
                raise BadRequest("seen")
            self.seen[person, int(match[1])] = (int(match[2]), match[3] == "+")
