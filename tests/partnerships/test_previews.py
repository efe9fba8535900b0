"""What the pages of a kept file look like, and what drawing them cannot do."""

import json
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from partnerships.documents import Undrawable, inspect, sandbox
from partnerships.documents.previews import sizes
from partnerships.documents.sandbox import ask
from tests.partnerships.scans import drawn_pdf, pdf, photo, stream, written_pdf

FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
BOX = b"0.1 0.3 0.8 rg 100 100 300 500 re f 0 0 0 RG 4 w 80 60 m 500 700 l S"

SPY = """
import json, resource, runpy, sys

def answer(*_):
    return json.dumps({{
        "memory": resource.getrlimit(resource.RLIMIT_AS),
        "seconds": resource.getrlimit(resource.RLIMIT_CPU),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "knows django": "django" in sys.modules,
        "isolated": sys.flags.isolated,
    }}).encode()

main = runpy.run_path({drawing!r})["main"]
main.__globals__["answer"] = answer
main()
"""


def drawn(content, number=1):
    return Image.open(BytesIO(ask(content, "page", str(number))))


class TestSizes:
    @pytest.mark.parametrize(
        ("size", "pixels"),
        [
            ((500, 700), [1000, 1400]),
            ((700, 500), [1000, 715]),
            ((1, 14_400), [1, 4000]),
            ((14_400, 1), [1000, 1]),
        ],
    )
    def test_as_wide_as_the_page_allows_and_never_endless(self, size, pixels):
        content = pdf(size=size)

        assert sizes(content) == [pixels]
        assert drawn(content).size == tuple(pixels)

    def test_a_photo_is_shown_upright_and_not_enlarged(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # held sideways

        assert sizes(photo(size=(400, 300))) == [[400, 300]]
        assert sizes(photo(size=(400, 300), exif=exif)) == [[300, 400]]
        assert drawn(photo(size=(400, 300), exif=exif)).size == (300, 400)
        assert sizes(photo(size=(4000, 3000))) == [[1000, 750]]


class TestDrawing:
    def test_it_is_what_pdfium_draws(self):
        content = drawn_pdf(BOX)
        with pypdfium2.PdfDocument(content) as document:
            wanted = document[0].render(scale=1000 / 595).to_pil().convert("RGB")
        preview = drawn(content).convert("RGB")

        assert preview.size == wanted.size
        assert max(high for _, high in ImageChops.difference(preview, wanted).getextrema()) <= 16
        assert preview.convert("L").getextrema()[0] < 16  # and not an empty sheet

    def test_each_page_is_its_own(self):
        """A PDF of two pages, of which only one was drawn on."""
        both = pypdfium2.PdfDocument(drawn_pdf(BOX))
        both.import_pages(pypdfium2.PdfDocument(pdf()))
        file = BytesIO()
        both.save(file)

        darkest = [drawn(file.getvalue(), n).convert("L").getextrema()[0] for n in (1, 2)]
        assert darkest[0] < 16 < 250 < darkest[1]

    def test_the_picture_of_an_electronic_signature_is_drawn(self):
        """It is a form field, which a reader leaves out unless it is told to draw forms."""
        content = written_pdf(
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 700] /Annots [4 0 R] >>",
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (ttd) /F 132 /P 3 0 R"
            b" /Rect [100 100 400 300] /AP << /N 5 0 R >> >>",
            stream(b"1 0 0 rg 0 0 300 200 re f", FORM.replace(b"595 842", b"300 200")),
        )
        colours = {drawn(content).convert("RGB").getpixel((x, 1000)) for x in (100, 500, 900)}

        assert inspect(BytesIO(content)).page_count == 1
        assert colours == {(255, 255, 255), (255, 0, 0)}

    @pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16"])
    def test_every_kind_of_png(self, mode):
        file = BytesIO()
        shade = {"I;16": 30_000, "LA": (117, 255), "RGBA": (117, 117, 117, 255)}.get(mode, 1)
        Image.new(mode, (30, 20), shade).save(file, "PNG")

        assert drawn(file.getvalue()).size == (30, 20)
        assert drawn(file.getvalue()).convert("L").getpixel((5, 5)) == pytest.approx(
            {"L": 1, "1": 255, "P": 1}.get(mode, 117), abs=8
        )

    def test_transparent_is_paper(self):
        file = BytesIO()
        Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(file, "PNG")

        assert drawn(file.getvalue()).convert("L").getextrema() == (255, 255)

    @pytest.mark.parametrize("number", [0, 2])
    def test_there_is_no_such_page(self, number):
        with pytest.raises(Undrawable):
            drawn(pdf(), number)


class TestLimits:
    @pytest.fixture
    def bomb(self):
        """A page of 2 KB that draws a box ten million times over: ten forms deep in ten forms deep …"""
        nested = [
            stream(
                b"/F Do " * 10, FORM + b" /Resources << /XObject << /F %d 0 R >> >>" % (6 + depth)
            )
            for depth in range(7)
        ]
        last = stream(b"0 0 9 9 re f", FORM)
        return drawn_pdf(b"/F Do", b"/XObject << /F 5 0 R >>", *nested, last)

    def test_a_page_that_asks_for_too_much_costs_one_picture(self, bomb, monkeypatch):
        monkeypatch.setattr(sandbox, "PATIENCE_SECONDS", 3)

        assert sizes(bomb) == [[1000, 1416]]
        with pytest.raises(Undrawable):
            drawn(bomb)
        assert drawn(drawn_pdf(BOX)).size == (1000, 1416)

    def test_it_runs_apart_from_the_site(self, tmp_path, monkeypatch):
        """The real start of the drawing, which then tells of itself instead of drawing."""
        spy = tmp_path / "spy.py"
        spy.write_text(SPY.format(drawing=str(sandbox.DRAWING)))
        monkeypatch.setattr(sandbox, "DRAWING", spy)

        assert json.loads(ask(b"", "sizes")) == {
            "memory": [2**30] * 2,
            "seconds": [10] * 2,
            "core": [0, 0],
            "knows django": False,
            "isolated": 1,
        }

    def test_the_library_that_draws_has_no_script_engine(self):
        assert pypdfium2.PDFIUM_INFO.flags == ()
