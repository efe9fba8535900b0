"""The look "modern" on paper: says what its content says, keeps to its areas, can be scanned."""

import re
from base64 import b64encode
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from certificates import documents
from certificates.documents import CannotDraw, Paper, undrawable
from certificates.documents.modern import ISSUER, LOOK, PREDICATE
from core import pdf
from core.pdf import static_file
from scripts import draw_modern
from tests.certificates.paper import (
    ARIF,
    LONG_SCHOOL,
    MM,
    PROGRAM_OF_90,
    Lines,
    cast_in,
    like_arif,
    touching,
    units,
)
from tests.tree import ROOT

FIRST = {"number": "001/BKR/SMKN3-JBR/XII/2025", "issued_on": "2025-12-31"}
EMBLEMS = {"sha256:wide": (300, 90), "sha256:high": (80, 240)}


def in_modern(**differing):
    return like_arif(look="modern", **differing)


def worded(**differing):
    return {**ARIF["wording"], **differing}


CAST = {
    **cast_in("modern"),
    "uploaded emblems, English, a duplicate": in_modern(
        school={**ARIF["school"], "emblem": "sha256:wide"},
        program_emblem="sha256:high",
        wording=worded(title_en="Certificate of Training"),
        duplicate_of=FIRST,
    ),
    "a statement": in_modern(
        kind="partial",
        wording=worded(
            title="Surat Keterangan",
            sentence="telah mengikuti sebagian unit kompetensi pada pelatihan",
        ),
        school={**ARIF["school"], "emblem": ""},
        program_emblem="cog",
        predicate="",
        attendance_percent="",
        units=units(1),
    ),
    "all of it long, the largest QR": in_modern(
        name="Mohammad Abdurrahman Wahyu Hidayatullah Kusumaningrat Prawiro, S.Pd., M.M.",
        school=LONG_SCHOOL,
        program=PROGRAM_OF_90,
        predicate="Sangat Memuaskan Sekali",
        number="0001/SP/PENGELASAN-D/SMKN1PPLT-LAMPUNG-TI/VIII/2025",
        wording=worded(
            title="Sertifikat Pelatihan Kompetensi Keahlian",
            title_en="Certificate of Vocational Training in Agricultural Products",
            opening="dengan rahmat Tuhan Yang Maha Esa diberikan dengan hormat ke",
            sentence="atas keberhasilannya menyelesaikan seluruh pelatihan pengolahan hasil bumi Nusantara kita",
        ),
        duplicate_of=FIRST,
        verify_url=f"{ARIF['verify_url']}#{'A2B3C4D5E6' * 38}",
    ),
}


def emblem(size):
    picture = BytesIO()
    Image.new("RGBA", size, (120, 30, 40, 160)).save(picture, "PNG")
    return f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"


def certificate_pdfs(contents):
    uploaded = {name: emblem(size) for name, size in EMBLEMS.items()}
    return documents.certificate_pdfs(
        Paper(one, qr=one["verify_url"], emblems=uploaded) for one in contents
    )


@pytest.fixture(scope="module")
def papers():
    return dict(zip(CAST, certificate_pdfs(CAST.values()), strict=True))


@pytest.fixture(params=CAST)
def paper(request, papers):
    return pypdfium2.PdfDocument(papers[request.param])


def said(file, page):
    text = pypdfium2.PdfDocument(file)[page].get_textpage().get_text_range()
    return [" ".join(line.split()) for line in text.splitlines()]


class TestTheText:
    def test_the_front_says_what_the_content_says(self, papers):
        *front, microtext = said(papers["arif"], 0)

        assert front == [
            "S P E S I M E N",
            "SMK Negeri 3",
            "Jember SERTIFIKAT",  # side by side
            "PELATIHAN",
            "Nomor",
            "001/BKR/SMKN3-JBR/XII/2025",
            "Diberikan kepada",
            "Arif Budi Santoso",
            "atas keberhasilannya menyelesaikan pelatihan",
            "Program",
            "Produksi Bakery",
            "Lama",
            "80 JP",
            "Predikat",
            "Sangat Baik",
            "Dilaksanakan 17 sampai 31 Desember 2025",
            "Jember, 31 Desember 2025",
            "Ketua Konsentrasi Keahlian Kuliner",
            "Sri Wahyuni, S.Pd.",
            "NIP 19800101 200501 2 001",
            "Kepala SMK Negeri 3 Jember",
            "Widiwasito",
            "Pindai untuk",
            "memeriksa",
            "keaslian",
            "sertifikat.example",
        ]
        assert set(microtext.split(" · ")) == {
            "SMK NEGERI 3 JEMBER", "SERTIFIKAT PELATIHAN", "001/BKR/SMKN3-JBR/XII/2025",
        }  # fmt: skip

    def test_the_back_says_what_the_content_says(self, papers):
        assert said(papers["arif"], 1) == [
            "S P E S I M E N",
            "SMK Negeri 3 Jember · Daftar unit kompetensi",
            "Arif Budi Santoso",
            "Program Produksi Bakery, 80 jam pelajaran · Nomor 001/BKR/SMKN3-JBR/XII/2025",
            "No. Kode Unit kompetensi",
            "JP",
            "teori",
            "JP",
            "praktik Nilai Hasil Predikat",
            "1 BKR-01 Higiene, sanitasi, dan keselamatan kerja di dapur roti 4 4 88 K Sangat Baik",
            "2 BKR-02 Membuat adonan roti dengan metode langsung 8 32 90 K Sangat Baik",
            "3 BKR-03 Menghitung harga pokok dan merencanakan usaha kecil 12 20 83,5 K Baik",
            "Jumlah 80 JP, nilai rata-rata 24 56 87,2 K Sangat Baik",
            "Hasil",
            "K kompeten, nilai 65 ke atas; BK",
            "belum kompeten. 1 jam pelajaran",
            "(JP) = 45 menit.",
            "Predikat",
            "Sangat Baik 85–100, Baik 75–84,",
            "Cukup 65–74. Kehadiran 96 persen",
            "dari 80 JP.",
            "Acuan",
            "Disusun sekolah menurut standar",
            "kompetensi lulusan pastri dan",
            "bakeri jenjang III.",
            "Jember, 31 Desember 2025",
            "Kepala SMK Negeri 3 Jember",
            "Widiwasito",
        ]

    def test_what_a_duplicate_in_two_languages_says_more(self, papers):
        first = said(papers["arif"], 0)
        more = said(papers["uploaded emblems, English, a duplicate"], 0)

        assert [line for line in more if line not in first] == [
            "Certificate of Training",
            "DUPLIKAT, pengganti lembar nomor",
            "001/BKR/SMKN3-JBR/XII/2025 tanggal 31 Desember 2025",
        ]

    def test_a_statement_has_no_predicate(self, papers):
        whole, part = (said(papers[name], 0)[:-1] for name in ("arif", "a statement"))

        assert [line for line in whole if line not in part] == [
            "Jember SERTIFIKAT",
            "PELATIHAN",
            "atas keberhasilannya menyelesaikan pelatihan",
            "Predikat",
            "Sangat Baik",
        ]
        assert "Jumlah 80 JP, nilai rata-rata 24 56 87,2 K" in said(papers["a statement"], 1)

    def test_only_a_specimen_says_so(self, papers):
        first_lines = {
            name: [said(papers[name], page)[0] for page in (0, 1)] for name in ("arif", "one word")
        }

        assert first_lines == {
            "arif": ["S P E S I M E N"] * 2,
            "one word": ["SMK Negeri 3", "SMK Negeri 3 Jember · Daftar unit kompetensi"],
        }


class TestTheFile:
    def test_names_the_school(self, papers):
        file = PdfReader(BytesIO(papers["capitals"]))

        assert file.metadata.author == LONG_SCHOOL["name"]
        assert file.metadata.creation_date_raw == "D:20251231000000Z"

    def test_is_pdf_a_3b_with_all_fonts_inside(self, papers):
        file = PdfReader(BytesIO(papers["arif"]))
        xmp = file.xmp_metadata.stream.get_data().decode()
        fonts = [
            descendant.get_object()["/FontDescriptor"]
            for page in file.pages
            for font in page["/Resources"]["/Font"].values()
            for descendant in font["/DescendantFonts"]
        ]

        assert ('pdfaid:part="3"' in xmp, 'pdfaid:conformance="B"' in xmp) == (True, True)
        assert all("/FontFile2" in font for font in fonts)

    def test_an_uploaded_emblem_is_not_smoothed(self, papers):
        """PDF/A forbids it."""
        file = PdfReader(BytesIO(papers["uploaded emblems, English, a duplicate"]))
        pictures = [
            drawn.get_object()
            for drawn in file.pages[0]["/Resources"]["/XObject"].values()
            if drawn.get_object()["/Subtype"] == "/Image"
        ]

        assert [picture.get("/Interpolate", False) for picture in pictures] == [False, False]

    def test_is_small(self, papers):
        assert {name: len(data) for name, data in papers.items() if len(data) > 80_000} == {}

    def test_the_artwork_is_drawn_once_for_a_batch(self, monkeypatch):
        drawings = []
        draw = pdf._drawing
        monkeypatch.setattr(
            pdf, "_drawing", lambda *given: drawings.append(draw(*given)) or drawings[-1]
        )

        first, second = certificate_pdfs([CAST["arif"], CAST["arif"]])

        assert len(drawings) == 3  # front, emblem, back
        assert None not in drawings
        assert first == second


# left, top, right, bottom of where texts may stand, in millimetres
PANEL, TEXT = (13.9, 10, 76, 200), (91.9, 17, 279.1, 202.1)
HEAD, BODY = (15.9, 10, 229, 33), (15.9, 40, 281.1, 197)


def outside(page, *areas):
    return [
        box
        for box in Lines(page).boxes
        if not any(
            left <= box[1] and top <= box[2] and box[3] <= right and box[4] <= bottom
            for left, top, right, bottom in areas
        )
    ]


class TestThePaper:
    def test_two_pages_of_a4_landscape(self, paper):
        sizes = [[round(side * MM) for side in page.get_size()] for page in paper]

        assert sizes == [[297, 210], [297, 210]]

    def test_everything_stands_in_its_area(self, paper):
        front, back = paper

        assert (outside(front, PANEL, TEXT), outside(back, HEAD, BODY)) == ([], [])

    def test_no_two_texts_touch(self, paper):
        assert [pair for page in paper for pair in touching(page)] == []

    def test_both_are_seen_when_a_text_is_not_fitted(self, monkeypatch):
        for place in ("name", "course"):
            monkeypatch.setitem(LOOK.places, place, replace(LOOK.places[place], width=999))

        long = in_modern(name="Mohammad Abdurrahman Wahyu " * 2, program=PROGRAM_OF_90 * 2)
        monkeypatch.setitem(LOOK.places, "program", replace(LOOK.places["program"], width=999))
        front, back = pypdfium2.PdfDocument(next(certificate_pdfs([long])))

        assert outside(front, PANEL, TEXT)
        assert outside(back, HEAD, BODY)
        assert touching(front)

    def test_the_name_stands_between_the_opening_and_the_accent(self, paper):
        front = [box for box in Lines(paper[0]).boxes if box[1] > 90]
        cut = [box for box in front for y in (63.6, 84.2) if box[2] < y < box[4]]

        assert cut == []
        assert [box for box in front if box[2] > 63.6 and box[4] < 84.2]

    def test_the_units_end_above_the_notes(self, paper):
        back = Lines(paper[1])
        lowest_unit = max(box[4] for box in back.within(41, 149))
        highest_note = min(box[2] for box in back.within(149, 197))

        assert highest_note - lowest_unit > 2

    @pytest.mark.parametrize(
        "too_much",
        [
            {"name": "W" * 61},
            {"program": "Las " * 80},
            {"hours": 10**7},
            {"predicate": "Sangat " * 12},
            {"school": {**LONG_SCHOOL, "name": "Sekolah " * 40}},
            {"units": units(40)},
            {"standard": "Disusun sekolah. " * 60},
            {"wording": worded(title="Sertifikat " * 12)},
            {"program_emblem": "sha256:lost"},
        ],
    )
    def test_what_does_not_fit_is_refused_not_cut(self, too_much):
        with pytest.raises(CannotDraw):
            documents.sheet(Paper(in_modern(**too_much), qr=ARIF["verify_url"]), LOOK)

    def test_latin_names_of_any_country_can_be_drawn(self):
        assert undrawable("Nurul ‘Ainî Ma’rūf Łukasz-Žižek, S.Pd. (Ñ, Ø, ß)", "modern") == ""
        assert undrawable("Budi 王", "modern") == "王"


# Where the steps of each text stand in the stylesheet
PLACES = {
    "school": ".front > .school",
    "title": ".front h1",
    "title_en": ".front .english",
    "number": ".front > .number",
    "duplicate": ".front > .duplicate",
    "opening": ".front > .opening",
    "name": ".front > .name",
    "sentence": ".front > .sentence",
    "program": ".front > .program",
    "hours": ".front > .hours",
    "held": ".front > .held",
    "place_and_date": ".sheet > .place",
    "verify_host": ".front > .host",
    "holder": ".back > .holder",
    "course": ".about > .course",
    "back_number": ".about > .number",
}
SIGNED = {
    "title": ".sheet > .title",
    "name": ".signed > .signer",
    "nip": ".signed > .nip",
}
INHERITED = {
    ".front > .program": ".front > .fact",
    ".front > .hours": ".front > .fact",
    ".front > .predicate": ".front > .fact",
    ".about > .course": ".back > .about",
    ".about > .number": ".back > .about",
}


class TestTheStylesheet:
    def test_steps_are_those_of_the_stylesheet(self):
        css = static_file("static:css/certificate-modern.css").read_text()
        fittings = {
            **{PLACES[place]: [fitting] for place, fitting in LOOK.places.items()},
            **{SIGNED[place]: [LOOK.signed[place], LOOK.head[place]] for place in SIGNED},
            ".front > .predicate": [PREDICATE],
            ".back > .issuer": [ISSUER],
        }
        said = {
            place: [points for points, _ in one.steps]
            for place, ones in fittings.items()
            for one in ones
        }

        assert {place: sizes_of(css, place, len(steps)) for place, steps in said.items()} == said
        assert LOOK.signed.keys() == LOOK.head.keys() == SIGNED.keys()
        assert [one.steps for one in LOOK.signed.values()] == [
            one.steps for one in LOOK.head.values()
        ]

    def test_the_table_and_the_notes_are_those_of_the_stylesheet(self):
        css = static_file("static:css/certificate-modern.css").read_text()
        paddings = re.findall(
            r"^\.units\.spacing-\d > \.row { padding-top: ([\d.]+)mm; padding-bottom: \1mm; }",
            css,
            re.MULTILINE,
        )

        assert sizes_of(css, ".units", len(LOOK.table.points)) == list(LOOK.table.points)
        assert [float(padding) for padding in paddings] == list(LOOK.table.paddings)
        assert sizes_of(css, ".back > .note", 3) == [points for points, _ in LOOK.notes.steps]


def sizes_of(css, place, steps):
    """The font size in points at each step; a step without a rule keeps the one before."""
    sizes = []
    for step in range(steps):
        names = [f"{place}.step-{step}"]
        names += [place, INHERITED.get(place, place)] if step == 0 else []
        found = [
            size
            for name in names
            for size in re.findall(rf"^{re.escape(name)} {{[^}}]*?([\d.]+)pt", css, re.MULTILINE)
        ]
        sizes.append(float(found[0]) if found else sizes[-1])
    return sizes


class TestTheQRCode:
    @pytest.mark.parametrize("dpi", [150, 300])
    @pytest.mark.parametrize(
        ("whose", "version"),
        [("arif", "3"), ("a payload in the QR", "11"), ("all of it long, the largest QR", "13")],
    )
    def test_is_read_from_the_drawn_page(self, papers, dpi, whose, version):
        picture = pypdfium2.PdfDocument(papers[whose])[0].render(scale=dpi / 72).to_pil()
        (code,) = zxingcpp.read_barcodes(picture.convert("L"))

        assert (code.text, code.ec_level, code.extra["Version"]) == (
            CAST[whose]["verify_url"], "M", version,
        )  # fmt: skip


def test_the_artwork_is_what_its_script_draws(tmp_path):
    draw_modern.main(tmp_path)
    drawn_now = {name: (tmp_path / name).read_text() for name in draw_modern.ARTWORK}

    assert drawn_now == {name: (ROOT / "static" / name).read_text() for name in drawn_now}
    assert sum(map(len, drawn_now.values())) < 31_000
