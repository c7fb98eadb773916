"""The draw's judges, full dose: a million sets of five banks, a hundred thousand of history, the exact law, two leaked.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 1000'` runs less. What each judge does is in
`tests/benchmarks/evidence.py`; that each finds a naive method wanting is shown here at the same dose.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from delivery.plan import fit
from qbank.resources import seed_questions
from qbank.services.bank_folders import read_banks
from tests.benchmarks import banks
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
from tests.benchmarks.peers.least_used import LeastUsedFirst
from tests.benchmarks.peers.lottery import MinimaxLottery
from tests.benchmarks.running import run

MILLION = 1_000_000
HISTORY = 100_000
LEAKED = 5_000
STRICT = ("strict-150", "strict-300")
"""Generated banks with enemies, bands of time and demand, and a cap."""
COHORT = 12
"""Sessions."""
NAIVE_FACTOR = 0.1


def chance(seed=1):
    return np.random.default_rng(seed)  # noqa: TID251 - a simulation: no set is given to anybody


def say(what):
    print(f"\n{what}")  # noqa: T201 - a long run is read


def naive_sets(bank, count):
    return run(LeastUsedFirst(bank), len(bank), draws=count, seconds=3_600, chance=chance()).sets


def rates(plan):
    return [float(rate) for rate in plan.figures["exposure"].values()]


def bank_of(name):
    return banks.generated(name) if name in STRICT else next(bank for bank in banks.starter() if bank.name == name)


def proposed_factor(name):
    """The cohort factor that the plan's data proposes for a method of the starter bank."""
    methods = (method for folder in read_banks(seed_questions()) for method in folder.plan.methods)
    return next(float(method.cohort_factor) for method in methods if name == f"starter, {method.code}")


@pytest.fixture(scope="module")
def interview():
    """The starter bank's interview: bands, enemies, a cap on a KSB."""
    return bank_of("starter, interview")


@pytest.fixture(scope="module")
def plan(interview):
    return fit(interview.pool, interview.specification)


@pytest.mark.parametrize("name", ["starter, interview", "starter, observation", "starter, discussion", *STRICT])
@pytest.mark.parametrize("rounds", [MILLION], indirect=True)
def test_a_million_sets_break_no_rule_and_no_resit_repeats_anything(name, rounds):
    bank = bank_of(name)
    plan = fit(bank.pool, bank.specification)
    as_sessions = drawn(plan, max(1, rounds // 20), label="endurance")
    in_arrays = simulated(plan, rounds - len(as_sessions), label="endurance")
    first = as_sessions[: max(1, rounds // 200)]
    again = drawn_again(plan, first, label="endurance")

    doses = {"drawn as sessions get them": as_sessions, "of the same law in arrays": in_arrays, "as re-sits": again}
    found = {what: violations(sets, bank.pool, bank.specification) for what, sets in doses.items()}
    shared = repeats(first, again)
    by_chance = repeats(first, as_sessions[-len(first) :])
    for what, sets in doses.items():
        say(f"{name}: {len(sets):,} sets {what}: {found[what] or 'no rule broken'}")
    say(f"{name}: {shared:,} of {len(first):,} re-sits repeat a question; where nothing is excluded {by_chance:,} do")
    assert not any(found.values())
    assert (shared, by_chance > 0) == (0, True)


@pytest.mark.parametrize("rounds", [10_000], indirect=True)
def test_the_same_judge_finds_least_used_first_breaking_rules(interview, rounds):
    found = violations(naive_sets(interview, rounds), interview.pool, interview.specification)

    say(f"{rounds:,} sets, least used first: {found}")
    assert found["coverage"] > rounds / 2


@pytest.mark.parametrize("rounds", [HISTORY], indirect=True)
def test_history_tells_nothing_about_the_next_set(interview, plan, rounds):
    sets = simulated(plan, rounds, label="history")

    name, worth, error = history_is_worth(sets, len(interview), rates(plan), 10)

    say(f"{rounds:,} sets: the best strategy on history, {name}, hits {worth:.4f} (± {error:.4f}) times the best guess")
    assert worth <= 1.02


@pytest.mark.parametrize("rounds", [HISTORY], indirect=True)
def test_the_same_judge_finds_that_history_gives_least_used_first_away(interview, plan, rounds):
    name, worth, _ = history_is_worth(naive_sets(interview, rounds), len(interview), rates(plan), 10)

    say(f"{rounds:,} sets, least used first: {name} hits {worth:.2f} times as many as the best guess of our plan")
    assert worth > 1.02


@pytest.mark.parametrize("name", ["starter, interview", "starter, observation", "starter, discussion"])
@pytest.mark.parametrize("rounds", [HISTORY], indirect=True)
def test_what_a_cohort_heard_tells_little_about_its_next_set_though_its_provider_never_pauses(name, rounds):
    bank = bank_of(name)
    plan = fit(bank.pool, bank.specification)
    proposed, length = proposed_factor(name), math.ceil(float(plan.figures["length"]))
    independent = simulated(plan, 3 * rounds, label="cohorts")
    found = {}
    for what, factor, always in (
        ("cohorts", proposed, False),
        ("one without end", proposed, True),
        ("the naive factor", NAIVE_FACTOR, False),
    ):
        sets, heard = nearby(independent, len(bank), factor, COHORT, chance(), always=always)
        sets, heard = sets[:rounds], heard[:rounds]
        by, worth, error = cohort_is_worth(sets, heard, rates(plan), length, factor)
        say(
            f"{name}, {what}, factor {factor}: {len(sets):,} sets, {by} hits {worth:.4f} (± {error:.4f}) times the best"
        )
        found[what] = worth

    assert found["cohorts"] <= 1.1
    assert found["one without end"] <= 1.1
    assert found["the naive factor"] > 1.1


@pytest.mark.parametrize("rounds", [MILLION], indirect=True)
def test_sets_follow_the_exact_law_in_every_statistic(rounds):
    bank = banks.generated("roomy-60")
    fitted = fit(bank.pool, bank.specification)
    law = ExactLaw(fitted)
    sets = simulated(fitted, rounds, label="the exact law")
    single = drawn(fitted, max(1, rounds // 20), label="the exact law")

    for what, found in (("in arrays", p_values(sets, law)), ("as sessions get them", p_values(single, law))):
        lowest = min(found.values())
        say(f"{what}: {len(found):,} statistics, smallest p {lowest:.2g}, adjusted {min(1, lowest * len(found)):.2g}")
        assert rejected(found) == []

    naive = p_values(naive_sets(bank, min(rounds, HISTORY)), law)
    say(f"least used first: {len(rejected(naive)):,} of {len(naive):,} statistics rejected")
    assert rejected(naive) != []


@pytest.mark.parametrize(("name", "most"), [("roomy-60", 0.4), ("roomy-150", 0.25)])
@pytest.mark.parametrize("rounds", [LEAKED], indirect=True)
def test_two_leaked_questions_tell_far_less_than_with_a_fair_lottery(name, most, rounds):
    bank = banks.generated(name)
    ours = simulated(fit(bank.pool, bank.specification), 200_000 + rounds, label="leaked")
    lottery = MinimaxLottery(bank).many(2 * rounds, chance())

    told, error = hits_with_two_known(ours[rounds:], ours[:rounds], len(bank), chance())
    given_away, _ = hits_with_two_known(lottery[rounds:], lottery[:rounds], len(bank), chance())

    say(f"{name}: {told:.2f} (± {error:.2f}) of the other 8 named, with a fair lottery {given_away:.2f}")
    assert told <= most * given_away
