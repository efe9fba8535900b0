"""The public pages: what they say of each fate, what they never say, and how often they answer."""

import json
import re
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import offline, services
from certificates.models import Certificate, Emblem
from tests.certificates.test_verify import comparable, denied, everything

UNKNOWN = f"/v/{'A' * 26}"
PAGES = [
    "/v/",
    "/v/?code=abc",
    "/v/offline",
    "/v/keys.json",
    "/v/status/0",
    "/v/file/0",
    "/v/emblem/0",
]


def words(response):
    """What a page says, without its markup."""
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(body.split())


def band(response):
    return words(response).partition("Nama")[0]


@pytest.fixture
def ended(sealed):
    """(in force, revoked, superseded)"""
    services.end(certificate=sealed[1], status="revoked", reason="fraud", by=None)
    services.end(certificate=sealed[2], status="superseded", reason="name", by=None)
    return Certificate.objects.order_by("sequence")


def succeed(old, training, status):
    """A certificate that takes the place of `old`, as far as `status`."""
    new = Certificate.objects.get(pk=old.pk)
    new.pk, new.public_id, new.replaces, new.replacement_reason = None, "B" * 25 + "A", old, "name"
    new.number, new.sequence, new.status = "004/BKR/SMKN3-JBR/I/2026", 4, status
    new.content = new.content | {"number": new.number}
    new.ended_at, new.end_reason = None, ""
    if status == "numbered":
        new.sha256, new.byte_count, new.sealed_at = "", None, None
    new.save(force_insert=True)
    return new


class TestFates:
    def test_revoked(self, ended, client):
        said = band(client.get(ended[1].public_path))
        assert (
            "Dicabut Tidak berlaku lagi sejak 5 Januari 2026: diperoleh dengan tidak benar." in said
        )
        assert "Aktif" not in said

    def test_superseded_leads_to_its_successor_and_back(self, ended, training, client):
        new = succeed(ended[2], training, "sealed")
        page = client.get(ended[2].public_path)
        assert (
            "Digantikan Tidak berlaku lagi sejak 5 Januari 2026: pembetulan nama. Gantinya: 004/"
            in band(page)
        )
        assert f'href="{new.public_path}"' in page.content.decode()
        assert f'href="{ended[2].public_path}"' in client.get(new.public_path).content.decode()

    def test_a_successor_that_is_not_out_yet_stays_unsaid(self, ended, training, client):
        succeed(ended[2], training, "numbered")
        assert "Gantinya" not in words(client.get(ended[2].public_path))

    def test_a_duplicate_says_so(self, sealed, client):
        first = {"number": "001/BKR/SMKN3-JBR/XII/2025", "issued_on": "2025-12-31"}
        content = sealed[0].content | {"duplicate_of": first}
        Certificate.objects.filter(pk=sealed[0].pk).update(content=content)
        said = words(client.get(sealed[0].public_path))
        assert (
            "Duplikat, pengganti lembar nomor 001/BKR/SMKN3-JBR/XII/2025 tanggal 31 Desember 2025"
            in said
        )

    def test_one_query_whatever_became_of_it(self, ended, training, client):
        succeed(ended[2], training, "sealed")
        counts = []
        for path in [*(one.public_path for one in Certificate.objects.all()), UNKNOWN]:
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))
        assert counts == [1] * 5

    def test_what_its_script_compares_holds_no_name(self, sealed, client):
        page = client.get(sealed[0].public_path).content.decode()
        facts = json.loads(re.search(r'<script id="facts"[^>]*>(.*?)</script>', page)[1])
        assert facts["masked_name"] == "A*** F***"
        assert "Achmad Fauzi" not in json.dumps(facts)

    def test_an_uploaded_emblem_has_its_own_address(self, sealed, client):
        png = b"\x89PNG not really"
        name = sha256(png).hexdigest()
        Emblem.objects.create(
            partner=sealed[0].enrollment.batch.agreement.partner, name="Sekolah", sha256=name, png=png,
            width=1, height=1, uploaded_by=sealed[0].prepared_by,
        )  # fmt: skip
        content = sealed[0].content
        content["school"]["emblem"] = f"sha256:{name}"
        Certificate.objects.filter(pk=sealed[0].pk).update(content=content)
        assert f'src="/v/emblem/{name}"' in client.get(sealed[0].public_path).content.decode()
        emblem = client.get(f"/v/emblem/{name}")
        assert (emblem.content, emblem["Content-Type"]) == (png, "image/png")


class TestWithoutTheKey:
    """The database came back from the backup, and the folder of keys did not yet."""

    @pytest.mark.parametrize("page", ["/v/status/0", "{public_path}/credential.json"])
    @pytest.mark.parametrize("content", [None, b""])
    def test_asks_strangers_to_come_again(self, sealed, client, settings, page, content):
        (path,) = settings.KEY_ROOT.glob("issuer-*.key")
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        answer = client.get(page.format(public_path=sealed[0].public_path))
        assert (answer.status_code, answer.text) == (
            503,
            "Pemeriksaan sedang tidak tersedia. Coba lagi nanti.",
        )
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]

    def test_a_person_still_gets_the_page(self, sealed, client, settings):
        for path in settings.KEY_ROOT.glob("issuer-*.key"):
            path.unlink()
        assert client.get(sealed[0].public_path).status_code == 200


class TestFile:
    def test_known_by_its_bytes(self, ended, client):
        answers = [
            client.get(f"/v/file/{sha256(one.path.read_bytes()).hexdigest()}").json()
            for one in ended
        ]
        assert answers[0] == {
            "known": True,
            "status": "active",
            "number": ended[0].number,
            "address": ended[0].public_path,
        }
        assert [one["status"] for one in answers] == ["active", "revoked", "superseded"]

    def test_one_byte_more_is_unknown(self, sealed, client):
        fingerprint = sha256(sealed[0].path.read_bytes() + b" ").hexdigest()
        assert client.get(f"/v/file/{fingerprint}").json() == {"known": False}

    @pytest.mark.parametrize("nonsense", ["0", "0" * 64, "%00", "' OR 1=1", "Z" * 64, ""])
    def test_nonsense(self, sealed, client, nonsense):
        assert client.get(f"/v/file/{nonsense}").status_code in ({404} if not nonsense else {200})


class TestStart:
    def test_a_code_leads_to_its_page(self, sealed, client):
        code = sealed[0].public_id
        typed = f" {code[:10].lower()} {code[10:]} "
        response = client.get("/v/", {"code": typed})
        assert (response.status_code, response.url) == (302, sealed[0].public_path)

    def test_an_unknown_code_leads_nowhere_else(self, db, client):
        assert client.get("/v/", {"code": "A" * 26}).url == UNKNOWN

    @pytest.mark.parametrize("code", ["abc", "A" * 25, "1" * 26, "<b>", "%2e%2e"])
    def test_what_is_no_code_is_said_beside_the_field(self, db, client, code):
        response = client.get("/v/", {"code": code})
        assert response.status_code == 422
        assert "bukan 26 huruf dan angka" in words(response)


class TestThrottle:
    def test_thirty_a_minute_whether_known_or_not(self, sealed, client):
        paths = [sealed[0].public_path, UNKNOWN, "/v/file/0"] * 10
        assert 429 not in {client.get(path).status_code for path in paths}
        busy = [client.get(path) for path in paths[:3]]
        assert [one.status_code for one in busy] == [429] * 3
        assert comparable(busy[0]) == comparable(busy[1])
        assert "Terlalu sering" in words(busy[0])
        assert denied(everything(busy[0])) == []
        assert client.get(UNKNOWN, REMOTE_ADDR="10.9.8.7").status_code == 404

    def test_without_counting_it_would_go_on(self, db, client, monkeypatch):
        monkeypatch.setattr("core.throttle.count", lambda *args: 0)
        assert {client.get(UNKNOWN).status_code for _ in range(35)} == {404}

    def test_what_is_the_same_for_all_has_its_own_count(self, sealed, client):
        for _ in range(31):
            client.get("/v/keys.json")
        assert client.get(sealed[0].public_path).status_code == 200


class TestHeaders:
    @pytest.mark.parametrize("path", PAGES)
    def test_not_kept_not_indexed_not_followed_back(self, sealed, client, path):
        headers = client.get(path).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in headers["Cache-Control"]

    @pytest.mark.parametrize("path", [*PAGES, UNKNOWN])
    def test_sets_no_cookie_and_names_no_place(self, sealed, client, path):
        for language in ("id", "en"):
            response = client.get(path, {"lang": language} if "?" not in path else None)
            assert response.cookies == {}
            assert denied(everything(response)) == []

    def test_scripts_and_styles_are_clean_as_well(self):
        static = settings.BASE_DIR / "static"
        files = [
            *(static / "js/verify").iterdir(),
            static / "css/verify.css",
            static / "css/fonts.css",
        ]
        files += [static / "img/icons.svg", *(static / "vendor").glob("noble*/*")]
        assert {one.name: denied(one.read_text()) for one in files if denied(one.read_text())} == {}

    def test_the_address_chooses_the_language(self, sealed, client):
        answer = client.get(sealed[0].public_path, {"lang": "en"})
        assert (answer["Content-Language"], answer.cookies) == ("en", {})
        assert client.get(sealed[0].public_path, {"lang": "xx"})["Content-Language"] == "id"


class TestOffline:
    def test_one_file_that_loads_nothing(self, sealed, client):
        response = client.get("/v/offline")
        page = response.content.decode()
        assert response["Content-Disposition"] == 'attachment; filename="pemeriksa-sertifikat.html"'
        assert re.findall(r'(?:src|href)="(?!#)[^"]*"|url\("(?!data:)[^)]*\)', page) == []
        [script] = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
        assert re.findall(r"^(?:import|export) .*", script, re.MULTILINE) == []
        assert services.issuer_key().kid in page

    def test_holds_all_modules_of_the_page(self):
        """A module that is forgotten in the list would be missing in the saved file only."""
        named = {
            name
            for path in (settings.BASE_DIR / "static").glob("js/verify/*.js")
            if path.stem in {"offline", "claim", "statuslist", "ed25519"}
            for name in re.findall(r'from "\./(\w+)\.js"', path.read_text())
        }
        kept = {module.rpartition("/")[2].removesuffix(".js") for module in offline.MODULES}
        assert named - kept == set()
