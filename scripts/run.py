"""The site for trying it out: database, demo data, web server and worker, until Ctrl-C.

One Django start serves all of them: this process prepares the data, then forks the web server and
the worker and looks after them.
"""

import contextlib
import ctypes
import hashlib
import io
import os
import signal
import socket
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 10
RESTART_SECONDS = 2
PR_SET_PDEATHSIG = 1


def main():
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lapasapp.settings")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)

    import django
    from django.db import OperationalError, connections

    django.setup()
    from django.conf import settings

    if answers(settings.PORT):
        sys.exit(f"Port {settings.PORT} sudah dipakai; pilih yang lain: make run PORT=8001")
    try:
        prepare_database()
        prepare_static()
        accounts = demo_accounts()
    except OperationalError as error:
        sys.exit(f"Basis data tidak dapat dibuka: {error}")
    connections.close_all()

    children = {}
    try:
        children["web"] = fork(serve_web, settings.PORT)
        children["worker"] = fork(serve_tasks)
        while not answers(settings.PORT):
            look_after(children, os.WNOHANG)
            time.sleep(0.02)
        print(f"Alamat: http://127.0.0.1:{settings.PORT}", accounts, sep="\n", flush=True)
        while True:
            look_after(children, 0)
    finally:
        stop(children.values())


def prepare_database():
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Menyiapkan basis data …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    # A database with people in it may be a real one: demo data goes into an empty one only, or
    # where an earlier start was interrupted while it did so.
    unfinished = settings.DATA_DIR / "seed_demo.part"
    if settings.DEBUG and (unfinished.exists() or not get_user_model().objects.exists()):
        print("Mengisi data contoh …", flush=True)
        unfinished.touch()
        call_command("seed_demo", verbosity=0)
        unfinished.unlink()


def prepare_static():
    """Collecting takes seconds, so it happens only after a change; DEBUG serves the sources."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    sources = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            sources.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != sources.hexdigest():
        print("Menyiapkan berkas statis …", flush=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(sources.hexdigest())


def demo_accounts():
    """The table of accounts and the password line; empty where there is no demo data."""
    from django.core.management import call_command

    said = io.StringIO()
    call_command("demo_accounts", stdout=said)
    return said.getvalue().rstrip()


def serve_web(port):
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self):
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": 2,
                "worker_class": "gthread",
                "threads": 4,
                "preload_app": True,
                "graceful_timeout": 5,
                "control_socket_disable": True,
                "loglevel": "warning",
                "proc_name": "lapasapp",
            }.items():
                self.cfg.set(name, value)

        def load(self):
            from django.urls import get_resolver

            from lapasapp.wsgi import application

            _ = get_resolver().url_patterns  # else each worker imports the views by itself
            return application

    Site().run()


def serve_tasks():
    import logging

    from django.core.management import call_command

    # Not its "press Ctrl+C again": one is enough here.
    logging.getLogger("django_tasks_db").addFilter(lambda line: line.levelno >= logging.ERROR)
    call_command("db_worker", queue_name="*", reload=False, startup_delay=False, verbosity=1)


def fork(work, *arguments):
    """Runs work in a process group of its own, which ends with this process."""
    parent = os.getpid()
    child = os.fork()
    if child:
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(child, child)
        return child
    os.setpgid(0, 0)
    # Ctrl-C reaches only the parent, which stops its children in order.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if os.getppid() != parent:
        os._exit(1)
    status = 1
    try:
        work(*arguments)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def look_after(children, options):
    """With options 0 waits until a child ends; the worker does so when the database goes away."""
    child, status = os.waitpid(-1, options)
    if child == children["web"]:
        sys.exit(f"Server web berakhir dengan status {os.waitstatus_to_exitcode(status)}")
    if child == children["worker"]:
        time.sleep(RESTART_SECONDS)
        children["worker"] = fork(serve_tasks)


def stop(children):
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    waiting = set(children)
    while waiting and time.monotonic() < deadline:
        try:
            child, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # none is left
            break
        waiting.discard(child)
        time.sleep(0 if child else 0.02)
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)  # also what the child has left behind


def leave(*_):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
