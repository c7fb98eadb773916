"""Which requirements a fit puts into the states, and what the law on a bank with rare lawful sets is then worth."""

from __future__ import annotations

import pytest

from delivery.certificate import certify, commitment
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.multitude import draws
from delivery.plan import DrawPlan, fit
from delivery.pool import Pool
from delivery.replay import replay
from delivery.steering import Use, steered
from qbank.verify import verify
from tests.delivery.a_pool import a_bank, a_candidate, a_specification
from tests.delivery.checker import faults
from tests.delivery.enumeration import entropy_of, exposure_of, law_on, sets_of
from tests.verify.test_verify import evidence_of

ASKED = a_specification(length=6, required="K1 K2 K3 S1 S2 S3", seconds=(1770, 1780), demand=(15, 15), most_per_ksb=4)


@pytest.fixture(scope="module")
def tight_plan() -> DrawPlan:
    """40 questions, 18 pairs of enemies, two values of time in steps of 10 seconds, one of demand: under 1% lawful."""
    times = (230, 260, 290, 310, 340, 370)
    return fit(a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3", number=12, enemies=18, seconds=times), ASKED)


@pytest.fixture(scope="module")
def tiny_tight_plan() -> DrawPlan:
    """14 questions of which few sets of four take 33:20 to 33:31 minutes: every set can be looked at."""
    pool = Pool.of(
        a_candidate(
            reference=f"Q-{at:04d}", ksbs="K1 K2" if at % 5 == 0 else f"K{at % 3 + 1}", seconds=240 + 7 * at * at
        )
        for at in range(14)
    )
    return fit(pool, a_specification(length=4, required="K1 K2 K3", seconds=(2000, 2011)))


def test_where_lawful_sets_are_common_nothing_is_held_and_the_plan_is_of_the_first_format(strict_plan):
    assert strict_plan.held == ()
    assert strict_plan.to_dict()["format"] == "qbank draw plan 1"


def test_what_most_sets_break_is_held_where_lawful_sets_are_rare(tight_plan):
    assert "seconds" in tight_plan.held
    assert tight_plan.rehearsal.acceptance().rate > 0.05
    assert float(tight_plan.figures["strength"]) > 0


def test_fitting_again_holds_the_same_and_gives_the_same_plan(tiny_tight_plan):
    again = fit(Pool.of(reversed(tiny_tight_plan.pool.candidates)), tiny_tight_plan.specification)

    assert again.digest == tiny_tight_plan.digest


def test_twenty_thousand_sets_of_a_tight_bank_break_no_requirement(tight_plan):
    seeds = [number.to_bytes(32, "big") for number in range(20_000)]

    broken = [each for each in draws(tight_plan, seeds) if faults(each, tight_plan.pool, ASKED)]

    assert broken == []


def test_where_everything_is_held_figures_are_exact_and_no_set_is_passed_over(tiny_tight_plan):
    sets = sets_of(tiny_tight_plan.pool, tiny_tight_plan.specification)
    law = law_on(
        sets, tiny_tight_plan.pool, tiny_tight_plan.specification, list(map(float, tiny_tight_plan.log_weights))
    )
    figures = tiny_tight_plan.figures

    assert (tiny_tight_plan.held, figures["exact"]) == (("seconds",), True)
    assert len(tiny_tight_plan.rehearsal.lawful_sets) == tiny_tight_plan.rehearsal.trials
    assert list(map(float, figures["exposure"].values())) == pytest.approx(exposure_of(law, 14), abs=1e-6)
    assert float(figures["entropy_bits"]) == pytest.approx(entropy_of(law), abs=1e-5)


@pytest.mark.parametrize("name", ["tight_plan", "tiny_tight_plan"])
def test_a_draw_from_states_that_hold_requirements_replays_and_the_second_program_agrees(name, request):
    plan = request.getfixturevalue(name)
    seed, eligibility = bytes(range(32)), Eligibility({plan.pool.references[3]: "met"})
    bound = commitment(attempt="A-1", plan_digest=plan.digest, seed=seed)
    certificate = certify(plan, draw(plan, seed=seed, eligibility=eligibility), eligibility, commitment=bound)

    replay(plan, seed, eligibility, certificate)

    assert certificate.holds
    assert verify(evidence_of(plan, seed, eligibility)).first_failure is None


def test_a_plan_that_holds_requirements_is_steered_on_its_own_states(tiny_tight_plan):
    busiest = max(
        tiny_tight_plan.figures["exposure"], key=lambda each: float(tiny_tight_plan.figures["exposure"][each])
    )

    found = steered(tiny_tight_plan, {busiest: Use(asked=400, expected=200.0)})

    assert found.plan.held == tiny_tight_plan.held
    assert float(found.plan.figures["exposure"][busiest]) <= float(tiny_tight_plan.figures["exposure"][busiest])
    assert found.moved <= 0.2
