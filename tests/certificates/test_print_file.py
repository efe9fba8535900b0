"""The print file: the sealed pages themselves, in signing order, every front with its own back."""

import sys
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEvent
from certificates import services
from certificates.models import Certificate
from participants.models import ReadingTrail
from tests.certificates.sheets import certify, move
from tests.partnerships.scans import pdf

pytestmark = pytest.mark.usefixtures("january")


def file_of(browser, training, **query):
    return browser.get(reverse("certificates:print_file", args=[training.batch.pk]), query)


def widths(answer):
    """A certificate is told by the width of its pages, in points."""
    return [round(page.mediabox.width) for page in PdfReader(BytesIO(answer.content)).pages]


@pytest.fixture
def three(training):
    """Two pages each, 801, 802 and 803 points wide; numbered 3, 2, 1."""
    certificates = certify(training, pdfs=[pdf(2, size=(801 + one, 595)) for one in range(3)])
    for sequence, one in zip((13, 12, 11), certificates, strict=True):
        Certificate.objects.filter(pk=one.pk).update(sequence=sequence)
    return certificates


class TestPrintFile:
    def test_order_of_the_numbers(self, three, training, cast, browse):
        answer = file_of(browse(cast.officer), training)
        assert widths(answer) == [803, 803, 802, 802, 801, 801]
        assert AuditEvent.objects.get(action="certificates.print_file_made").details == {"count": 3}
        assert ReadingTrail.objects.filter(page="print_file", how="printed").count() == 1

    def test_an_odd_page_does_not_take_anothers_back(self, training, cast, browse):
        certify(training, pdfs=[pdf(one, size=(800 + one, 595)) for one in (1, 2, 3)])
        assert widths(file_of(browse(cast.officer), training)) == [
            801, 801, 802, 802, 803, 803, 803, 803,
        ]  # fmt: skip

    def test_what_is_revoked_is_not_printed(self, three, training, cast, browse):
        services.end(certificate=three[1], status="revoked", reason="fraud", by=cast.head)
        assert widths(file_of(browse(cast.officer), training)) == [803, 803, 801, 801]

    def test_the_rest_are_those_not_printed_yet(self, three, training, cast, browse):
        move(three[:2], "printed", by=cast.officer)
        assert widths(file_of(browse(cast.officer), training, rest=1)) == [803, 803]

    def test_altered_file_is_not_printed(self, three, training, cast, browse):
        three[0].path.write_bytes(pdf(2))
        answer = file_of(browse(cast.officer), training)
        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert said == [
            "Berkas 001/BKR/SMKN3-JBR/XII/2025 hilang atau berubah. Pulihkan dari cadangan, lalu ulangi."
        ]

    def test_a_large_class_comes_in_parts(self, three, training, cast, browse, monkeypatch):
        monkeypatch.setattr(sys.modules["certificates.views.tray"], "SHEETS_PER_FILE", 2)
        officer = browse(cast.officer)
        assert widths(file_of(officer, training)) == [803, 803, 802, 802]
        assert widths(file_of(officer, training, page=2)) == [801, 801]
