"""The order of a round: the same whoever counts, and by chance only where totals are equal."""

import subprocess
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.lottery import Entrant, drawn, ranked, seating, ticket, weighted_mean

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
TOTALS = st.integers(0, 12).map(Decimal)
ROUNDS = st.lists(TOTALS, max_size=30).map(
    lambda totals: [Entrant(n, f"B.I {n}/2025", total) for n, total in enumerate(totals)]
)


@given(ROUNDS, SEEDS, st.randoms())
def test_the_order_does_not_depend_on_who_came_first(entrants, seed, chance):
    shuffled = entrants[:]
    chance.shuffle(shuffled)
    assert ranked(shuffled, seed) == ranked(entrants, seed)


@given(ROUNDS, SEEDS)
def test_tickets_speak_only_among_equals(entrants, seed):
    order = ranked(entrants, seed)
    for ahead, behind in pairwise(order):
        tickets = [ticket(seed, one.register_number) for one in (ahead, behind)]
        assert ahead.total > behind.total or (
            ahead.total == behind.total and tickets == sorted(tickets)
        )


@given(ROUNDS, SEEDS, st.integers(1, 12))
def test_certain_and_drawn_seats_are_the_head_of_the_order(entrants, seed, seats):
    seats_given = seating(entrants, seats)
    lucky = drawn(seats_given.drawing, seed, seats_given.seats_drawn)
    seated = {one.key for one in [*seats_given.certain, *lucky]}
    assert seated == {one.key for one in ranked(entrants, seed)[:seats]}


@given(ROUNDS, st.integers(1, 12))
def test_nobody_draws_without_need(entrants, seats):
    found = seating(entrants, seats)
    assert len({one.total for one in found.drawing}) <= 1
    assert not found.drawing or 0 < found.seats_drawn < len(found.drawing)


@pytest.mark.parametrize(
    ("points", "weights", "total"),
    [
        ([90, 80, 70], [40, 30, 30], "81.00"),
        ([90, 80], [1, 2], "83.33"),
        ([Decimal("0.01"), 0], [1, 1], "0.01"),  # 0.005, half upwards
        ([Decimal("87.5")], [100], "87.50"),
    ],
)
def test_weights_need_not_add_up_to_100(points, weights, total):
    assert weighted_mean(points, weights) == Decimal(total)


def test_sha256sum_prints_the_same_ticket():
    text = "00112233445566778899aabbccddeeff:B.I 214/2025"
    printed = subprocess.run(
        ["sha256sum"], input=text.encode(), capture_output=True, check=True
    ).stdout
    assert printed.split()[0].decode() == ticket(*text.split(":"))
