"""The book of numbers: what stands in it, what is said beside it, how it is searched, exported and printed."""

from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import load_workbook

from certificates import services
from certificates.models import Certificate
from certificates.queries.register import register, remark
from participants.models import ReadingTrail
from tests.certificates import stages
from tests.certificates.sheets import certify, move

pytestmark = pytest.mark.usefixtures("january")
BOOK = reverse("certificates:certificate_list")


@pytest.fixture
def three(training):
    return certify(training)


def names(browser, **query):
    return [one.content["name"] for one in browser.get(BOOK, query).context["page"]]


def duplicate_of(certificate):
    twin = Certificate.objects.get(pk=certificate.pk)
    twin.pk, twin.duplicate_of, twin.public_id = None, certificate, "D" * 26
    twin.sequence, twin.number = 9, "009/BKR/SMKN3-JBR/I/2026"
    twin.save()
    return twin


def replacement_of(certificate):
    services.end(certificate=certificate, status="superseded", reason="name", by=None)
    new = Certificate.objects.get(pk=certificate.pk)
    new.pk, new.replaces, new.replacement_reason = None, certificate, "name"
    new.public_id, new.status, new.ended_at, new.end_reason = "R" * 26, "sealed", None, ""
    new.sequence, new.number = 8, "008/BKR/SMKN3-JBR/I/2026"
    new.save()
    return new


def make_void(certificate, by):
    Certificate.objects.filter(pk=certificate.pk).update(
        status="void", sha256="", byte_count=None, sealed_at=None, approved_at=None,
        approved_by=None, voided_at="2026-01-05T03:00Z", voided_by=by, void_reason="salah ketik",
    )  # fmt: skip


class TestRemarks:
    def test_each_fate_has_its_words(self, three, cast):
        services.end(certificate=three[0], status="revoked", reason="fraud", by=cast.head)
        duplicate_of(three[1])
        replacement_of(three[2])
        said = {one.sequence: remark(one) for one in register(cast.officer)}
        assert said == {
            1: "dicabut 5 Januari 2026: diperoleh dengan tidak benar",
            2: "",
            3: "digantikan 008/BKR/SMKN3-JBR/I/2026, 5 Januari 2026: pembetulan nama",
            8: "menggantikan 003/BKR/SMKN3-JBR/XII/2025",
            9: "duplikat dari 002/BKR/SMKN3-JBR/XII/2025",
        }

    def test_void_number_stays_with_its_reason(self, three, cast):
        make_void(three[1], cast.certificate_admin)
        book = [(one.sequence, remark(one)) for one in register(cast.officer)]
        assert book == [(1, ""), (2, "batal: salah ketik"), (3, "")]

    def test_without_a_number_it_is_not_in_the_book(self, finished, cast, browse):
        stages.prepare(finished)
        page = browse(cast.officer).get(BOOK)
        assert (names(browse(cast.officer)), list(page.context["waiting"])) == (
            [],
            [finished.batch],
        )


class TestSearch:
    def test_name_as_printed_and_as_it_is_now(self, three, cast, browse):
        inmate = three[1].enrollment.inmate
        inmate.name = "Soetrisno Hadi"
        inmate.save()
        officer = browse(cast.officer)
        assert names(officer, q="sutrisno") == names(officer, q="soetrisno") == ["Sutrisno"]

    @pytest.mark.parametrize("query", ["002/bkr", "SMK Negeri 3", "jbr-bkr-a1", "bakery a1"])
    def test_number_school_and_batch(self, three, cast, browse, query):
        assert "Sutrisno" in names(browse(cast.officer), q=query)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "revoked"}, [1]),
            ({"kind": "duplicate"}, [9]),
            ({"kind": "training", "status": "sealed"}, [2, 3]),
            ({"paper": "none"}, [3, 9]),
            ({"paper": "printed"}, [2]),
            ({"dated": "2025"}, [1, 2, 3, 9]),
            ({"dated": "2024"}, []),
            ({"school": "999999"}, []),
            ({"status": "nonsense", "school": "x", "dated": "²"}, [1, 2, 3, 9]),
        ],
    )
    def test_filters(self, three, cast, browse, query, found):
        services.end(certificate=three[0], status="revoked", reason="fraud", by=cast.head)
        move(three[1:2], "printed", by=cast.officer)
        duplicate_of(three[2])
        Certificate.objects.filter(sequence=9).update(paper="")
        page = browse(cast.officer).get(BOOK, query).context["page"]
        assert [one.sequence for one in page] == found

    def test_stranger_has_an_empty_book(self, three, cast, browse):
        assert (names(browse(cast.stranger)), len(names(browse(cast.national)))) == ([], 3)

    def test_queries_do_not_grow(self, training, cast, browse):
        certify(stages.another_training(cast), key="LAS/SMKN3-JBR/2025")
        officer = browse(cast.officer)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                rows = names(officer)
            return len(rows), len(captured)

        one = queries()
        duplicate_of(certify(training)[0])
        assert (one[0], queries()) == (1, (5, one[1]))


class TestPapers:
    def test_export_is_what_is_shown(self, three, cast, browse):
        answer = browse(cast.officer).get(BOOK, {"q": "sutrisno", "export": "xlsx"})
        head, *rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert [dict(zip(head, row, strict=True))["Nama"] for row in rows] == ["Sutrisno"]
        assert list(ReadingTrail.objects.values_list("page", "how", "query")) == [
            ("certificate_list", "exported", "sutrisno")
        ]

    def test_export_asks_no_more_of_three_than_of_one(self, three, cast, browse):
        officer = browse(cast.officer)

        def queries(**asked):
            with CaptureQueriesContext(connection) as captured:
                officer.get(BOOK, asked | {"export": "xlsx"})
            return len(captured)

        assert queries(q="003/bkr") == queries(q="bkr")

    def test_book_on_paper(self, three, cast, browse):
        """On its side, with letterhead, numbers in order and a place to sign."""
        make_void(three[1], cast.certificate_admin)
        answer = browse(cast.officer).get(BOOK, {"print": "f4"})
        (page,) = PdfReader(BytesIO(answer.content)).pages
        text = " ".join(page.extract_text().split())
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [330, 215]
        places = [
            text.index(word)
            for word in ("KELAS IIA JEMBER", "001/BKR", "002/BKR", "batal: salah ketik", "NIP")
        ]
        assert places == sorted(places)
        assert ReadingTrail.objects.filter(page="certificate_list", how="printed").count() == 3

    def test_nation_chooses_whose_letterhead(self, three, cast, browse):
        answer = browse(cast.national).get(BOOK, {"print": "a4", "q": "sutrisno"})
        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert said == ["Pilih dulu satu Lapas: register dicetak dengan kop suratnya."]
        assert answer.headers["Location"] == f"{BOOK}?q=sutrisno"
