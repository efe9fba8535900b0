"""What somebody can do who masters a unit of the ready curricula: {title of the unit: (theory, practice)}.

Data, not screen words. Each line is something an instructor can see or hear and then tick.
"""

SAFETY_OF_BAKERY = (
    ("Menyebutkan bahaya di dapur roti dan cara mencegahnya",),
    (
        "Mencuci tangan dengan enam langkah sebelum bekerja",
        "Memakai celemek, penutup kepala, dan sepatu tertutup dengan benar",
        "Membersihkan meja, loyang, dan mesin sesudah dipakai",
        "Menyalakan dan mematikan oven gas dengan urutan aman",
    ),
)
SMALL_BUSINESS = (
    (
        "Membedakan biaya bahan, tenaga, dan biaya tetap",
        "Menjelaskan cara menetapkan harga jual",
    ),
    (
        "Menghitung harga pokok satu produk dari nota belanja",
        "Mencatat pemasukan dan pengeluaran satu minggu",
        "Menyusun rencana usaha satu halaman",
    ),
)

BAKERY = {
    "Higiene, sanitasi, dan keselamatan kerja di dapur roti": SAFETY_OF_BAKERY,
    "Bahan baku dan perhitungan resep dengan persen baker": (
        (
            "Menjelaskan guna tepung, ragi, gula, garam, lemak, dan telur",
            "Membedakan tepung protein tinggi, sedang, dan rendah",
        ),
        (
            "Menghitung resep dengan persen baker untuk jumlah yang diminta",
            "Menimbang bahan dengan selisih paling banyak 2 gram",
            "Memeriksa ragi masih aktif atau tidak",
        ),
    ),
    "Membuat adonan roti dengan metode langsung": (
        ("Menjelaskan tahap pengadukan sampai adonan kalis",),
        (
            "Mengaduk adonan dengan mesin sampai kalis elastis",
            "Menguji kekalisan dengan selaput adonan",
            "Mengatur suhu adonan 26 sampai 28 derajat",
            "Menentukan akhir fermentasi dengan uji jari",
            "Membagi dan membulatkan adonan sama berat",
        ),
    ),
    "Membuat roti manis: mencetak, mengisi, fermentasi akhir, memanggang": (
        ("Menjelaskan tanda roti kurang dan lewat fermentasi",),
        (
            "Mencetak empat bentuk roti manis dengan rapi",
            "Mengisi adonan tanpa bocor saat dipanggang",
            "Mengatur fermentasi akhir sampai volume dua kali",
            "Memanggang dengan warna merata",
            "Mengoles dan menghias roti sesudah dipanggang",
        ),
    ),
    "Membuat roti tawar dan roti tawar berbumbu": (
        ("Menghitung berat adonan menurut ukuran loyang",),
        (
            "Menggulung adonan roti tawar tanpa rongga udara",
            "Memanggang roti tawar berpenutup sampai matang tengah",
            "Mengiris roti tawar sama tebal sesudah dingin",
        ),
    ),
    "Membuat donat dan adonan goreng": (
        ("Menyebutkan suhu minyak yang benar dan akibat bila meleset",),
        (
            "Mencetak donat dengan lubang di tengah",
            "Menggoreng sekali balik sampai ada garis putih",
            "Meniriskan dan memberi taburan sesudah dingin",
        ),
    ),
    "Membuat bolu dan kue kering": (
        ("Membedakan adonan bolu kocok dan adonan kue kering",),
        (
            "Mengocok telur dan gula sampai mengembang kaku",
            "Memasukkan tepung tanpa mengempiskan adonan",
            "Memanggang bolu dan menguji matang dengan tusukan",
            "Mencetak kue kering sama besar",
        ),
    ),
    "Mengemas, memberi label, dan menetapkan masa simpan": (
        ("Menyebutkan isi wajib label pangan rumah tangga",),
        (
            "Mengemas roti sesudah dingin tanpa embun",
            "Menulis label dengan tanggal buat dan tanggal kedaluwarsa",
        ),
    ),
    "Menghitung harga pokok dan merencanakan usaha kecil": SMALL_BUSINESS,
}

AGRIBUSINESS = {
    "Keselamatan kerja dan penyiapan lahan": (
        ("Menyebutkan bahaya alat tajam dan bahan kimia di kebun",),
        (
            "Memakai sarung tangan dan sepatu kebun dengan benar",
            "Membersihkan lahan dari gulma dan sisa tanaman",
            "Mengukur dan mematok bedengan",
        ),
    ),
    "Menyemai benih dan menyiapkan bibit": (
        ("Menjelaskan syarat benih yang baik dan cara menyimpannya",),
        (
            "Mencampur media semai dengan perbandingan yang benar",
            "Menyemai satu benih selubang sampai rata",
            "Menyiram semaian tanpa merusaknya",
            "Memilih bibit yang siap pindah tanam",
        ),
    ),
    "Mengolah tanah dan memupuk": (
        (
            "Membedakan pupuk kandang, kompos, dan pupuk buatan",
            "Menjelaskan akibat tanah terlalu asam",
        ),
        (
            "Mengukur pH tanah dan membaca hasilnya",
            "Mencangkul dan meratakan bedengan",
            "Menghitung dan menabur pupuk dasar sesuai luas",
        ),
    ),
    "Menanam dan memelihara sayuran daun": (
        ("Menyebutkan jarak tanam kangkung, bayam, dan selada",),
        (
            "Memindah tanam bibit tanpa memutus akar",
            "Menyiram pagi dan sore sesuai kebutuhan",
            "Menyulam tanaman yang mati dalam satu minggu",
            "Menyiangi gulma tanpa merusak akar",
        ),
    ),
    "Mengendalikan hama dan penyakit secara terpadu": (
        (
            "Mengenali ulat, kutu daun, dan bercak daun dari gejalanya",
            "Menjelaskan urutan pengendalian sebelum memakai pestisida",
        ),
        (
            "Membuat pestisida nabati dari daun mimba atau bawang putih",
            "Menyemprot searah angin dengan alat pelindung",
            "Mencatat serangan hama setiap minggu",
        ),
    ),
    "Memanen, menyortir, dan menangani hasil panen": (
        ("Menyebutkan tanda sayuran daun siap panen",),
        (
            "Memanen tanpa merusak daun",
            "Menyortir hasil menurut ukuran dan mutu",
            "Mencuci, meniriskan, dan mengemas hasil panen",
        ),
    ),
    "Menanam sayuran dengan hidroponik sederhana": (
        ("Menjelaskan guna nutrisi, air, dan udara bagi akar",),
        (
            "Merakit instalasi hidroponik sederhana",
            "Melarutkan nutrisi A dan B tanpa mengendap",
            "Mengukur pH dan kepekatan larutan lalu membetulkannya",
            "Memindah bibit ke instalasi",
        ),
    ),
    "Menghitung usaha tani kecil": (
        ("Membedakan biaya benih, pupuk, dan tenaga",),
        (
            "Menghitung biaya satu bedengan sampai panen",
            "Menghitung laba dari harga jual di pasar",
        ),
    ),
}

CHEMISTRY = {
    "Keselamatan kerja dengan bahan kimia": (
        (
            "Membaca lambang bahaya pada kemasan",
            "Menjelaskan pertolongan pertama bila terkena soda api",
        ),
        (
            "Memakai kacamata, sarung tangan, dan celemek tahan kimia",
            "Menyimpan asam dan basa terpisah",
            "Membersihkan tumpahan dengan cara yang aman",
        ),
    ),
    "Mengenal alat, satuan, dan takaran": (
        ("Mengubah gram ke kilogram dan mililiter ke liter",),
        (
            "Menimbang bahan dengan timbangan digital",
            "Membaca gelas ukur setinggi mata",
            "Menghitung bahan untuk dua kali jumlah resep",
        ),
    ),
    "Membuat sabun cuci piring cair": (
        ("Menjelaskan guna surfaktan, garam, dan pewangi",),
        (
            "Melarutkan surfaktan tanpa menggumpal",
            "Mengentalkan dengan garam sedikit demi sedikit",
            "Menambahkan pewarna dan pewangi sesudah dingin",
            "Menyaring dan mengendapkan busa semalam",
        ),
    ),
    "Membuat sabun mandi padat": (
        ("Menjelaskan mengapa soda api dituang ke air, bukan sebaliknya",),
        (
            "Menimbang minyak dan soda api dengan tepat",
            "Mencampur sampai adonan meninggalkan jejak",
            "Mencetak tanpa gelembung udara",
            "Memotong dan menyimpan sabun sampai matang empat minggu",
        ),
    ),
    "Membuat pembersih lantai": (
        ("Menyebutkan bahan yang tidak boleh dicampur dengan pemutih",),
        (
            "Mencampur bahan menurut urutan resep",
            "Mengatur pH sampai aman bagi kulit",
            "Menguji hasil pada lantai keramik",
        ),
    ),
    "Memeriksa mutu: pH, kekentalan, dan busa": (
        ("Menyebutkan rentang pH sabun cair dan sabun mandi",),
        (
            "Mengukur pH dengan kertas dan alat ukur",
            "Menguji kekentalan dengan waktu alir",
            "Menguji tinggi busa dan mencatat hasilnya",
            "Memutuskan produk layak jual atau diperbaiki",
        ),
    ),
    "Mengemas dan memberi label": (
        ("Menyebutkan isi label produk rumah tangga",),
        (
            "Mengisi botol sama banyak",
            "Menutup dan memeriksa kebocoran",
            "Menempel label lurus dan bersih",
        ),
    ),
}

WELDING = {
    "Keselamatan kerja pengelasan": (
        (
            "Menyebutkan bahaya cahaya, asap, listrik, dan api las",
            "Menjelaskan cara memadamkan api menurut penyebabnya",
        ),
        (
            "Memakai helm las, sarung tangan, dan apron dengan benar",
            "Memeriksa kabel, tang elektroda, dan klem massa",
            "Menyiapkan tempat kerja bebas bahan mudah terbakar",
        ),
    ),
    "Membaca gambar dan simbol las": (
        (
            "Membaca simbol las sudut dan las tumpul",
            "Membaca ukuran dan toleransi pada gambar kerja",
        ),
        (
            "Memindahkan ukuran gambar ke benda kerja",
            "Menandai garis potong dengan penggores dan siku",
        ),
    ),
    "Menyiapkan bahan dan kampuh": (
        ("Menjelaskan bentuk kampuh I, V, dan sudut",),
        (
            "Menggerinda kampuh V dengan sudut yang diminta",
            "Membersihkan karat, cat, dan minyak",
            "Memasang las titik tanpa bergeser",
        ),
    ),
    "Memotong logam dengan gas": (
        ("Menjelaskan urutan membuka dan menutup gas",),
        (
            "Memeriksa kebocoran selang dengan air sabun",
            "Mengatur nyala netral",
            "Memotong lurus pelat 6 mm sepanjang 200 mm",
        ),
    ),
    "Mengelas SMAW posisi di bawah tangan": (
        ("Memilih elektroda dan arus menurut tebal pelat",),
        (
            "Menyalakan dan menjaga busur tanpa menempel",
            "Membuat jalur lurus sama lebar sepanjang 150 mm",
            "Menyambung jalur tanpa lubang di ujung",
            "Mengelas sambungan tumpang dan T",
            "Mengelas sambungan tumpul berkampuh V",
        ),
    ),
    "Mengelas SMAW posisi mendatar dan tegak": (
        ("Menjelaskan cara mencegah logam cair turun",),
        (
            "Mengelas sambungan T posisi mendatar",
            "Mengelas sambungan T posisi tegak naik",
            "Mengatur ayunan elektroda sampai kaki las sama",
            "Membersihkan terak di antara lapisan",
        ),
    ),
    "Memeriksa hasil las secara visual": (
        ("Mengenali takik, rongga, dan terak dari rupanya",),
        (
            "Mengukur kaki las dengan pengukur las",
            "Menandai cacat dan menentukan perbaikannya",
            "Mengisi lembar pemeriksaan",
        ),
    ),
    "Membuat teralis sederhana": (
        ("Menghitung kebutuhan besi dari gambar",),
        (
            "Memotong hollow sama panjang",
            "Merangkai siku dan rata",
            "Menggerinda sambungan dan memberi cat dasar",
        ),
    ),
}

COFFEE = {
    "Higiene dan keselamatan kerja di ruang sangrai": (
        ("Menyebutkan bahaya panas, asap, dan sekam di ruang sangrai",),
        (
            "Memakai celemek, sarung tangan panas, dan masker",
            "Membersihkan sekam dari mesin sesudah dipakai",
            "Menutup gas dengan urutan aman sesudah bekerja",
        ),
    ),
    "Mengenal jenis dan mutu biji kopi": (
        (
            "Membedakan robusta dan arabika dari bentuk dan aroma",
            "Menjelaskan olah basah, kering, dan madu",
        ),
        (
            "Mengukur kadar air biji hijau",
            "Menghitung nilai cacat dalam 300 gram contoh",
        ),
    ),
    "Menyortir biji hijau": (
        ("Menyebutkan jenis biji cacat dan akibatnya pada rasa",),
        (
            "Memisahkan biji hitam, pecah, dan berlubang",
            "Menyaring biji menurut ukuran",
            "Mencatat hasil sortir tiap karung",
        ),
    ),
    "Mengoperasikan mesin sangrai": (
        ("Menjelaskan guna panas, udara, dan putaran tabung",),
        (
            "Memanaskan mesin sampai suhu masuk yang diminta",
            "Memasukkan dan mengeluarkan biji tepat waktu",
            "Mencatat suhu setiap menit pada lembar sangrai",
            "Mendinginkan mesin sebelum dimatikan",
        ),
    ),
    "Menyangrai ringan, sedang, dan gelap": (
        ("Menjelaskan letupan pertama dan kedua",),
        (
            "Menyangrai ringan sesudah letupan pertama",
            "Menyangrai sedang dengan warna merata",
            "Menyangrai gelap tanpa hangus",
            "Mengulang hasil yang sama dua kali berturut-turut",
        ),
    ),
    "Menguji cita rasa": (
        ("Menyebutkan aroma, keasaman, kekentalan, dan sisa rasa",),
        (
            "Menyeduh contoh uji dengan takaran tetap",
            "Menyeruput dan menilai lima contoh",
            "Mengisi lembar uji cita rasa",
        ),
    ),
    "Menggiling, mengemas, dan menetapkan masa simpan": (
        ("Menjelaskan mengapa kopi sangrai perlu melepas gas",),
        (
            "Menggiling halus, sedang, dan kasar sesuai seduhan",
            "Mengemas dalam kantong berkatup dan merekatkannya",
            "Menulis tanggal sangrai dan masa simpan",
        ),
    ),
}

SKILLS = {**BAKERY, **AGRIBUSINESS, **CHEMISTRY, **WELDING, **COFFEE}
