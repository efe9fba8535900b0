"""Contents to draw, from the plain to the extreme, and what measures the drawn page."""

from copy import deepcopy
from itertools import combinations

import pypdfium2

from certificates import documents
from certificates.documents import Paper

MM = 25.4 / 72

UNITS = [
    ("Higiene, sanitasi, dan keselamatan kerja di dapur roti", 4, 4, "88", "Sangat Baik"),
    ("Membuat adonan roti dengan metode langsung", 8, 32, "90", "Sangat Baik"),
    ("Menghitung harga pokok dan merencanakan usaha kecil", 12, 20, "83.5", "Baik"),
]
LONG_TITLE = (
    "Menyiapkan, mengolah, menyajikan, dan menyimpan aneka kue tradisional Jawa Timur"
    " berbahan tepung lokal sesuai resep baku"
)
ARIF = {
    "kind": "training",
    "look": "resmi",
    "design": 0,
    "program_emblem": "",
    "letterhead": {"above": [], "address": ""},
    "wording": {
        "title": "Sertifikat Pelatihan",
        "title_en": "",
        "opening": "diberikan kepada",
        "sentence": "atas keberhasilannya menyelesaikan pelatihan",
    },
    "duplicate_of": None,
    "is_specimen": True,
    "number": "001/BKR/SMKN3-JBR/XII/2025",
    "name": "Arif Budi Santoso",
    "school": {"name": "SMK Negeri 3 Jember", "city": "Jember", "emblem": "wheat"},
    "program": "Produksi Bakery",
    "hours": 80,
    "starts_on": "2025-12-17",
    "ends_on": "2025-12-31",
    "issued_on": "2025-12-31",
    "predicate": "Sangat Baik",
    "attendance_percent": "96",
    "lesson_minutes": 45,
    "standard": "Disusun sekolah menurut standar kompetensi lulusan pastri dan bakeri jenjang III.",
    "pass_mark": "65",
    "predicates": [
        {"name": "Sangat Baik", "from": "85", "to": "100"},
        {"name": "Baik", "from": "75", "to": "84"},
        {"name": "Cukup", "from": "65", "to": "74"},
    ],
    "units": [
        {
            "code": f"BKR-{number:02}",
            "title": title,
            "theory_hours": theory,
            "practice_hours": practice,
            "score": score,
            "is_competent": True,
            "predicate": predicate,
        }
        for number, (title, theory, practice, score, predicate) in enumerate(UNITS, start=1)
    ],
    "theory_hours": 24,
    "practice_hours": 56,
    "average": "87.20",
    "signatories": [
        {
            "name": "Sri Wahyuni, S.Pd.",
            "title": "Ketua Konsentrasi Keahlian Kuliner",
            "nip": "19800101 200501 2 001",
        },
        {"name": "Widiwasito", "title": "Kepala SMK Negeri 3 Jember", "nip": ""},
    ],
    "verify_url": "HTTPS://SERTIFIKAT.EXAMPLE/V/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "verify_host": "sertifikat.example",
}


def certificate_pdfs(contents):
    return documents.certificate_pdfs(Paper(one, qr=one["verify_url"]) for one in contents)


def sheet(content):
    return documents.sheet(Paper(content, qr=content["verify_url"]), documents.look_of(content))


def like_arif(**differing):
    return {**deepcopy(ARIF), **differing}


def units(count, **differing):
    return [{**ARIF["units"][n % 3], "code": f"BKR-{n + 1:02}", **differing} for n in range(count)]


LONG_SCHOOL = {
    "name": "SMK Negeri 1 Pertanian Pembangunan Kabupaten Lampung Timur",
    "city": "Lampung Timur",
    "emblem": "leaf",
}
LONG_SIGNATORIES = [
    {
        "name": "Prof. Dr. Ir. Mohammad Abdurrahman Hidayatullah, S.Pd., M.M.",
        "title": "Ketua Konsentrasi Keahlian Agribisnis Pengolahan Hasil Pertanian",
        "nip": "19800101 200501 2 001",
    },
    {
        "name": "Raden Mas Kristyo Widyatmoko Hadiningrat, S.Pd., M.Pd.",
        "title": "Kepala SMK Negeri 1 Pertanian Pembangunan Kabupaten Lampung Timur",
        "nip": "19700101 199501 1 001",
    },
]
PROGRAM_OF_90 = (
    "Pengelasan Pelat Posisi Horizontal dengan Proses Las Busur Manual dan Perakitan Konstruksi"
)
CAST = {
    "arif": ARIF,
    "one word": like_arif(name="Sukarno", signatories=ARIF["signatories"][1:], is_specimen=False),
    "38 letters": like_arif(
        name="Siti Nurhaliza Kusumaningrum Prawirodi", units=units(12, code="")
    ),
    "60 letters and degrees": like_arif(
        name="Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Prawiro, S.Pd., M.M.",
        units=units(20, title=LONG_TITLE),
        program=PROGRAM_OF_90,
    ),
    "60 letters in one word": like_arif(
        name="A" + "bdurrahmanhidayatullah" * 2 + "kusumaningratwi"
    ),
    "capitals": like_arif(
        name="MUHAMMAD ABDURRAHMAN WAHYU HIDAYATULLAH PRAWIRANEGARA KUSUMA",
        school=LONG_SCHOOL,
        signatories=LONG_SIGNATORIES,
        starts_on="2025-12-17",
        ends_on="2026-01-09",
        units=units(9, code="C.24LAS01.001.1", predicate="Sangat Memuaskan"),
    ),
    "20 units, one not competent": like_arif(
        units=[*units(19), *units(1, score="", is_competent=False, predicate="")],
        predicate="",
        standard="",
        predicates=[],
    ),
    "a payload in the QR": like_arif(verify_url=f"{ARIF['verify_url']}#{'A2B3C4D5E6' * 27}"),
}


def cast_in(look):
    """The cast in another look."""
    return {name: {**content, "look": look} for name, content in CAST.items()}


def drawn(**differing):
    return next(certificate_pdfs([like_arif(**differing)]))


def text_of(file, page):
    return [" ".join(line.split()) for line in file.pages[page].extract_text().split("\n")]


class Lines:
    """The text lines of a page with their boxes, millimetres from the top left."""

    def __init__(self, page):
        text = page.get_textpage()
        self.boxes = []
        for index in range(text.count_chars()):
            letter = text.get_text_range(index, 1)
            if letter.strip() and not self.is_turned(text, index):
                left, bottom, right, top = text.get_charbox(index)
                self.boxes.append(
                    (letter, left * MM, 210 - top * MM, right * MM, 210 - bottom * MM)
                )

    @staticmethod
    def is_turned(text, index):
        return abs(pypdfium2.raw.FPDFText_GetCharAngle(text, index)) > 0.01

    def within(self, top, bottom):
        return [box for box in self.boxes if box[2] >= top and box[4] <= bottom]

    def words(self):
        """Boxes of letters that stand side by side, joined."""
        joined, before = [], 0
        for _, left, top, right, bottom in self.boxes:
            last = joined[-1] if joined else None
            goes_on = last and left >= before and left - last[2] < 2.5
            before = left
            if goes_on and top < last[3] and bottom > last[1]:
                joined[-1] = (
                    last[0], min(last[1], top), max(last[2], right), max(last[3], bottom),
                )  # fmt: skip
            else:
                joined.append((left, top, right, bottom))
        return joined


def outside_the_frame(page):
    return [
        box
        for box in Lines(page).boxes
        if not (24 < box[1] and box[3] < 273 and 24 < box[2] and box[4] < 187.5)
    ]


def touching(page):
    """Pairs of texts whose boxes share more than the hair that a descender may."""
    return [
        (one, other)
        for one, other in combinations(Lines(page).words(), 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 0
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.25
    ]
