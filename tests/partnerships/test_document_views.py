"""Papers go up once, come down unchanged, and are shown page by page."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from partnerships import services
from partnerships.documents import Undrawable
from partnerships.views import documents
from tests.core.counting import queries_of
from tests.partnerships.scans import pdf, photo, upload

WHO = [("head", 200), ("coordinator", 200), ("stranger", 404), ("instructor", 403)]


@pytest.fixture
def url(agreement):
    return reverse("partnerships:document_create", args=[agreement.pk])


@pytest.fixture
def keep(cast, agreement):
    """keep(content, kind=…, title=…, name=…): a paper of the agreement."""

    def keep(content, *, kind="signed", title="", name="PKS É 2025.pdf"):
        return services.keep_document(
            agreement=agreement, kind=kind, title=title, file=upload(content, name), by=cast.officer
        )

    return keep


def form(content, name="PKS bertanda tangan.pdf", **typed):
    return {"kind": "signed", "title": "", "file": upload(content, name)} | typed


class TestDocumentCreate:
    def test_the_scan_stands_on_the_agreements_page(self, cast, agreement, url, browse):
        page = browse(cast.officer).post(url, form(pdf(2)), follow=True)
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
            (pdf() + b"MZ", "bukan bagian dari halamannya"),
            (photo() + b"MZ", "di belakang gambar"),
        ],
    )
    def test_what_is_no_plain_scan_is_refused(self, cast, agreement, url, browse, content, said):
        page = browse(cast.officer).post(url, form(content))
        ((field, (error,)),) = page.context["form"].errors.items()

        assert (field, said in error) == ("file", True)
        assert not agreement.documents.exists()

    def test_what_was_typed_stays_and_the_file_is_asked_for_again(self, cast, url, browse):
        """A browser never gives a chosen file back: who is not told looks for it in vain."""
        fresh = browse(cast.officer).get(url)
        page = browse(cast.officer).post(url, form(b"GIF89a", kind="annex", title="Kurikulum"))
        typed = {field.name: field.value() for field in page.context["form"]}

        assert (typed["kind"], typed["title"]) == ("annex", "Kurikulum")
        assert "Pilih berkasnya sekali lagi:" in page.text
        assert "Pilih berkasnya sekali lagi:" not in fresh.text

    def test_too_large(self, cast, agreement, url, browse, settings):
        settings.AGREEMENT_SCAN_MAX_BYTES = 100
        page = browse(cast.officer).post(url, form(pdf()))

        assert list(page.context["form"].errors) == ["file"]
        assert not agreement.documents.exists()

    def test_the_same_file_twice(self, cast, agreement, url, browse):
        browser = browse(cast.officer)
        browser.post(url, form(pdf()))
        page = browser.post(url, form(pdf(), "nama lain.pdf"))

        assert page.context["form"].errors == {
            "file": ["Berkas yang sama sudah ada pada perjanjian ini."]
        }
        assert agreement.documents.count() == 1

    def test_a_new_version_of_what_one_was_just_reading(self, cast, agreement, keep, browse):
        """The link on the paper's page fills in its title and kind, odd letters and all."""
        old = keep(pdf(), kind="minutes", title="Serah terima 50% & kunci?")
        browser = browse(cast.officer)
        link = re.search(
            r'href="([^"]*/documents/\?kind=[^"]*)"', browser.get(old.get_absolute_url()).text
        )
        page = browser.get(link[1].replace("&amp;", "&"))
        typed = {field.name: field.value() for field in page.context["form"] if field.value()}
        said = browser.post(
            page.request["PATH_INFO"], typed | {"file": upload(pdf(2))}, follow=True
        )

        assert typed == {"kind": "minutes", "title": "Serah terima 50% & kunci?"}
        assert [one.version for one in agreement.documents.all()] == [2, 1]
        assert [str(one) for one in said.context["messages"]] == [
            "Serah terima 50% & kunci? versi 2 tersimpan persis seperti aslinya."
        ]

    def test_a_stranger_uploads_nothing(self, cast, agreement, url, browse):
        assert browse(cast.stranger).post(url, form(pdf())).status_code == 404
        assert not agreement.documents.exists()


@pytest.mark.usefixtures("january")
class TestCard:
    def card(self, browser, agreement):
        """The words of the card "Dokumen", line by line."""
        html = browser.get(agreement.get_absolute_url()).text
        card = html.partition("<h2>Dokumen</h2>")[2].partition("</section>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", card).split())

    def test_the_newest_version_of_each_paper(self, cast, agreement, keep, browse):
        keep(pdf(1))
        keep(pdf(2))
        keep(photo(), kind="annex", title="Foto ruang", name="foto.jpg")
        words = self.card(browse(cast.head), agreement)

        assert re.sub(r" · [\d,]+\sbita", "", words) == (
            "PKS bertanda tangan versi 2 lengkap Naskah bertanda tangan · 15 Jan 2026 · 2 halaman "
            "Foto ruang lengkap Lampiran · 15 Jan 2026 · 1 halaman"
        )

    def test_an_annex_alone_is_no_signed_paper(self, cast, agreement, keep, browse):
        browser = browse(cast.officer)
        keep(pdf(1), kind="annex", title="Lampiran")
        assert "Pindaian bertanda tangan belum ada Lampiran" in self.card(browser, agreement)
        keep(pdf(2))
        assert "belum ada" not in self.card(browser, agreement)

    def test_one_and_three_papers_cost_the_same(self, cast, agreement, keep, browse):
        browser = browse(cast.officer)
        keep(pdf(1))
        one = queries_of(browser, agreement.get_absolute_url())
        keep(pdf(2))
        keep(pdf(3), kind="annex", title="Lampiran")
        keep(photo(), kind="other", title="Foto")

        assert queries_of(browser, agreement.get_absolute_url()) == one


class TestDocumentDetail:
    def test_the_facts(self, cast, keep, browse):
        document = keep(pdf(2))
        page = browse(cast.head).get(document.get_absolute_url())

        for fact in ("PKS É 2025.pdf", document.sha256, "Ratna Wulandari"):
            assert page.text.count(fact) == 1
        assert "Unggah versi baru" not in page.text

    def test_its_pages_wait_in_frames_of_their_size(self, cast, keep, browse):
        document = keep(pdf(2, size=(500, 700)), title="PKS")
        page = browse(cast.officer).get(document.get_absolute_url())
        images = re.findall(r'<img src="(/partnerships/[^"]*)" ([^>]*)>', page.text)

        assert images == [
            (
                reverse("partnerships:document_page", args=[document.pk, number]),
                f'width="1000" height="1400" loading="lazy" alt="Halaman {number} dari 2, PKS"',
            )
            for number in (1, 2)
        ]

    def test_an_old_version_says_so_and_leads_to_the_new_one(self, cast, keep, browse):
        old, new = keep(pdf(1)), keep(pdf(2))
        page = {one: browse(cast.officer).get(one.get_absolute_url()) for one in (old, new)}

        assert list(page[old].context["versions"]) == [new, old]
        assert "Ini versi lama." in page[old].text
        assert "Ini versi lama." not in page[new].text

    def test_one_and_three_versions_cost_the_same(self, cast, keep, browse):
        browser, url = browse(cast.officer), keep(pdf(1)).get_absolute_url()
        one = queries_of(browser, url)
        keep(pdf(2))
        keep(pdf(3))

        assert queries_of(browser, url) == one

    def test_a_file_that_cannot_be_drawn_can_still_be_had(self, cast, keep, browse, monkeypatch):
        def give_up(document):
            raise Undrawable

        document = keep(pdf())
        monkeypatch.setattr(documents, "page_sizes", give_up)
        page = browse(cast.officer).get(document.get_absolute_url())

        assert "Pratinjau berkas ini tidak bisa dibuat." in page.text
        assert reverse("partnerships:document_download", args=[document.pk]) in page.text

    @pytest.mark.parametrize(("name", "status"), WHO)
    def test_only_for_who_sees_the_agreement(self, cast, keep, browse, name, status):
        url = keep(pdf()).get_absolute_url()

        assert browse(getattr(cast, name)).get(url).status_code == status


class TestDocumentPage:
    @pytest.fixture
    def pages(self, keep):
        """The addresses of the pages 0 to 3 of a paper that has two."""
        document = keep(pdf(2))
        return [
            reverse("partnerships:document_page", args=[document.pk, number]) for number in range(4)
        ]

    def test_a_picture_for_this_reader_alone(self, cast, pages, browse):
        answer = browse(cast.head).get(pages[2])

        assert Image.open(BytesIO(answer.content)).size == (1000, 1416)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
        assert "Cookie" in answer.headers["Vary"]

    def test_no_page_before_the_first_or_after_the_last(self, cast, pages, browse):
        browser = browse(cast.officer)

        assert [browser.get(page).status_code for page in pages] == [404, 200, 200, 404]

    def test_a_page_that_cannot_be_drawn(self, cast, pages, browse, monkeypatch):
        def give_up(document, number):
            raise Undrawable

        monkeypatch.setattr(documents, "page_image", give_up)
        assert browse(cast.officer).get(pages[1]).status_code == 404

    @pytest.mark.parametrize(("name", "status"), WHO)
    def test_only_for_who_sees_the_agreement(self, cast, pages, browse, name, status):
        assert browse(getattr(cast, name)).get(pages[1]).status_code == status


class TestDocumentDownload:
    @pytest.fixture
    def download(self, keep):
        """download(content, name): the address of its file."""

        def download(content, name="PKS É 2025.pdf"):
            document = keep(content, name=name)
            return reverse("partnerships:document_download", args=[document.pk])

        return download

    @pytest.mark.parametrize(
        ("content", "name", "media_type"),
        [
            (pdf(2), "PKS É 2025.pdf", "application/pdf"),
            (photo(), "PKS É 2025.jpg", "image/jpeg"),
            (photo("PNG"), "PKS É 2025.png", "image/png"),
        ],
    )
    def test_byte_for_byte_under_its_own_name(
        self, cast, download, browse, content, name, media_type
    ):
        answer = browse(cast.officer).get(download(content, name))

        assert b"".join(answer.streaming_content) == content
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"] == (
            f"attachment; filename*=utf-8''PKS%20%C3%89%202025{name[-4:]}"
        )

    @pytest.mark.parametrize("content", [pdf(), photo(), photo("PNG")])
    def test_whatever_it_holds_does_not_run_as_this_site(self, cast, download, browse, content):
        headers = browse(cast.officer).get(download(content)).headers

        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(("name", "status"), WHO)
    def test_only_for_who_sees_the_agreement(self, cast, download, browse, name, status):
        assert browse(getattr(cast, name)).get(download(pdf())).status_code == status

    def test_a_passer_by_has_to_sign_in(self, download, browse):
        url = download(pdf())

        assert browse().get(url).url == f"{reverse('account_login')}?next={url}"
