"""What an upload must be before it is kept: each trick stands beside the honest file it was made from."""

import re
import struct
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from partnerships.documents import PAPERS, SCANS, Inspected, inspect, inspection, pdfs, pictures
from tests.partnerships.scans import (
    archive,
    changed_pdf,
    claiming,
    drawn_pdf,
    packed_pdf,
    pdf,
    photo,
    upload,
    with_chunk,
    with_remark,
    written_pdf,
)

DAMAGED = "PDF ini rusak atau terpotong. Pindai ulang kertasnya."
NOT_ITS_OWN = "PDF ini membawa isi yang bukan bagian dari halamannya. Pindai ulang kertasnya."
STOWAWAY = "Berkas ini membawa isi lain di dalamnya (arsip atau program). Pindai ulang kertasnya."
TAIL = (
    "Ada data lain di belakang gambar ini. "
    "Buka gambarnya, simpan ulang sebagai JPEG, lalu unggah hasilnya."
)
REMARKS = (
    "Keterangan di dalam gambar ini berisi program. "
    "Buka gambarnya, simpan ulang sebagai JPEG, lalu unggah hasilnya."
)
BROKEN_PICTURE = "Gambar ini rusak atau terpotong. Pindai atau foto ulang kertasnya."


def found(content, name="berkas"):
    return inspect(upload(content, name))


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        inspect(BytesIO(content))
    return refused.value.message


class TestInspect:
    @pytest.mark.parametrize(
        ("content", "media_type", "pages"),
        [
            (pdf(), "application/pdf", 1),
            (pdf(3), "application/pdf", 3),
            (photo(), "image/jpeg", 1),
            (photo(progressive=True), "image/jpeg", 1),
            (photo("PNG"), "image/png", 1),
        ],
    )
    def test_an_honest_file_is_what_its_bytes_say(self, content, media_type, pages):
        assert found(content) == Inspected(media_type, pages)

    def test_a_name_decides_nothing(self):
        assert found(photo("PNG"), "PKS.pdf").media_type == "image/png"
        with pytest.raises(ValidationError, match="bukan PDF, JPEG, atau PNG"):
            found(b"MZ\x90\x00 a program for Windows", "PKS.pdf")

    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04 a Word file",
            b"GIF89a" + archive(),
            b"\x00\x00\x00\x18ftypheic a photo of a telephone",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>" + pdf(),
            archive() + pdf(),
        ],
    )
    def test_another_kind_of_file(self, content):
        assert refusal(content) == (
            "Berkas ini bukan PDF, JPEG, atau PNG. "
            "Simpan ulang sebagai PDF (dokumen) atau JPEG (foto)."
        )

    def test_an_empty_file(self):
        assert refusal(b"") == "Berkas ini kosong. Pindai ulang kertasnya."

    def test_one_byte_too_many(self, settings):
        settings.AGREEMENT_SCAN_MAX_BYTES = len(pdf())
        found(pdf())
        settings.AGREEMENT_SCAN_MAX_BYTES -= 1

        assert refusal(pdf()).startswith("Berkas lebih besar dari ")


class TestStowaways:
    """Two kinds of file in one: a scan for the officer, something else for the next program."""

    @pytest.mark.parametrize(
        "content",
        [
            drawn_pdf(archive()),
            with_remark(photo(), archive()),
            with_chunk(photo("PNG"), b"zIPp", archive()),
            drawn_pdf(b"", remark=b"%<html><body onload=hai()>\n"),
            drawn_pdf(b"% <?PHP system($_GET[0]); ?>"),
            drawn_pdf(b"% javascript:hai()"),
            drawn_pdf(b"Rar!\x1a\x07\x00"),
            drawn_pdf(b"7z\xbc\xaf\x27\x1c"),
            drawn_pdf(b"", remark=b"%" + b"." * 120 + b"\n%" + b"." * 125 + b"ustar\n"),
        ],
    )
    def test_it_would_get_in_behind_honest_pages(self, content, monkeypatch):
        assert refusal(content) == STOWAWAY
        monkeypatch.setattr(inspection, "carries_stowaway", lambda content: False)
        assert found(content).page_count == 1

    @pytest.mark.parametrize(
        "content",
        [
            pdf() + archive(),
            photo() + archive(),
            photo("PNG") + b"7z\xbc\xaf\x27\x1c",
            photo() + b"<?php system('id') ?>",
            with_remark(photo(), "<script>hai()</script>".encode("utf-16")),
        ],
    )
    def test_some_would_fall_at_the_next_guard_too(self, content, monkeypatch):
        assert refusal(content) == STOWAWAY
        monkeypatch.setattr(inspection, "carries_stowaway", lambda content: False)
        assert refusal(content) != STOWAWAY


class TestPdf:
    def test_a_password(self):
        assert refusal(pdf(password="rahasia")).startswith("PDF ini terkunci kata sandi.")

    @pytest.mark.parametrize(
        "broken",
        [
            b"%PDF-1.7\n",
            b"%PDF-1.7\nnothing more of a PDF than this",
            pdf()[:200],
            pdf()[:-8],
            pdf().replace(b"/Pages", b"/Sheets"),
            pdf().replace(b"startxref", b"startxref1"),
            re.sub(rb"startxref\n\d+", b"startxref\n7", pdf()),
        ],
    )
    def test_a_broken_file(self, broken):
        assert refusal(broken) == DAMAGED

    def test_no_pages(self):
        assert refusal(pdf(0)) == "PDF ini tidak berisi halaman."

    def test_three_hundred_pages_and_no_more(self, monkeypatch):
        monkeypatch.setattr(pdfs, "MOST_PAGES", 3)

        assert found(pdf(3)).page_count == 3
        assert refusal(pdf(4)) == (
            "PDF ini berisi 4 halaman, paling banyak 3. Bagi menjadi beberapa PDF."
        )

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbf\r\n" + pdf(),
            pdf() + b"\r\n\0\0",
            changed_pdf(pdf(), "ditandatangani"),
            changed_pdf(changed_pdf(pdf(), "ditandatangani"), "dan sekali lagi"),
        ],
    )
    def test_harmless_bytes_around_it_and_updates_are_taken(self, content):
        assert found(content) == Inspected("application/pdf", 1)

    @pytest.mark.parametrize(
        "tail", [b"MZ a program", b"% a remark behind the end", pdf()[:300]], ids=len
    )
    def test_bytes_behind_its_end(self, tail):
        assert refusal(pdf() + tail) == NOT_ITS_OWN

    @pytest.mark.parametrize("end", [b"%%EOF", b"startxref 9 %%EOF", b"startxref 99999 %%EOF"])
    def test_bytes_behind_its_end_with_an_end_of_their_own(self, end):
        assert refusal(pdf() + b"MZ a program\n" + end) in (DAMAGED, NOT_ITS_OWN)

    def test_a_long_remark_in_its_head(self):
        """A PDF's own are a few letters; a long one is room for the head of something else."""
        found(drawn_pdf(b"", remark=b"%" + b"." * 200 + b"\n"))

        assert refusal(drawn_pdf(b"", remark=b"%" + b"." * 300 + b"\n")) == NOT_ITS_OWN

    def test_bytes_of_nobody_between_the_objects(self, monkeypatch):
        """The pages stay in place: only who asks whose bytes these are notices."""
        content = changed_pdf(pdf() + b"\nMZ a program\n", "ditandatangani")

        assert refusal(content) == NOT_ITS_OWN
        monkeypatch.setattr(pdfs, "_between_objects", lambda content: b"")
        assert found(content) == Inspected("application/pdf", 1)

    def test_a_program_in_a_compressed_stream_of_objects(self):
        """Where a PDF of today keeps its objects: nothing of the name is to be read in the raw bytes."""
        content = packed_pdf(b"<< /S /JavaScript /JS (hai) >>")

        assert b"JavaScript" not in content
        assert "(/JS, /JavaScript)" in refusal(content)
        assert found(packed_pdf(b"<< /S /GoTo /D 3 >>")).page_count == 1

    @pytest.mark.parametrize("claimed", [None, b"1", b"2"])
    def test_a_program_inside_is_found_whatever_size_the_file_claims(self, claimed):
        content = pdf(javascript=True)
        if claimed:
            content = re.sub(rb"/Size \d+", b"/Size " + claimed, content)

        assert refusal(content) == (
            "PDF ini berisi program atau lampiran (/JS, /JavaScript). Pindai ulang kertasnya."
        )

    @pytest.mark.parametrize(
        "action",
        [
            b"/S /Launch /F (hai.exe)",
            b"/EmbeddedFiles 2 0 R",
            b"/Type /Filespec /EF << >>",
            b"/Subtype /RichMedia",
            b"/XFA []",
            b"/S /J#61vaScript",
            b"/S /GoToR",
            b"/Any" + b" [" * 40 + b"<< /JS (hai) >>" + b"]" * 40,
        ],
    )
    def test_other_active_contents(self, action):
        assert refusal(drawn_pdf(b"", b"", b"<< %s >>" % action)).startswith(
            "PDF ini berisi program atau lampiran (/"
        )

    def test_a_program_that_the_files_table_leaves_out(self, monkeypatch):
        """A reader that mends files would find it; ours, which goes by the table, would not."""
        hidden = pdf().replace(b"startxref", b"9 0 obj\n<< /S /JavaScript >>\nendobj\nstartxref")

        assert "(/JavaScript)" in refusal(hidden)
        monkeypatch.setattr(pdfs, "UNMISTAKABLE", [])
        assert found(hidden).page_count == 1

    def test_a_file_that_claims_a_billion_objects_is_read_at_once(self):
        content = re.sub(rb"/Size \d+", b"/Size 1000000000", pdf())

        assert found(content).page_count == 1

    def test_a_tree_of_a_billion_pages_is_not_climbed(self):
        nodes = [
            b"<< /Type /Pages /Count %d /Kids [%d 0 R %d 0 R] >>" % (2**30 >> n, n + 3, n + 3)
            for n in range(30)
        ]
        page = b"<< /Type /Page /MediaBox [0 0 9 9] >>"

        assert refusal(written_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, page)) == DAMAGED

    def test_what_the_drawing_reader_does_not_see(self, monkeypatch):
        """Two readers, two opinions on how many pages there are: one of them is being fooled."""
        monkeypatch.setattr(pdfs, "sizes", lambda content: [[1000, 1415]] * 2)

        assert refusal(pdf(1)) == DAMAGED
        assert found(pdf(2)).page_count == 2

    @pytest.mark.parametrize(
        "content",
        [
            b"%PDF-1.7\n" + b"1" * 3_000_000,
            b"%PDF-1.7\n" + b"1 0 obj endobj\n" * 60_000 + b"startxref\n9\n%%EOF",
            b"%PDF-1.7\n1 0 obj endobj\n" + b"%" * 3_000_000 + b"\nstartxref\n9\n%%EOF",
            b"%PDF-1.7\n1 0 obj endobj\n" + b"trailer" * 280_000 + b"\nstartxref\n9\n%%EOF",
        ],
    )
    def test_a_file_made_to_keep_us_busy_is_refused_soon(self, content):
        assert refusal(content) in (DAMAGED, NOT_ITS_OWN)


class TestPicture:
    @pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
    @pytest.mark.parametrize("tail", [b"<?= system('id') ?>", b"MZ a program", photo("PNG")])
    def test_a_tail(self, image_format, tail, monkeypatch):
        content = photo(image_format) + tail

        assert refusal(content) == TAIL
        parts = "_jpeg_parts" if image_format == "JPEG" else "_png_parts"
        monkeypatch.setattr(pictures, parts, lambda content: ([], b""))
        assert found(content).page_count == 1

    def test_a_tail_inside_the_end_chunk(self):
        end = struct.pack(">I", 2) + b"IENDMZ" + b"\0\0\0\0"

        assert refusal(photo("PNG")[:-12] + end) == TAIL

    def test_zeros_that_fill_up_the_last_block_of_a_card(self):
        assert found(photo() + bytes(512)).media_type == "image/jpeg"

    @pytest.mark.parametrize(
        "content",
        [
            with_chunk(photo("PNG"), b"tEXt", b"Comment\0<svg onload=hai()>"),
            with_chunk(photo("PNG"), b"teXt", b"<SVG onload=hai()>"),
            with_remark(photo(), b"<svg onload=hai()>"),
            with_remark(photo(), b"%PDF-1.7 opens as a PDF too"),
            with_remark(photo(), b"http://ns.adobe.com/xap/1.0/\0<svg/>", b"\xff\xe1"),
        ],
    )
    def test_a_program_among_the_remarks(self, content, monkeypatch):
        assert refusal(content) == REMARKS
        monkeypatch.setattr(pictures, "PROGRAMS_IN_REMARKS", ())
        assert found(content).page_count == 1

    def test_a_program_in_a_compressed_remark(self):
        texts = PngInfo()
        texts.add_text("Comment", "<script>hai()</script>" * 40, zip=True)
        content = photo("PNG", pnginfo=texts)

        assert b"<script" not in content
        assert refusal(content) == REMARKS

    def test_ordinary_remarks_are_nobodys_business(self):
        exif = Image.Exif()
        exif[0x010F] = "Kamera Kantor"

        assert found(photo(exif=exif)).media_type == "image/jpeg"
        assert found(photo("PNG", exif=exif)).media_type == "image/png"

    @pytest.mark.parametrize("size", [(7_746, 7_746), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
    def test_a_bomb_is_known_by_its_header(self, size):
        assert refusal(claiming(*size)) == (
            "Gambar ini lebih dari 60 megapiksel. Perkecil, atau pindai dengan resolusi lebih rendah."
        )

    @pytest.mark.parametrize(
        "broken",
        [
            b"\xff\xd8\xff",
            photo()[:300],
            photo()[:-2],
            photo().replace(b"\xff\xda", b"\xff\xdb"),
            b"\xff\xd8" + b"\xff" * 3_000_000,
            with_remark(photo(), b"")[:5] + b"\x01" + photo(),
            photo("PNG")[:60],
            photo("PNG")[:-12],
            photo("PNG").replace(b"IDAT", b"IDAX"),
            claiming(400, 300),
        ],
    )
    def test_a_broken_picture(self, broken):
        assert refusal(broken) == BROKEN_PICTURE

    def test_half_a_picture_is_none_even_after_the_first_certificate(self, monkeypatch):
        """WeasyPrint teaches the whole process to take half a picture for one."""
        monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
        half = claiming(400, 300)

        Image.open(BytesIO(half)).load()
        assert refusal(half) == BROKEN_PICTURE

    def test_a_photo_in_a_thousand_passes(self):
        head, _, tail = photo(progressive=True).partition(b"\xff\xda")
        one_pass = b"\xff\xda" + tail[: tail.index(b"\xff\xc4")]
        content = head + one_pass * 1000 + photo()[-2:]

        assert refusal(content) == BROKEN_PICTURE

    def test_a_picture_that_moves(self):
        still, moving = Image.new("L", (4, 4)), BytesIO()
        still.save(moving, "PNG", save_all=True, append_images=[Image.new("L", (4, 4), 255)])

        assert refusal(moving.getvalue()) == TAIL


def tiff(*sizes):
    """The bytes of a TIFF with white pages of these sizes, one bit a pixel."""
    first, *others = [Image.new("1", size, 1) for size in sizes]
    file = BytesIO()
    first.save(file, "TIFF", compression="group4", save_all=True, append_images=others)
    return file.getvalue()


class TestTiff:
    def refusal(self, content):
        with pytest.raises(ValidationError) as refused:
            inspect(BytesIO(content), kinds=SCANS)
        return refused.value.messages[0]

    def test_its_pages_are_counted_where_scans_are_taken(self):
        taken = inspect(BytesIO(tiff((40, 30), (30, 40), (40, 30))), kinds=SCANS)
        assert taken == Inspected("image/tiff", 3)

    def test_it_is_no_paper_of_an_agreement(self):
        assert refusal(tiff((40, 30))) == (
            "Berkas ini bukan PDF, JPEG, atau PNG. "
            "Simpan ulang sebagai PDF (dokumen) atau JPEG (foto)."
        )

    def test_where_it_is_taken_the_refusal_of_others_names_it(self):
        assert self.refusal(b"kucing") == (
            "Berkas ini bukan PDF, JPEG, PNG, atau TIFF. "
            "Simpan ulang sebagai PDF (pindaian) atau JPEG (foto)."
        )

    def test_a_huge_page_is_refused_before_it_is_decoded(self):
        """Twenty thousand pixels either way: 400 million in a few kilobytes."""
        assert self.refusal(tiff((40, 30), (20_000, 20_000))) == (
            "Gambar ini lebih dari 60 megapiksel. "
            "Perkecil, atau pindai dengan resolusi lebih rendah."
        )

    def test_a_telephones_jpeg_may_be_larger_than_any_other(self, monkeypatch):
        """Twice as large as an agreement's; all of them a millionth here."""
        monkeypatch.setattr(inspection, "MOST_PIXELS", 1_199)
        monkeypatch.setattr(inspection, "MOST_PIXELS_OF_SCANNED_JPEG", 1_200)
        assert inspect(BytesIO(photo(size=(40, 30))), kinds=SCANS).page_count == 1
        for refused, kinds in [
            (photo(size=(41, 30)), SCANS),
            (photo("PNG", size=(40, 30)), SCANS),
            (photo(size=(40, 30)), PAPERS),
        ]:
            with pytest.raises(ValidationError, match="Gambar ini lebih dari"):
                inspect(BytesIO(refused), kinds=kinds)

    def test_too_many_pages(self, monkeypatch):
        monkeypatch.setattr(pictures, "MOST_PICTURES", 2)
        assert self.refusal(tiff((9, 9), (9, 9), (9, 9))) == (
            "TIFF ini berisi lebih dari 2 halaman. Bagi menjadi beberapa berkas."
        )

    def test_pages_that_lead_in_a_circle_come_to_an_end(self):
        """Each page says where the next one stands: the only one of this file says, here."""
        content = bytearray(tiff((9, 9)))
        (start,) = struct.unpack_from("<I", content, 4)
        (entries,) = struct.unpack_from("<H", content, start)
        struct.pack_into("<I", content, start + 2 + 12 * entries, start)
        assert inspect(BytesIO(bytes(content)), kinds=SCANS).page_count == 1

    @pytest.mark.parametrize(
        ("tail", "words"),
        [
            (archive(), STOWAWAY),
            (b"<script>alert(1)</script>", STOWAWAY),
            (
                b"%PDF-1.7",
                "Berkas ini TIFF dan PDF sekaligus. Simpan ulang sebagai PDF, lalu unggah hasilnya.",
            ),
        ],
    )
    def test_one_that_is_something_else_as_well(self, tail, words):
        assert self.refusal(tiff((40, 30)) + tail) == words

    def test_half_of_one(self):
        assert self.refusal(b"II*\0\x08\0\0\0") == BROKEN_PICTURE
