"""The names of the demo's inmates, all of them made up."""

# Names that test a paper and a screen: sixty letters, a single word, an apostrophe.
BAKERS = (
    ("Achmad Fauzi", 214),
    ("Agus Setiawan", 87),
    ("Arif Budi Santoso", 331),
    ("Bambang Hermanto", 152),
    ("Dedi Kurniawan", 198),
    ("Eko Prasetyo", 276),
    ("Fajar Nugroho", 45),
    ("Gunawan Wibisono", 309),
    ("Hendra Saputra", 121),
    ("Imam Syafi’i", 260),
    ("Joko Purnomo", 183),
    ("Khoirul Anam", 297),
    ("Lukman Hakim", 64),
    ("Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Putra", 338),
    ("Nur Cahyo", 109),
    ("Rizky Ramadhan", 245),
    ("Slamet Riyadi", 172),
    ("Sutrisno", 31),
    ("Wahyu Hidayat", 226),
    ("Yusuf Maulana", 319),
)

JAVANESE = (
    "Abdul Adi Agung Akbar Andi Arief Aris Bagus Bayu Candra Didik Dimas Endra Ferry Galih Hadi"
    " Heru Ilham Imron Indra Irfan Iwan Kasim Kholil Krisna Latif Mahfud Misbah Mujiono Nanang"
    " Novan Panji Rahmat Rendra Ridwan Rohmat Samsul Sholihin Sigit Sugeng Taufik Teguh Wawan"
    " Yanto Zainal".split(),
    "Aminuddin Arifin Basuki Cahyono Efendi Firmansyah Gunarso Handoko Hariyadi Iskandar Jatmiko"
    " Kuncoro Lesmana Mustofa Nurhadi Pamungkas Prakoso Rahardjo Rosidi Sasongko Setyawan"
    " Subekti Sudarsono Suprapto Sutejo Wicaksono Widodo Winarno Yulianto".split(),
)
LAMPUNGESE = (
    "Ahmad Alfian Andre Azhar Dani Darwin Dodi Edwin Fadli Faisal Febri Hafiz Hamdan Hasan"
    " Herman Husni Ibrahim Ikhsan Jamal Jefri Johan Kamal Marwan Mukhlis Nasir Rafli Rangga"
    " Rizal Rustam Safri Syahrul Tommy Umar Wira Yasir Yopi Zulfan Zulkifli".split(),
    "Alamsyah Bangsawan Batubara Chaniago Darussalam Fadillah Ginting Harahap Koto Lubis Marpaung"
    " Nasution Oktarian Pane Rangkuti Saputro Siregar Sinaga Sembiring Tanjung Usmani Yusran"
    " Zulkarnain".split(),
)
BALINESE = (
    "I Gede,I Kadek,I Ketut,I Komang,I Made,I Nengah,I Nyoman,I Putu,I Wayan".split(","),
    "Adnyana Artawan Budiasa Darmayasa Juliarta Karmawan Mahardika Nathayasa Pastika Raditya"
    " Suardika Sudarma Sukerta Widiada Wirawan Yasadana".split(),
)
WOMEN = {
    "LAPAS-JEMBER": ("Siti Maimunah", "Dewi Purwanti", "Sulastri", "Nur Aini"),
    "LAPAS-METRO": ("Rina Marlina", "Yeni Hasanah", "Fitriani"),
    "LAPAS-SINGARAJA": ("Ni Luh Sariasih", "Ni Made Wartini"),
}
