"""What the list of proposals gives away as a spreadsheet."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

APPLICATIONS = [
    (_("Nama"), lambda one: one.inmate),
    (_("No. register"), lambda one: one.inmate.register_number),
    (_("Usulan dari"), lambda one: one.get_origin_display()),
    (_("Keterangan"), lambda one: one.note),
    (_("Diusulkan"), lambda one: timezone.localdate(one.proposed_at)),
    (_("Oleh"), lambda one: one.proposed_by),
    (_("Keadaan"), lambda one: one.get_state_display()),
    (_("Alasan"), lambda one: one.reason),
    (_("Keluar dari Lapas"), lambda one: one.inmate.departed_on),
]
