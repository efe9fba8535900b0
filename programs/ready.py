"""Ready curricula of the trainings that two prisons and their schools have taught to the end.

Data, not screen words: a facility takes them over as its own, and certificates are printed in Indonesian. Unit
codes stay empty: they are the school's to give, and an invented one would look official. A standard
is named only where its number is known.
"""

from dataclasses import dataclass

from programs.models import Program
from programs.ready_skills import SKILLS

NOTHING = ((), ())
WELDING_STANDARD = "Kepmenaker 98/2018"
INDEPENDENCE, FOOD, MSME = "Pembinaan kemandirian", "Ketahanan pangan", "UMKM"
NATIONAL_AIMS = ("Asta Cita", "13 Program Akselerasi")


@dataclass(frozen=True)
class ReadyUnit:
    """A unit with its hours in JP."""

    title: str
    theory_hours: int
    practice_hours: int
    standard: str = ""

    @property
    def hours(self):
        return self.theory_hours + self.practice_hours

    @property
    def theory_skills(self):
        return SKILLS.get(self.title, NOTHING)[0]

    @property
    def practice_skills(self):
        return SKILLS.get(self.title, NOTHING)[1]


@dataclass(frozen=True)
class Ready:
    """A program with its curriculum, ready to be taken over; `key` stands in the address."""

    key: str
    code: str
    name: str
    field: Program.Field
    standard: str
    aim: str
    units: tuple[ReadyUnit, ...]
    tools: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def theory_total(self):
        return sum(unit.theory_hours for unit in self.units)

    @property
    def practice_total(self):
        return sum(unit.practice_hours for unit in self.units)


BAKERY = Ready(
    key="bakery",
    code="BKR",
    name="Produksi Bakery",
    field=Program.Field.BAKERY,
    standard=(
        "Disusun sekolah menurut standar kompetensi lulusan pastri dan bakeri jenjang III, "
        "Permendikbud 5/2016. Kode unit milik sekolah."
    ),
    aim=(
        "Peserta menguasai pembuatan roti dari bahan sampai kemasan dan siap bekerja atau membuka "
        "usaha sendiri."
    ),
    units=(
        ReadyUnit("Higiene, sanitasi, dan keselamatan kerja di dapur roti", 4, 4),
        ReadyUnit("Bahan baku dan perhitungan resep dengan persen baker", 4, 4),
        ReadyUnit("Membuat adonan roti dengan metode langsung", 2, 10),
        ReadyUnit("Membuat roti manis: mencetak, mengisi, fermentasi akhir, memanggang", 2, 12),
        ReadyUnit("Membuat roti tawar dan roti tawar berbumbu", 2, 8),
        ReadyUnit("Membuat donat dan adonan goreng", 2, 6),
        ReadyUnit("Membuat bolu dan kue kering", 2, 8),
        ReadyUnit("Mengemas, memberi label, dan menetapkan masa simpan", 2, 2),
        ReadyUnit("Menghitung harga pokok dan merencanakan usaha kecil", 4, 2),
    ),
    tools=(
        "Oven dek gas, 1 unit",
        "Mesin pengaduk adonan 10 kg, 1 unit",
        "Lemari pengembang, 1 unit",
        "Meja kerja baja tahan karat, 4 buah",
        "Timbangan digital 5 kg, 4 buah",
        "Loyang roti manis, 20 buah",
        "Loyang roti tawar bertutup, 10 buah",
        "Celemek dan penutup kepala, 20 set",
    ),
    materials=(
        "Tepung terigu protein tinggi, 75 kg",
        "Tepung terigu protein sedang, 25 kg",
        "Gula pasir, 20 kg",
        "Mentega dan margarin, 20 kg",
        "Telur, 15 kg",
        "Ragi instan, 2 kg",
        "Susu bubuk, 4 kg",
        "Kemasan plastik dan label, 500 lembar",
    ),
    tags=(INDEPENDENCE, FOOD),
)
AGRIBUSINESS = Ready(
    key="agribusiness",
    code="AGR",
    name="Agribisnis Pertanian",
    field=Program.Field.AGRIBUSINESS,
    standard="Disusun sekolah. Kode unit milik sekolah.",
    aim="Peserta mampu mengusahakan lahan sempit dan mendukung ketahanan pangan.",
    units=(
        ReadyUnit("Keselamatan kerja dan penyiapan lahan", 4, 4),
        ReadyUnit("Menyemai benih dan menyiapkan bibit", 2, 10),
        ReadyUnit("Mengolah tanah dan memupuk", 4, 8),
        ReadyUnit("Menanam dan memelihara sayuran daun", 2, 10),
        ReadyUnit("Mengendalikan hama dan penyakit secara terpadu", 4, 8),
        ReadyUnit("Memanen, menyortir, dan menangani hasil panen", 2, 6),
        ReadyUnit("Menanam sayuran dengan hidroponik sederhana", 2, 10),
        ReadyUnit("Menghitung usaha tani kecil", 2, 2),
    ),
    tools=(
        "Cangkul dan garpu tanah, 10 set",
        "Gembor 10 liter, 6 buah",
        "Baki semai 128 lubang, 20 buah",
        "Instalasi hidroponik NFT 100 lubang, 2 unit",
        "Pengukur pH dan kepekatan larutan, 2 buah",
        "Sarung tangan dan sepatu kebun, 20 pasang",
    ),
    materials=(
        "Benih kangkung, bayam, dan selada, 1 kg",
        "Pupuk kandang matang, 500 kg",
        "Nutrisi hidroponik AB, 10 liter",
        "Media semai, 50 kg",
        "Pestisida nabati, 5 liter",
        "Kantong panen, 200 lembar",
    ),
    tags=(*NATIONAL_AIMS, FOOD, MSME),
)
CHEMISTRY = Ready(
    key="chemistry",
    code="KIM",
    name="Kimia Industri",
    field=Program.Field.CHEMISTRY,
    standard="Disusun sekolah. Kode unit milik sekolah.",
    aim="Peserta mampu membuat produk pembersih rumah tangga yang aman dan layak jual.",
    units=(
        ReadyUnit("Keselamatan kerja dengan bahan kimia", 4, 4),
        ReadyUnit("Mengenal alat, satuan, dan takaran", 2, 6),
        ReadyUnit("Membuat sabun cuci piring cair", 2, 10),
        ReadyUnit("Membuat sabun mandi padat", 2, 10),
        ReadyUnit("Membuat pembersih lantai", 2, 10),
        ReadyUnit("Memeriksa mutu: pH, kekentalan, dan busa", 4, 8),
        ReadyUnit("Mengemas dan memberi label", 2, 6),
        ReadyUnit("Menghitung harga pokok dan merencanakan usaha kecil", 4, 4),
    ),
    tools=(
        "Pengaduk listrik 20 liter, 2 unit",
        "Timbangan digital 5 kg, 4 buah",
        "Gelas ukur dan gelas kimia, 10 set",
        "Cetakan sabun padat, 20 buah",
        "Pengukur pH, 2 buah",
        "Kacamata, sarung tangan, dan celemek tahan kimia, 20 set",
    ),
    materials=(
        "Surfaktan untuk sabun cair, 20 kg",
        "Soda api, 5 kg",
        "Minyak kelapa, 20 liter",
        "Garam industri, 10 kg",
        "Pewangi dan pewarna, 2 liter",
        "Botol dan jeriken kemasan, 200 buah",
    ),
    tags=(*NATIONAL_AIMS, MSME),
)
WELDING = Ready(
    key="welding",
    code="LAS",
    name="Las",
    field=Program.Field.WELDING,
    standard=(
        "Disusun sekolah dengan acuan SKKNI pengelasan, Kepmenaker 98/2018. Kode unit milik "
        "sekolah."
    ),
    aim="Peserta mampu mengelas sambungan dasar dengan aman dan rapi.",
    units=(
        ReadyUnit("Keselamatan kerja pengelasan", 4, 4, WELDING_STANDARD),
        ReadyUnit("Membaca gambar dan simbol las", 4, 4, WELDING_STANDARD),
        ReadyUnit("Menyiapkan bahan dan kampuh", 2, 6, WELDING_STANDARD),
        ReadyUnit("Memotong logam dengan gas", 2, 6, WELDING_STANDARD),
        ReadyUnit("Mengelas SMAW posisi di bawah tangan", 2, 14, WELDING_STANDARD),
        ReadyUnit("Mengelas SMAW posisi mendatar dan tegak", 2, 14, WELDING_STANDARD),
        ReadyUnit("Memeriksa hasil las secara visual", 2, 6, WELDING_STANDARD),
        ReadyUnit("Membuat teralis sederhana", 2, 6),
    ),
    tools=(
        "Mesin las SMAW 200 A, 5 unit",
        "Perangkat potong gas oksigen dan asetilena, 1 set",
        "Gerinda tangan, 4 unit",
        "Meja dan ragum las, 5 set",
        "Helm las, sarung tangan, dan apron kulit, 10 set",
        "Penggaris siku dan pengukur las, 5 set",
        "Alat pemadam api ringan, 2 buah",
    ),
    materials=(
        "Elektroda E6013 2,6 mm, 60 kg",
        "Elektroda E7018 3,2 mm, 20 kg",
        "Pelat baja 6 mm, 10 lembar",
        "Besi hollow 40 × 40 mm, 20 batang",
        "Batu gerinda potong dan poles, 60 buah",
        "Gas oksigen dan asetilena, 4 tabung",
    ),
    tags=NATIONAL_AIMS,
)
COFFEE = Ready(
    key="coffee",
    code="KOP",
    name="Roasting Kopi",
    field=Program.Field.COFFEE,
    standard=("Disusun sekolah dengan acuan SKKNI kopi, Kep. 370/2013. Kode unit milik sekolah."),
    aim="Peserta menguasai penyangraian kopi dari biji hijau sampai kemasan.",
    units=(
        ReadyUnit("Higiene dan keselamatan kerja di ruang sangrai", 4, 4),
        ReadyUnit("Mengenal jenis dan mutu biji kopi", 4, 4),
        ReadyUnit("Menyortir biji hijau", 2, 6),
        ReadyUnit("Mengoperasikan mesin sangrai", 2, 10),
        ReadyUnit("Menyangrai ringan, sedang, dan gelap", 2, 14),
        ReadyUnit("Menguji cita rasa", 2, 10),
        ReadyUnit("Menggiling, mengemas, dan menetapkan masa simpan", 2, 6),
        ReadyUnit("Menghitung harga pokok dan merencanakan usaha kecil", 4, 4),
    ),
    tools=(
        "Mesin sangrai 3 kg, 1 unit",
        "Penggiling kopi, 2 unit",
        "Pengukur kadar air biji, 1 buah",
        "Perangkat uji cita rasa, 4 set",
        "Timbangan digital 5 kg, 2 buah",
        "Perekat kemasan panas, 1 unit",
    ),
    materials=(
        "Biji kopi robusta hijau, 100 kg",
        "Biji kopi arabika hijau, 20 kg",
        "Kemasan berkatup 200 g, 400 lembar",
        "Label kemasan, 400 lembar",
        "Gas elpiji 12 kg, 6 tabung",
    ),
    tags=(*NATIONAL_AIMS, MSME),
)
READY = {one.key: one for one in (BAKERY, AGRIBUSINESS, CHEMISTRY, WELDING, COFFEE)}
