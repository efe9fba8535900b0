"""The simulator itself: it can be repeated, keeps tuning from reporting, and does all that it says."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from participants.paper.layout import CODES
from tests.paper import cast
from tests.paper.filling import Row, Truth, fill
from tests.paper.hands import NASTY, any_hand
from tests.paper.pages import LEVELS, REPORTING, TUNING, page
from tests.paper.sheets import plain_sheet, px


@pytest.fixture(scope="module")
def sheet():
    return plain_sheet("a4", "000031AX7QM2K0PT", 20)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("level", LEVELS)
def test_one_seed_is_one_page(sheet, level):
    once, again = (page(7, level, hand="nasty", sheet=sheet) for _ in range(2))

    assert once.truths == again.truths
    assert np.array_equal(once.image, again.image)
    assert once.image.dtype == np.uint8
    assert once.image.ndim == 2


def test_another_seed_is_another_page(sheet):
    assert page(7, "clean", sheet=sheet).truths != page(8, "clean", sheet=sheet).truths


def test_tuning_and_reporting_do_not_meet():
    assert not set(TUNING[:1000]) & set(REPORTING[:1000])
    assert TUNING.stop <= REPORTING.start


def test_a_seed_of_neither_range_makes_no_page(sheet):
    with pytest.raises(AssertionError):
        page(REPORTING.stop, "clean", sheet=sheet)


def test_a_nasty_hand_does_everything(sheet):
    seen = Counter()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        hand = any_hand(rng, "nasty")
        _image, truths = fill(sheet.image, sheet.layout, 13, rng, hand)
        seen.update(truth.what for truth in truths)

    assert set(NASTY) | {"marked", "free", "guest"} <= set(seen)


def test_every_row_has_its_truth_and_guests_come_last(sheet, rng):
    hand = any_hand(rng, "careful")

    _image, truths = fill(sheet.image, sheet.layout, 13, rng, hand)

    assert [truth.is_person for truth in truths] == [True] * 13 + [False] * 9
    assert all(truth.code for truth in truths[:13])


def test_what_leaves_no_answer_has_no_code(sheet, rng):
    row = Row(sheet.image.copy(), sheet.layout, 0, any_hand(rng, "careful"), rng)
    acts = [row.empty, row.withdrawn, row.two, row.blot, row.erased]

    assert [act(0, 1) for act in acts] == [""] * 5


@pytest.mark.parametrize("sign", ["tick", "cross", "slash", "dot", "filled"])
def test_the_ink_is_in_the_box_that_was_meant(sheet, rng, sign):
    hand = any_hand(rng, "careful", sign=sign, pen="black ballpoint")

    image, truths = fill(sheet.image, sheet.layout, sheet.people, rng, hand)

    darkest = [CODES[int(np.argmax(_ink(sheet, image, row)))] for row in range(sheet.people)]
    assert darkest == [truth.code for truth in truths[: sheet.people]]


def _ink(sheet, image, row):
    """How much darker each box of the row has become inside its outline."""
    inks = []
    for column in range(len(CODES)):
        area = sheet.layout.box_area(row, column)
        inside = np.s_[
            px(area.y + 0.4) : px(area.bottom - 0.4), px(area.x + 0.4) : px(area.right - 0.4)
        ]
        inks.append((sheet.image[inside].astype(int) - image[inside]).sum())
    return inks


def test_the_sheet_itself_stays_blank(sheet, rng):
    before = sheet.image.copy()

    fill(sheet.image, sheet.layout, sheet.people, rng, any_hand(rng, "nasty"))

    assert np.array_equal(sheet.image, before)


def test_a_pencil_page_is_in_pencil(sheet):
    assert set(page(3, "pencil", sheet=sheet).what["pens"]) == {"pencil"}


def test_a_mirrored_page_is_the_page_from_behind():
    assert np.array_equal(cast.mirrored(1).image[:, ::-1], cast.plain(1).image)


def test_a_hand_that_draws_one_line_means_all_of_them(sheet, rng):
    hand = replace(any_hand(rng, "careful"), lines=True)

    _image, truths = fill(sheet.image, sheet.layout, 3, rng, hand)

    assert truths[:3] == [Truth("H", "lined")] * 3
