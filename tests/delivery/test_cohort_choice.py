"""Choosing a cohort factor: what is measured is true, and what is chosen keeps its bounds."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from delivery.cohort_choice import FACTORS, MOST_HITS, chosen_factor, exposures_of, lawful_sample, weighed_after
from delivery.errors import BadSpecification
from delivery.exposure import pooled_knowledge
from tests.delivery.enumeration import exposure_of, law_on, sets_of


def test_the_exposures_of_reweighted_sets_are_those_of_the_tilted_law(tiny_plan):
    heard = np.array([1, 0, 1, 0, 0, 1, 0, 0], dtype=np.float32)
    sets = sets_of(tiny_plan.pool, tiny_plan.specification)
    weights = [float(w) + log(0.4) * h for w, h in zip(tiny_plan.log_weights, heard, strict=True)]
    exact = exposure_of(law_on(sets, tiny_plan.pool, tiny_plan.specification, weights), 8)

    members = lawful_sample(tiny_plan)
    found = exposures_of(members, weighed_after(members, heard, 0.4))

    assert found == pytest.approx(exact, abs=0.03)  # some 8,000 sets: five standard errors


def test_without_a_factor_pooled_knowledge_is_that_of_independent_draws(plain_plan):
    exposure = [float(rate) for rate in plain_plan.figures["exposure"].values()]
    sessions = 5

    choice = chosen_factor(plain_plan, sessions, histories=60)

    expected = sum(pooled_knowledge(exposure, earlier) for earlier in range(1, sessions)) / (sessions - 1)
    assert choice.measured[0].pooled == pytest.approx(expected, rel=0.08)  # 60 histories: four standard errors
    assert choice.measured[0].hits == pytest.approx(float(plain_plan.figures["best_guess"]), rel=0.03)


def test_pooled_knowledge_falls_with_the_factor_and_the_best_guess_stays_in_bounds(any_plan):
    choice = chosen_factor(any_plan, 4, histories=20)

    assert [each.factor for each in choice.measured] == list(FACTORS)
    pooled = [each.pooled for each in choice.measured]
    assert pooled[-1] < pooled[0]
    off = choice.measured[0]
    allowed = [each for each in choice.measured if max(each.hits, each.lasting) <= MOST_HITS * off.hits]
    assert (choice.factor or FACTORS[0]) == min(allowed, key=lambda each: each.pooled).factor
    assert f"{off.pooled:.2f}" in choice.sentence


def test_where_sessions_never_pause_the_best_guess_gains_more_and_is_looked_at_too(plain_plan):
    off, *on = chosen_factor(plain_plan, 4, histories=20).measured

    assert off.lasting == pytest.approx(off.hits, rel=0.03)  # the law has no memory
    assert all(each.lasting > each.hits for each in on)


def test_the_same_plan_gives_the_same_choice(tiny_plan):
    assert chosen_factor(tiny_plan, 3, histories=5) == chosen_factor(tiny_plan, 3, histories=5)


def test_one_session_is_no_cohort(tiny_plan):
    with pytest.raises(BadSpecification, match="two sessions at least"):
        chosen_factor(tiny_plan, 1)
