"""The second program agrees where the states of a walk hold side requirements, and notices where they only seem to."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.lawfulness import Lawfulness
from delivery.pool import Pool
from qbank.verify import verify
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_candidate, a_specification, pools
from tests.delivery.enumeration import sets_of
from tests.delivery.test_holding import HELD, specifications
from tests.verify.test_verify import SEEDS, evidence_of


@settings(deadline=None, max_examples=50)
@given(pools(), specifications(), HELD, SEEDS, st.sets(st.integers(0, 8), max_size=3))
def test_both_programs_agree_on_draws_from_states_that_hold_requirements(pool, specification, wanted, seed, out):
    held = [name for name in Lawfulness(pool, specification).sides if name in wanted]
    plan = a_plan(
        pool, specification, log_weights=[at * 0.3 for at in range(len(pool))], log_rewards=[0.7, -0.4], held=held
    )
    assume(plan is not None and plan.rehearsal.acceptance().lawful > 5)
    eligibility = Eligibility({pool.references[at]: "met" for at in out if at < len(pool)})
    assume(sets_of(pool, specification, eligibility.excluded))

    verdict = verify(evidence_of(plan, seed, eligibility))

    assert verdict.first_failure is None


def a_hostile_plan(held):
    """18 questions in nine pairs of enemies, five asked in exactly 25 minutes."""
    pool = Pool.of(
        a_candidate(
            reference=f"Q-{at:04d}", ksbs=f"K{at % 2 + 1}", seconds=280 + at % 5 * 10, enemies=f"Q-{(at + 9) % 18:04d}"
        )
        for at in range(18)
    )
    return a_plan(pool, a_specification(length=5, seconds=(1500, 1500)), held=held)


@pytest.mark.parametrize("held", [[], ["seconds"], ["enemies"], ["seconds", "enemies"]])
@pytest.mark.parametrize("said", [[], ["seconds"], ["enemies"], ["seconds", "enemies"]])
def test_a_walk_is_only_the_law_of_the_plan_where_its_states_hold_what_the_plan_says(held, said):
    evidence = evidence_of(a_hostile_plan(held), b"\x05" * 32, Eligibility())
    evidence["plan"] |= {"format": "qbank draw plan 2", "held": said}

    law = [finding.holds for finding in verify(evidence).findings if finding.what == "law"]

    assert (law == [True]) is (held == said)


def test_a_walk_that_leaves_out_one_lawful_set_is_not_the_law():
    """An enemy that nobody named: its pair's sets are missing from the walk."""
    pool = Pool.of(
        a_candidate(reference=f"Q-{at}", ksbs=f"K{at % 2 + 1}", enemies="Q-1" * (at == 4)) for at in range(6)
    )
    evidence = evidence_of(a_plan(pool, a_specification(length=3), held=["enemies"]), b"\x05" * 32, Eligibility())
    for question in evidence["plan"]["pool"]:
        question["enemies"] = []
    evidence["plan"]["pool"][0]["enemies"], evidence["plan"]["pool"][2]["enemies"] = ["Q-2"], ["Q-0"]

    law = [
        finding for finding in verify(evidence).findings if finding.what in {"law", "evidence"} and not finding.holds
    ]

    assert law


def short_of_time():
    """Half the questions are short: without most of them hardly a set stays below the time."""
    pool = Pool.of(
        a_candidate(reference=f"Q-{at:04d}", ksbs=f"K{at % 2 + 1}", seconds=120 if at < 20 else 300 + at % 3 * 60)
        for at in range(40)
    )
    plan = a_plan(pool, a_specification(length=5, seconds=(600, 1140)), trials=400)
    return plan, Eligibility(dict.fromkeys(plan.pool.references[2:20], "met"))


def among_enemies():
    """Forty questions are enemies of one another: without the others hardly a set of five has one of them at most."""
    pool = Pool.of(
        a_candidate(
            reference=f"Q-{at:04d}",
            ksbs=f"K{at % 2 + 1}",
            enemies=" ".join(f"Q-{other:04d}" for other in range(at)) if at < 40 else "",
        )
        for at in range(100)
    )
    plan = a_plan(pool, a_specification(length=5), trials=400)
    return plan, Eligibility(dict.fromkeys(plan.pool.references[45:], "met"))


@pytest.mark.parametrize("rare", [short_of_time, among_enemies])
def test_both_programs_agree_where_a_conditioned_law_holds_more_than_the_plans(rare):
    plan, eligibility = rare()

    drawn = draw(plan, seed=b"\x07" * 32, eligibility=eligibility)

    assert (drawn.way, plan.held, drawn.acceptance.exact) == ("conditioned", (), True)
    assert verify(evidence_of(plan, b"\x07" * 32, eligibility)).first_failure is None


def test_a_conditioned_walk_that_is_not_the_one_that_was_due_is_named(monkeypatch):
    plan, _ = short_of_time()
    monkeypatch.setattr("delivery.conditioning.LEAST_LAWFUL", 4096)  # holds the time, though 8 lawful sets would do
    evidence = evidence_of(plan, b"\x07" * 32, Eligibility(dict.fromkeys(plan.pool.references[:14], "met")))

    wrong = {finding.what for finding in verify(evidence).findings if not finding.holds}

    assert "conditioned law" in wrong
