"""The sheets of a day, and all marks of a class, as spreadsheets."""

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from participants.models import Attendance

SHEETS = [
    (_("Hari"), lambda one: one.session.takes_place_on),
    (_("Mulai pukul"), lambda one: f"{one.session.starts_at:%H.%M}"),
    (_("Selesai pukul"), lambda one: f"{one.session.ends_at:%H.%M}"),
    (_("Ruang"), lambda one: one.session.room),
    (_("Angkatan"), lambda one: one.session.batch),
    (_("Unit"), lambda one: one.session.unit),
    (_("Jenis"), lambda one: one.session.get_kind_display()),
    (_("Instruktur"), lambda one: one.session.instructor),
    (_("Peserta"), lambda one: one.people),
    (_("Tanda"), lambda one: one.marks),
    (_("Keadaan"), lambda one: one.state[1]),
]
ABSENCES = [
    (_("Nama"), lambda one: one.inmate.name),
    (_("No. register"), lambda one: one.inmate.register_number),
    (_("Dari"), lambda one: one.starts_on),
    (_("Sampai"), lambda one: one.ends_on),
    (_("Mulai pukul"), lambda one: one.starts_at and f"{one.starts_at:%H.%M}"),
    (_("Selesai pukul"), lambda one: one.ends_at and f"{one.ends_at:%H.%M}"),
    (_("Untuk"), lambda one: one.get_reason_display()),
    (_("Keterangan"), lambda one: one.note),
    (_("Diberitahukan oleh"), lambda one: one.announced_by),
    (_("Dibatalkan"), lambda one: _("ya") if one.withdrawn_at else ""),
]


def mark_columns(sessions, *, shows_register):
    """Columns for the rows of a class's grid: a letter a meeting, then how often each letter."""
    return [
        (_("No."), lambda row: row.enrollment.position),
        (_("Nama"), lambda row: row.enrollment.inmate.name),
        (_("Register"), lambda row: _register(row.enrollment.inmate, shows_register)),
        *((_heading(one), _letter_of(place)) for place, one in enumerate(sessions)),
        *((code.label, _count_of(code)) for code in Attendance.Code),
    ]


def _register(inmate, shows_register):
    return inmate.register_number if shows_register else inmate.short_register


def _heading(session):
    day = date_format(session.takes_place_on, "SHORT_DATE_FORMAT")
    kind = f" ({session.get_kind_display()})" if session.is_catch_up else ""
    return f"{day} {session.starts_at:%H.%M}{kind}"


def _letter_of(place):
    def letter(row):
        mark = row.cells[place].mark
        if mark is None:
            return ""
        return f"{mark.code} {mark.minutes_late}" if mark.minutes_late else mark.code

    return letter


def _count_of(code):
    return lambda row: row.counts[code]
