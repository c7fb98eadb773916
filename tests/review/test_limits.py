"""What is asked more often than it may be is named once that is certain, and not before."""

from __future__ import annotations

from review.limits import surely_above
from review.rates import Figure, share


def test_a_rate_is_above_a_limit_once_its_whole_interval_is():
    rates = [(name, share(hits, 100, least=30)) for name, hits in (("18 of 100", 18), ("19 of 100", 19), ("10", 10))]

    assert surely_above(0.12, rates) == ["19 of 100"]  # Wilson: 0.1170 to 0.2667, and 0.1251 to 0.2778
    assert surely_above(0.11, rates) == ["18 of 100", "19 of 100"]


def test_a_rate_from_too_few_and_one_at_the_limit_are_above_nothing():
    edge = Figure(0.3, 100, share(30, 100, least=30).interval, "")

    assert surely_above(0.0, [("few", share(20, 20, least=30))]) == []
    assert surely_above(edge.interval.low, [("edge", edge)]) == []
