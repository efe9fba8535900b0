"""How well the reader reads: `python -m tests.paper.report --level office --seeds 0:200 [--save DIR]`.

Silently wrong is a row of which the machine was sure, and that means another code or none.
`--cast` shows the answer to each of the bad cast instead.
"""

import argparse
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from participants.paper.reader import read_page
from tests.paper.cast import EXPECTED
from tests.paper.hands import RATES
from tests.paper.judging import Outcome, judge, judge_rows, refusal
from tests.paper.pages import LEVELS, REPORTING, TUNING, Page

PROCESSES = 2


def outcomes(level, seeds, *, hand="usual", save=None):
    """[Outcome] of the pages of `seeds`. Processes are spawned: threads of cv2 do not live through a fork."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawned) as pool:
        work = partial(judge, level=level, hand=hand, save=save)
        return list(pool.map(work, seeds, chunksize=4))


def report(level, pages):
    """Lines to print for the Outcomes of a level."""
    people, sure, right = (
        sum(getattr(one, of) for one in pages) for of in ("people", "sure", "right")
    )
    wrong = sum(len(one.wrong) for one in pages)
    seconds = [one.seconds for one in pages]
    yield f"level            {level}"
    yield f"sheets read      {sum(not one.refusal for one in pages)} of {len(pages)}"
    yield f"rows sure        {sure} of {people} ({sure / max(people, 1):.1%})"
    yield f"right among sure {right} ({right / max(sure, 1):.3%})"
    yield f"silently wrong   {wrong} (rows of guests among them: {wrong - (sure - right)})"
    yield f"seconds a page   {sum(seconds) / len(seconds):.2f}, at most {max(seconds):.2f}"
    for one in pages:
        if one.refusal:
            yield f"  not read: seed {one.seed}, {one.refusal} [{one.made}]"
        for number, what, meant, seen in one.wrong:
            yield f"  WRONG: seed {one.seed}, row {number}, {what}: meant {meant}, read {seen} [{one.made}]"


def details(pages):
    """Lines by what was done, and by sign, pen and machine: how many were sure, which doubts were raised."""
    rows, sure, doubts = (
        sum((getattr(one, of) for one in pages), Counter())
        for of in ("rows_of", "sure_of", "doubts_of")
    )
    for group in sorted(rows):
        why = [f"{doubt} {times}" for (of, doubt), times in doubts.most_common() if of == group]
        kind, name = group
        share = sure[group] / rows[group]
        yield f"  {kind:8}{name:18}{rows[group]:6} rows, sure {share:6.1%}  {', '.join(why)}"


def cast_report(seed):
    """Lines: who of the bad cast, what it should come to, what it came to."""
    for make, expected in EXPECTED.items():
        made = make(seed)
        if not isinstance(made, Page):
            yield f"{make.__name__:14} {expected:22} {read_page(made).refusal}"
            continue
        reading = read_page(made.image)
        one = Outcome(seed, "", refusal(made, reading))
        if reading.rows and reading.paper == made.paper:
            judge_rows(one, made, reading)
        rows = f"sure {one.sure}, wrong {len(one.wrong)}" if reading.rows else ""
        yield f"{make.__name__:14} {expected:22} {one.refusal:14} {rows}"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--level", choices=LEVELS, default="office")
    options.add_argument("--hand", choices=RATES, default="usual")
    options.add_argument("--seeds", default="0:100", help="from:to, from the start of the range")
    options.add_argument("--reporting", action="store_true", help="the range that is not tuned on")
    options.add_argument(
        "--details", action="store_true", help="by what was done, sign, pen, machine"
    )
    options.add_argument("--save", metavar="DIR", help="keep the pictures of what went wrong")
    options.add_argument("--cast", action="store_true", help="the bad cast instead of a level")
    chosen = options.parse_args()
    start, end = map(int, chosen.seeds.split(":"))
    if chosen.cast:
        print("\n".join(cast_report(start)))
        return
    seeds = (REPORTING if chosen.reporting else TUNING)[start:end]
    pages = outcomes(chosen.level, seeds, hand=chosen.hand, save=chosen.save)
    print("\n".join(report(chosen.level, pages)))
    if chosen.details:
        print("\n".join(details(pages)))


if __name__ == "__main__":
    main()
