"""What the list of people and a person's trail give away as spreadsheets."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

INMATES = [
    (_("Lapas"), lambda one: one.facility),
    (_("Nama"), lambda one: one.name),
    (_("No. register"), lambda one: one.register_number),
    (_("Jenis kelamin"), lambda one: one.get_sex_display()),
    (_("Umur"), lambda one: one.age),
    (_("Pelatihan yang pernah diikuti"), lambda one: one.training_count),
    (_("Sedang ikut"), lambda one: _("ya") if one.is_in_training else ""),
]
# Only for those who may see them.
INMATES_RESTRICTED = [
    (_("Tanggal lahir"), lambda one: one.born_on),
    (_("Golongan"), lambda one: one.register_class),
    (_("Blok/kamar"), lambda one: one.housing_unit),
    (_("1/3 masa pidana"), lambda one: one.one_third_on),
    (_("1/2 masa pidana"), lambda one: one.half_on),
    (_("2/3 masa pidana"), lambda one: one.two_thirds_on),
    (_("Ekspirasi"), lambda one: one.expires_on),
    (_("Perkiraan bebas"), lambda one: one.expected_release_on),
    (_("Register F sampai"), lambda one: one.disciplined_until),
    (_("Sumber data"), lambda one: one.get_facts_from_display()),
    (_("Data per"), lambda one: one.facts_on),
    (_("Keluar pada"), lambda one: one.departed_on),
    (_("Cara keluar"), lambda one: one.get_departure_display()),
]
TRAIL = [
    (_("Tanggal"), lambda line: timezone.localtime(line.at).date()),
    (_("Jam"), lambda line: timezone.localtime(line.at).strftime("%H.%M")),
    (_("Oleh"), lambda line: line.by or _("sistem")),
    (_("Tugas"), lambda line: line.duty),
    (_("Tindakan"), lambda line: line.deed),
    (_("Di mana"), lambda line: line.where),
    (_("Yang dicari atau diubah"), lambda line: line.note),
]
