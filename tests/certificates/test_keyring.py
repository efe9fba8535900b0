"""Secret keys on the disk: whole or not at all, and never in another's place."""

import os
import stat

import pytest

from certificates import keyring
from certificates.keyring import KeyMissing
from certificates.models import IssuerKey
from certificates.services import issuer_key
from certificates.services.keys import strangers
from tests.certificates.proofs import secret_key


def names(settings):
    return sorted(path.name for path in settings.KEY_ROOT.iterdir())


class TestWrite:
    def test_for_us_alone(self, settings):
        keyring.write("a.key", b"secret")
        mode = (settings.KEY_ROOT / "a.key").stat().st_mode
        assert (keyring.read("a.key"), stat.S_IMODE(mode)) == (b"secret", 0o600)

    def test_takes_nobodys_place(self, settings):
        keyring.write("a.key", b"first")
        with pytest.raises(FileExistsError):
            keyring.write("a.key", b"second")
        assert (keyring.read("a.key"), names(settings)) == (b"first", ["a.key"])

    def test_the_disk_is_full_and_then_it_is_not(self, settings, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full")))
            with pytest.raises(OSError, match="full"):
                keyring.write("a.key", b"secret")
        assert names(settings) == []
        keyring.write("a.key", b"secret")
        assert keyring.read("a.key") == b"secret"

    def test_the_name_comes_when_the_bytes_are_on_the_disk_and_is_kept_itself(
        self, settings, monkeypatch
    ):
        seen = []
        monkeypatch.setattr(os, "fsync", lambda handle: seen.append(names(settings)))
        keyring.write("a.key", b"secret")
        [[unfinished], finished] = seen
        assert (unfinished.endswith(".tmp"), finished) == (True, ["a.key"])


class TestRead:
    @pytest.mark.parametrize(
        ("content", "words"),
        [(None, "is missing below"), (b"", "is empty"), (b"x" * 31, "holds no key")],
    )
    def test_says_what_is_wrong_and_what_to_do(self, settings, content, words):
        if content is not None:
            settings.KEY_ROOT.mkdir()
            (settings.KEY_ROOT / "issuer-a.key").write_bytes(content)
        with pytest.raises(KeyMissing, match=f"issuer-a.key {words}.*restore it from the backup"):
            keyring.ed25519("issuer-a.key")


@pytest.mark.django_db
class TestStrangers:
    def test_ours_are_none(self):
        issuer_key()
        assert strangers() == []

    def test_a_key_that_somebody_put_into_the_database(self):
        issuer_key()
        other = secret_key()
        row = IssuerKey.objects.create(
            kid=other.kid, public_key=other.public_bytes.hex(), retired_on="2030-01-01"
        )
        assert strangers() == [row]

    def test_another_public_half_under_the_name_of_ours(self):
        kid = issuer_key().kid
        IssuerKey.objects.update(public_key=secret_key().public_bytes.hex())
        assert [key.kid for key in strangers()] == [kid]

    @pytest.mark.parametrize("content", [None, b""])
    def test_a_file_that_is_lost(self, settings, content):
        path = settings.KEY_ROOT / f"issuer-{issuer_key().kid}.key"
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        assert strangers() == [IssuerKey.objects.get()]
