"""The people of a batch as a spreadsheet; to an instructor no more than the page shows."""

from django.utils.translation import gettext_lazy as _

STANDINGS = [
    (_("No."), lambda one: one.enrollment.position),
    (_("Nama"), lambda one: one.enrollment.inmate.name),
    (_("Register"), lambda one: one.enrollment.inmate.short_register),
    (_("JP diikuti"), lambda one: one.attended),
    (_("Hadir (%)"), lambda one: one.percent),
    (_("Unit kompeten"), lambda one: one.units_competent),
    (_("Sudah berhenti"), lambda one: _("ya") if one.enrollment.ended_on else ""),
]
# Only for those who may see people's files.
STANDINGS_OF_OFFICE = [
    (_("No. register"), lambda one: one.enrollment.inmate.register_number),
    (_("Ikut sejak"), lambda one: one.enrollment.joined_on),
]
# Why somebody left may be discipline, and when may be the end of a sentence.
RESTRICTED = [
    (_("Hari terakhir ikut"), lambda one: one.enrollment.ended_on),
    (_("Alasan"), lambda one: one.enrollment.get_end_reason_display()),
]
