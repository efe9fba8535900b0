"""Processes with database connections of their own, that may die at any moment."""

import os
import signal
import traceback

from django.db import connections


def fork(work):
    """The id of a process that does `work` and ends with 0, or with 1 when something was raised."""
    connections.close_all()  # two processes on one connection would garble it
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ending(pid):
    """The exit code of a process; for one that was killed, the signal as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def dying_before(owner, name):
    """From now on this process dies, unasked and at once, where it would call `owner.name`."""
    setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))


def dying_after(owner, name):
    done = getattr(owner, name)

    def do_and_die(*args, **kwargs):
        done(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, do_and_die)
