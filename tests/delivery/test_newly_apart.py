"""Of two questions that a plan does not know as enemies one is kept out: the one that can be spared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from delivery.newly_apart import NEW_ENEMY, kept_out
from delivery.pool import Candidate, Pool


def a_pool(**ksbs: str) -> Pool:
    """Questions by name, each with its KSBs."""
    return Pool.of(Candidate(name, 1, frozenset(codes.split()), 270, 2) for name, codes in ksbs.items())


def test_the_question_whose_scarcest_ksb_more_carry_is_kept_out():
    pool = a_pool(A="K1 K2", B="K2", C="K2")

    assert kept_out(pool, [("A", "B")]) == {"B": NEW_ENEMY}
    assert kept_out(pool, [("B", "A")]) == {"B": NEW_ENEMY}


def test_of_two_alike_the_later_reference_is_kept_out():
    assert kept_out(a_pool(A="K1", B="K1"), [("A", "B")]) == {"B": NEW_ENEMY}


def test_pairs_that_the_pool_knows_that_reach_outside_it_or_of_which_one_is_out_keep_nothing_out():
    enemies = Pool.of(
        [
            Candidate("A", 1, frozenset({"K1"}), 270, 2, enemies=frozenset({"B"})),
            Candidate("B", 1, frozenset({"K1"}), 270, 2),
            Candidate("C", 1, frozenset({"K1"}), 270, 2),
        ]
    )

    assert kept_out(enemies, [("A", "B"), ("A", "Z"), ("A", "C")], excluded={"C"}) == {}


def test_which_of_two_goes_depends_on_what_may_not_be_given_anyway():
    pool = a_pool(A="K1", B="K2", C="K2", D="K1")

    assert kept_out(pool, [("A", "B")]) == {"B": NEW_ENEMY}
    assert kept_out(pool, [("A", "B")], excluded={"C"}) == {"A": NEW_ENEMY}
    assert kept_out(pool, [("A", "B")], excluded={"A"}) == {}


def test_no_ksb_loses_its_last_carrier_where_the_other_of_the_pair_can_go():
    pool = a_pool(A="K1", B="K1", C="K2", D="K1 K2")

    out = kept_out(pool, [("A", "B"), ("C", "D")])

    left = [each for each in pool.candidates if each.reference not in out]
    assert {"K1", "K2"} <= set().union(*(each.ksbs for each in left))


@given(
    st.lists(st.sets(st.sampled_from(["K1", "K2", "K3"]), min_size=1), min_size=2, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=10),
    st.sets(st.integers(0, 7), max_size=3),
)
def test_whatever_the_pairs_no_two_of_them_stay_in_and_nothing_else_goes(ksbs, pairs, out):
    pool = a_pool(**{f"Q{at}": " ".join(codes) for at, codes in enumerate(ksbs)})
    named = [(f"Q{one}", f"Q{other}") for one, other in pairs if one != other]
    excluded = {f"Q{at}" for at in out}

    found = kept_out(pool, named, excluded)

    stay = set(pool.references) - excluded - found.keys()
    assert not any(one in stay and other in stay for one, other in named)
    assert found.keys() <= {name for pair in named for name in pair} - excluded
    assert kept_out(pool, [(b, a) for a, b in reversed(named)], excluded) == found
