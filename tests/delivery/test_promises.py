"""What is promised of any bank: re-sits, withdrawals, frozen snapshots and rows in any order, over random pools."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from delivery.certificate import certify
from delivery.cohort import Cohort
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import DeliveryRefusal, DoesNotReplay
from delivery.pool import Candidate, Pool
from delivery.replay import replay
from delivery.specification import Specification
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_specification, pools
from tests.delivery.enumeration import sets_of

SEEDS = st.binary(min_size=32, max_size=32)
ANYBODY = Eligibility()
few = settings(deadline=None, max_examples=12)


@st.composite
def plans(draw, *, conditioned=False):
    """Plans of small random pools; `conditioned` ones condition for anybody from whom a question is kept."""
    pool = draw(pools(most=12))
    required = draw(st.sampled_from(["", "K1", "K1 K2"]))
    specification = a_specification(length=draw(st.integers(2, 4)), required=required, optional="K3")
    weights = [at * 0.3 for at in range(len(pool))]
    plan = a_plan(pool, specification, log_weights=weights, log_rewards=[0.4], trials=400 if conditioned else 200)
    assume(plan is not None and plan.rehearsal.lawful_sets)
    return replace(plan, least_acceptance=plan.rehearsal.trials + 1) if conditioned else plan


def set_of(plan, seed, eligibility):
    """The draw; the example is passed over where the bank has no lawful set for this snapshot, or too few."""
    try:
        return draw(plan, seed=seed, eligibility=eligibility)
    except DeliveryRefusal:
        reject()


def met_with(plan, references):
    """What an apprentice may not be given again: the questions met, and their enemies, of which clones are some."""
    met = dict.fromkeys(references, "met")
    near = {name for each in plan.pool.candidates if each.reference in met for name in each.enemies}
    return dict.fromkeys(near, "enemy of one met") | met


@few
@given(plans(), SEEDS, SEEDS)
def test_a_resit_shares_nothing_with_the_first_sitting_nor_an_enemy_or_clone_of_it(plan, seed, another):
    first = set_of(plan, seed, ANYBODY)
    out = met_with(plan, first.references)

    again = set_of(plan, another, Eligibility(out))

    assert out.keys().isdisjoint(again.references)
    assert set(first.positions).isdisjoint(again.positions)


@few
@given(plans(), SEEDS, st.data())
def test_withdrawing_a_question_that_was_not_drawn_changes_nothing_while_sets_come_from_the_stream(plan, seed, data):
    before = set_of(plan, seed, ANYBODY)
    others = [each for each in plan.pool.references if each not in before.references]
    withdrawn = data.draw(st.sets(st.sampled_from(others), min_size=1, max_size=2)) if others else set()

    after = set_of(plan, seed, Eligibility(dict.fromkeys(withdrawn, "withdrawn")))

    assume(after.way == "stream")
    assert (after.references, after.attempts) == (before.references, before.attempts)


@few
@given(plans(conditioned=True), SEEDS, st.data())
def test_under_exact_conditioning_the_frozen_snapshot_rules_whatever_is_withdrawn_later(plan, seed, data):
    out = data.draw(st.sampled_from(plan.pool.references))
    frozen = Eligibility({out: "met"})
    drawn = set_of(plan, seed, frozen)
    assume(drawn.way == "conditioned")
    certificate = certify(plan, drawn, frozen)
    later = Eligibility({out: "met"} | {each: "withdrawn" for each in plan.pool.references if each != out})

    replay(plan, seed, Eligibility.from_dict(frozen.to_dict()), certificate)
    with pytest.raises(DoesNotReplay, match="eligibility"):
        replay(plan, seed, later, certificate)

    lawful = {tuple(plan.pool.references[at] for at in each) for each in sets_of(plan.pool, plan.specification, {out})}
    assert tuple(sorted(drawn.references)) in {tuple(sorted(each)) for each in lawful}


@few
@given(plans(), SEEDS, st.randoms(use_true_random=False), st.booleans())
def test_a_replay_on_input_in_another_order_is_identical(plan, seed, shuffler, nearby):
    names = list(plan.pool.references)
    heard = Cohort("P", "0.500000", tuple(names[::3])) if nearby else None
    eligibility = Eligibility({names[-1]: "met", names[0]: "rested"}, heard)
    certificate = certify(plan, set_of(plan, seed, eligibility), eligibility)

    def mixed(things):
        return shuffler.sample(list(things), len(list(things)))

    rows = [
        Candidate.from_dict(each.to_dict() | {name: mixed(each.to_dict()[name]) for name in ("ksbs", "enemies")})
        for each in mixed(plan.pool.candidates)
    ]
    asked = plan.specification.to_dict()
    specification = Specification.from_dict(asked | {name: mixed(asked[name]) for name in ("required", "optional")})
    weights = dict(zip(plan.pool.references, map(float, plan.log_weights), strict=True))
    pool = Pool.of(rows)
    again = a_plan(
        pool, specification, log_weights=[weights[each] for each in pool.references], log_rewards=[0.4], trials=200
    )
    turned = Eligibility(
        dict(mixed(eligibility.excluded.items())),
        Cohort("P", "0.500000", tuple(mixed(heard.heard))) if heard else None,
    )

    assert again.digest == plan.digest
    replay(again, seed, turned, certificate)
