"""A wrong value in the environment stops start-up and names the variable."""

import os
import subprocess
import sys

import pytest

from tests.tree import ROOT


def start(folder, **environment):
    """What a start with this environment says and how it ends."""
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "lapasapp.settings",
            "DATA_DIR": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_canary_an_empty_environment_starts(tmp_path):
    assert start(tmp_path).stderr == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LESSON_MINUTES", "5"),
        ("PDF_SIGNER", "bsre.example"),
        ("PDF_SIGNER_TIMEOUT", "0"),
        ("PORT", "70000"),
        ("PUBLIC_BASE_URL", "sertifikat.example"),
        ("SECRET_KEY", "short"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path, variable, value):
    stopped = start(tmp_path, **{variable: value})
    last_words = stopped.stderr.strip().rpartition("\n")[2]

    assert stopped.returncode == 1
    assert last_words.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert variable in last_words
