"""Infeasible is an answer: which requirement fails, what there is, and the smallest change that would do."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.errors import Infeasible
from delivery.feasibility import must_be_feasible
from delivery.pool import Pool
from delivery.program import Program
from delivery.specification import Band
from tests.delivery.a_pool import a_candidate, a_pool, a_specification, pools
from tests.delivery.enumeration import sets_of


def refusal_of(pool, specification, excluded=None):
    with pytest.raises(Infeasible) as refusal:
        must_be_feasible(pool, specification, excluded)
    return refusal.value


@settings(deadline=None, max_examples=120)
@given(
    pools(),
    st.integers(1, 4),
    st.sampled_from([None, (180, 240), (300, 330)]),
    st.sampled_from([None, (5, 6)]),
    st.sampled_from([None, 1, 2]),
)
def test_a_pool_is_refused_exactly_when_it_has_no_lawful_set(pool, length, seconds, demand, most):
    specification = a_specification(length=length, seconds=seconds, demand=demand, most_per_ksb=most)
    exists = bool(sets_of(pool, specification))

    if exists:
        must_be_feasible(pool, specification)
    else:
        refusal = refusal_of(pool, specification)
        assert "" not in (refusal.requirement, refusal.available, refusal.smallest_change)


@settings(deadline=None, max_examples=60)
@given(pools(), st.integers(60, 300), st.integers(0, 60))
def test_a_pool_with_a_time_to_fill_is_refused_exactly_when_no_set_fills_it(pool, most, width):
    specification = a_specification(length=None, required="K1 K2", seconds=(most - width, most))
    exists = bool(sets_of(pool, specification))

    if exists:
        must_be_feasible(pool, specification)
    else:
        refusal_of(pool, specification)


def test_a_ksb_that_no_question_carries_is_named_with_what_to_write():
    refusal = refusal_of(a_pool(A="K1", B="K1"), a_specification(length=2, required="K1 K4"))

    assert refusal.requirement == "K4 in every set"
    assert refusal.available == "K4 is carried by 0 questions that may be drawn"
    assert refusal.smallest_change == "write at least 1 question that carries K4"


def test_too_few_questions_are_counted():
    refusal = refusal_of(a_pool(A="K1", B="K2"), a_specification(length=4, required="K1 K2"))

    assert refusal.requirement == "4 questions in every set"
    assert refusal.available == "2 questions may be drawn"
    assert refusal.smallest_change == "write at least 2 questions"


def test_ksbs_that_do_not_fit_in_so_few_questions_are_counted():
    refusal = refusal_of(a_pool(A="K1", B="K2", C="K3"), a_specification(length=2, required="K1 K2 K3"))

    assert refusal.requirement == "all 3 KSBs in 2 questions"
    assert refusal.available == "the fewest questions that cover them are 3"
    assert refusal.smallest_change.endswith("or ask 3 questions")


def test_a_band_of_minutes_that_no_set_reaches_names_the_nearest():
    refusal = refusal_of(a_pool(A="K1", B="K2"), a_specification(seconds=(2760, 3240)))

    assert refusal.requirement == "planned minutes from 46:00 to 54:00"
    assert refusal.available == "sets that meet the rest take from 10:00 to 10:00"
    assert refusal.smallest_change == "move the band of minutes to include 10:00"


def test_a_band_of_demand_that_no_set_reaches_names_the_nearest():
    refusal = refusal_of(a_pool(A="K1", B="K2"), a_specification(demand=(1, 3)))

    assert refusal.requirement == "demand from 1 to 3"
    assert refusal.smallest_change == "move the band of demand to include 4"


def test_a_band_between_two_reachable_values_is_to_be_widened():
    pool = Pool.of(
        [
            a_candidate(reference="A", ksbs="K1", seconds=60),
            a_candidate(reference="B", ksbs="K2", seconds=60),
            a_candidate(reference="C", ksbs="K2", seconds=600),
        ]
    )

    refusal = refusal_of(pool, a_specification(seconds=(200, 240)))

    assert refusal.smallest_change.endswith("or move the band of minutes to include 2:00")


def test_a_change_that_another_requirement_forbids_is_not_offered():
    """Ten minutes would be in the band, were the two questions that take them together no enemies."""
    pool = Pool.of(
        [a_candidate(reference="A", ksbs="K1", seconds=300, enemies="B"), a_candidate(reference="B", ksbs="K2")]
    )

    refusal = refusal_of(pool, a_specification(seconds=(2760, 3240)))

    assert "include" not in refusal.smallest_change


@settings(deadline=None, max_examples=80)
@given(
    pools(),
    st.integers(1, 4),
    st.sampled_from([None, (180, 240), (300, 330)]),
    st.sampled_from([None, (5, 6)]),
    st.sampled_from([None, 1, 2]),
)
def test_every_requirement_that_is_said_to_be_eased_is_enough_and_by_less_is_not(pool, length, seconds, demand, most):
    asked = a_specification(length=length, seconds=seconds, demand=demand, most_per_ksb=most)
    assume(not sets_of(pool, asked))
    said = refusal_of(pool, asked).smallest_change

    for change in said.split(", or "):
        if change.startswith("ask "):
            more = int(change.split()[1])
            assert [each for each in range(length + 1, more + 1) if sets_of(pool, replace(asked, length=each))] == [
                more
            ]
        elif change.startswith("allow "):
            cap = int(change.split()[4])
            assert sets_of(pool, replace(asked, most_per_ksb=cap))
            assert not sets_of(pool, replace(asked, most_per_ksb=cap - 1))
        elif change.startswith("move "):
            what = "seconds" if "minutes" in change else "demand"
            minutes, _, rest = change.split()[-1].rpartition(":")
            value, band = 60 * int(minutes or 0) + int(rest), getattr(asked, what)
            wider = Band(min(value, band.lowest), max(value, band.highest))
            narrower = Band(min(value + 1, band.lowest), max(value - 1, band.highest))
            assert sets_of(pool, replace(asked, **{what: wider}))
            assert not sets_of(pool, replace(asked, **{what: narrower}))
        elif change.startswith("let "):
            apart = Pool.of(replace(each, enemies=frozenset()) for each in pool.candidates)
            assert sets_of(apart, asked)


def test_enemies_that_would_have_to_meet_are_named():
    pool = Pool.of([a_candidate(reference="A", ksbs="K1", enemies="B"), a_candidate(reference="B", ksbs="K2")])

    assert refusal_of(pool, a_specification()).smallest_change.endswith("or let A and B meet in one set")


def test_enemies_that_every_set_needs_are_named_as_the_reason():
    pool = Pool.of([a_candidate(reference="A", ksbs="K1", enemies="B"), a_candidate(reference="B", ksbs="K2")])

    refusal = refusal_of(pool, a_specification())

    assert refusal.requirement == "no two enemy questions in one set"
    assert refusal.smallest_change.startswith("write at least 1 question that carries K")


def test_a_cap_on_questions_of_a_ksb_that_cannot_hold_is_named():
    refusal = refusal_of(a_pool(A="K1 K2", B="K1", C="K1"), a_specification(length=3, most_per_ksb=2))

    assert refusal.requirement == "no KSB in more than 2 questions of a set"
    assert refusal.smallest_change.startswith("write at least 1 question")


def test_a_resting_question_is_returned_rather_than_a_new_one_written():
    pool = a_pool(A="K1", B="K2", C="K2")

    refusal = refusal_of(pool, a_specification(), {"B": "resting", "C": "met"})

    assert refusal.smallest_change == "return B to the pool"
    assert refusal.available.endswith("(2 questions of the pool may not be drawn here)")


def test_a_question_that_the_apprentice_met_is_never_offered_again():
    refusal = refusal_of(a_pool(A="K1", B="K2"), a_specification(), {"B": "met"})

    assert refusal.smallest_change == "write at least 1 question that carries K2"


def test_an_empty_pool_asks_for_a_whole_set():
    refusal = refusal_of(Pool.of([]), a_specification(length=2, required="K1 K2 K3"))

    assert refusal.available == "0 questions may be drawn"
    assert refusal.smallest_change == "write at least 2 questions that between them carry K1, K2 and K3"


@settings(deadline=None, max_examples=60)
@given(pools(most=7, hostile=False), st.integers(1, 5))
def test_writing_what_is_asked_for_is_enough_and_one_question_fewer_is_not(pool, length):
    specification = a_specification(length=length, required="K1 K2 K3")
    assume(not sets_of(pool, specification))
    change = change_for(pool, specification)

    carried = [code for code, many in change.carrying.items() for _ in range(many)]
    shares = [" ".join(carried[at :: change.written]) for at in range(change.written)]

    assert sets_of(with_questions(pool, shares), specification)
    tags = max(max((len(each.ksbs & {"K1", "K2", "K3"}) for each in pool.candidates), default=0), -(-3 // length))
    anything = [" ".join(codes) for codes in combinations(("K1", "K2", "K3"), min(3, tags))]
    for fewer in combinations_with_replacement(anything, change.written - 1):
        assert not sets_of(with_questions(pool, fewer), specification)


def change_for(pool, specification):
    program = Program(pool, specification, range(len(pool)), writing="typical")
    program.coverage()
    program.length()
    return program.smallest_change()


def with_questions(pool, ksbs):
    new = [a_candidate(reference=f"new {at}", ksbs=codes) for at, codes in enumerate(ksbs)]
    return Pool.of([*pool.candidates, *new])


def test_the_refusal_reads_as_one_sentence_and_its_remedy():
    refusal = refusal_of(a_pool(A="K1", B="K1"), a_specification(length=2, required="K1 K4"))

    assert str(refusal) == (
        "No lawful question set exists: the requirement is K4 in every set, but K4 is carried by 0 questions that may "
        "be drawn. The smallest change: write at least 1 question that carries K4."
    )


def test_the_solver_says_nothing_on_the_terminal(capfd):
    must_be_feasible(a_pool(A="K1", B="K2"), a_specification())

    assert capfd.readouterr() == ("", "")
