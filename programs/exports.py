"""What the lists of programs, batches and meetings give away as spreadsheets."""

from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

BATCHES = [
    (_("Lapas"), lambda one: one.facility),
    (_("Kode"), lambda one: one.code),
    (_("Angkatan"), lambda one: one.name),
    (_("Program"), lambda one: one.curriculum.program),
    (_("Mitra"), lambda one: one.agreement.partner),
    (_("Hari pertama"), lambda one: one.starts_on),
    (_("Hari terakhir"), lambda one: one.ends_on),
    (_("Kursi"), lambda one: one.quota),
    (_("Pertemuan"), lambda one: one.session_count),
    (_("JP terjadwal"), lambda one: one.planned_hours),
    (_("JP terlaksana"), lambda one: one.held_hours),
    (_("Keadaan"), lambda one: one.get_state_display()),
]
SESSIONS = [
    (_("Tanggal"), lambda one: one.takes_place_on),
    (_("Mulai"), lambda one: time_format(one.starts_at)),
    (_("Selesai"), lambda one: time_format(one.ends_at)),
    (_("Kode unit"), lambda one: one.unit.code),
    (_("Unit"), lambda one: one.unit),
    (_("JP"), lambda one: one.hours),
    (_("JP teori"), lambda one: one.theory_hours),
    (_("Ruang"), lambda one: one.room),
    (_("Instruktur"), lambda one: one.instructor),
    (_("Keadaan"), lambda one: one.get_status_display()),
    (_("Alasan batal"), lambda one: one.cancel_reason),
]
