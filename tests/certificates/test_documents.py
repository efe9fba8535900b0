"""The certificate on paper: says what its content says, fits, can be scanned, and fetches nothing."""

import re
import sys
import tempfile
from copy import deepcopy
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Thread

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from certificates import documents
from certificates.documents import CannotDraw, undrawable
from certificates.documents.qr import qr_picture
from certificates.documents.resmi import LOOK
from certificates.documents.words import period
from core import pdf
from core.pdf import FetchRefused, PdfUnavailable, render_pdfs, static_file
from scripts import draw_guilloche
from tests.certificates.paper import (
    ARIF,
    CAST,
    LONG_SCHOOL,
    LONG_TITLE,
    MM,
    Lines,
    certificate_pdfs,
    drawn,
    like_arif,
    outside_the_frame,
    sheet,
    text_of,
    touching,
    units,
)
from tests.tree import ROOT

STIGMA = re.compile(
    r"lapas|rutan|napi|warga binaan|\bwbp\b|pemasyarakatan|penjara|register", re.IGNORECASE
)


@pytest.fixture(scope="module")
def papers():
    return dict(zip(CAST, certificate_pdfs(CAST.values()), strict=True))


@pytest.fixture(params=CAST)
def paper(request, papers):
    return pypdfium2.PdfDocument(papers[request.param])


class TestTheText:
    def test_the_front_says_what_the_content_says(self, papers):
        front = text_of(PdfReader(BytesIO(papers["arif"])), 0)
        microtext = front.pop(6)

        assert front == [
            "SPESIMEN",
            "SMK NEGERI 3 JEMBER",
            "SERTIFIKAT PELATIHAN",
            "Nomor 001/BKR/SMKN3-JBR/XII/2025",
            "diberikan kepada",
            "Arif Budi Santoso",
            "atas keberhasilannya menyelesaikan pelatihan",
            "Produksi Bakery",
            "80 jam pelajaran, 17 sampai 31 Desember 2025, dengan predikat Sangat Baik",
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
        assert text_of(PdfReader(BytesIO(papers["arif"])), 1) == [
            "SPESIMEN",
            "Daftar Unit Kompetensi Arif Budi Santoso",
            "Program Produksi Bakery, 80 jam pelajaran Nomor 001/BKR/SMKN3-JBR/XII/2025",
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
            "Cukup 65–74. Kehadiran 96",
            "persen dari 80 JP.",
            "Acuan",
            "Disusun sekolah menurut standar",
            "kompetensi lulusan pastri dan",
            "bakeri jenjang III.",
            "Jember, 31 Desember 2025",
            "Kepala SMK Negeri 3 Jember",
            "Widiwasito",
        ]

    def test_a_unit_not_yet_competent_leaves_the_whole_without_k(self, papers):
        back = text_of(PdfReader(BytesIO(papers["20 units, one not competent"])), 1)

        assert [line for line in back if "BK" in line.split()] == [
            "20 BKR-01 Higiene, sanitasi, dan keselamatan kerja di dapur roti 4 4 – BK",
            "K kompeten, nilai 65 ke atas; BK",
        ]
        assert "Jumlah 80 JP, nilai rata-rata 24 56 87,2" in back

    def test_only_a_specimen_says_so(self, papers):
        said = {name: PdfReader(BytesIO(papers[name])) for name in ("arif", "one word")}

        assert ["SPESIMEN" in text_of(said["arif"], page) for page in (0, 1)] == [True, True]
        assert ["SPESIMEN" in text_of(said["one word"], page) for page in (0, 1)] == [False, False]

    def test_markup_in_a_name_is_drawn_as_letters(self):
        front = text_of(PdfReader(BytesIO(drawn(name="<b>Arif</b> & Budi"))), 0)

        assert front[5] == "<b>Arif</b> & Budi"

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            ("2025-12-17", "2025-12-17", "17 Desember 2025"),
            ("2025-12-17", "2025-12-31", "17 sampai 31 Desember 2025"),
            ("2025-11-17", "2025-12-31", "17 November sampai 31 Desember 2025"),
            ("2025-12-17", "2026-01-09", "17 Desember 2025 sampai 9 Januari 2026"),
            ("2025-08-05", "2026-08-05", "5 Agustus 2025 sampai 5 Agustus 2026"),
        ],
    )
    def test_dates_say_month_and_year_once(self, first, last, words):
        assert period(date.fromisoformat(first), date.fromisoformat(last)) == words


class TestTheFile:
    def test_names_the_school_and_nothing_of_a_prison(self, papers):
        file = PdfReader(BytesIO(papers["arif"]))

        assert (
            file.metadata.title
            == "Sertifikat Pelatihan Produksi Bakery, 001/BKR/SMKN3-JBR/XII/2025"
        )
        assert file.metadata.author == "SMK Negeri 3 Jember"
        assert file.metadata.creation_date_raw == "D:20251231000000Z"
        everything = str(file.metadata) + file.xmp_metadata.stream.get_data().decode()
        everything += "".join(page.extract_text() for page in file.pages)
        assert STIGMA.findall(everything) == []
        assert STIGMA.findall("Lapas Jember") == ["Lapas"]

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
        assert len(file.trailer["/ID"]) == 2
        assert [image for page in file.pages for image in page.images] == []  # none to interpolate

    def test_is_small(self, papers):
        assert {name: len(data) for name, data in papers.items() if len(data) > 80_000} == {}

    def test_same_content_gives_same_bytes_alone_and_in_a_batch(self, papers):
        assert drawn() == papers["arif"]
        assert drawn(name="Arif Budi Santosa") != papers["arif"]

    def test_leaves_no_folder_behind_even_when_given_up(self, monkeypatch, tmp_path):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

        batch = certificate_pdfs([ARIF, ARIF])
        next(batch)
        in_use = len(list(tmp_path.iterdir()))
        batch.close()

        assert (in_use, list(tmp_path.iterdir())) == (1, [])


class TestThePaper:
    def test_two_pages_of_a4_landscape(self, paper):
        sizes = [[round(side * MM) for side in page.get_size()] for page in paper]

        assert sizes == [[297, 210], [297, 210]]

    def test_everything_stands_inside_the_frame(self, paper):
        assert [letter for page in paper for letter in outside_the_frame(page)] == []

    def test_no_two_texts_touch(self, paper):
        assert [pair for page in paper for pair in touching(page)] == []

    def test_both_are_seen_when_a_text_is_not_fitted(self, monkeypatch):
        wide = {place: replace(LOOK.places[place], width=999) for place in ("name", "holder")}
        monkeypatch.setitem(documents.LOOKS, "resmi", replace(LOOK, places=LOOK.places | wide))

        front, back = pypdfium2.PdfDocument(drawn(name="Mohammad Abdurrahman Wahyu " * 3))

        assert outside_the_frame(front)
        assert touching(back)

    def test_the_name_stands_between_the_verb_and_the_rule(self, paper):
        front = Lines(paper[0])
        verb = front.within(79, 85.6)
        name = front.within(85.7, 105.1)

        assert "".join(box[0] for box in verb) == "diberikankepada"
        assert name
        assert max(box[4] for box in name) < 105.0
        assert front.within(105.15, 105.55) == []

    def test_the_units_end_above_the_notes(self, paper):
        back = Lines(paper[1])
        lowest_unit = max(box[4] for box in back.within(46, 154))
        highest_note = min(box[2] for box in back.within(154, 190))

        assert highest_note - lowest_unit > 2

    def test_the_tracked_lines_are_centred(self, papers):
        front = Lines(pypdfium2.PdfDocument(papers["arif"])[0])
        for top, bottom in ((46, 52), (57, 67), (70, 75), (88, 102)):
            letters = front.within(top, bottom)
            middle = (min(box[1] for box in letters) + max(box[3] for box in letters)) / 2
            assert middle == pytest.approx(148.5, abs=0.35)

    def test_one_signatory_stands_on_the_right(self, papers):
        front = Lines(pypdfium2.PdfDocument(papers["one word"])[0])

        assert [box for box in front.within(142, 190) if box[3] < 120] == []

    def test_steps_are_those_of_the_stylesheet(self):
        css = static_file("static:css/certificate-resmi.css").read_text()
        for place, fitting in (
            (".front > .name", LOOK.places["name"]),
            (".front > .program", LOOK.places["program"]),
            (".front > .title", LOOK.signed["title"]),
            (".front > .signed", LOOK.signed["name"]),
            (".front > .school", LOOK.places["school_caps"]),
            (".front > .number", LOOK.places["front_number"]),
            (".front > .facts", LOOK.places["facts"]),
            (".front > .place", LOOK.places["place_and_date"]),
            (".front > .nip", LOOK.signed["nip"]),
            (".front > .scan", LOOK.places["verify_host"]),
            (".back > .title", LOOK.head["title"]),
            (".back > .signed", LOOK.head["name"]),
            (".back > .holder", LOOK.places["holder"]),
            (".back > .course", LOOK.places["course"]),
            (".back > .number", LOOK.places["back_number"]),
            (".back > .place", LOOK.places["place_and_date"]),
        ):
            assert sizes_of(css, place, len(fitting.steps)) == [
                points for points, _ in fitting.steps
            ]
        assert sizes_of(css, ".units", len(LOOK.table.points)) == list(LOOK.table.points)
        assert sizes_of(css, ".back > .note", 3) == [points for points, _ in LOOK.notes.steps]

    @pytest.mark.parametrize(
        "too_much",
        [
            {"name": "W" * 61},
            {"program": "Las " * 80},
            {"units": units(40)},
            {"units": units(20, title=LONG_TITLE * 2)},
            {"standard": "Disusun sekolah. " * 60},
            {"signatories": ARIF["signatories"] * 2},
            {"signatories": []},
            {"school": {**LONG_SCHOOL, "emblem": "garuda"}},
            {"name": "محمد"},
            {"look": "mewah"},
        ],
    )
    def test_what_does_not_fit_is_refused_not_cut(self, too_much):
        with pytest.raises(CannotDraw):
            drawn(**too_much)


def sizes_of(css, place, steps):
    """The font size in points at each step; a step without a rule keeps the one before."""
    sizes = []
    for step in range(steps):
        names = [f"{place}.step-{step}"] + ([place] if step == 0 else [])
        found = [
            size
            for name in names
            for size in re.findall(rf"^{re.escape(name)} {{[^}}]*?([\d.]+)pt", css, re.MULTILINE)
        ]
        sizes.append(float(found[0]) if found else sizes[-1])
    return sizes


class TestTheQRCode:
    @pytest.mark.parametrize("dpi", [100, 150, 300])
    @pytest.mark.parametrize("whose", ["arif", "a payload in the QR"])
    def test_is_read_from_the_drawn_page(self, papers, dpi, whose):
        picture = pypdfium2.PdfDocument(papers[whose])[0].render(scale=dpi / 72).to_pil()

        assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [
            CAST[whose]["verify_url"]
        ]

    def test_has_level_m_and_stays_small(self, papers):
        found = {}
        for whose in ("arif", "a payload in the QR"):
            picture = pypdfium2.PdfDocument(papers[whose])[0].render(scale=300 / 72).to_pil()
            (code,) = zxingcpp.read_barcodes(picture)
            found[whose] = (code.ec_level, code.extra["Version"])

        assert found == {"arif": ("M", "3"), "a payload in the QR": ("M", "11")}

    def test_refuses_an_address_that_does_not_pack(self):
        with pytest.raises(ValueError, match="alphanumeric"):
            qr_picture("https://sertifikat.example/v/abc", "#000")


class TestUndrawable:
    def test_names_the_letters_that_the_fonts_lack(self):
        assert undrawable("محمد", "resmi") == "محد"
        assert undrawable("Budi 王", "resmi") == "王"
        assert undrawable("Budi\n\u200b", "resmi") == "\n\u200b"

    def test_latin_names_of_any_country_can_be_drawn(self):
        assert undrawable("Nurul ‘Ainî Ma’rūf Łukasz-Žižek, S.Pd. (Ñ, Ø, ß)", "resmi") == ""

    def test_a_loose_accent_is_drawn_as_one_letter(self):
        decomposed = "Ame\u0301lie"

        assert undrawable(decomposed, "resmi") == ""
        assert sheet(like_arif(name=decomposed))["name"].text == "Am\u00e9lie"


class TestTheFetcher:
    """Nothing is fetched from anywhere; with the guard off each trap is shown to work."""

    TRAPS = {
        "img": '<img src="{url}">',
        "stylesheet": '<link rel="stylesheet" href="{url}">',
        "import": "<style>@import url({url});</style>",
        "background": '<p style="background:url({url})">x</p>',
        "list": '<ul><li style="list-style-image:url({url})">x</ul>',
        "content": '<style>p::before {{content:url({url})}}</style><p>x</p>',
        "font": '<style>@font-face {{font-family:f; src:url({url})}} p {{font-family:f}}</style><p>x</p>',
        "object": '<object data="{url}"></object>',
        "embed": '<embed src="{url}">',
        "attachment": '<link rel="attachment" href="{url}">',
        "attachment of a link": '<a rel="attachment" href="{url}">x</a>',
        "svg image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
        "svg in data": '<img src="data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27'
        ' width=%279%27 height=%279%27%3E%3Cimage href=%27{url}%27 width=%279%27 height=%279%27/%3E%3C/svg%3E">',
    }  # fmt: skip

    @pytest.fixture
    def draw(self, settings, tmp_path):
        """Draws a piece of markup as a template of its own."""
        templates = deepcopy(settings.TEMPLATES)
        templates[0]["DIRS"] = [tmp_path]
        settings.TEMPLATES = templates

        def draw(markup):
            name = f"trap-{len(list(tmp_path.iterdir()))}.html"
            (tmp_path / name).write_text(f"<title>x</title>{markup}")
            return list(render_pdfs(name, [{}]))

        return draw

    @pytest.fixture
    def canary(self):
        heard = []

        class Canary(BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Canary)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/canary", heard
        server.shutdown()
        server.server_close()

    @pytest.mark.parametrize("trap", TRAPS)
    def test_no_trap_reaches_the_canary(self, trap, draw, canary):
        url, heard = canary
        markup = self.TRAPS[trap].format(url=url)

        self.without_guard(markup)
        assert heard, "the trap does not work, so it proves nothing"

        heard.clear()
        with pytest.raises(FetchRefused, match="127.0.0.1"):
            draw(markup)
        assert heard == []

    def test_a_file_of_the_machine_is_not_put_inside(self, draw, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("rahasia")
        markup = self.TRAPS["attachment"].format(url=secret.as_uri())

        opened = PdfReader(BytesIO(self.without_guard(markup)))
        assert [data for (data,) in opened.attachments.values()] == [b"rahasia"]

        with pytest.raises(FetchRefused, match=r"secret\.txt"):
            draw(markup)
        with pytest.raises(FetchRefused):
            draw(self.TRAPS["attachment"].format(url="file:///etc/hostname"))

    def test_data_and_our_own_static_files_are_fetched(self, draw):
        (alone,) = draw("<p>x</p>")
        (with_frame,) = draw('<img src="static:img/certificate/frame-front.svg">')
        (with_data,) = draw('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')

        assert len(with_frame) - len(alone) > 3000
        assert with_data

    @pytest.mark.parametrize(
        "url",
        [
            "static:../lapasapp/settings.py",
            "static:%2e%2e/lapasapp/settings.py",
            "static:/etc/hostname",
            "static:img/none.svg",
            "file:///etc/hostname",
            "file://elsewhere/etc/hostname",
            "ftp://127.0.0.1/x",
            "img/certificate/frame-front.svg",
        ],
    )
    def test_only_files_below_the_static_folder_are_ours(self, url):
        with pytest.raises(FetchRefused):
            static_file(url)

    def test_a_link_that_leads_out_of_the_static_folder_is_refused(self, settings, tmp_path):
        (tmp_path / "static").mkdir()
        (tmp_path / "outside.txt").write_text("x")
        (tmp_path / "static" / "inside.txt").symlink_to(tmp_path / "outside.txt")
        settings.STATICFILES_DIRS = [tmp_path / "static"]

        with pytest.raises(FetchRefused):
            static_file("static:inside.txt")

    @staticmethod
    def without_guard(markup):
        import weasyprint

        return weasyprint.HTML(string=f"<title>x</title>{markup}").write_pdf(pdf_variant="pdf/a-3b")


def test_a_missing_library_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf._library.cache_clear()

    with pytest.raises(PdfUnavailable, match="apt-get install -y libpango"):
        drawn()
    pdf._library.cache_clear()


def test_the_artwork_is_what_its_script_draws(tmp_path):
    draw_guilloche.main(tmp_path)
    drawn_now = {name: (tmp_path / name).read_text() for name in draw_guilloche.ARTWORK}

    assert drawn_now == {name: (ROOT / "static" / name).read_text() for name in drawn_now}
    assert len(drawn_now["img/login-flower.svg"]) < 25_000
