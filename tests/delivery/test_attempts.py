"""How often one apprentice can be assessed without a question twice, against a search over every lawful set."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.attempts import most_attempts, reached_by_draws
from delivery.eligibility import bits
from tests.delivery.a_pool import a_bank, a_pool, a_specification, pools
from tests.delivery.checker import faults
from tests.delivery.enumeration import sets_of


def most_disjoint(sets):
    """By trying: the most sets of which no two share a position."""
    masks = sorted(bits(positions) for positions in sets)

    @cache
    def most(taken, begin):
        ways = [1 + most(taken | mask, at + 1) for at, mask in enumerate(masks[begin:], begin) if not mask & taken]
        return max(ways, default=0)

    return most(0, 0)


@settings(max_examples=60, deadline=None)
@given(
    pool=pools(most=8),
    length=st.sampled_from((None, 2, 3)),
    demand=st.sampled_from((None, (4, 8))),
    most_per_ksb=st.sampled_from((None, 2)),
)
def test_the_most_attempts_are_those_of_a_search(pool, length, demand, most_per_ksb):
    seconds = (180, 300) if length is None else None
    specification = a_specification(
        length=length, required="K1 K2", seconds=seconds, demand=demand, most_per_ksb=most_per_ksb
    )

    found = most_attempts(pool, specification)

    assert len(found.found) == found.most == most_disjoint(sets_of(pool, specification))
    for each in found.found:
        assert not faults(list(each), pool, specification, ())
    met = [reference for each in found.found for reference in each]
    assert len(met) == len(set(met))


@pytest.mark.parametrize(
    ("pool", "length", "most", "limit"),
    [
        (a_pool(A="K1", B="K1", C="K2", D="K2", E="K2", F="K2"), 2, 2, "K1"),
        (a_pool(**dict.fromkeys("ABCDEFGH", "K1 K2")), 3, 2, "questions"),
        (a_pool(A="K1 K2", B="K1", C="K1", D="K2", E="S1", F="S1"), 2, 2, "K2"),
        (a_pool(A="K1 K2", B="S1", C="K1", D="K2 S1", E="S2", F="S2", G="K1", H="K2"), 3, 2, "questions"),
    ],
)
def test_what_sets_the_most_is_named(pool, length, most, limit):
    found = most_attempts(pool, a_specification(length=length, required="K1 K2"))

    assert (found.most, found.limit) == (most, limit)
    assert found.to_dict()["least"] == most


def test_where_questions_would_do_but_do_not_fit_together_the_program_proves_it():
    """Three carry each KSB and there are seven questions; but only two have K1 and K2 both, and two are asked."""
    pool, asked = a_pool(A="K1 K2", B="K1 K2", C="K1", D="K2", E="K3", F="K3", G="K3"), "K1 K2 K3"

    found = most_attempts(pool, a_specification(length=2, required=asked))

    assert (found.most, found.limit) == (2, "together")
    assert found.most == most_disjoint(sets_of(pool, a_specification(length=2, required=asked)))


def test_a_search_that_is_broken_off_does_not_say_that_there_is_no_set(monkeypatch):
    monkeypatch.setattr("delivery.attempts._Packing", lambda *_: SimpleNamespace(sets=None, impossible=False))

    found = most_attempts(a_pool(A="K1", B="K1"), a_specification(length=1, required="K1"))

    assert (found.found, found.most) == ((), 2)


def test_the_most_is_never_above_what_counting_allows():
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2", number=3)
    fewest = min(sum(code in each.ksbs for each in pool.candidates) for code in ("K1", "K2", "K3", "S1", "S2"))

    found = most_attempts(pool, a_specification(length=5, required="K1 K2 K3 S1 S2"))

    assert found.most <= min(40 // 5, fewest)


def test_draws_never_reach_more_than_the_most(strict_plan):
    found = most_attempts(strict_plan.pool, strict_plan.specification)

    reached = reached_by_draws(strict_plan, 3, 10, lambda _step, _share: None)

    assert len(reached) == 3
    assert 1 <= min(reached) <= max(reached) <= found.most
    assert reached == reached_by_draws(strict_plan, 3, 10, lambda _step, _share: None)
