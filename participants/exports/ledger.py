"""The book of hours as a spreadsheet: no more than its page shows."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PERSON = [
    (gettext_lazy("No."), lambda one: one.enrollment.position),
    (gettext_lazy("Nama"), lambda one: one.enrollment.inmate.name),
    (gettext_lazy("Register"), lambda one: one.enrollment.inmate.short_register),
    (gettext_lazy("JP terlaksana"), lambda one: one.hours.delivered),
    (gettext_lazy("JP diikuti"), lambda one: one.hours.attended),
    (gettext_lazy("JP tidak hadir"), lambda one: one.hours.still_missed),
    (gettext_lazy("Utang JP"), lambda one: one.hours.debt),
    (gettext_lazy("JP susulan"), lambda one: one.hours.caught_up),
    (gettext_lazy("Hadir (%)"), lambda one: one.hours.percent),
    (
        gettext_lazy("Masih mungkin (%)"),
        lambda one: one.prospect.best_percent if one.prospect else None,
    ),
    (
        gettext_lazy("Sisa absen"),
        lambda one: one.prospect.absences_left if one.prospect else None,
    ),
]


def ledger_columns(units):
    """The columns of a Balance: the person's, then two for each unit, in the order of the curriculum."""
    columns = list(PERSON)
    for place, unit in enumerate(units):
        name = unit.code or unit.title
        columns.append(
            (
                _("%(unit)s: JP diikuti") % {"unit": name},
                lambda one, place=place: one.units[place].attended,
            )
        )
        columns.append(
            (
                _("%(unit)s: utang JP") % {"unit": name},
                lambda one, place=place: one.units[place].debt,
            )
        )
    return columns
