"""The pool and the specification: what they refuse, and that the order of rows does not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.errors import BadPool, BadSpecification
from delivery.lawfulness import Lawfulness
from delivery.pool import Candidate, Pool
from delivery.screening import Screening
from delivery.specification import Specification
from tests.delivery.a_pool import a_candidate, a_pool, a_specification, pools


@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pool, shuffler):
    rows = list(pool.candidates)
    shuffler.shuffle(rows)

    assert Pool.of(rows).digest == pool.digest


def test_enemies_hold_in_both_directions():
    pool = Pool.of([a_candidate(reference="A", enemies="B"), a_candidate(reference="B")])

    assert [each.enemies for each in pool.candidates] == [{"B"}, {"A"}]


def test_an_enemy_that_is_not_in_the_pool_and_oneself_are_left_out():
    pool = Pool.of([a_candidate(reference="A", enemies="A Z")])

    assert pool.candidates[0].enemies == frozenset()


def test_a_reference_that_stands_twice_is_refused_by_name():
    with pytest.raises(BadPool, match=r"Q-0007 is in the pool twice"):
        Pool.of([a_candidate(reference="Q-0007"), a_candidate(reference="Q-0007", version=2)])


def test_a_question_without_time_is_refused_by_name():
    with pytest.raises(BadPool, match=r"Q-0007 has no expected time"):
        Pool.of([a_candidate(reference="Q-0007", seconds=0)])


@given(pools())
def test_a_candidate_comes_back_from_plain_data(pool):
    assert Pool(tuple(Candidate.from_dict(each.to_dict()) for each in pool.candidates)) == pool


def test_a_new_version_of_a_question_gives_another_pool():
    assert Pool.of([a_candidate(version=1)]).digest != Pool.of([a_candidate(version=2)]).digest


def test_a_pool_without_some_questions_forgets_their_enmities_too():
    pool = Pool.of([a_candidate(reference="A", enemies="B"), a_candidate(reference="B"), a_candidate(reference="C")])

    left = pool.without(["B", "unknown"])

    assert left.references == ("A", "C")
    assert left.candidates[0].enemies == frozenset()


def test_ksbs_stand_in_the_plans_order_whatever_order_they_came_in():
    specification = a_specification(required="S1 K10 K2", optional="B3 K4")

    assert specification.required == ("K2", "K10", "S1")
    assert specification.ksbs == ("B3", "K2", "K4", "K10", "S1")
    assert specification.digest == a_specification(required="K2 K10 S1", optional="K4 B3").digest


def test_a_specification_comes_back_from_plain_data():
    specification = a_specification(optional="K9", seconds=(60, 90), demand=(1, 2), most_per_ksb=3, rules={"a": "W6"})

    assert Specification.from_dict(specification.to_dict()) == specification
    assert Specification.from_dict(specification.to_dict()).rules == {"a": "W6"}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"required": "K1 K1"}, "K1 stands twice"),
        ({"required": "K1", "optional": "K1"}, "K1 stands twice"),
        ({"length": None}, "the number of questions or the planned time"),
        ({"length": None, "required": "", "seconds": (0, 60)}, "else a set is empty"),
        ({"length": 0}, "at least one question"),
        ({"seconds": (90, 60)}, "band of seconds runs from 90 to 60"),
        ({"demand": (3, 2)}, "band of demand runs from 3 to 2"),
        ({"most_per_ksb": 0}, "must not be below 1"),
    ],
)
def test_a_specification_that_contradicts_itself_says_where(facts, sentence):
    with pytest.raises(BadSpecification, match=sentence):
        a_specification(**facts)


def test_a_pool_has_as_many_questions_as_rows():
    assert len(a_pool(A="K1", B="K2")) == 2


def test_many_sets_at_once_are_judged_as_one_by_one_however_large_the_numbers():
    """Above 2 to the 24 single precision takes two demands for one."""
    large = 1 << 23
    pool = Pool.of([a_candidate(reference="A", demand=large), a_candidate(reference="B", demand=large + 1)])
    lawfulness = Lawfulness(pool, a_specification(required="K1", demand=(1, 2 * large)))

    together = Screening.of(lawfulness).lawful(np.array([[True, True], [True, False]]))

    assert [lawfulness.breach([0, 1]), *together] == ["demand", False, True]
