import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests import postgres

TELL_AND_WAIT = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"


def test_the_suite_runs_on_the_database_that_the_environment_names():
    asked = urlsplit(os.environ.get("DATABASE_URL", "sqlite:"))
    vendors = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}

    assert connection.vendor == vendors[asked.scheme]
    assert str(connection.settings_dict["PORT"] or "") == str(asked.port or "")


class TestServer:
    @pytest.fixture
    def harness(self, tmp_path, monkeypatch):
        """A server of another process, and the folder for the servers of this test."""
        # Not tmp_path, which only root can enter when root runs the tests.
        shared = Path("/tmp") / f"lapasapp-test-{os.getpid()}"
        shared.mkdir(mode=0o755)
        monkeypatch.setattr(postgres.tempfile, "tempdir", str(shared))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres", "--", sys.executable, "-c", TELL_AND_WAIT],
            env={**os.environ, "TMPDIR": str(shared)},
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        assert select.select([process.stdout], [], [], 60)[0]
        assert process.stdout.readline().startswith("Database: PostgreSQL")
        process.port = urlsplit(process.stdout.readline()).port
        yield process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        postgres.sweep()
        shared.rmdir()

    def test_a_terminated_run_takes_its_server_along(self, harness):
        harness.send_signal(signal.SIGTERM)

        assert harness.wait(30) == 128 + signal.SIGTERM
        assert not listens(harness.port)
        assert folders() == []

    def test_a_sweep_ends_the_server_of_a_killed_run_only(self, harness):
        postgres.sweep()
        assert listens(harness.port)

        os.killpg(harness.pid, signal.SIGKILL)
        harness.wait(30)
        assert listens(harness.port)
        postgres.sweep()

        assert not listens(harness.port)
        assert folders() == []


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def folders():
    return list(Path(postgres.tempfile.gettempdir()).glob(f"{postgres.PREFIX}*"))
