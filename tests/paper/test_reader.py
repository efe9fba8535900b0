"""The reader against sheets whose truth is known: sure only where it is right, and an answer for every bad picture."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from participants.paper import frame, reader, verdicts
from participants.paper.layout import CODES, LAYOUTS
from participants.paper.reader import read_page
from participants.paper.verdicts import Doubt
from tests.paper import cast
from tests.paper.filling import Row
from tests.paper.hands import any_hand
from tests.paper.judging import refusal
from tests.paper.scanners import scan_with
from tests.paper.sheets import plain_sheet

CODE = "000031AX7QM2K0PT"
MM = 200 / 25.4  # pixels of cast.GOOD


def plain(paper="a4", people=20):
    return plain_sheet(paper, CODE, people)


def drawn(*acts, seed=3, sign="tick", scanner=cast.GOOD):
    """What is read of a sheet whose rows are ticked H but for the last ones, where `acts` are done to S."""
    rng = np.random.default_rng(seed)
    sheet = plain()
    image = sheet.image.copy()
    hand = any_hand(rng, "careful", pen="blue ballpoint", sign=sign)
    hand = replace(hand, mixed=False, size=5.0, aim=0.2, pens=hand.pens[:1])
    meant = []
    for row in range(sheet.people):
        number = row - sheet.people + len(acts)
        act = acts[number] if number >= 0 else "marked"
        column = 1 if number >= 0 else 0
        said = getattr(Row(image, sheet.layout, row, hand, rng), act)(column, 3)
        meant.append(CODES[column] if said is None else said)
    return read_page(scan_with(scanner, image, rng)), meant


def wrong(reading, made):
    """The rows of which the reader was sure, and should not have been."""
    pairs = zip(reading.rows, made.truths, strict=True)
    return [(row.code, truth) for row, truth in pairs if row.code not in ("", truth.code)]


def codes(reading, people=20):
    return [row.code for row in reading.rows[:people]]


class TestGoodSheets:
    @pytest.mark.parametrize("paper", LAYOUTS)
    def test_nearly_all_rows_are_read_and_none_wrongly(self, paper):
        people = LAYOUTS[paper].people
        made = cast.plain(11, sheet=plain(paper, people))
        reading = read_page(made.image)

        assert (reading.refusal, reading.paper, reading.code) == ("", paper, CODE)
        read = codes(reading, people)
        assert wrong(reading, made) == []
        assert read.count("") <= people / 5
        assert [row.doubts for row in reading.rows[people:]] == [[Doubt.EMPTY]] * 2

    def test_the_picture_is_the_sheet_laid_straight(self):
        made = cast.upside_down(5)
        picture, layout = read_page(made.image).picture, LAYOUTS[made.paper]
        assert picture.shape == (layout.height * 6, layout.width * 6)
        straight, level = frame.find_frame(picture), frame.find_frame(made.image)
        assert straight.to_mm[0, 0] > 0 > level.to_mm[0, 0]

    def test_resolution_is_told(self):
        assert read_page(cast.plain(2).image).dpi == pytest.approx(200, abs=2)


@pytest.mark.parametrize("made", cast.EXPECTED, ids=lambda made: made.__name__)
def test_every_bad_page_has_its_answer(made):
    page = made(1)
    if not isinstance(page, cast.Page):
        assert read_page(page).refusal == cast.EXPECTED[made]
        return
    reading = read_page(page.image)
    assert refusal(page, reading) in cast.EXPECTED[made].split(" or ")
    if not reading.refusal:
        assert wrong(reading, page) == []


class TestDoubts:
    """What is no plain mark is asked about; each with the guard off, and the row would be a mark."""

    @pytest.mark.parametrize(
        ("act", "doubt"),
        [
            ("empty", Doubt.EMPTY),
            ("two", Doubt.TWO),
            ("corrected", Doubt.TWO),
            ("withdrawn", Doubt.STRUCK),
            ("blot", Doubt.BLOT),
        ],
    )
    def test_it_is_named(self, act, doubt):
        reading, _meant = drawn(act, seed=4)
        assert codes(reading) == ["H"] * 19 + [""]
        assert doubt in reading.rows[19].doubts

    ACTS = ("withdrawn", "blot", "withdrawn", "blot", "withdrawn")

    def test_struck_marks_and_blots_are_no_marks(self):
        for seed in range(4):
            reading, meant = drawn(*self.ACTS, seed=seed)
            assert [one for one, is_meant in zip(codes(reading), meant, strict=True)
                    if one and one != is_meant] == []  # fmt: skip

    def test_they_would_be_without_the_look_at_their_shape(self, monkeypatch):
        monkeypatch.setattr(verdicts, "_of_mark", lambda *_: [])
        reading, meant = drawn(*self.ACTS, seed=0)
        assert codes(reading)[15:] == ["S"] * 5
        assert meant[15:] == [""] * 5

    def test_black_and_white_needs_fewer_signs_of_a_strike(self, monkeypatch):
        black_and_white = replace(cast.GOOD, bilevel="threshold")
        how = {"seed": 0, "sign": "cross", "scanner": black_and_white}
        assert codes(drawn(*["withdrawn"] * 5, **how)[0])[15:] == [""] * 5
        monkeypatch.setattr(verdicts, "MOST_BILEVEL_SIGNS", verdicts.MOST_SIGNS)
        assert codes(drawn(*["withdrawn"] * 5, **how)[0])[15:] == ["", "", "S", "", "S"]

    def test_a_doubtful_row_proposes_nothing(self):
        reading, _meant = drawn("corrected", "two", "withdrawn", "blot", "ringed")
        assert codes(reading)[15:] == [""] * 5

    def test_a_hand_that_fills_its_boxes_is_asked_throughout(self, monkeypatch):
        assert codes(drawn(sign="filled", seed=1)[0]) == [""] * 20
        for limit in ("HAND_THAT_FILLS", "MOST_FILLED"):
            monkeypatch.setattr(verdicts, limit, 1)
        assert codes(drawn(sign="filled", seed=1)[0]).count("") < 20

    def test_a_crease_down_a_column_marks_nobody(self):
        made = cast.plain(11, sheet=plain())
        layout = LAYOUTS["a4"]
        area = layout.box_area(0, 2)
        x = round((area.x + area.width / 2) * MM)
        made.image[300:-120, x : x + 3] = 90
        reading = read_page(made.image)
        assert wrong(reading, made) == []
        assert codes(reading).count("") < 10

    def test_what_is_torn_away_is_asked(self):
        made = cast.plain(11, sheet=plain())
        area = LAYOUTS["a4"].box_area(4, 0)
        left, top = round((area.x - 3) * MM), round((area.y - 2) * MM)
        made.image[top : top + 70, left : left + 400] = 255
        assert Doubt.TORN in read_page(made.image).rows[4].doubts


class TestCodes:
    def test_codes_that_disagree_are_two_sheets(self):
        assert read_page(cast.half_forged(1).image).refusal == "two_sheets"

    def test_one_of_them_would_win_without_the_comparison(self, monkeypatch):
        seen = iter([{"AAAA"}, {"BBBB"}])
        monkeypatch.setattr(reader, "_texts", lambda *_: next(seen))
        assert reader._code(None, type("Frame", (), {"layout": LAYOUTS["a4"]})) == ("", False)

    def test_a_streak_through_the_only_code_is_seen_through(self, monkeypatch):
        made = cast.plain(11, sheet=plain())
        torn, streaked = (
            (slice(round(area.y * MM), round(area.bottom * MM)), round(area.x * MM))
            for area in LAYOUTS["a4"].codes
        )
        made.image[torn[0], torn[1] : torn[1] + round(22 * MM)] = 255
        for aside in (3.6, 4.8):  # both through a corner by which the code is found
            x = streaked[1] + round(aside * MM)
            made.image[:, x : x + 2] = 30
        assert read_page(made.image).code == CODE
        monkeypatch.setattr(reader, "STREAK_MM", 0.07)
        assert read_page(made.image).code == ""

    def test_a_code_beside_the_paper_is_not_taken(self):
        reading = read_page(cast.code_beside(1).image)
        assert (reading.refusal, reading.code) == ("", "")

    def test_a_marker_seen_twice_is_not_overlooked(self, monkeypatch):
        page = cast.two_sheets(1)
        assert read_page(page.image).refusal == "two_sheets"
        once = frame._markers

        def first_only(grey, side):
            return {marker: places[:1] for marker, places in once(grey, side).items()}

        monkeypatch.setattr(frame, "_markers", first_only)
        assert read_page(page.image).refusal != "two_sheets"


def test_a_black_and_white_scan_is_told_from_a_grey_one():
    grey = cast.plain(3).image
    black = np.where(cv2.GaussianBlur(grey, (0, 0), 0.8) > 150, 255, 0).astype(np.uint8)
    assert [read_page(one).is_bilevel for one in (grey, black)] == [False, True]
