"""Proposals, rounds, and whole lists of candidates as one form each: score-, tick-, outcome-, reason-<id>."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, RowsField, ScoreField, one_line, printable
from participants.models import Application, Inmate
from participants.services import Choice, Points, Word

MOST_CRITERIA = 5
USUAL_CRITERIA = [
    (gettext_lazy("Wawancara"), 40),
    (gettext_lazy("Minat"), 30),
    (gettext_lazy("Kemampuan dasar"), 30),
]
LONGEST_REASON = 200


def reason_field():
    return forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=LONGEST_REASON,
        required=False,
        validators=[printable, one_line],
    )


class ProposeForm(Form):
    inmates = RowsField(
        label=gettext_lazy("Yang diusulkan"),
        queryset=Inmate.objects.none(),
        error_messages={"required": gettext_lazy("Pilih paling sedikit satu orang.")},
    )
    origin = forms.ChoiceField(label=gettext_lazy("Usulan dari"), choices=Application.Origin)
    note = forms.CharField(
        label=gettext_lazy("Keterangan"),
        help_text=gettext_lazy("Misalnya nama wali, atau tanggal permintaannya."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inmates"].queryset = candidates


class WithdrawForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        help_text=gettext_lazy("Misalnya tidak bersedia lagi. Orangnya boleh menanyakannya."),
        max_length=LONGEST_REASON,
    )


class SeatForm(Form):
    """One person of the waiting list."""

    joined_on = DateField(label=gettext_lazy("Ikut sejak"))
    override_reason = forms.CharField(
        label=gettext_lazy("Alasan mengesampingkan saran"),
        help_text=gettext_lazy("Isi hanya bila ada syarat yang tidak sesuai."),
        max_length=LONGEST_REASON,
        required=False,
    )


class SittingForm(Form):
    """When the panel sits, and who."""

    held_on = DateField(label=gettext_lazy("Hari sidang TPP"))
    chair = forms.CharField(label=gettext_lazy("Ketua sidang"), max_length=120, required=False)
    members = forms.CharField(
        label=gettext_lazy("Anggota sidang"),
        help_text=gettext_lazy("Satu nama satu baris."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class RoundForm(SittingForm):
    seats = forms.IntegerField(
        label=gettext_lazy("Kursi"),
        help_text=gettext_lazy("Jumlah kursi untuk putaran ini."),
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )

    field_order = ["seats", "held_on", "chair", "members"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for position in range(1, MOST_CRITERIA + 1):
            self.fields[f"criterion_{position}"] = forms.CharField(
                label=gettext_lazy("Yang dinilai"),
                max_length=60,
                required=False,
                validators=[printable, one_line],
            )
            self.fields[f"weight_{position}"] = forms.IntegerField(
                label=gettext_lazy("Bobot"),
                required=False,
                validators=[MinValueValidator(1), MaxValueValidator(100)],
            )

    @property
    def criterion_pairs(self):
        return [
            (self[f"criterion_{position}"], self[f"weight_{position}"])
            for position in range(1, MOST_CRITERIA + 1)
        ]

    def clean(self):
        """The pairs of name and weight become `criteria`; half a pair is asked to be whole."""
        cleaned = super().clean()
        criteria, names = [], set()
        for name_field, weight_field in self.criterion_pairs:
            name = cleaned.pop(name_field.name, "")
            weight = cleaned.pop(weight_field.name, None)
            if name and not weight and not weight_field.errors:
                self.add_error(weight_field.name, _("Isi bobotnya, 1 sampai 100."))
            if weight and not name and not name_field.errors:
                self.add_error(name_field.name, _("Isi apa yang dinilai."))
            if name and name.lower() in names:
                self.add_error(name_field.name, _("Yang ini sudah ada di atas."))
            if name and weight:
                names.add(name.lower())
                criteria.append((name, weight))
        if not criteria and not self.errors:
            self.add_error("criterion_1", _("Isi paling sedikit satu yang dinilai."))
        return cleaned | {"criteria": criteria}


class ScoreForm(Form):
    """The grid: score-<candidate>-<criterion> and the version it was based on; empty cells are not yet scored."""

    def __init__(self, *args, candidates, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.cells = [(one.pk, criterion.pk) for one in candidates for criterion in criteria]
        for person, criterion in self.cells:
            self.fields[f"score-{person}-{criterion}"] = ScoreField(required=False)
            self.fields[f"version-{person}-{criterion}"] = forms.IntegerField(
                required=False, min_value=0
            )

    def clean(self):
        cleaned = super().clean()
        points = {}
        for person, criterion in self.cells:
            name = f"score-{person}-{criterion}"
            version = cleaned.get(f"version-{person}-{criterion}") or 0
            if name in self.errors or name not in self.data:
                continue
            if cleaned[name] is not None:
                points[person, criterion] = Points(cleaned[name], version)
            elif version:
                self.add_error(
                    name,
                    _(
                        "Nilai yang tersimpan tidak bisa dikosongkan; hanya bisa diganti dengan nilai lain."
                    ),
                )
        return {"points": points}


class TickForm(Form):
    """Who is proposed to the panel, and the words for ticks against ranking or advice."""

    seen = forms.CharField(required=False)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = [row.pk for row in rows]
        for row in rows:
            self.fields[f"tick-{row.pk}"] = forms.BooleanField(
                required=False, initial=row.is_ticked
            )
            self.fields[f"reason-{row.pk}"] = reason_field()
            self.fields[f"reason-{row.pk}"].initial = row.candidate.proposal_reason

    def clean(self):
        cleaned = super().clean()
        choices = {
            pk: Choice(cleaned[f"tick-{pk}"], cleaned.get(f"reason-{pk}", "")) for pk in self.people
        }
        return {"choices": choices, "seen": cleaned.get("seen", "")}


class DecisionForm(SittingForm):
    """The panel's minutes: outcome-<id> and reason-<id> of everybody in play."""

    OUTCOMES = [
        (Application.State.CHOSEN, gettext_lazy("Terpilih")),
        (Application.State.WAITING, gettext_lazy("Daftar tunggu")),
        (Application.State.DECLINED, gettext_lazy("Tidak terpilih")),
    ]

    minutes_number = forms.CharField(label=gettext_lazy("Nomor berita acara"), max_length=80)
    seen = forms.CharField(required=False)

    field_order = ["minutes_number", "held_on", "chair", "members"]

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = [row.pk for row in rows]
        for row in rows:
            usual = Application.State.CHOSEN if row.is_ticked else Application.State.WAITING
            self.fields[f"outcome-{row.pk}"] = forms.ChoiceField(
                choices=self.OUTCOMES, initial=usual
            )
            self.fields[f"reason-{row.pk}"] = reason_field()

    def clean(self):
        cleaned = super().clean()
        words = {
            pk: Word(
                cleaned.pop(f"outcome-{pk}", ""),
                cleaned.pop(f"reason-{pk}", ""),
            )
            for pk in self.people
        }
        return cleaned | {"words": words}


class DecreeForm(Form):
    decree_number = forms.CharField(label=gettext_lazy("Nomor SK peserta"), max_length=80)
    decree_on = DateField(label=gettext_lazy("Tanggal SK"))


class EnrollChosenForm(Form):
    """Everybody whom the panel chose; reason-<inmate id> answers advice that came up since."""

    joined_on = DateField(label=gettext_lazy("Ikut sejak"))
    leaves_out = forms.BooleanField(
        label=gettext_lazy("Lewati yang sudah keluar dari Lapas"), required=False
    )
    over_quota_reason = forms.CharField(
        label=gettext_lazy("Alasan melebihi kursi"),
        help_text=gettext_lazy("Isi hanya bila orangnya lebih banyak daripada kursi yang tersisa."),
        max_length=LONGEST_REASON,
        required=False,
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = [one.pk for one in people]
        for pk in self.people:
            self.fields[f"reason-{pk}"] = reason_field()

    def clean(self):
        cleaned = super().clean()
        reasons = {pk: cleaned.pop(f"reason-{pk}", "") for pk in self.people}
        return cleaned | {"override_reasons": {pk: why for pk, why in reasons.items() if why}}
