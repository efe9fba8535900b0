"""What a design adds to the look "resmi": English title, two emblems, longer words, a duplicate's line."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from certificates.documents.resmi import LOOK
from tests.certificates.paper import MM, Lines, outside_the_frame, text_of, touching
from tests.certificates.steps import Steps, points
from tests.certificates.variants import drawn_variants, variants_in

CONTENTS = variants_in("resmi")


@pytest.fixture(scope="module")
def papers():
    return drawn_variants(CONTENTS)


@pytest.fixture(params=CONTENTS)
def paper(request, papers):
    return pypdfium2.PdfDocument(papers[request.param])


def test_a_duplicate_says_so_and_the_title_is_said_in_english(papers):
    front = text_of(PdfReader(BytesIO(papers["bilingual duplicate"])), 0)
    del front[6]  # microtext

    assert front[:10] == [
        "SMK NEGERI 3 JEMBER",
        "SERTIFIKAT PELATIHAN",
        "Certificate of Training",
        "Nomor 001/BKR/SMKN3-JBR/XII/2025",
        "diberikan kepada",
        "Arif Budi Santoso",
        "atas keberhasilannya menyelesaikan pelatihan",
        "Produksi Bakery",
        "80 jam pelajaran, 17 sampai 31 Desember 2025, dengan predikat Sangat Baik",
        "DUPLIKAT, pengganti lembar nomor 001/BKR/SMKN3-JBR/XII/2025 tanggal 31 Desember 2025",
    ]


def test_everything_stands_inside_the_frame_and_touches_nothing(paper):
    assert [letter for page in paper for letter in outside_the_frame(page)] == []
    assert [pair for page in paper for pair in touching(page)] == []


def test_the_name_stays_above_its_rule(paper):
    assert Lines(paper[0]).within(105.15, 105.55) == []


def test_two_emblems_stand_side_by_side_in_their_own_shapes(papers):
    page = pypdfium2.PdfDocument(papers["bilingual duplicate"])[0]
    images = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    boxes = [[round(side * MM, 1) for side in image.get_bounds()] for image in images]

    high, wide = ([right - left, top - bottom] for left, bottom, right, top in boxes)
    assert high == pytest.approx([19 * 160 / 420, 19], abs=0.2)
    assert wide == pytest.approx([19, 19 * 240 / 600], abs=0.2)
    middles = [(left + right) / 2 for left, _, right, _ in boxes]
    assert sum(middles) / 2 == pytest.approx(148.5, abs=0.1)


def test_is_small_and_its_code_is_read(papers):
    read = {}
    for name, data in papers.items():
        picture = pypdfium2.PdfDocument(data)[0].render(scale=150 / 72).to_pil().convert("L")
        read[name] = [code.text for code in zxingcpp.read_barcodes(picture)]

    assert {name: len(data) for name, data in papers.items() if len(data) > 80_000} == {}
    assert read == {name: [content["verify_url"]] for name, content in CONTENTS.items()}


@pytest.mark.parametrize(
    ("selector", "place"),
    [
        (".front > h1", "title"),
        (".front > .english", "title_en"),
        (".front > .duplicate", "duplicate"),
        (".front > .given", "opening"),
        (".front > .earned", "sentence"),
    ],
)
def test_the_steps_are_those_of_the_stylesheet(selector, place):
    css, fitting = Steps(LOOK), LOOK.places[place]
    first = css.sizes(".front > .verb", fitting)[:1]

    sizes = css.sizes(selector, fitting)
    assert [sizes[0] or first[0], *sizes[1:]] == points(fitting)
    if fitting.tracking:
        assert css.trackings(selector, fitting) == [*fitting.tracking]
