"""What two known questions give away of a set's others."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from delivery.two_known import KNOWN, two_known
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_specification
from tests.delivery.enumeration import law_on, sets_of


def by_looking_at_every_set(plan):
    """Hits of who knows the law, averaged over all sets and the pairs that may leak of each."""
    law = law_on(
        sets_of(plan.pool, plan.specification),
        plan.pool,
        plan.specification,
        [float(each) for each in plan.log_weights],
        [float(each) for each in plan.log_rewards],
    )
    others = plan.specification.length - KNOWN
    beside = {}
    for chosen, chance in law.items():
        for pair in combinations(chosen, KNOWN):
            rates = beside.setdefault(pair, [0.0] * len(plan.pool))
            for at in set(chosen) - set(pair):
                rates[at] += chance
    return sum(sum(sorted(rates)[-others:]) for rates in beside.values()) / math.comb(others + KNOWN, KNOWN)


@pytest.fixture(scope="module", params=["coverage only", "enemies and a band"])
def plan(request):
    strict = request.param != "coverage only"
    pool = a_bank(questions=12, ksbs="K1 K2 K3", number=2, enemies=3 if strict else 0)
    specification = a_specification(length=5, required="K1 K2 K3", seconds=(1320, 1560) if strict else None)
    weights = [(at * 37 % 19) / 6 - 1.5 for at in range(len(pool))]
    found = a_plan(pool, specification, log_weights=weights, trials=600)
    assert found.lawfulness.rejects is strict
    return found


def test_what_two_known_questions_give_away_agrees_with_looking_at_every_set(plan):
    expected = by_looking_at_every_set(plan)

    found = two_known(plan, 150)

    assert (found.named, found.leaks) == (3, 150)
    assert 0 < found.error < 0.1
    assert abs(found.hits - expected) < 4.5 * found.error
    assert two_known(plan, 150) == found


def test_the_judge_can_tell_a_law_that_gives_more_away(plan):
    """The same pool, one question in three nearly always asked."""
    weights = [4.0 if at % 3 == 0 else -4.0 for at in range(len(plan.pool))]
    uneven = a_plan(plan.pool, plan.specification, log_weights=weights, trials=600)

    assert two_known(uneven, 50).hits > two_known(plan, 50).hits + 0.3


def test_sets_of_two_have_no_others():
    plan = a_plan(a_bank(questions=8, ksbs="K1 K2"), a_specification(length=2, required="K1 K2"))

    assert two_known(plan) is None
