"""Several people at the same moment: threads, each with a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from threading import Barrier, BrokenBarrierError

from django.db import connection
from django.db.models import QuerySet


def at_once(*acts):
    """What each of `acts` answered or raised, in their order; all start together."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(30)
            return act()
        except Exception as error:  # the loser's refusal is an answer too
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def meet_after(monkeypatch, owner, name, *, racers, patience, crowd=None):
    """Whoever has just called `owner.name` waits there for the others, at most `patience` seconds.

    Behind a lock nobody else can come, so a short patience will do; without one all of them come.
    With a `crowd` of their own those of several names wait for each other.
    """
    asked, crowd = getattr(owner, name), crowd or Barrier(racers)

    @wraps(asked)
    def ask_and_wait(*args, **kwargs):
        answer = asked(*args, **kwargs)
        with suppress(BrokenBarrierError):
            crowd.wait(patience)
        return answer

    monkeypatch.setattr(owner, name, ask_and_wait)


def without_guard(monkeypatch, service):
    """`service` without its transaction, and without row locks anywhere."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *_, **__: rows)
    return service.__wrapped__
