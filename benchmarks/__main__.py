"""`make bench`: each line is a name, a ratio measured side by side in this run, and a figure.

Medians of interleaved runs on a database of its own; absolute times differ from machine to machine.
"""

import os
import statistics
import time

import django

RUNS = 9


def race(*contenders, runs=RUNS):
    """Median seconds of each contender (a function without arguments), run in turns."""
    times = [[] for _ in contenders]
    for _ in range(runs):
        for seconds, contender in zip(times, contenders, strict=True):
            start = time.perf_counter()
            contender()
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in times]


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lapasapp.settings_test")
    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from benchmarks import attendance, certificates, paper, roster, timetable

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        for bench in (certificates, attendance, timetable, roster, paper):
            for name, ratio, figure in bench.rows(race):
                print(f"{name:<48} {ratio:>6.2f}  {figure}  ({connection.vendor})")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
