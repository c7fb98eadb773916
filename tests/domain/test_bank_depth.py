"""How deep a bank is, counted by hand on four questions."""

from __future__ import annotations

from qbank.domain.bank_depth import Depth, Spread, demands, depths
from tests.domain.a_question import a_content

FOUR = [
    a_content(ksbs="K1 S1", demand=2),
    a_content(ksbs="K1 S1 S2", demand=1),
    a_content(ksbs="S1 K1", demand=2),
    a_content(ksbs="S2", demand=3),
]


def test_primary_and_all_carriers_are_told_apart_and_partners_come_most_frequent_first():
    assert depths(FOUR, ["S1", "K1", "S2", "K2"]) == (
        Depth("S1", 1, 3, (("K1", 3), ("S2", 1))),
        Depth("K1", 2, 3, (("S1", 3), ("S2", 1))),
        Depth("S2", 1, 2, (("K1", 1), ("S1", 1))),
        Depth("K2", 0, 0, ()),
    )


def test_demands_are_counted_from_the_lowest():
    assert list(demands(FOUR).items()) == [(1, 1), (2, 2), (3, 1)]


def test_a_spread_has_its_middle_and_its_mean():
    assert Spread.of([4.0, 1.0, 2.0, 9.0]) == Spread(least=1.0, median=3.0, mean=4.0, most=9.0)
