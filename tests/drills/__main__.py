"""python -m tests.drills [sqlite] [postgres]: all drills on a throw-away database of each kind."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import postgres


class Server:
    """The throw-away PostgreSQL of `postgres.start`, to be stopped as by a power cut and started again."""

    def __init__(self, folder):
        self.folder = folder
        self.url = postgres.start(folder)
        pid = (folder / "data" / "postmaster.pid").read_text().split()[0]
        self.control_program = Path(f"/proc/{pid}/exe").resolve().parent / "pg_ctl"

    def stop_at_once(self):
        self.control("stop", "--mode", "immediate")

    def start_again(self):
        port = self.url.rpartition(":")[2].partition("/")[0]
        options = " ".join(f"-c {name}={value}" for name, value in postgres.SETTINGS.items())
        self.control("start", "--log", self.folder / "log", "--options", f"-p {port} {options}")

    def control(self, act, *how):
        where = ("--wait", "--pgdata", self.folder / "data")
        postgres.run(self.control_program, act, *how, *where, cwd=self.folder)


def drill(kind, server=None):
    if server:
        os.environ["DATABASE_URL"] = server.url
    else:
        os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lapasapp.settings_test"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.drills import drills, world

    try:
        call_command("migrate", verbosity=0)
        cast, seed = world.cast(), random.SystemRandom().randrange(10**6)
        found = drills.numbers() + drills.kills(cast, seed=seed)
        found += drills.long_ledger(cast)
        if server:
            found += drills.stops(cast, server, seed=seed)
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    print("\n".join(found) or f"{kind}: nothing went wrong", flush=True)
    return bool(found)


def drill_on_postgres():
    postgres.sweep()
    mark = f"{postgres.PREFIX}{os.getpid()}-{postgres.started_at(os.getpid())}-"
    folder = Path(tempfile.mkdtemp(prefix=mark))
    try:
        if os.geteuid() == 0:
            os.chown(folder, postgres.nobody().pw_uid, postgres.nobody().pw_gid)
        return drill("PostgreSQL", Server(folder))
    finally:
        postgres.stop(folder)


def main(kinds):
    if len(kinds) == 1:
        return drill_on_postgres() if kinds == ["postgres"] else drill("SQLite")
    # A process each: Django is set up once in its life.
    each = [
        [sys.executable, "-m", "tests.drills", kind] for kind in kinds or ["sqlite", "postgres"]
    ]
    return max(subprocess.run(command).returncode for command in each)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
