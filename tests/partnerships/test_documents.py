"""What a scan must be before it is kept."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from partnerships.documents import count_pages
from tests.partnerships.scans import pdf


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        count_pages(BytesIO(content))
    return refused.value.message


class TestCountPages:
    @pytest.mark.parametrize("pages", [1, 3])
    def test_a_plain_scan_has_its_pages_counted(self, pages):
        assert count_pages(BytesIO(pdf(pages))) == pages

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a Word file", b"<script>%PDF-1.7"])
    def test_another_kind_of_file(self, content):
        assert refusal(content).startswith("Berkas ini bukan PDF.")

    def test_a_password(self):
        assert refusal(pdf(password="rahasia")).startswith("PDF ini terkunci kata sandi.")

    @pytest.mark.parametrize(
        "broken",
        [
            b"%PDF-1.7\n",
            b"%PDF-1.7\nnothing more of a PDF than this",
            pdf()[:200],
            pdf().replace(b"/Pages", b"/Sheets"),
        ],
    )
    def test_a_broken_file(self, broken):
        assert refusal(broken).startswith("PDF ini rusak")

    def test_no_pages(self):
        assert refusal(pdf(0)) == "PDF ini tidak berisi halaman."

    @pytest.mark.parametrize("claimed", [None, b"1", b"2"])
    def test_a_program_inside_is_found_whatever_size_the_file_claims(self, claimed):
        content = pdf(javascript=True)
        if claimed:
            content = re.sub(rb"/Size \d+", b"/Size " + claimed, content)

        assert refusal(content) == (
            "PDF ini berisi program atau lampiran (/JS, /JavaScript). Pindai ulang naskahnya."
        )

    @pytest.mark.parametrize("name", ["/Launch", "/EmbeddedFiles", "/RichMedia", "/XFA"])
    def test_other_active_contents(self, name):
        content = pdf(javascript=True).replace(b"/OpenAction", name.encode())

        assert name in refusal(content)

    def test_a_file_that_claims_a_billion_objects_is_read_at_once(self):
        content = re.sub(rb"/Size \d+", b"/Size 1000000000", pdf())

        assert count_pages(BytesIO(content)) == 1
