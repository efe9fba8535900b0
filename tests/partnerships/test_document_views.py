"""Scans go up once and come down unchanged."""

import pytest
from django.urls import reverse

from partnerships import services
from tests.partnerships.scans import pdf, upload


@pytest.fixture
def url(agreement):
    return reverse("partnerships:document_create", args=[agreement.pk])


class TestDocumentCreate:
    def test_the_scan_stands_on_the_agreements_page(self, cast, agreement, url, browse):
        page = browse(cast.officer).post(url, {"file": upload(pdf(2))}, follow=True)
        document = agreement.documents.get()

        assert page.redirect_chain == [(agreement.get_absolute_url(), 302)]
        assert list(page.context["documents"]) == [document]
        assert (document.filename, document.page_count) == ("PKS bertanda tangan.pdf", 2)
        assert document.uploaded_by == cast.officer

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"PK\x03\x04 a Word file", "bukan PDF"),
            (pdf(password="rahasia"), "terkunci kata sandi"),
            (pdf(javascript=True), "berisi program"),
            (pdf()[:200], "rusak"),
        ],
    )
    def test_what_is_no_plain_scan_is_refused(self, cast, agreement, url, browse, content, said):
        page = browse(cast.officer).post(url, {"file": upload(content)})
        ((field, (error,)),) = page.context["form"].errors.items()

        assert (field, said in error) == ("file", True)
        assert not agreement.documents.exists()

    def test_too_large(self, cast, agreement, url, browse, settings):
        settings.AGREEMENT_SCAN_MAX_BYTES = 100
        page = browse(cast.officer).post(url, {"file": upload(pdf())})

        assert list(page.context["form"].errors) == ["file"]
        assert not agreement.documents.exists()

    def test_the_same_file_twice(self, cast, agreement, url, browse):
        browser = browse(cast.officer)
        browser.post(url, {"file": upload(pdf())})
        page = browser.post(url, {"file": upload(pdf(), "nama lain.pdf")})

        assert page.context["form"].errors == {
            "file": ["Berkas yang sama sudah ada pada perjanjian ini."]
        }
        assert agreement.documents.count() == 1

    def test_a_stranger_uploads_nothing(self, cast, agreement, url, browse):
        assert browse(cast.stranger).post(url, {"file": upload(pdf())}).status_code == 404
        assert not agreement.documents.exists()


class TestDocumentDownload:
    @pytest.fixture
    def document(self, cast, agreement):
        file = upload(pdf(2), "PKS É 2025.pdf")
        return services.keep_document(agreement=agreement, file=file, by=cast.officer)

    @pytest.fixture
    def download(self, document):
        return reverse("partnerships:document_download", args=[document.pk])

    def test_byte_for_byte_under_its_own_name(self, cast, download, browse):
        answer = browse(cast.officer).get(download)

        assert b"".join(answer.streaming_content) == pdf(2)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename*=utf-8''PKS%20%C3%89%202025.pdf"
        )

    def test_whatever_it_holds_does_not_run_as_this_site(self, cast, download, browse):
        headers = browse(cast.officer).get(download).headers

        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("name", "status"),
        [("head", 200), ("coordinator", 200), ("stranger", 404), ("instructor", 403)],
    )
    def test_only_for_who_sees_the_agreement(self, cast, download, browse, name, status):
        assert browse(getattr(cast, name)).get(download).status_code == status

    def test_a_passer_by_has_to_sign_in(self, download, browse):
        assert browse().get(download).url == f"{reverse('account_login')}?next={download}"
