"""What a stranger sees who holds a certificate, or only guesses: the school, and never the prison."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from certificates import documents, services
from certificates.models import Certificate
from certificates.papers import paper_of
from tests.certificates import stages

# "Registered" is what every certificate is; a register is what only some people are in.
DENIED = re.compile(
    r"lapas|rutan|\bnapi|narapidana|\bwbp\b|warga.?binaan|pemasyarakatan|penjara|regist(er|ry)\b"
    r"|\bblok\b|tahanan|prison|inmate|convict|correctional|detention|\bjail|offender"
    r"|LAPAS-JEMBER|Kelas IIA",
    re.IGNORECASE,
)
UNKNOWN = "A" * 26
LANGUAGES = ["id", "en"]


def denied(text):
    """Words of the deny-list in `text`, each once."""
    return sorted({match[0].lower() for match in DENIED.finditer(text)})


def everything(response):
    """Status line, headers, cookies and body as one text."""
    headers = [f"{name}: {value}" for name, value in response.headers.items()]
    cookies = [cookie.OutputString() for cookie in response.cookies.values()]
    return "\n".join([*headers, *cookies, response.content.decode()])


def comparable(response):
    """(status, headers, body) without the second at which it was answered."""
    clocked = ("Content-Length", "Expires")
    headers = {name: value for name, value in response.items() if name not in clocked}
    return response.status_code, headers, response.content.decode()


def texts_of(pdf):
    """Pages, document information, XMP and attachments' names of a PDF, as one text."""
    reader = PdfReader(BytesIO(pdf))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    pages = [page.extract_text() for page in reader.pages]
    return "\n".join([*pages, str(dict(reader.metadata)), xmp, *reader.attachments])


class TestVerify:
    def test_shows_the_printed_fields_and_a_masked_name(self, sealed, client):
        page = client.get(f"/v/{sealed[2].public_id}").content.decode()
        shown = re.findall(r"<dd[^>]*>(.*?)</dd>", page)
        assert shown == [
            "M*** A*** W*** H*** K*** P***",
            "003/BKR/SMKN3-JBR/XII/2025",
            "Sertifikat pelatihan",
            "Produksi Bakery",
            "8 JP, 17–31 Desember 2025",
            "Sangat Baik",
            "31 Desember 2025",
            "SMK Negeri 3 Jember",
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_word_of_the_name(self, sealed, client, language):
        client.cookies["django_language"] = language
        text = everything(client.get(sealed[2].public_path))
        words = sealed[2].content["name"].split()
        assert len(words) == 6
        assert [word for word in words if word.lower() in text.lower()] == []

    def test_search_for_the_name_would_find_it(self, sealed, client, monkeypatch):
        monkeypatch.setattr("certificates.views.public.masked", str)
        text = everything(client.get(sealed[2].public_path))
        assert [word for word in sealed[2].content["name"].split() if word not in text] == []

    def test_names_the_kind_that_it_says(self, sealed, client):
        """The column is not what the ledger holds it to."""
        Certificate.objects.filter(pk=sealed[0].pk).update(kind="partial")
        page = client.get(sealed[0].public_path).content.decode()
        assert "<dt>Jenis</dt><dd>Sertifikat pelatihan</dd>" in page

    def test_one_query(self, sealed, client):
        with CaptureQueriesContext(connection) as known:
            client.get(sealed[0].public_path)
        with CaptureQueriesContext(connection) as unknown:
            client.get(f"/v/{UNKNOWN}")
        assert (len(known), len(unknown)) == (1, 1)

    def test_both_spellings_of_the_address(self, sealed, client):
        one = sealed[0].public_id
        pages = [
            comparable(client.get(address))
            for address in (f"/V/{one}", f"/v/{one}", f"/V/{one.lower()}", f"/v/{one.lower()}")
        ]
        assert pages[0][0] == 200
        assert pages == [pages[0]] * 4

    @pytest.mark.parametrize("known", [True, False])
    def test_headers_keep_it_out_of_caches_and_indexes(self, sealed, client, known):
        headers = client.get(f"/v/{sealed[0].public_id if known else UNKNOWN}").headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in headers["Cache-Control"]

    def test_only_reading(self, sealed, client):
        assert client.post(sealed[0].public_path).status_code == 405
        assert client.head(sealed[0].public_path).status_code == 200


class TestVerifyUnknown:
    @pytest.mark.parametrize("status", ["draft", "approved", "numbered"])
    def test_unsealed_is_as_unknown_as_any(self, sealed, client, status):
        """Although its content, and so its name, is there already."""
        certificate = sealed[0]
        columns = {"status": status, "sha256": "", "byte_count": None, "sealed_at": None}
        if status != "numbered":
            columns |= dict.fromkeys(["series", "sequence", "number", "numbered_at"])
        if status == "draft":
            columns |= {"approved_by": None, "approved_at": None}
        path = certificate.public_path
        assert client.get(path).status_code == 200
        Certificate.objects.filter(pk=certificate.pk).update(**columns)
        assert comparable(client.get(path)) == comparable(client.get(f"/v/{UNKNOWN}"))

    @pytest.mark.parametrize(
        "nonsense",
        ["A" * 25 + "%00", "%00", "1", "' OR 1=1 --", "%E7%8E%8B", "a" * 500, "%25", "<b>"],
    )
    def test_nonsense_gets_the_very_same_answer(self, db, client, nonsense):
        answer = comparable(client.get(f"/v/{nonsense}"))
        assert answer[0] == 404
        assert answer == comparable(client.get(f"/v/{UNKNOWN}"))

    def test_signed_in_or_not_is_the_same(self, cast, client, browse):
        inside = comparable(browse(cast.officer).get(f"/v/{UNKNOWN}"))
        assert inside == comparable(client.get(f"/v/{UNKNOWN}"))

    @pytest.mark.parametrize("path", ["/v/a/b", "/nothing", "/certificate/1/", "/admin/"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_strangers_learn_nothing_at_other_addresses(self, db, client, path, language):
        client.cookies["django_language"] = language
        answer = client.get(path)
        assert answer.status_code == 404
        assert denied(everything(answer)) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_strangers_learn_nothing_from_a_refusal(self, db, client, settings, language):
        """As when somebody asks for this machine under a name of their own."""
        settings.ALLOWED_HOSTS = ["sertifikat.example"]
        client.cookies["django_language"] = language
        answer = client.get(f"/v/{UNKNOWN}", headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert denied(everything(answer)) == []

    def test_who_is_signed_in_learns_what_became_of_their_form(self, cast, browse, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
        answer = browse(cast.officer).post("/programs/", {"a": "1", "b": "2"})
        assert answer.status_code == 400
        assert "tidak ada yang disimpan" in answer.content.decode()

    def test_who_is_signed_in_is_told_more(self, cast, browse):
        """So the page above is not clean because there is only one."""
        assert "lapas" in denied(everything(browse(cast.officer).get("/nothing")))


class TestStigma:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_page_and_headers(self, sealed, client, language):
        client.cookies["django_language"] = language
        for path in (sealed[0].public_path, f"/v/{UNKNOWN}"):
            assert denied(everything(client.get(path))) == []

    def test_content_number_address_and_file_name(self, sealed):
        certificate = sealed[0]
        said = [certificate.content, certificate.filename, certificate.verify_url]
        assert denied(repr(said)) == []

    def test_word_in_the_program_would_be_found(self, sealed, client):
        certificate = sealed[0]
        certificate.content["program"] = "Roti Warga Binaan Lapas"
        certificate.save()
        words = ["lapas", "warga binaan"]
        assert denied(everything(client.get(certificate.public_path))) == words
        [pdf] = documents.certificate_pdfs([paper_of(certificate, services.issuer_key())])
        assert denied(texts_of(pdf)) == words

    def test_whole_way_with_real_drawing(self, approved, client):
        """Drawn, sealed, downloaded: the same bytes, and they name the school as their author."""
        Certificate.objects.exclude(enrollment=approved.enrollments[0]).delete()
        [certificate] = stages.issue(approved)
        reader = PdfReader(certificate.path)
        assert len(reader.pages) == 2
        text = texts_of(certificate.path.read_bytes())
        assert "Achmad Fauzi" in text
        assert denied(text) == []
        assert client.get(certificate.public_path).status_code == 200
