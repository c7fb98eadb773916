"""Where lawful sets are rare: every refusal is named, and what cannot be fitted under every rule is said to be so."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from delivery.conditioning import near
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadSpecification, TooManyStates, TooRarelyLawful
from delivery.frontier import frontier_of
from delivery.lawfulness import Lawfulness
from delivery.plan import fit
from delivery.pool import Pool
from delivery.rarity import too_rare
from delivery.walk import Walk
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, a_specification
from tests.delivery.checker import faults


@pytest.fixture
def one_in_millions():
    """30 questions, and a time that only one set of eight of them has: 1 of 5,852,925."""
    return thirty(61, [60] * 22)


@pytest.fixture
def beyond_counting():
    """The same where time cannot be counted either: sums of sixteen million steps, and hardly two times alike."""
    return thirty(2_000_001, [2_000_000 - 7 * at for at in range(22)])


def thirty(longest, others):
    pool = Pool.of(a_candidate(reference=f"Q-{at:04d}", seconds=each) for at, each in enumerate([longest] * 8 + others))
    return pool, a_specification(length=8, required="K1", seconds=(8 * longest, 8 * longest))


def test_a_bank_with_one_lawful_set_in_millions_is_served_by_counting_time(one_in_millions):
    plan = fit(*one_in_millions)

    assert plan.held == ("seconds",)
    assert sorted(draw(plan, seed=bytes(32), eligibility=Eligibility()).positions) == list(range(8))


def test_a_fit_that_never_meets_a_lawful_set_says_so_and_does_not_say_that_there_is_none(beyond_counting):
    with pytest.raises(TooRarelyLawful, match=r"^Lawful question sets exist.* none of 4,096 sets") as refusal:
        fit(*beyond_counting)

    assert "minutes from" in refusal.value.requirement


def test_a_plan_from_which_hardly_anything_can_be_drawn_is_not_fitted_and_the_smallest_change_is_enough():
    """Ten cheap questions a set, and a demand that asks for many dear ones, in steps too small to be counted."""
    step = 200_000
    pool = Pool.of(
        a_candidate(reference=f"Q-{at:04d}", ksbs=f"K{at % 6 + 1}", demand=step if at < 50 else 5 * step + 1)
        for at in range(60)
    )

    def asked(lowest):
        return a_specification(length=10, required="K1 K2 K3 K4 K5 K6", demand=(lowest, 60 * step))

    with pytest.raises(TooRarelyLawful, match=r"let the band of demand run from (5200004|6000005) to 12000000"):
        fit(pool, asked(38 * step))

    assert fit(pool, asked(26 * step)).rehearsal.acceptance().lawful >= 41


def test_what_most_sets_break_is_named_and_what_would_do_beside_it():
    pool = Pool.of(
        a_candidate(reference=f"Q-{at}", ksbs="K1" if at % 2 else "K2", enemies=f"Q-{(at + 1) % 6}") for at in range(6)
    )
    capped = Lawfulness(pool, a_specification(length=3, required="K1", most_per_ksb=1))
    hostile = Lawfulness(pool, a_specification(length=2, required="K1"))

    assert too_rare([(0, 1, 2), (1, 3, 5)], capped, 1).smallest_change == "allow 3 questions on a KSB"
    assert too_rare([(0, 1), (1, 2)], hostile, 1).requirement == "no two enemy questions in one set"
    assert too_rare([(0, 1), (0, 2)], hostile, 1, excluded=1).available.startswith("none of 2 sets")


def test_a_plan_whose_recorded_run_met_no_lawful_set_is_a_refusal_and_no_crash(one_in_millions):
    with pytest.raises(TooRarelyLawful, match="none of 200 sets"):
        draw(a_plan(*one_in_millions), seed=bytes(32), eligibility=Eligibility())


def test_a_specification_with_too_many_states_is_refused_before_they_are_laid_out(monkeypatch):
    monkeypatch.setattr("delivery.frontier.MOST_STATES", 1_000)

    with pytest.raises(BadSpecification, match="more than 1,000 states"):
        fit(a_bank(questions=30), a_specification(length=8, required="K1 K2 K3 K4 K5 S1 S2 S3"))


def test_a_specification_whose_states_are_too_long_for_a_number_is_refused():
    codes = " ".join(f"K{number}" for number in range(1, 61))
    pool = a_bank(questions=60, ksbs=codes)

    with pytest.raises(TooManyStates, match=r"60 KSBs.*62 bits"):
        frontier_of(pool, a_specification(length=20, required=codes))


def test_conditioning_that_never_meets_a_lawful_set_says_so(beyond_counting):
    plan = a_plan(*beyond_counting)

    with pytest.raises(TooRarelyLawful, match="none of 4,096 sets"):
        draw(plan, seed=bytes(32), eligibility=Eligibility({"Q-0029": "met"}))


def test_where_one_apprentice_has_too_few_lawful_sets_the_states_count_what_the_plans_do_not(one_in_millions):
    drawn = draw(a_plan(*one_in_millions), seed=bytes(32), eligibility=Eligibility({"Q-0029": "met"}))

    assert sorted(drawn.positions) == list(range(8))
    assert (drawn.way, drawn.attempts, drawn.acceptance.exact) == ("conditioned", 1, True)


def test_a_bank_on_which_the_fit_would_stay_weak_has_its_requirements_in_the_states():
    pool = a_bank(questions=18, ksbs="K1 K2 K3 S1 S2", number=5, enemies=4)
    specification = a_specification(
        length=5, required="K1 K2 K3 S1 S2", seconds=(1380, 1620), demand=(8, 12), most_per_ksb=3
    )

    plan = fit(pool, specification)

    assert plan.held
    assert float(plan.figures["strength"]) > 0
    for number in range(100):
        drawn = draw(plan, seed=bytes([number] * 32), eligibility=Eligibility())
        assert faults(drawn.references, pool, specification) == []


def test_a_fit_says_how_far_it_came_where_the_states_can_hold_no_more(monkeypatch):
    monkeypatch.setattr("delivery.holding.MOST_HELD_STATES", 10)
    pool = a_bank(questions=18, ksbs="K1 K2 K3 S1 S2", number=5, enemies=4)
    specification = a_specification(
        length=5, required="K1 K2 K3 S1 S2", seconds=(1380, 1620), demand=(8, 12), most_per_ksb=3
    )

    plan = fit(pool, specification)

    assert plan.held == ()
    assert float(plan.figures["strength"]) < 1


@pytest.mark.parametrize(
    ("positions", "excluded", "breach"),
    [
        ((0, 1), 0, None),
        ((0, 1), 0b10, "excluded"),
        ((0,), 0, "length"),
        ((0, 0), 0, "length"),
        ((0, 2), 0, "coverage"),
        ((1, 3), 0, "demand"),
        ((3, 4), 0, "enemies"),
        ((4, 5), 0, "seconds"),
        ((5, 6), 0, "most_per_ksb"),
    ],
)
def test_the_first_requirement_that_a_set_breaks_is_named(positions, excluded, breach):
    rows = [("K1", 60, 2, ""), ("K2", 60, 2, ""), ("K1", 60, 2, ""), ("K1", 60, 3, "E"), ("K2", 60, 1, "")]
    rows += [("K1 K2", 90, 3, ""), ("K1 K2", 30, 1, "")]
    pool = Pool.of(
        a_candidate(reference="ABCDEFG"[at], ksbs=ksbs, seconds=seconds, demand=demand, enemies=enemies)
        for at, (ksbs, seconds, demand, enemies) in enumerate(rows)
    )
    asked = a_specification(length=2, required="K1 K2", seconds=(110, 140), demand=(4, 4), most_per_ksb=1)

    assert Lawfulness(pool, asked).breach(positions, excluded) == breach


def walk_of_plan(**weights):
    pool = a_pool(A="K1", B="K1", C="K2", D="K1 K2")
    return a_plan(pool, a_specification(length=2, required="K1 K2"), **weights).walk


def test_tables_are_near_themselves_and_those_of_nearly_the_same_weights():
    walk = walk_of_plan(log_weights=[0.5, 0, 0, 1])

    assert near(walk, walk)
    assert near(walk, walk_of_plan(log_weights=[0.5, 0, 1e-13, 1]))


@pytest.mark.parametrize("weights", [[0.5, 0, 0.001, 1], [0.500001, 0, 0, 1], [0.5, 0, 0, -30]])
def test_tables_of_other_weights_are_not_near(weights):
    assert not near(walk_of_plan(log_weights=[0.5, 0, 0, 1]), walk_of_plan(log_weights=weights))


def test_a_walk_with_other_members_options_or_layers_is_not_near():
    walk = walk_of_plan()
    first = walk.layers[0]

    assert not near(walk, Walk(walk.layers[:-1]))
    assert not near(walk, Walk((replace(first, members=(3,)), *walk.layers[1:])))
    assert not near(walk, Walk((replace(first, count=array("H", [0, 2])), *walk.layers[1:])))


def test_a_snapshots_bytes_are_its_canonical_json():
    assert Eligibility({"B": "met"}).to_bytes() == b'{"excluded":{"B":"met"},"format":"qbank eligibility 1"}'
