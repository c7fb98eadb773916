"""How much of a bank each person has met, by hand."""

from __future__ import annotations

from qbank.domain.harvest import Way, met_by_each

NAMES = {1: "Ada", 2: "Ben", 3: "Cy"}


def test_a_question_met_twice_or_by_two_ways_counts_once_and_what_is_not_live_does_not():
    found = met_by_each(
        NAMES,
        {Way.SETS: [(1, 10), (1, 10), (1, 11), (2, 99)], Way.HANDS: [(1, 11), (1, 12)], Way.PANELS: [(3, 10)]},
        live={10, 11, 12, 13},
    )

    assert [(each.person, each.whole, each.share) for each in found] == [("Ada", 3, 0.75), ("Cy", 1, 0.25)]
    assert found[0].ways == {Way.SETS: 2, Way.HANDS: 2, Way.PANELS: 0}
