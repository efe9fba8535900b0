"""The Open Badges credential, judged by a verifier that we did not write."""

import hashlib
import json
import re
import socket
from datetime import date
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3.contexts import load_context
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from pyld.jsonld import JsonLdError

from certificates import credential, linked_data
from certificates.models import Certificate, IssuerKey
from certificates.services import end
from certificates.services.keys import SecretKey
from tests.certificates.paper import ARIF
from tests.tree import ROOT

KEY = SecretKey("00000000", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER_KEY = SecretKey("11111111", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
CONTEXTS = ROOT / "certificates" / "contexts"
FORBIDDEN = "lapas rutan napi wbp pemasyarakatan penjara register inmate prison blok warga\\W*binaan".split()


def certificate(pk=262_150, **content):
    return Certificate(
        pk=pk,
        public_id="ABCDEFGHIJKLMNOPQRSTUVWX23",
        content=ARIF | content,
        dated_on=date(2025, 12, 31),
    )


def attached(**content):
    return json.loads(credential.attachment(certificate(**content), KEY).content)


def accepts(document):
    """Whether the other verifier takes it, its proof being that of its issuer."""
    try:
        OB3LdpVerifier.for_issuer_did(linked_data.did_key(KEY.public_bytes)).verify(document)
    except OB3VerificationError:
        return False
    return True


def texts_within(part, path=()):
    """(path, text) of everything that a credential says, but for its proof and what its terms are."""
    if isinstance(part, str):
        yield path, part
    pairs = part.items() if isinstance(part, dict) else enumerate(part)
    for name, inner in pairs if not isinstance(part, str) else ():
        if name not in ("proof", "@context", "type"):
            yield from texts_within(inner, (*path, name))


def changed(document, path, text):
    copy = json.loads(json.dumps(document))
    *folders, name = path
    inner = copy
    for folder in folders:
        inner = inner[folder]
    inner[name] = text
    return copy


def without(names, part):
    """JSON without the members of those names, at any depth."""
    if isinstance(part, dict):
        return {name: without(names, inner) for name, inner in part.items() if name not in names}
    return [without(names, one) for one in part] if isinstance(part, list) else part


class TestProof:
    def test_the_other_verifier_reads_what_we_wrote(self):
        read = OB3LdpVerifier().verify(credential.attachment(certificate(), KEY).content)
        assert (read.issuer.name, read.achievement.name, read.achievement.achievement_type) == (
            "SMK Negeri 3 Jember",
            "Produksi Bakery",
            "CertificateOfCompletion",
        )
        assert [one.name for one in read.evidence] == [
            f"{unit['code']} {unit['title']}" for unit in ARIF["units"]
        ]
        assert read.credential_status[0]["statusListIndex"] == "6"
        assert read.issuance_date.isoformat() == "2025-12-31T00:00:00+07:00"

    def test_one_letter_changed_anywhere_is_refused(self):
        document = attached()
        said = list(texts_within(document))
        assert len(said) > 25
        assert accepts(document)
        for path, text in said:
            letter = "7" if text[-1] != "7" else "8"
            assert not accepts(changed(document, path, text[:-1] + letter)), path

    def test_another_key_is_refused(self):
        document = json.loads(credential.attachment(certificate(), OTHER_KEY).content)
        assert not accepts(document)
        assert not accepts(document | {"issuer": attached()["issuer"]})
        proof = document["proof"] | {
            "verificationMethod": attached()["proof"]["verificationMethod"]
        }
        assert not accepts(document | {"issuer": attached()["issuer"], "proof": proof})

    @pytest.mark.parametrize(
        "content",
        [
            {"name": 'Ça "Ö" \\ d\'Aß 𝔸 <b>&amp;</b>\tŚ\nurn:place:3:'},
            {"kind": "partial", "predicate": "", "average": "70", "standard": "", "pass_mark": ""},
            {"units": ARIF["units"] * 7, "is_specimen": False},
            {"duplicate_of": {"number": "001/X", "issued_on": "2025-12-31"}},
        ],
    )
    def test_extremes_are_accepted_and_stated_as_plain_pyld_states_them(self, content):
        document = attached(**content)
        assert accepts(document)
        del document["proof"]
        assert linked_data.statements(document) == linked_data.plain_statements(document)

    def test_same_input_same_bytes(self):
        first, second = (credential.attachment(certificate(), KEY) for _ in range(2))
        assert first == second
        assert (first.name, first.made_at.isoformat()) == (
            "credential.json",
            "2025-12-31T00:00:00+07:00",
        )

    def test_two_nodes_without_id_are_not_guessed_at(self):
        document = attached()
        document["evidence"] = [{"type": ["Evidence"], "name": name} for name in "ab"]
        with pytest.raises(ValueError, match="two nodes without an id"):
            linked_data.statements(document)

    def test_control_characters_are_refused(self):
        with pytest.raises(ValueError, match="control characters"):
            attached(name="A\x07")


class TestContexts:
    def test_files_are_those_of_the_table(self):
        table = re.findall(
            r"^\| `(https[^`]+)` \| `([^`]+)` \| `([0-9a-f]{64})`",
            (CONTEXTS / "README.md").read_text(),
            re.MULTILINE,
        )
        assert {address: CONTEXTS / file for address, file, _ in table} == linked_data.CONTEXTS
        for _, file, sha256 in table:
            assert hashlib.sha256((CONTEXTS / file).read_bytes()).hexdigest() == sha256

    def test_files_say_what_the_other_verifiers_say(self):
        for address in linked_data.CONTEXTS:
            theirs = without({"endorsementJwt", "jti"}, load_context(address))
            assert without({"endorsementJwt", "jti"}, linked_data.context(address)) == theirs

    def test_network_is_never_asked(self, monkeypatch):
        asked = []
        monkeypatch.setattr(socket.socket, "connect", lambda *where: asked.append(where))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **how: asked.append(where))
        linked_data._lines.cache_clear()
        document = attached()
        document["@context"].append("https://evil.example/context.json")
        del document["proof"]
        with pytest.raises(JsonLdError):
            linked_data.statements(document)
        with pytest.raises(linked_data.ContextRefused):
            linked_data.context("https://evil.example/context.json")
        assert asked == []


class TestContent:
    def test_nothing_tells_where(self):
        everything = json.dumps(attached(is_specimen=False)).lower()
        assert [word for word in FORBIDDEN if re.search(word, everything)] == []

    def test_masked_says_the_same_and_no_name(self):
        masked = credential.public_credential(certificate(), KEY)
        full = attached()
        assert accepts(masked)
        assert masked["credentialSubject"].pop("name") == "A*** B*** S***"
        assert full["credentialSubject"].pop("name") == ARIF["name"]
        del masked["proof"], full["proof"]
        assert masked == full
        assert [word for word in ARIF["name"].split() if word in json.dumps(masked)] == []

    def test_status_lists_hold_131072_each(self):
        entries = [credential.status_entry(certificate(pk)) for pk in (131_071, 131_072)]
        assert [(one["statusListCredential"], one["statusListIndex"]) for one in entries] == [
            ("http://sertifikat.example/v/status/0", "131071"),
            ("http://sertifikat.example/v/status/1", "0"),
        ]

    def test_same_achievement_same_id(self):
        ids = [
            attached(**content)["credentialSubject"]["achievement"]["id"]
            for content in ({}, {"name": "Sutrisno"}, {"program": "Las"})
        ]
        assert ids[0] == ids[1] != ids[2]


class TestPage:
    def get(self, browse, public_id):
        return browse().get(f"/v/{public_id}/credential.json")

    def test_masked_and_signed(self, sealed, browse):
        response = self.get(browse, sealed[2].public_id.lower())
        name = sealed[2].content["name"]
        assert [word for word in name.split() if word.encode() in response.content] == []
        read = OB3LdpVerifier().verify(response.content)
        assert read.raw["credentialSubject"]["name"] == "M*** A*** W*** H*** K*** P***"
        assert {
            header: response.headers[header]
            for header in ("Content-Type", "X-Robots-Tag", "Referrer-Policy")
        } == {
            "Content-Type": "application/vc",
            "X-Robots-Tag": "noindex, nofollow",
            "Referrer-Policy": "no-referrer",
        }
        assert "no-store" in response.headers["Cache-Control"]

    def test_unknown_and_unsealed_are_the_same_404(self, approved, browse):
        answers = [
            self.get(browse, public_id)
            for public_id in (Certificate.objects.first().public_id, "A" * 26, "x", "%00")
        ]
        assert {one.status_code for one in answers} == {404}
        assert len({one.content for one in answers}) == 1
        assert not IssuerKey.objects.exists()

    def test_the_other_verifier_sees_a_revocation(self, sealed, browse):
        """In our own status list, at once. It checks signatures of lists only when they are JWTs."""

        def refusal(certificate):
            document = self.get(browse, certificate.public_id).content
            try:
                OB3LdpVerifier().verify(
                    document,
                    check_status=True,
                    download=lambda url: browse().get(urlsplit(url).path).content,
                    verify_status_list=False,
                )
            except OB3VerificationError as refusal:
                return str(refusal).partition(" in ")[0]
            return ""

        assert [refusal(one) for one in sealed[:2]] == ["", ""]
        end(certificate=sealed[0], status="revoked", reason="fraud", by=None)
        revoked = f"Credential status 'revocation' is set at index {sealed[0].pk}"
        assert [refusal(one) for one in sealed[:2]] == [revoked, ""]

    def test_31st_in_a_minute_is_too_many(self, db, browse):
        answers = [self.get(browse, "A" * 26).status_code for _ in range(31)]
        assert answers == [404] * 30 + [429]
