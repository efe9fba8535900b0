"""What is taught: the ready curricula with the school's own unit codes, and two that only the demo has."""

from programs.models import Program
from programs.ready import AGRIBUSINESS, BAKERY, CHEMISTRY, COFFEE, WELDING, Ready, ReadyUnit
from programs.services import cover_program, create_from_ready, update_unit

__all__ = [
    "AGRIBUSINESS",
    "BAKERY",
    "CHEMISTRY",
    "COFFEE",
    "LIGHT_STEEL",
    "SEWING",
    "WELDING",
    "offer",
]

LIGHT_STEEL = Ready(
    key="light-steel",
    code="BJR",
    name="Konstruksi Baja Ringan",
    field=Program.Field.WELDING,
    standard="Disusun sekolah. Kode unit milik sekolah.",
    aim="Peserta mampu merakit dan memasang rangka atap sederhana dalam regu.",
    units=(
        ReadyUnit("Keselamatan kerja di ketinggian", 4, 4),
        ReadyUnit("Membaca gambar kerja dan mengukur", 4, 4),
        ReadyUnit("Memotong dan menyambung profil", 2, 10),
        ReadyUnit("Merakit kuda-kuda", 2, 10),
        ReadyUnit("Memasang reng dan penutup atap", 2, 6),
    ),
)
SEWING = Ready(
    key="sewing",
    code="BSN",
    name="Menjahit Busana",
    field=Program.Field.SEWING,
    standard="Disusun sekolah. Kode unit milik sekolah.",
    aim="Peserta mampu menjahit kemeja dari pola sampai selesai.",
    units=(
        ReadyUnit("Keselamatan kerja dan perawatan mesin jahit", 2, 6),
        ReadyUnit("Mengukur badan dan membuat pola dasar", 4, 8),
        ReadyUnit("Memotong bahan", 2, 6),
        ReadyUnit("Menjahit kemeja", 2, 14),
        ReadyUnit("Menghitung harga pokok", 2, 2),
    ),
)


def offer(course, *, agreement, by):
    """The program with its units, covered by the agreement; returns its curriculum."""
    program = create_from_ready(ready=course, name=course.name, code=course.code, by=by)
    curriculum = program.curricula.get()
    for unit in curriculum.units.all():
        update_unit(unit=unit, code=f"{course.code}-{unit.position:02d}", by=by)
    cover_program(agreement=agreement, program=program, by=by)
    return curriculum
