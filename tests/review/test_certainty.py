"""How sure somebody can be of a set, by hand and beside all sets of a small plan."""

from __future__ import annotations

import pytest

from review.certainty import Certainty, Prospect
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_specification
from tests.delivery.enumeration import law_on, sets_of

FOUR = Prospect.of_sets([0b0011, 0b0101, 0b1001, 0b1100], 4)
"""Sets {0, 1}, {0, 2}, {0, 3} and {2, 3}: shares 3/4, 1/4, 1/2, 1/2."""


def test_of_standard_sets_every_figure_is_counted():
    assert FOUR.to({0}) == Certainty(0.75, 0.75, 0.75, 0.75, 0.75)
    assert FOUR.to({1, 2}) == Certainty(0.75, 0.5, 0.75, 0.75, 0.75)
    assert FOUR.to({2, 3}) == Certainty(1.0, 0.5, 0.75, 0.75, 0.75)
    assert FOUR.to({0, 2}) == Certainty(1.25, 0.75, 1.0, 1.0, 1.0)


def test_who_knows_nothing_expects_nothing_and_who_knows_all_a_whole_set():
    assert FOUR.to(()) == Certainty(0.0, 0.0, 0.0, 0.0, 0.0)
    assert FOUR.to(range(4)) == Certainty(2.0, 0.75, 1.0, 1.0, 1.0)


def test_where_no_set_was_recorded_the_chance_lies_between_the_likeliest_and_the_sum():
    nothing_recorded = Prospect((0.5, 0.25, 0.75), (), exact=False)

    assert nothing_recorded.to({0, 1}) == Certainty(0.75, 0.5, 0.5, 0.5, 0.75)
    assert nothing_recorded.to({0, 2}) == Certainty(1.25, 0.75, 0.75, 0.75, 1.0)


@pytest.mark.parametrize("enemies", [0, 3])
def test_of_a_draw_plan_the_figures_agree_with_looking_at_every_set(enemies):
    pool = a_bank(questions=12, ksbs="K1 K2 K3", number=2, enemies=enemies)
    specification = a_specification(length=4, required="K1 K2 K3")
    weights = [(at * 37 % 19) / 6 - 1.5 for at in range(len(pool))]
    plan = a_plan(pool, specification, log_weights=weights, trials=4_000)
    law = law_on(sets_of(pool, specification), pool, specification, list(map(float, plan.log_weights)), [])
    theirs = {1, 4, 7}

    found = Prospect.of_plan(plan).to(theirs)

    exact = sum(chance for chosen, chance in law.items() if theirs & set(chosen))
    mean = sum(chance * len(theirs & set(chosen)) for chosen, chance in law.items())
    assert found.lowest <= exact <= found.highest  # the run's seed is the plan's: a run that misses would miss always
    assert found.highest - found.lowest < 0.05
    assert found.expected == pytest.approx(mean, abs=0.06)  # exposure is estimated too where sets are refused
    assert found.lowest < found.any_of_them < found.highest
    assert found.any_of_them <= found.expected
