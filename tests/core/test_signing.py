"""A signature holds for the bytes, the purpose and the signers for which it was made."""

import base64

import pytest
from django.core.management import call_command

from core import signing
from tests.core.signers import at_another_house
from tests.core.test_settings import start

CONTENT = b'{"name":"Sutrisno"}'


def test_what_we_signed_is_ours():
    assert signing.verify("surat", CONTENT, signing.sign("surat", CONTENT))


@pytest.mark.parametrize(
    ("purpose", "content"),
    [("surat", CONTENT + b" "), ("sertifikat", CONTENT), ("sura", b"t" + CONTENT)],
)
def test_nothing_else_is(purpose, content):
    assert not signing.verify(purpose, content, signing.sign("surat", CONTENT))


@pytest.mark.parametrize("value", ["", "?", "AAAA", "é"])
def test_a_broken_signature_is_no_error(value):
    key_id = signing.key_id(signing.public_key())
    assert not signing.verify("surat", CONTENT, signing.Signature(key_id, value))


def test_another_house_is_believed_once_it_is_on_the_list(settings):
    signature = at_another_house(settings, lambda: signing.sign("surat", CONTENT))
    their_key = at_another_house(settings, signing.public_key)
    assert not signing.is_known(signature.key_id)
    assert not signing.verify("surat", CONTENT, signature)
    settings.TRUSTED_SIGNERS = {signing.key_id(their_key): their_key}
    assert signing.is_known(signature.key_id)
    assert signing.verify("surat", CONTENT, signature)


def test_nobody_takes_our_name(settings):
    """Another key under our id is not looked at."""
    theirs = at_another_house(settings, lambda: signing.sign("surat", CONTENT))
    ours = signing.key_id(signing.public_key())
    assert not signing.verify("surat", CONTENT, signing.Signature(ours, theirs.value))


def test_the_same_things_are_written_alike():
    assert signing.canonical({"b": "é", "a": [1]}) == signing.canonical({"a": [1], "b": "é"})
    assert signing.canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'.encode()


def test_the_command_prints_what_the_others_put_on_their_list(capsys, tmp_path):
    call_command("signing_key")
    line = capsys.readouterr().out.strip()
    key_id, _, key = line.partition(":")
    assert (key_id, base64.b64decode(key)) == (
        signing.key_id(signing.public_key()),
        signing.public_key(),
    )
    assert start(tmp_path, TRUSTED_SIGNERS=f"{line}, {line}").stderr == ""


def test_a_wrong_list_stops_the_start(tmp_path):
    stopped = start(tmp_path, TRUSTED_SIGNERS="0123456789abcdef:AAAA")
    assert (stopped.returncode, "TRUSTED_SIGNERS" in stopped.stderr) == (1, True)
