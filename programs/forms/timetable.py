"""How a class meets, from which its whole timetable follows."""

import re
from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, TimeField
from programs.models import Instructor, Room
from programs.services import Pattern
from programs.timetable import Slot

MOST_SLOTS = 4
LONGEST_SLOT_HOURS = 11
DASH = r"\s*(?:-|–|—|s\.?d\.?|sampai)\s*"


class SlotsField(forms.CharField):
    """The hours of a day on which a class meets: 08.00–11.00, 12.30–14.45."""

    default_error_messages = {
        "invalid": _("Tulis jam sebagai 08.00–11.00, dipisahkan koma bila lebih dari satu."),
        "overlap": _("Jam-jam ini saling tumpang tindih."),
        "backwards": _("Jam selesai harus sesudah jam mulai, pada hari yang sama."),
        "many": _("Paling banyak %(most)s rentang jam sehari."),
        "long": _("Satu rentang paling lama 11 jam."),
    }

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return ()
        slots = sorted(
            (self._slot(part) for part in re.split(r"[,;\n]", text) if part.strip()),
            key=lambda slot: slot.starts_at,
        )
        if len(slots) > MOST_SLOTS:
            raise ValidationError(self.error_messages["many"] % {"most": MOST_SLOTS})
        for one, following in pairwise(slots):
            if following.starts_at < one.ends_at:
                raise ValidationError(self.error_messages["overlap"])
        return tuple(slots)

    def _slot(self, part):
        times = re.split(DASH, part.strip())
        if len(times) != 2:
            raise ValidationError(self.error_messages["invalid"])
        starts_at, ends_at = (TimeField().clean(one) for one in times)
        try:
            slot = Slot(starts_at, ends_at)
        except ValueError:
            raise ValidationError(self.error_messages["backwards"]) from None
        if slot.lessons(1) > LONGEST_SLOT_HOURS * 60:
            raise ValidationError(self.error_messages["long"])
        return slot


class TimetableForm(Form):
    starts_on = DateField(label=_("Mulai"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Hari"),
        coerce=int,
        choices=[(number + 1, WEEKDAYS[number]) for number in range(7)],
        initial=[1, 2, 3, 4, 5],
        widget=forms.CheckboxSelectMultiple,
    )
    slots = SlotsField(
        label=_("Jam"),
        max_length=120,
        initial="08.00–11.00",
        help_text=_("Misalnya 08.00–11.00, 12.30–14.45. Pertemuan tidak melewati batas ini."),
    )
    room = forms.ModelChoiceField(label=_("Ruang"), queryset=Room.objects.none())
    instructor = forms.ModelChoiceField(label=_("Instruktur"), queryset=Instructor.objects.none())
    with_joint_leave = forms.BooleanField(
        label=_("Tetap belajar pada cuti bersama"), required=False
    )

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        teachers = batch.agreement.partner.instructors.all()
        self.units = list(batch.curriculum.units.all())
        self.fields["room"].queryset = batch.facility.rooms.filter(closed_at=None)
        self.fields["instructor"].queryset = teachers
        for unit in self.units:
            self.fields[f"instructor-{unit.pk}"] = forms.ModelChoiceField(
                label=unit.title,
                queryset=teachers,
                required=False,
                empty_label=_("sama seperti di atas"),
            )

    @property
    def unit_fields(self):
        """[(unit, its bound field)]: who teaches it, when it is somebody else."""
        return [(unit, self[f"instructor-{unit.pk}"]) for unit in self.units]

    def perform_pattern(self, service, **more):
        """Call `service` with the pattern; None when it refused, and the form says why."""
        try:
            return service(pattern=self.pattern(), **more)
        except ValidationError as error:
            self.add_refusal(error)
            return None

    def pattern(self):
        """What was asked for, as the services take it."""
        cleaned = self.cleaned_data
        return Pattern(
            starts_on=cleaned["starts_on"],
            weekdays=frozenset(cleaned["weekdays"]),
            slots=cleaned["slots"],
            room=cleaned["room"],
            instructors={
                unit.pk: cleaned[f"instructor-{unit.pk}"] or cleaned["instructor"]
                for unit in self.units
            },
            with_joint_leave=cleaned["with_joint_leave"],
        )
