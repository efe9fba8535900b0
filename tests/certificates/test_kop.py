"""The look with a school's letterhead: says what its content says, fits, and stays small."""

import re
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from certificates import documents
from certificates.documents import CannotDraw, undrawable
from certificates.documents.kop import BACK_PROGRAM, LOOK, Letterhead, Paragraphs
from core import pdf
from scripts import draw_kop
from tests.certificates.paper import (
    LONG_TITLE,
    MM,
    Lines,
    cast_in,
    certificate_pdfs,
    drawn,
    sheet,
    touching,
    units,
)
from tests.certificates.steps import Steps, points
from tests.certificates.variants import drawn_variants, variants_in
from tests.tree import ROOT

CONTENTS = {**cast_in("kop"), **variants_in("kop")}
KOP = CONTENTS["letterhead"]
STIGMA = re.compile(
    r"lapas|rutan|napi|warga binaan|wbp|pemasyarakatan|penjara|register|inmate|prison|blok",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def papers():
    return drawn_variants(CONTENTS)


@pytest.fixture(params=CONTENTS)
def paper(request, papers):
    return pypdfium2.PdfDocument(papers[request.param])


def outside(page):
    """Letters beyond the frame's inner line or in the band at the foot."""
    return [
        box
        for box in Lines(page).boxes
        if not (13 < box[1] and box[3] < 284 and 13 < box[2] and box[4] < 190.5)
    ]


def read(data, page):
    """The lines of a page; pypdf would join lines whose sizes differ as much as a letterhead's."""
    text = pypdfium2.PdfDocument(data)[page].get_textpage().get_text_range()
    return [" ".join(line.split()) for line in text.split("\n")]


class TestTheText:
    def test_the_front_says_what_the_content_says(self, papers):
        front = read(papers["letterhead"], 0)
        microtext = front.pop(9)

        assert front == [
            "S P E S I M E N",
            "PEMERINTAH PROVINSI JAWA TIMUR",
            "DINAS PENDIDIKAN",
            "SMK NEGERI 3 JEMBER",
            "Jalan Contoh Nomor 31, Jember 68100 · Telepon (0331) 000000",
            "SERTIFIKAT PELATIHAN",
            "Nomor 001/BKR/SMKN3-JBR/XII/2025",
            "diberikan kepada",
            "Arif Budi Santoso",
            "atas keberhasilannya menyelesaikan pelatihan",
            "Program : Produksi Bakery",
            "Lama pelatihan : 80 jam pelajaran (24 teori, 56 praktik)",
            "Waktu : 17 sampai 31 Desember 2025",
            "Predikat : Sangat Baik",
            "Jember, 31 Desember 2025",
            "Ketua Konsentrasi Keahlian Kuliner",
            "Sri Wahyuni, S.Pd.",
            "NIP 19800101 200501 2 001",
            "Kepala SMK Negeri 3 Jember",
            "Widiwasito",
            "Pindai untuk memeriksa keaslian",
            "sertifikat.example",
        ]
        assert set(microtext.split(" · ")) == {
            "SMK NEGERI 3 JEMBER", "SERTIFIKAT PELATIHAN", "001/BKR/SMKN3-JBR/XII/2025",
        }  # fmt: skip

    def test_the_back_says_what_the_content_says(self, papers):
        assert read(papers["letterhead"], 1) == [
            "S P E S I M E N",
            "DAFTAR UNIT KOMPETENSI",
            "Nama: Arif Budi Santoso",
            "Program: Produksi Bakery",
            "Nomor: 001/BKR/SMKN3-JBR/XII/2025",
            "Lama: 80 jam pelajaran",
            "No. Kode Unit kompetensi JP",
            "teori",
            "JP",
            "praktik Nilai Hasil Predikat",
            "1 BKR-01 Higiene, sanitasi, dan keselamatan kerja di dapur roti 4 4 88 K Sangat Baik",
            "2 BKR-02 Membuat adonan roti dengan metode langsung 8 32 90 K Sangat Baik",
            "3 BKR-03 Menghitung harga pokok dan merencanakan usaha kecil 12 20 83,5 K Baik",
            "Jumlah 80 JP, nilai rata-rata 24 56 87,2 K Sangat Baik",
            "Hasil: K kompeten, nilai 65 ke atas; BK belum kompeten."
            " 1 jam pelajaran (JP) = 45 menit.",
            "Predikat: Sangat Baik 85–100, Baik 75–84, Cukup 65–74. Kehadiran 96 persen dari 80 JP.",
            "Acuan: Disusun sekolah menurut standar kompetensi lulusan pastri dan bakeri jenjang III.",
            "Jember, 31 Desember 2025",
            "Kepala SMK Negeri 3 Jember",
            "Widiwasito",
        ]

    def test_a_duplicate_says_so_under_an_english_title(self, papers):
        plain = read(papers["arif"], 0)
        front = read(papers["bilingual duplicate"], 0)

        assert [line for line in front if line not in plain] == [
            "YAYASAN PENDIDIKAN CONTOH",
            "Certificate of Training",
            "DUPLIKAT, pengganti lembar nomor 001/BKR/SMKN3-JBR/XII/2025 tanggal 31 Desember 2025",
        ]

    def test_a_statement_of_units_has_no_row_for_a_predicate(self, papers):
        rows = {
            whose: [line.split(" :")[0] for line in read(papers[whose], 0) if " : " in line]
            for whose in ("arif", "partial")
        }

        assert rows == {
            "arif": ["Program", "Lama pelatihan", "Waktu", "Predikat"],
            "partial": ["Program", "Lama pelatihan", "Waktu"],
        }


class TestTheFile:
    def test_says_nothing_of_a_prison(self, papers):
        file = PdfReader(BytesIO(papers["letterhead"]))
        everything = str(file.metadata) + file.xmp_metadata.stream.get_data().decode()
        everything += "".join(page.extract_text() for page in file.pages)

        assert STIGMA.findall(everything) == []
        assert STIGMA.findall("Lapas Jember") == ["Lapas"]

    def test_is_pdf_a_3b_with_all_fonts_inside(self, papers):
        file = PdfReader(BytesIO(papers["bilingual duplicate"]))
        xmp = file.xmp_metadata.stream.get_data().decode()
        fonts = [
            descendant.get_object()["/FontDescriptor"]
            for page in file.pages
            for font in page["/Resources"]["/Font"].values()
            for descendant in font["/DescendantFonts"]
        ]
        emblems = [image.indirect_reference.get_object() for image in file.pages[0].images]

        assert ('pdfaid:part="3"' in xmp, 'pdfaid:conformance="B"' in xmp) == (True, True)
        assert {"/FontFile2" in font for font in fonts} == {True}
        assert [emblem.get("/Interpolate", False) for emblem in emblems] == [False, False]

    def test_is_small(self, papers):
        assert {name: len(data) for name, data in papers.items() if len(data) > 80_000} == {}

    def test_the_artwork_is_drawn_once_for_a_batch(self, monkeypatch):
        draw, drawings = pdf._drawing, []
        monkeypatch.setattr(pdf, "_drawing", lambda *of: drawings.append(draw(*of)) or drawings[-1])

        list(certificate_pdfs([KOP, KOP]))

        assert [drawing is not None for drawing in drawings] == [True] * 3  # front, back, emblem


class TestThePaper:
    def test_two_pages_of_a4_landscape(self, paper):
        sizes = [[round(side * MM) for side in page.get_size()] for page in paper]

        assert sizes == [[297, 210], [297, 210]]

    def test_everything_stands_inside_the_frame_and_off_the_lines(self, paper):
        front = Lines(paper[0])

        assert [letter for page in paper for letter in outside(page)] == []
        assert [box for box in front.boxes if box[4] > 44.4 and box[2] < 46.5] == []
        assert [box for box in front.boxes if box[4] > 96 and box[2] < 96.4] == []

    def test_no_two_texts_touch(self, paper):
        assert [pair for page in paper for pair in touching(page)] == []

    def test_both_are_seen_when_a_text_is_not_fitted(self, monkeypatch):
        wide = {place: replace(LOOK.places[place], width=999) for place in ("name", "holder")}
        monkeypatch.setitem(documents.LOOKS, "kop", replace(LOOK, places=LOOK.places | wide))

        name = "Mohammad Abdurrahman Wahyu " * 4
        front, back = pypdfium2.PdfDocument(drawn(look="kop", name=name))

        assert outside(front)
        assert touching(back)

    def test_the_units_end_above_the_notes(self, paper):
        back = Lines(paper[1])
        lowest_unit = max(box[4] for box in back.within(41, 147))
        highest_note = min(box[2] for box in back.within(147, 190))

        assert highest_note - lowest_unit > 2

    def test_one_signatory_stands_on_the_right(self, papers):
        front = Lines(pypdfium2.PdfDocument(papers["one word"])[0])

        assert [box for box in front.within(143, 190) if 91 < box[3] < 180] == []

    def test_the_steps_are_those_of_the_stylesheet(self):
        css = Steps(LOOK)
        for selector, fitting in (
            (".above", LOOK.places["above"]),
            (".school", LOOK.places["school_caps"]),
            (".address", LOOK.places["address"]),
            (".front > h1", LOOK.places["title"]),
            (".front > .english", LOOK.places["title_en"]),
            (".front > .number", LOOK.places["front_number"]),
            (".front > .opening", LOOK.places["opening"]),
            (".front > .name", LOOK.places["name"]),
            (".front > .sentence", LOOK.places["sentence"]),
            (".program", LOOK.places["program"]),
            (".held", LOOK.places["held"]),
            (".facts .predicate", LOOK.places["predicate"]),
            (".front > .duplicate", LOOK.places["duplicate"]),
            (".place", LOOK.places["place_and_date"]),
            (".front > .scan", LOOK.places["verify_host"]),
            (".back > .holder", LOOK.places["holder"]),
            (".back > .course", BACK_PROGRAM),
            (".back > .number", LOOK.places["number"]),
            (".title", LOOK.signed["title"]),
            (".signed", LOOK.signed["name"]),
            (".nip", LOOK.signed["nip"]),
            (".title", LOOK.head["title"]),
            (".signed", LOOK.head["name"]),
            (".nip", LOOK.head["nip"]),
            (".notes p", LOOK.notes),
        ):
            assert (selector, css.sizes(selector, fitting)) == (selector, points(fitting))
            if tracking := getattr(fitting, "tracking", ()):
                assert (selector, css.trackings(selector, fitting)) == (selector, [*tracking])
        table = Letterhead("", "", 0, tuple((size, 1) for size in LOOK.table.points))
        assert css.sizes(".units", table) == [*LOOK.table.points]

    @pytest.mark.parametrize(
        "too_much",
        [
            {"name": "W" * 61},
            {"program": "Las " * 80},
            {"units": units(40)},
            {"units": units(20, title=LONG_TITLE * 2)},
            {"standard": "Disusun sekolah. " * 200},
            {"letterhead": {"above": ["W" * 120], "address": ""}},
            {"letterhead": {"above": [], "address": "W" * 160}},
            {"name": "محمد"},
        ],
    )
    def test_what_does_not_fit_is_refused_not_cut(self, too_much):
        with pytest.raises(CannotDraw):
            sheet({**KOP, **too_much})


class TestTheLetterhead:
    def test_lines_take_the_size_of_the_longest(self):
        above = Letterhead("", "SourceSerif4-Regular", 60, ((13, 1), (8, 1)))

        assert above.fit("DINAS\nPENDIDIKAN").step == 0
        assert above.fit("DINAS\nPENDIDIKAN DAN KEBUDAYAAN").step == 1

    def test_notes_share_the_height(self):
        found = [("Hasil", "K kompeten"), ("Acuan", "Standar sekolah")]
        roomy, narrow = (
            Paragraphs("SourceSerif4-Regular", 60, height, ((10, 1.3), (8, 1.3)))
            for height in (12, 11)
        )

        assert [note["step"] for note in roomy.fit(found)] == [0, 0]
        assert [note["step"] for note in narrow.fit(found)] == [1, 1]


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("whose", ["arif", "a payload in the QR", "longest words"])
def test_the_qr_code_is_read_from_the_drawn_page(papers, dpi, whose):
    picture = pypdfium2.PdfDocument(papers[whose])[0].render(scale=dpi / 72).to_pil()

    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [
        CONTENTS[whose]["verify_url"]
    ]


def test_latin_names_of_any_country_can_be_drawn():
    assert undrawable("Nurul ‘Ainî Ma’rūf Łukasz-Žižek, S.Pd. (Ñ, Ø, ß)", "kop") == ""
    assert undrawable("Budi 王", "kop") == "王"


def test_the_artwork_is_what_its_script_draws(tmp_path):
    draw_kop.main(tmp_path)
    drawn_now = {name: (tmp_path / name).read_text() for name in draw_kop.ARTWORK}

    assert drawn_now == {name: (ROOT / "static" / name).read_text() for name in drawn_now}
