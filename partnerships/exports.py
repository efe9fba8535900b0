"""What the lists of partners and agreements give away as spreadsheets."""

from django.utils.translation import gettext_lazy as _

AGREEMENTS = [
    (_("Lapas"), lambda one: one.facility),
    (_("Mitra"), lambda one: one.partner),
    (_("Jenis"), lambda one: one.get_kind_display()),
    (_("Nomor Lapas"), lambda one: one.facility_number),
    (_("Nomor mitra"), lambda one: one.partner_number),
    (_("Ditandatangani"), lambda one: one.signed_on),
    (_("Mulai berlaku"), lambda one: one.starts_on),
    (_("Hari terakhir berlaku"), lambda one: one.last_day_on),
    (_("Keadaan"), lambda one: one.state.label),
    (_("Alasan diakhiri"), lambda one: one.end_reason),
]
PARTNERS = [
    (_("Jenis"), lambda one: one.get_kind_display()),
    (_("Nama"), lambda one: one.name),
    (_("NPSN"), lambda one: one.npsn),
    (_("Kode singkat"), lambda one: one.short_code),
    (_("Kota atau kabupaten"), lambda one: one.city),
    (_("Alamat"), lambda one: one.address),
    (_("SMK Pusat Keunggulan"), lambda one: _("ya") if one.is_center_of_excellence else ""),
    (_("Bidang keunggulan"), lambda one: one.expertise),
]
