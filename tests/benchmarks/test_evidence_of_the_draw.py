"""The small dose of the judges; `tests/endurance/endurance_draws.py` has the full one."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.plan import fit
from tests.benchmarks.evidence import (
    ExactLaw,
    cohort_is_worth,
    drawn,
    drawn_again,
    history_is_worth,
    nearby,
    p_values,
    rejected,
    repeats,
    simulated,
    violations,
)
from tests.benchmarks.leaking import hits_with_two_known
from tests.benchmarks.peers.chance import LawfulSets
from tests.benchmarks.peers.least_used import LeastUsedFirst
from tests.benchmarks.peers.lottery import MinimaxLottery
from tests.benchmarks.running import run
from tests.benchmarks.the_bank import Bank
from tests.delivery.a_pool import a_bank, a_specification

KSBS = "K1 K2 K3 S1 S2 S3 S4 S5"
NORMAL = 4.5


def chance(seed=1):
    return np.random.default_rng(seed)  # noqa: TID251 - a simulation: no set is given to anybody


@pytest.fixture(scope="module")
def bank():
    """40 questions, 6 asked, 8 KSBs: nothing is passed over, so that the law is exact."""
    return Bank("forty", a_bank(questions=40, ksbs=KSBS, number=5), a_specification(length=6, required=KSBS))


@pytest.fixture(scope="module")
def plan(bank):
    return fit(bank.pool, bank.specification)


@pytest.fixture(scope="module")
def ours(bank, plan):
    """40,000 sets of the plan's law."""
    return LawfulSets(bank, plan.walk).many(40_000, chance())


@pytest.fixture(scope="module")
def naive(bank):
    """6,000 sets, least used first."""
    return run(LeastUsedFirst(bank), len(bank), draws=6_000, seconds=60, chance=chance()).sets


def rates(plan):
    return [float(rate) for rate in plan.figures["exposure"].values()]


def test_no_draw_breaks_a_rule(bank, plan):
    for sets in (drawn(plan, 1_000, label="small dose"), simulated(plan, 5_000, label="small dose")):
        assert violations(sets, bank.pool, bank.specification) == {}


def test_the_same_judge_finds_least_used_first_breaking_rules(bank, naive):
    assert violations(naive[:2_000], bank.pool, bank.specification)["coverage"] > 1_000


def test_history_tells_nothing_about_the_next_set(bank, plan, ours):
    _, worth, error = history_is_worth(ours[:12_000], len(bank), rates(plan), 6)

    assert worth < 1.02 + NORMAL * error


def test_the_same_judge_finds_that_history_gives_least_used_first_away(bank, plan, naive):
    _, worth, error = history_is_worth(naive, len(bank), rates(plan), 6)

    assert worth > 1.5 + NORMAL * error


@pytest.mark.parametrize(("factor", "sets", "most"), [(0.8, 2_000, True), (0.1, 1_500, False)], ids=["ours", "naive"])
def test_what_a_cohort_heard_tells_little_about_its_next_set_unless_it_hardly_ever_comes(
    bank, plan, ours, factor, sets, most
):
    chosen, heard = nearby(ours[:20_000], len(bank), factor, 4, chance())

    _, worth, error = cohort_is_worth(chosen[:sets], heard[:sets], rates(plan), 6, factor)

    assert worth < 1.1 + NORMAL * error if most else worth > 1.1 + NORMAL * error


def test_no_resit_repeats_anything_where_another_draw_would(bank, plan):
    first = drawn(plan, 100, label="small dose")

    again = drawn_again(plan, first, label="small dose")

    assert violations(again, bank.pool, bank.specification) == {}
    assert repeats(first, again) == 0
    assert repeats(first, first[::-1]) > 0


def test_draws_follow_the_exact_law_in_every_statistic(plan, ours):
    assert rejected(p_values(ours, ExactLaw(plan))) == []


def test_the_same_judge_rejects_least_used_first(plan, naive):
    assert "serial overlap" in rejected(p_values(naive, ExactLaw(plan)))


def test_the_same_judge_rejects_sets_that_avoid_the_one_before(plan, ours):
    chosen = [ours[0]]
    for row in ours[1:]:
        if len(np.intersect1d(row, chosen[-1])) <= 1:
            chosen.append(row)

    assert "serial overlap" in rejected(p_values(np.array(chosen), ExactLaw(plan)))


def test_the_judge_of_pairs_knows_their_exact_chances(plan, ours):
    pairs = ExactLaw(plan).pairs

    assert np.allclose(pairs.sum(axis=1), 6 * ExactLaw(plan).rates, atol=1e-9)
    assert np.allclose(pairs, pairs.T, atol=1e-9)
    assert np.allclose(pairs.diagonal(), ExactLaw(plan).rates, atol=1e-9)
    assert len(ours) == 40_000


def test_two_leaked_questions_tell_far_less_than_with_a_fair_lottery(bank, ours):
    lottery = MinimaxLottery(bank).many(5_000, chance())

    told, _ = hits_with_two_known(ours[1_000:], ours[:1_000], len(bank), chance())
    given_away, _ = hits_with_two_known(lottery[1_000:], lottery[:1_000], len(bank), chance())

    assert told < 0.4 * given_away
