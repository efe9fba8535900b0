"""Certificates of somebody else: recorded with their scan, given out as they came, never printed by us."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from certificates.models import OutsideCertificate
from certificates.services import outside
from participants.models import ReadingTrail
from tests import factories
from tests.partnerships.scans import pdf, photo

pytestmark = pytest.mark.usefixtures("january")
FACTS = {
    "issuer": "LSP  Boga Nusantara",
    "scheme": "Pembuat roti muda",
    "number": "10714 2152 0000001 2025",
    "issued_on": "20-12-2025",
    "valid_until": "20-12-2028",
}
LIST = "/certificates/outside/"


def url(name, thing):
    return reverse(f"certificates:{name}", args=[thing.pk])


@pytest.fixture
def achmad(training):
    return training.enrollments[0].inmate


@pytest.fixture
def send(achmad, cast, browse):
    """Record one for Achmad: send(content, number=…) gives the answer."""
    officer = browse(cast.officer)

    def send(content=None, **facts):
        file = SimpleUploadedFile("bnsp.pdf", content or pdf())
        return officer.post(url("outside_create", achmad), {**FACTS, "file": file, **facts})

    return send


class TestCreate:
    def test_keeps_the_scan_byte_for_byte(self, send, achmad, cast, browse):
        scan = photo()
        assert send(scan).headers["Location"] == url("of_inmate", achmad)
        kept = OutsideCertificate.objects.get()
        assert (kept.inmate, kept.issuer, kept.uploaded_by) == (
            achmad,
            "LSP Boga Nusantara",
            cast.officer,
        )
        answer = browse(cast.head).get(url("outside_download", kept))
        assert b"".join(answer.streaming_content) == scan
        assert answer["Content-Disposition"] == 'attachment; filename="bnsp.pdf.jpg"'
        assert ReadingTrail.objects.latest("pk").page == "outside_download"

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"issued_on": "06-01-2026"}, "issued_on"),
            ({"valid_until": "19-12-2025"}, "valid_until"),
            ({"scheme": "s" * 161}, "scheme"),
            ({"number": ""}, "number"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, send, facts, field):
        assert list(send(**facts).context["form"].errors) == [field]
        assert not OutsideCertificate.objects.exists()

    def test_refuses_what_is_no_scan(self, send):
        assert list(send(b"<script>alert(1)</script>").context["form"].errors) == ["file"]

    def test_the_same_number_of_the_same_issuer_is_there_already(self, send):
        send()
        assert list(send(photo(), issuer="LSP Boga Nusantara ").context["form"].errors) == [
            "number"
        ]
        assert send(photo(), issuer="LSP Lain").status_code == 302


class TestAtOnce:
    """A colleague records the same one between the look and the writing."""

    @pytest.fixture
    def colleague(self, training, monkeypatch):
        inmate, check = training.enrollments[1].inmate, outside._check

        def check_and_be_overtaken(one):
            check(one)
            monkeypatch.setattr(outside, "_check", check)
            factories.OutsideCertificateFactory(inmate=inmate, issuer=one.issuer, number=one.number)

        return lambda: monkeypatch.setattr(outside, "_check", check_and_be_overtaken)

    def test_the_second_is_told_beside_the_number(self, send, colleague, settings):
        colleague()
        errors = send().context["form"].errors
        assert errors == {"number": ["Nomor ini sudah dicatat untuk lembaga itu."]}
        assert not [*settings.MEDIA_ROOT.glob("outside/*/*")]

    def test_so_is_who_corrects_a_number(self, send, colleague, cast, browse):
        send()
        colleague()
        page = browse(cast.officer).post(
            url("outside_update", OutsideCertificate.objects.get()), {**FACTS, "number": "2"}
        )
        assert list(page.context["form"].errors) == ["number"]
        assert not AuditEvent.objects.filter(action="outside_certificate.corrected").exists()


class TestUpdate:
    def test_the_text_changes_with_a_trail_and_the_scan_stays(self, send, cast, browse):
        send()
        kept = OutsideCertificate.objects.get()
        browse(cast.certificate_admin).post(
            url("outside_update", kept), {**FACTS, "scheme": "Pembuat roti madya"}
        )
        changed = OutsideCertificate.objects.get()
        assert (changed.scheme, changed.sha256) == ("Pembuat roti madya", kept.sha256)
        event = AuditEvent.objects.get(action="outside_certificate.corrected")
        assert event.details["changed"] == {"scheme": ["Pembuat roti muda", "Pembuat roti madya"]}

    def test_nothing_changed_leaves_no_trail(self, send, cast, browse):
        send()
        browse(cast.officer).post(url("outside_update", OutsideCertificate.objects.get()), FACTS)
        assert not AuditEvent.objects.filter(action="outside_certificate.corrected").exists()


class TestPages:
    def rows(self, browser, **query):
        return [one.scheme for one in browser.get(LIST, query).context["page"]]

    def test_list_finds_by_name_scheme_and_number(self, achmad, cast, browse):
        kept = factories.OutsideCertificateFactory(inmate=achmad)
        officer = browse(cast.officer)
        for query in ("fauzi", "roti muda", kept.number, "boga nus"):
            assert self.rows(officer, q=query) == ["Pembuat roti muda"]
        assert self.rows(officer, q="las") == []
        assert self.rows(browse(cast.stranger)) == []

    def test_same_queries_with_one_and_three(self, training, cast, browse):
        officer = browse(cast.officer)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                rows = self.rows(officer)
            return len(rows), len(captured)

        people = [one.inmate for one in training.enrollments]
        factories.OutsideCertificateFactory(inmate=people[0])
        one, few = queries()
        for inmate in people[1:]:
            factories.OutsideCertificateFactory(inmate=inmate)
        assert (one, *queries()) == (1, 3, few)

    def test_stands_on_the_page_of_the_person(self, achmad, cast, browse):
        factories.OutsideCertificateFactory(inmate=achmad)
        slot = {"HX-Request": "true"}
        page = browse(cast.head).get(url("of_inmate", achmad), headers=slot).content.decode()
        assert "Pembuat roti muda" in page
        assert "outside/of-inmate" not in page  # she reads and does not record
