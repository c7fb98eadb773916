"""The fit: its figures against enumeration, its optimum against the slope of what it maximises."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from delivery.exchange import read_bank
from delivery.exposure import best_guess, expected_overlap
from delivery.fitting import CAP, EXCESS, EXPLORING, LIFTING, SHORTER, STAGES, evenness_of
from delivery.plan import fit
from tests.benchmarks.banks import document, starter
from tests.delivery.a_pool import a_bank, a_pool, a_specification
from tests.delivery.enumeration import covering_sets_of, entropy_of, exposure_of, law_on, sets_of


def law_of(plan, sets):
    weights = [float(weight) for weight in plan.log_weights]
    return law_on(sets, plan.pool, plan.specification, weights, map(float, plan.log_rewards))


def exposures(plan):
    return [float(rate) for rate in plan.figures["exposure"].values()]


def test_the_figures_of_a_plan_are_those_of_its_law(plain_plan):
    law = law_of(plain_plan, sets_of(plain_plan.pool, plain_plan.specification))

    exact = exposure_of(law, len(plain_plan.pool))
    assert exposures(plain_plan) == pytest.approx(exact, abs=1e-6)
    assert float(plain_plan.figures["entropy_bits"]) == pytest.approx(entropy_of(law), abs=1e-5)
    assert float(plain_plan.figures["covering_sets_bits"]) == pytest.approx(math.log2(len(law)), abs=1e-6)
    assert float(plain_plan.figures["overlap"]) == pytest.approx(expected_overlap(exact), abs=1e-6)
    assert float(plain_plan.figures["best_guess"]) == pytest.approx(best_guess(exact, 5), abs=1e-6)
    assert plain_plan.figures["exact"] is True


def test_the_figures_of_a_plan_that_passes_sets_over_are_estimates_of_the_lawful_law(strict_plan):
    plan = strict_plan
    law = law_of(plan, sets_of(plan.pool, plan.specification))

    exact = exposure_of(law, len(plan.pool))
    lawful = plan.figures["simulated"]["lawful"]
    errors = [
        abs(rate - truth) / math.sqrt(truth * (1 - truth) / lawful)
        for rate, truth in zip(exposures(plan), exact, strict=True)
    ]
    assert max(errors) < 4.5  # standard deviations: 18 questions, 1 fit in 8,000; this one is seeded
    surprise = math.sqrt(math.fsum(p * (math.log2(p) + entropy_of(law)) ** 2 for p in law.values()))
    acceptance = math.sqrt((1 - lawful / 200_000) / lawful) / math.log(2)
    noise = surprise / math.sqrt(lawful) + acceptance
    assert float(plan.figures["entropy_bits"]) == pytest.approx(entropy_of(law), abs=4.5 * noise)
    assert plan.figures["exact"] is False
    assert float(plan.figures["strength"]) == 1


def test_the_recorded_acceptance_covers_the_exact_one(strict_plan):
    plan = strict_plan
    covering = law_of(plan, covering_sets_of(plan.pool, plan.specification))
    lawful = set(sets_of(plan.pool, plan.specification))

    exact = math.fsum(chance for positions, chance in covering.items() if positions in lawful)

    lowest, highest = plan.rehearsal.acceptance().interval
    assert lowest < exact < highest


def test_at_the_optimum_each_log_weight_is_minus_the_slope_of_its_penalty(plain_plan):
    plan = plain_plan
    evenness = evenness_of(plan.pool, plan.specification, STAGES[-1])
    exact = exposure_of(law_of(plan, sets_of(plan.pool, plan.specification)), len(plan.pool))

    answers = evenness.answer(np.array([float(weight) for weight in plan.log_weights]))

    assert answers == pytest.approx(exact, abs=2e-6)


def test_under_enemies_and_bands_the_optimum_is_as_near_as_its_samples_allow(strict_plan):
    plan = strict_plan
    evenness = evenness_of(plan.pool, plan.specification, STAGES[-1])
    exact = exposure_of(law_of(plan, sets_of(plan.pool, plan.specification)), len(plan.pool))

    answers = evenness.answer(np.array([float(weight) for weight in plan.log_weights]))

    assert answers == pytest.approx(exact, abs=0.01)  # 3 rounds of some 20,000 lawful sets: 0.0018 a standard deviation


@pytest.mark.parametrize(("questions", "number"), [(14, 4), (16, 7), (18, 8)])
def test_the_largest_exposure_is_near_the_smallest_that_any_law_can_have(questions, number):
    pool = a_bank(questions=questions, ksbs="K1 K2 K3 S1 S2 S3", number=number)
    specification = a_specification(length=4, required="K1 K2 K3 S1 S2 S3")
    sets = sets_of(pool, specification)

    plan = fit(pool, specification)

    smallest = smallest_largest_exposure(sets, questions)
    assert smallest - 1e-6 <= float(plan.figures["largest_exposure"]) <= 1.06 * smallest
    assert float(plan.figures["exposure_floor"]) <= smallest + 1e-6


def test_evening_is_weakened_where_it_would_cost_more_than_a_tenth_of_the_chance():
    """One KSB on most questions: at full strength the law of this bank holds 0.88 of the entropy that there can be."""
    pool, specification = read_bank(document("tight-150"))

    figures = fit(pool, specification).figures

    assert float(figures["strength"]) < 1
    assert float(figures["entropy_bits"]) >= 0.9 * float(figures["covering_sets_bits"])
    assert float(figures["largest_exposure"]) <= 1.06 * float(figures["exposure_floor"])
    assert float(figures["overlap"]) <= 1.015 * 0.6868  # the certified bound of docs/benchmarks.md


def test_where_ksbs_are_explored_evening_is_weakened_too_but_no_set_becomes_short_and_no_ksb_rare():
    """The starter bank's observation: at full strength 15.33 bits, 4.175 questions a set, no KSB in below 21.8%."""
    bank = next(each for each in starter() if each.name == "starter, observation")

    figures = fit(bank.pool, bank.specification).figures

    assert float(figures["strength"]) < 1
    assert float(figures["entropy_bits"]) >= 15.33 + 0.2
    assert float(figures["length"]) >= 4.175 / SHORTER
    assert min(map(float, figures["explored"].values())) >= 0.218
    assert float(figures["largest_exposure"]) <= 1.06 * 0.05
    assert float(figures["best_guess"]) <= 1.06 * 0.25
    assert float(figures["overlap"]) <= 1.015 * 0.1851  # the certified bound of docs/engine.md


@pytest.mark.parametrize("name", ["strict-60", "strict-150"])
def test_under_enemies_and_bands_too_no_question_is_asked_much_more_than_must_be(name):
    pool, specification = read_bank(document(name))

    figures = fit(pool, specification).figures

    assert float(figures["largest_exposure"]) <= 1.06 * float(figures["exposure_floor"])
    assert float(figures["best_guess"]) <= 1.06 * specification.length * float(figures["exposure_floor"])


def smallest_largest_exposure(sets, questions):
    """The linear program over all laws: minimise t with every exposure at most t."""
    membership = np.array([[at in positions for positions in sets] for at in range(questions)], dtype=float)
    found = linprog(
        c=[*np.zeros(len(sets)), 1],
        A_ub=np.hstack([membership, -np.ones((questions, 1))]),
        b_ub=np.zeros(questions),
        A_eq=[[*np.ones(len(sets)), 0]],
        b_eq=[1],
    )
    return found.fun


def test_optional_ksbs_are_explored_more_evenly_than_without_reward(timed_plan):
    plan = timed_plan
    sets = sets_of(plan.pool, plan.specification)
    weights = [0.0] * len(plan.pool)
    uniform = law_on(sets, plan.pool, plan.specification, weights, [0.0] * 4)

    explored = [float(rate) for rate in plan.figures["explored"].values()]

    unrewarded = [covering(plan, uniform, code) for code in plan.specification.optional]
    assert min(explored) > min(unrewarded)
    assert max(explored) - min(explored) < max(unrewarded) - min(unrewarded)
    assert explored == pytest.approx(
        [covering(plan, law_of(plan, sets), code) for code in plan.specification.optional], abs=1e-6
    )


def covering(plan, law, code):
    carriers = {at for at, each in enumerate(plan.pool.candidates) if code in each.ksbs}
    return math.fsum(chance for positions, chance in law.items() if carriers & set(positions))


def test_the_reward_of_an_optional_ksb_is_the_slope_of_its_penalty(timed_plan):
    explored = [float(rate) for rate in timed_plan.figures["explored"].values()]

    rewards = [float(reward) for reward in timed_plan.log_rewards]

    lifted = [reward - EXPLORING * (1 - rate) for reward, rate in zip(rewards, explored, strict=True)]
    levels = [rate + lift / LIFTING for rate, lift in zip(explored, lifted, strict=True) if lift > 1e-3]
    assert min(lifted) > -1e-4
    assert levels == pytest.approx([levels[0]] * len(levels), abs=1e-5)
    assert all(rate > levels[0] - 1e-5 for rate, lift in zip(explored, lifted, strict=True) if lift <= 1e-3)


def test_questions_that_nothing_tells_apart_are_drawn_equally_often():
    pool = a_pool(A="K1", B="K1", C="K1", D="K2", E="K2", F="K1 K2")

    plan = fit(pool, a_specification(length=3, required="K1 K2"))

    assert plan.log_weights[0] == plan.log_weights[1] == plan.log_weights[2]
    assert plan.log_weights[3] == plan.log_weights[4]


def test_progress_runs_from_0_to_1_and_never_back():
    heard = []

    fit(
        a_bank(questions=12, ksbs="K1 K2", enemies=2),
        a_specification(length=3),
        progress=lambda step, share: heard.append((step, share)),
    )

    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert len({step for step, _ in heard}) >= 5


def test_the_penalty_and_its_conjugate_belong_together():
    evenness = evenness_of(a_bank(questions=20), a_specification(length=5, required="K1"), 62.5)

    for weight, exposure in combinations(np.linspace(-40, 40, 9), 2):
        share = abs(exposure) / 40
        over = max(share - evenness.cap, 0)
        penalty = evenness.slope / 2 * ((share - evenness.even) ** 2 + EXCESS * over**2)
        assert evenness.conjugate(np.array([weight]))[0] >= -weight * share - penalty - 1e-9  # Fenchel and Young
    assert evenness.cap == pytest.approx(CAP * 0.25)
