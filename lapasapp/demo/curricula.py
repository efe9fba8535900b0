"""What is taught: the schools' own units and unit codes, with hours of theory and practice in JP."""

from dataclasses import dataclass

from programs.models import Program
from programs.services import add_unit, cover_program, create_program


@dataclass(frozen=True)
class Course:
    code: str
    name: str
    field: Program.Field
    standard: str
    units: tuple[tuple[str, int, int], ...]
    aim: str = ""


BAKERY = Course(
    "BKR",
    "Produksi Bakery",
    Program.Field.BAKERY,
    "Disusun sekolah menurut standar kompetensi lulusan pastri dan bakeri jenjang III, "
    "Permendikbud 5/2016. Kode unit milik sekolah.",
    (
        ("Higiene, sanitasi, dan keselamatan kerja di dapur roti", 4, 4),
        ("Bahan baku dan perhitungan resep dengan persen baker", 4, 4),
        ("Membuat adonan roti dengan metode langsung", 2, 10),
        ("Membuat roti manis: mencetak, mengisi, fermentasi akhir, memanggang", 2, 12),
        ("Membuat roti tawar dan roti tawar berbumbu", 2, 8),
        ("Membuat donat dan adonan goreng", 2, 6),
        ("Membuat bolu dan kue kering", 2, 8),
        ("Mengemas, memberi label, dan menetapkan masa simpan", 2, 2),
        ("Menghitung harga pokok dan merencanakan usaha kecil", 4, 2),
    ),
    "Peserta menguasai pembuatan roti dari bahan sampai kemasan dan siap bekerja atau membuka "
    "usaha sendiri.",
)
LIGHT_STEEL = Course(
    "BJR",
    "Konstruksi Baja Ringan",
    Program.Field.WELDING,
    "Disusun sekolah. Kode unit milik sekolah.",
    (
        ("Keselamatan kerja di ketinggian", 4, 4),
        ("Membaca gambar kerja dan mengukur", 4, 4),
        ("Memotong dan menyambung profil", 2, 10),
        ("Merakit kuda-kuda", 2, 10),
        ("Memasang reng dan penutup atap", 2, 6),
    ),
    "Peserta mampu merakit dan memasang rangka atap sederhana dalam regu.",
)
AGRIBUSINESS = Course(
    "AGR",
    "Agribisnis Pertanian",
    Program.Field.AGRIBUSINESS,
    "Disusun sekolah. Kode unit milik sekolah.",
    (
        ("Keselamatan kerja dan penyiapan lahan", 4, 4),
        ("Menyemai benih dan menyiapkan bibit", 2, 10),
        ("Mengolah tanah dan memupuk", 4, 8),
        ("Menanam dan memelihara sayuran daun", 2, 10),
        ("Mengendalikan hama dan penyakit secara terpadu", 4, 8),
        ("Memanen, menyortir, dan menangani hasil panen", 2, 6),
        ("Menanam sayuran dengan hidroponik sederhana", 2, 10),
        ("Menghitung usaha tani kecil", 2, 2),
    ),
    "Peserta mampu mengusahakan lahan sempit dan mendukung ketahanan pangan.",
)
CHEMISTRY = Course(
    "KIM",
    "Kimia Industri",
    Program.Field.CHEMISTRY,
    "Disusun sekolah. Kode unit milik sekolah.",
    (
        ("Keselamatan kerja dengan bahan kimia", 4, 4),
        ("Mengenal alat, satuan, dan takaran", 2, 6),
        ("Membuat sabun cuci piring cair", 2, 10),
        ("Membuat sabun mandi padat", 2, 10),
        ("Membuat pembersih lantai", 2, 10),
        ("Memeriksa mutu: pH, kekentalan, dan busa", 4, 8),
        ("Mengemas dan memberi label", 2, 6),
        ("Menghitung harga pokok dan merencanakan usaha kecil", 4, 4),
    ),
    "Peserta mampu membuat produk pembersih rumah tangga yang aman dan layak jual.",
)
WELDING = Course(
    "LAS",
    "Las",
    Program.Field.WELDING,
    "Disusun sekolah dengan acuan SKKNI pengelasan, Kepmenaker 98/2018. Kode unit milik sekolah.",
    (
        ("Keselamatan kerja pengelasan", 4, 4),
        ("Membaca gambar dan simbol las", 4, 4),
        ("Menyiapkan bahan dan kampuh", 2, 6),
        ("Memotong logam dengan gas", 2, 6),
        ("Mengelas SMAW posisi di bawah tangan", 2, 14),
        ("Mengelas SMAW posisi mendatar dan tegak", 2, 14),
        ("Memeriksa hasil las secara visual", 2, 6),
        ("Membuat teralis sederhana", 2, 6),
    ),
    "Peserta mampu mengelas sambungan dasar dengan aman dan rapi.",
)
COFFEE = Course(
    "KOP",
    "Roasting Kopi",
    Program.Field.COFFEE,
    "Disusun sekolah dengan acuan SKKNI kopi, Kep. 370/2013. Kode unit milik sekolah.",
    (
        ("Higiene dan keselamatan kerja di ruang sangrai", 4, 4),
        ("Mengenal jenis dan mutu biji kopi", 4, 4),
        ("Menyortir biji hijau", 2, 6),
        ("Mengoperasikan mesin sangrai", 2, 10),
        ("Menyangrai ringan, sedang, dan gelap", 2, 14),
        ("Menguji cita rasa", 2, 10),
        ("Menggiling, mengemas, dan menetapkan masa simpan", 2, 6),
        ("Menghitung harga pokok dan merencanakan usaha kecil", 4, 4),
    ),
    "Peserta menguasai penyangraian kopi dari biji hijau sampai kemasan.",
)
SEWING = Course(
    "BSN",
    "Menjahit Busana",
    Program.Field.SEWING,
    "Disusun sekolah. Kode unit milik sekolah.",
    (
        ("Keselamatan kerja dan perawatan mesin jahit", 2, 6),
        ("Mengukur badan dan membuat pola dasar", 4, 8),
        ("Memotong bahan", 2, 6),
        ("Menjahit kemeja", 2, 14),
        ("Menghitung harga pokok", 2, 2),
    ),
    "Peserta mampu menjahit kemeja dari pola sampai selesai.",
)


def offer(course, *, agreement, by):
    """The program with its units, covered by the agreement; returns its curriculum."""
    program = create_program(
        by=by,
        code=course.code,
        name=course.name,
        field=course.field,
        aim=course.aim,
        pass_mark=65,
        standard=course.standard,
    )
    curriculum = program.curricula.get()
    for number, (title, theory, practice) in enumerate(course.units, start=1):
        add_unit(
            curriculum=curriculum,
            by=by,
            code=f"{course.code}-{number:02d}",
            title=title,
            theory_hours=theory,
            practice_hours=practice,
        )
    cover_program(agreement=agreement, program=program, by=by)
    return curriculum
