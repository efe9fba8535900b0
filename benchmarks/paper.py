"""Paper: one page read behind its walls, how well pages of each level are read, a batch of meetings printed."""

import subprocess
import sys
import tempfile
from datetime import time as clock
from datetime import timedelta

import cv2

from accounts.roles import Role
from participants.documents.sheet import sheets_pdf
from participants.paper.process import CHILD, look
from participants.paper.reader import read_page
from participants.services import print_sheets
from programs.models import Session
from tests import factories
from tests.paper.pages import LEVELS, REPORTING, page
from tests.paper.printing import NAMES
from tests.paper.report import outcomes

PAGES = 24  # of each level: the four take about a minute on two cores
PEOPLE, MEETINGS = 20, 40
SEEN_BY_CHILD = """
import os, subprocess, sys
with open(sys.argv[1], "rb") as page:
    child = subprocess.Popen([sys.executable, "-I", sys.argv[2], "1"], stdin=page, stdout=subprocess.DEVNULL)
print(os.wait4(child.pid, 0)[2].ru_maxrss)
"""


def rows(race):
    yield _one_page(race)
    for level in LEVELS:
        yield _level(level)
    yield _printing(race)


def _one_page(race):
    cv2.setNumThreads(1)
    grey = page(REPORTING[0], "office").image
    content = cv2.imencode(".jpg", grey)[1].tobytes()
    apart, bare = race(lambda: look(content, 1), lambda: read_page(grey))
    figure = f"{apart:.2f} s, bare {bare:.2f} s, {_memory(content):.0f} MB in its own process"
    return "a page of an office scan read / its bare reading", apart / bare, figure


def _memory(content):
    """MB at most of a child that reads the page; a small one stands between, for a child counts its parent's."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-I", "-c", SEEN_BY_CHILD, file.name, CHILD]
        return int(subprocess.check_output(command)) / 1024


def _level(level):
    pages = outcomes(level, REPORTING[:PAGES])
    people, sure, right = (
        sum(getattr(one, of) for one in pages) for of in ("people", "sure", "right")
    )
    wrong, read = sum(len(one.wrong) for one in pages), sum(not one.refusal for one in pages)
    figure = (
        f"{read} of {PAGES} sheets, {sure} of {people} rows, {right} right, {wrong} silently wrong"
    )
    return f"paper, {level}: rows sure / rows", sure / people, figure


def _printing(race):
    pages = _class_on_paper()

    def together():
        return sheets_pdf(pages, paper="a4")

    def apart():
        return [sheets_pdf([one], paper="a4") for one in pages]

    ours, each = race(together, apart, runs=1)
    figure = f"{ours:.1f} s, one by one {each:.1f} s"
    return f"sheets of {MEETINGS} meetings: one by one / ours", each / ours, figure


def _class_on_paper():
    """The pages of a class of 20 in 40 meetings."""
    first = factories.SessionFactory()
    batch, about = (
        first.batch,
        {"unit": first.unit, "instructor": first.instructor, "room": first.room},
    )
    for number in range(PEOPLE):
        inmate = factories.InmateFactory(facility=batch.facility, name=NAMES[number % len(NAMES)])
        factories.EnrollmentFactory(batch=batch, inmate=inmate, position=number + 1)
    Session.objects.bulk_create(
        Session(
            batch=batch, hours=4, starts_at=clock(8), ends_at=clock(11), **about,
            takes_place_on=first.takes_place_on + timedelta(number),
        )
        for number in range(1, MEETINGS)
    )  # fmt: skip
    officer = factories.UserFactory(role=Role.OFFICER, facility=batch.facility)
    return print_sheets(sessions=batch.sessions.all(), paper="a4", by=officer)
