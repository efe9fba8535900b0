"""Files at the reader's door: what kind they are, what they cost, and what is refused before it is unpacked."""

import time
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from participants.paper import opening, process
from participants.paper.frame import Refused
from participants.paper.opening import open_page
from participants.paper.process import look
from partnerships.documents import pictures
from tests.paper import cast
from tests.paper.sheets import plain_sheet

CODE = "000031AX7QM2K0PT"


@pytest.fixture(scope="module")
def page():
    return Image.fromarray(cast.plain(11, sheet=plain_sheet("a4", CODE, 20)).image)


def saved(picture, kind, **how):
    content = BytesIO()
    picture.save(content, kind, **how)
    return content.getvalue()


@pytest.mark.parametrize(
    ("kind", "how"),
    [("PDF", {"resolution": 200}), ("JPEG", {"quality": 80}), ("PNG", {}), ("TIFF", {})],
)
def test_every_kind_of_file_is_read(page, kind, how):
    seen = look(saved(page, kind, **how), 1)
    assert (seen.facts["refusal"], seen.facts["code"]) == ("", CODE)
    assert seen.facts["dpi"] == pytest.approx(200, abs=3)
    picture = cv2.imdecode(np.frombuffer(seen.picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (297 * 6, 210 * 6)


def test_each_page_of_a_file_is_its_own(page):
    blank = Image.new("L", page.size, 250)
    content = saved(blank, "TIFF", save_all=True, append_images=[page])
    assert [look(content, number).facts["refusal"] for number in (1, 2, 3)] == [
        "blank",
        "",
        "damaged",
    ]


class TestPictures:
    def test_a_photograph_held_sideways_is_turned(self, page):
        exif = Image.Exif()
        exif[0x0112] = 6
        grey, _is_bilevel = open_page(saved(page, "JPEG", exif=exif), 1)
        assert grey.shape == page.size

    @pytest.mark.parametrize("mode", ["RGBA", "CMYK", "P", "I;16", "LA"])
    def test_all_colours_become_grey(self, page, mode):
        picture = page.resize((400, 560))
        if mode == "I;16":
            picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 256)
        kind = "TIFF" if mode == "CMYK" else "PNG"
        grey, _is_bilevel = open_page(saved(picture.convert(mode), kind), 1)
        assert abs(float(grey.mean()) - np.asarray(page).mean()) < 3

    def test_what_is_transparent_is_paper(self):
        grey, _is_bilevel = open_page(saved(Image.new("RGBA", (50, 50)), "PNG"), 1)
        assert grey.min() == 255

    def test_black_and_white_is_told_also_in_a_pdf(self, page):
        for kind in ("PDF", "TIFF"):
            found = [open_page(saved(page.convert(mode), kind), 1)[1] for mode in ("1", "L")]
            assert found == [True, False]


class TestSize:
    def test_the_door_lets_in_what_the_reader_takes(self):
        """The reader knows nothing of the upload's check, so its limits are written twice."""
        ours = (opening.MOST_PIXELS, opening.MOST_JPEG_PIXELS)
        assert ours == (pictures.MOST_PIXELS, pictures.MOST_PIXELS_OF_SCANNED_JPEG)

    def test_four_hundred_megapixels_are_refused_before_they_are_unpacked(self):
        content = saved(Image.new("1", (20_000, 20_000)), "PNG")
        start = time.process_time()
        with pytest.raises(Refused, match="huge"):
            open_page(content, 1)
        assert time.process_time() - start < 0.2  # unpacking takes twenty times as long

    def test_they_would_be_unpacked_without_the_look(self, monkeypatch):
        monkeypatch.setattr(opening, "MOST_PIXELS", 10**9)
        grey, _is_bilevel = open_page(saved(Image.new("1", (20_000, 8_000)), "PNG"), 1)
        assert grey.shape == (1440, 3600)

    def test_a_coarse_scan_in_a_pdf_stays_coarse(self, page):
        content = saved(page.resize((595, 842), Image.Resampling.BOX), "PDF", resolution=72)
        assert look(content, 1).facts["refusal"] == "coarse"


class TestHarm:
    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
    def test_rubbish_is_damaged(self, content):
        assert look(content, 1).facts["refusal"] == "damaged"

    def test_a_reader_that_dies_costs_its_page_and_no_more(self, monkeypatch, tmp_path):
        child = tmp_path / "child.py"
        child.write_text("import os; os.abort()")
        monkeypatch.setattr(process, "CHILD", child)
        seen = look(b"anything", 1)
        assert (seen.facts["refusal"], seen.picture) == ("damaged", b"")

    def test_the_reader_has_its_limits(self, page):
        """One that would take all the memory there is gives up."""
        source = process.CHILD.read_text()
        assert "RLIMIT_AS" in source
        assert "RLIMIT_CPU" in source
