"""The movement list of a day as a spreadsheet."""

from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

MOVEMENTS = [
    (_("Blok"), lambda one: one.block),
    (_("Blok/kamar"), lambda one: one.inmate.housing_unit),
    (_("Nama"), lambda one: one.inmate.name),
    (_("No. register"), lambda one: one.inmate.register_number),
    (_("Ke ruang"), lambda one: one.session.room),
    (_("Mulai pukul"), lambda one: time_format(one.session.starts_at)),
    (_("Selesai pukul"), lambda one: time_format(one.session.ends_at)),
    (_("Angkatan"), lambda one: one.session.batch),
    (_("Pemberitahuan"), lambda one: one.absence.get_reason_display() if one.absence else ""),
]
