"""The status list: what is no longer in force, at once, signed, and small enough to carry around."""

import base64
import gzip
import json
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import services, status
from core.signing import canonical
from tests.certificates.proofs import secret_key

DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def listed(client):
    response = client.get("/v/status/0")
    assert response["Content-Type"] == "application/vc"
    return json.loads(response.content)


def bits_of(document):
    """The places whose bit is set."""
    packed = document["credentialSubject"]["encodedList"].removeprefix("u")
    raw = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert len(raw) * 8 == 131_072
    return [
        8 * byte + place
        for byte, value in enumerate(raw)
        for place in range(8)
        if value & 0x80 >> place
    ]


def is_genuine(document, key):
    """By the steps of eddsa-jcs-2022, written a second time."""
    proof = dict(document["proof"])
    number = 0
    for digit in proof.pop("proofValue").removeprefix("z"):
        number = number * 58 + DIGITS.index(digit)
    said = {name: part for name, part in document.items() if name != "proof"}
    message = sha256(canonical(proof)).digest() + sha256(canonical(said)).digest()
    try:
        key.secret.public_key().verify(number.to_bytes(64), message)
    except InvalidSignature:
        return False
    return True


class TestList:
    def test_revoked_and_superseded_at_once(self, sealed, client):
        first, _, third = sealed
        assert bits_of(listed(client)) == []
        services.end(certificate=first, status="revoked", reason="mistake", by=None)
        assert bits_of(listed(client)) == [first.pk]
        services.end(certificate=third, status="superseded", reason="name", by=None)
        assert bits_of(listed(client)) == sorted([first.pk, third.pk])

    def test_holds_an_hour_and_names_its_key(self, sealed, client):
        """Frozen on 5 January 2026, 3 o'clock."""
        said = listed(client)
        assert (said["validFrom"], said["validUntil"]) == (
            "2026-01-05T03:00:00Z",
            "2026-01-05T04:00:00Z",
        )
        assert said["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
        assert said["proof"]["verificationMethod"].startswith(f"{said['issuer']}#z6Mk")
        assert is_genuine(said, services.issuer_key())

    def test_a_changed_one_is_not_genuine(self, sealed):
        key = services.issuer_key()
        said = status.status_list(0, key, datetime(2026, 1, 5, tzinfo=UTC))
        assert is_genuine(said, key)
        assert not is_genuine(said | {"validUntil": "2036-01-05T00:00:00Z"}, key)
        assert not is_genuine(said, secret_key())

    def test_the_second_list_is_of_those_behind(self, sealed, monkeypatch):
        monkeypatch.setattr(status, "STATUS_LIST_SIZE", 8)
        first = min(one.pk for one in sealed)
        services.end(certificate=sealed[0], status="revoked", reason="mistake", by=None)
        key, now = services.issuer_key(), datetime(2026, 1, 5, tzinfo=UTC)
        page, place = divmod(sealed[0].pk, 8)
        said = status.status_list(page, key, now)["credentialSubject"]["encodedList"]
        raw = gzip.decompress(base64.urlsafe_b64decode(said[1:] + "=="))
        assert raw == bytes([0x80 >> place])
        assert status.status_list(first // 8 + 9, key, now) is None

    def test_which_does_not_exist(self, sealed, client):
        assert client.get("/v/status/1").status_code == 404
        assert client.get(f"/v/status/{'9' * 30}").status_code == 404

    def test_before_the_first_key_reading_makes_none(self, db, client):
        assert client.get("/v/status/0").status_code == 404
        assert client.get("/v/keys.json").json() == {"keys": []}

    def test_three_queries_whatever_it_holds(self, sealed, client):
        counts = []
        for certificate in sealed:
            services.end(certificate=certificate, status="revoked", reason="mistake", by=None)
            with CaptureQueriesContext(connection) as queries:
                client.get("/v/status/0")
            counts.append(len(queries))
        assert counts == [3, 3, 3]

    @pytest.mark.parametrize("seed", range(3))
    def test_a_hundred_revoked_take_some_three_hundred_bytes(self, seed):
        places = Random(seed).sample(range(131_072), 100)
        packed = status._packed(status._bits(places, 0))
        assert len(packed) * 3 // 4 <= 300


class TestKeys:
    def test_published_with_what_became_of_them(self, sealed, client):
        old = services.issuer_key()
        services.retire_key(kid=old.kid, is_compromised=True, by=None)
        first, second = client.get("/v/keys.json").json()["keys"]
        assert first == {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "kid": old.kid,
            "x": base64.urlsafe_b64encode(old.public_bytes).decode().rstrip("="),
            "retired_on": "2026-01-05",
            "is_compromised": True,
        }
        assert (second["kid"], second["retired_on"]) == (services.issuer_key().kid, None)
