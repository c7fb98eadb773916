"""The substitution: its law is the plan's given the questions that stay, and the set stays lawful whatever happens."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.cohort import Cohort
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadSpecification, Infeasible
from delivery.pool import Pool
from delivery.substitution import SubstitutionLaw, draw_substitute
from delivery.vacancy import Vacancy
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, a_specification, pools
from tests.delivery.checker import faults

SEED = bytes(range(32))
NOBODY = Eligibility()


def given_the_rest(plan, vacancy, eligibility):
    """The plan's law on sets that hold the standing questions, by enumeration: the chance of each last question."""
    log_weights = dict(
        zip(plan.pool.references, map(float, eligibility.log_weights(plan.pool, plan.log_weights)), strict=True)
    )
    rewards = dict(zip(plan.specification.optional, map(float, plan.log_rewards), strict=True))
    by_reference = {each.reference: each for each in plan.pool.candidates}
    known = {vacancy.out, *vacancy.met}
    known |= {name for each in known for name in by_reference[each].enemies}
    weights = {}
    size = len(vacancy.standing) + 1
    for chosen in combinations(plan.pool.references, size):
        if not set(vacancy.standing) <= set(chosen):
            continue
        last = next(iter(set(chosen) - set(vacancy.standing)))
        if last in known or faults(chosen, plan.pool, plan.specification, eligibility.excluded):
            continue
        covered = set().union(*(by_reference[each].ksbs for each in chosen))
        log = sum(log_weights[each] for each in chosen) + sum(rewards[code] for code in covered & rewards.keys())
        weights[last] = math.exp(log)
    total = sum(weights.values())
    return {reference: weight / total for reference, weight in weights.items()}


@settings(deadline=None, max_examples=60)
@given(
    pools(),
    st.lists(st.floats(-3, 3), min_size=9, max_size=9),
    st.floats(-1, 2),
    st.integers(0, 10**6),
    st.sets(st.integers(0, 8), max_size=2),
    st.booleans(),
)
def test_the_law_is_the_plans_given_the_questions_that_stay(pool, logs, reward, which, out, heard):
    specification = a_specification(length=3, required="K1", optional="K2 K3", seconds=(180, 330), most_per_ksb=2)
    plan = a_plan(pool, specification, log_weights=logs[: len(pool)], log_rewards=[reward, 0.5], trials=40)
    sets = [each for each in combinations(pool.references, 3) if not faults(each, pool, specification)]
    assume(plan and sets)
    drawn = sets[which % len(sets)]
    vacancy = Vacancy((drawn[0], drawn[2]), 2, drawn[1])
    excluded = {pool.references[at]: "met" for at in out if at < len(pool) and pool.references[at] not in drawn}
    eligibility = Eligibility(excluded, Cohort("P", "0.400000", pool.references[::2]) if heard else None)
    expected = given_the_rest(plan, vacancy, eligibility)

    if not expected:
        with pytest.raises(Infeasible):
            SubstitutionLaw.of(plan, vacancy, eligibility)
        return

    law = SubstitutionLaw.of(plan, vacancy, eligibility)

    assert {reference: float(chance) for reference, chance in law.chances().items()} == pytest.approx(
        expected, abs=1e-9
    )
    assert sum(law.chances().values()) == 1


@pytest.fixture(scope="module")
def strict():
    """Sixty questions, sets of ten, enemies, a band and a cap."""
    specification = a_specification(length=10, required="K1 K2 K3 K4 K5 S1 S2 S3", seconds=(2700, 3300), most_per_ksb=4)
    return a_plan(a_bank(questions=60, number=4, enemies=20), specification, trials=400)


@pytest.mark.parametrize("number", range(20))
def test_whatever_is_taken_out_the_set_stays_lawful_and_nothing_met_comes_back(strict, number):
    seed = number.to_bytes(32, "big")
    first = draw(strict, seed=seed, eligibility=NOBODY).references
    place = number % 10
    vacancy = Vacancy((*first[:place], *first[place + 1 :]), place + 1, first[place], number=number % 3)

    drawn = draw_substitute(strict, vacancy, seed=seed, eligibility=NOBODY)

    whole = drawn.into(vacancy)
    assert faults(whole, strict.pool, strict.specification) == []
    assert whole[place] == drawn.reference
    assert drawn.reference not in first


def test_a_second_substitution_in_the_same_place_brings_back_neither_the_first_nor_its_enemies():
    pool = Pool.of(
        [
            a_candidate(reference="A", ksbs="K1"),
            a_candidate(reference="B", ksbs="K2", enemies="D"),
            a_candidate(reference="C", ksbs="K2"),
            a_candidate(reference="D", ksbs="K2"),
            a_candidate(reference="E", ksbs="K2"),
        ]
    )
    plan = a_plan(pool, a_specification())

    law = SubstitutionLaw.of(plan, Vacancy(("A",), 2, "C", met=("B",), number=1), NOBODY)

    assert set(law.weights) == {"E"}


def test_where_nothing_can_take_the_place_the_refusal_says_what_question_would():
    pool = a_pool(A="K1", B="K2", C="K1 K3")
    plan = a_plan(pool, a_specification(seconds=(540, 660), demand=(3, 5)))

    with pytest.raises(Infeasible) as refused:
        SubstitutionLaw.of(plan, Vacancy(("A",), 2, "B"), NOBODY)

    assert refused.value.smallest_change == (
        "write 1 question that carries K2, takes 4:00 to 6:00 minutes and has a demand of 1 to 3"
    )
    assert "in the place of B" in str(refused.value)


def test_the_same_seed_gives_the_same_substitute_and_each_number_has_a_stream_of_its_own():
    pool = a_bank(questions=40, number=2)
    plan = a_plan(pool, a_specification(length=3, required="K1 K2"))
    first = draw(plan, seed=SEED, eligibility=NOBODY).references

    def substitutes(number):
        vacancy = Vacancy(first[1:], 1, first[0], number=number)
        return [draw_substitute(plan, vacancy, seed=bytes([at]) * 32, eligibility=NOBODY).reference for at in range(30)]

    assert substitutes(0) == substitutes(0)
    assert substitutes(0) != substitutes(1)


def test_drawn_substitutes_follow_the_law():
    pool = a_pool(A="K1", B="K2", C="K2", D="K2", E="K2")
    plan = a_plan(pool, a_specification(), log_weights=[0.0, 0.0, 0.0, math.log(2), math.log(5)])
    law = SubstitutionLaw.of(plan, Vacancy(("A",), 2, "B"), NOBODY)
    times = 4_000

    drawn = [law.drawn(number.to_bytes(32, "big")).reference for number in range(times)]

    # standard error at most 0.5 / sqrt(4000) = 0.0079; five of them
    shares = {reference: drawn.count(reference) / times for reference in "CDE"}
    assert shares == pytest.approx({"C": 1 / 8, "D": 2 / 8, "E": 5 / 8}, abs=0.04)


@pytest.mark.parametrize(
    ("standing", "place", "out"), [(("A",), 3, "B"), (("A",), 0, "B"), (("A", "B"), 1, "A"), (("A",), 1, "Z")]
)
def test_a_vacancy_that_contradicts_itself_is_refused(standing, place, out):
    plan = a_plan(a_pool(A="K1", B="K2"), a_specification())

    with pytest.raises(BadSpecification):
        SubstitutionLaw.of(plan, Vacancy(standing, place, out), NOBODY)
