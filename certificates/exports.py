"""What the lists of certificates give away as spreadsheets."""

from django.utils.translation import gettext_lazy as _

from certificates.queries.register import remark

REGISTER = [
    (_("Lapas"), lambda one: one.facility),
    (_("Buku"), lambda one: one.series),
    (_("Nomor urut"), lambda one: one.sequence),
    (_("Nomor"), lambda one: one.number),
    (_("Nama"), lambda one: one.content.get("name", "")),
    (_("Jenis"), lambda one: one.get_kind_display()),
    (_("Program"), lambda one: one.content.get("program", "")),
    (_("Angkatan"), lambda one: one.enrollment.batch),
    (_("Penerbit"), lambda one: one.enrollment.batch.agreement.partner),
    (_("Tanggal"), lambda one: one.dated_on),
    (_("Keadaan"), lambda one: one.get_status_display()),
    (_("Keterangan"), remark),
    (_("Lembar"), lambda one: one.get_paper_display() if one.is_published else ""),
    (_("Tempat lembar"), lambda one: one.paper_place),
]
UNCLAIMED = [
    (_("Nama"), lambda one: one.content.get("name", "")),
    (_("Nomor"), lambda one: one.number),
    (_("Program"), lambda one: one.content.get("program", "")),
    (_("Angkatan"), lambda one: one.enrollment.batch),
    (_("Lembar"), lambda one: one.get_paper_display()),
    (_("Tempat lembar"), lambda one: one.paper_place),
]
# Only for those who may see them.
UNCLAIMED_RESTRICTED = [
    (_("Keluar pada"), lambda one: one.enrollment.inmate.departed_on),
    (_("Cara keluar"), lambda one: one.enrollment.inmate.get_departure_display()),
]
