"""Geometry for the drawings."""

from datetime import date

import pytest

from core.charts import Span, Timeline, row_of_blocks


class TestRowOfBlocks:
    def test_widths_are_as_the_weights(self):
        theory, practice = row_of_blocks(
            [(1, "theory", "Teori"), (3, "practice", "Praktik")], width=403, gap=3
        )

        assert (theory.x, theory.width) == (0, 100)
        assert (practice.x, practice.width) == (103, 300)

    def test_the_last_block_ends_where_the_row_ends(self):
        last = row_of_blocks([(1, "a", ""), (1, "b", ""), (1, "c", "")], width=360, gap=3)[-1]

        assert last.x + last.width == 360

    def test_a_weight_of_nothing_can_still_be_seen(self):
        widths = [block.width for block in row_of_blocks([(0, "a", ""), (5, "b", "")])]

        assert widths == [1, 357]

    @pytest.mark.parametrize("parts", [[], [(0, "a", "")]])
    def test_no_weights_at_all_divide_nothing_by_nothing(self, parts):
        assert [block.width for block in row_of_blocks(parts)] == [1] * len(parts)


class TestTimeline:
    LINE = Timeline(date(2025, 12, 1), date(2026, 3, 10), width=1000)  # 100 days

    @pytest.mark.parametrize(
        ("day", "x"),
        [
            (date(2025, 12, 1), 0),
            (date(2025, 12, 11), 100),
            (date(2020, 1, 1), 0),
            (date(2030, 1, 1), 1000),
        ],
    )
    def test_a_day_has_its_place_and_never_leaves_the_line(self, day, x):
        assert self.LINE.x(day) == x

    def test_a_span_includes_its_last_day(self):
        span = self.LINE.span(date(2025, 12, 11), date(2025, 12, 20))

        assert span == Span(x=100, width=100)
        assert span.end == 200

    def test_one_day_on_a_long_line_can_still_be_seen(self):
        line = Timeline(date(2020, 1, 1), date(2030, 1, 1))

        assert line.span(date(2025, 1, 1), date(2025, 1, 1)).width == 2

    def test_years_begin_in_january(self):
        assert self.LINE.years() == [(310, date(2026, 1, 1))]

    def test_ticks_are_the_months(self):
        days = [day for _, day in self.LINE.ticks()]

        assert days == [date(2025, 12, 1), *(date(2026, month, 1) for month in (1, 2, 3))]

    def test_ticks_are_thinned_out_on_a_long_line(self):
        line = Timeline(date(2025, 1, 1), date(2027, 12, 31))

        assert [day.month for _, day in line.ticks(most=6)] == [1, 7, 1, 7, 1, 7]
        assert [day.year for _, day in line.ticks(most=3)] == [2025, 2026, 2027]
