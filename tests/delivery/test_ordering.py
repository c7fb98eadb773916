"""The order of kinds: every kind once, fewer states than scarcest first, and a kept order is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from delivery.frontier import frontier_of
from delivery.ordering import arranged
from tests.delivery.a_pool import FOURTEEN, a_bank, a_specification


@given(masks=st.lists(st.integers(0, 63), unique=True, max_size=20))
def test_every_kind_comes_once(masks):
    assert sorted(arranged(masks, 6)) == list(range(len(masks)))


@given(masks=st.lists(st.integers(0, 63), unique=True, min_size=1, max_size=20))
def test_a_kind_without_ksbs_comes_last(masks):
    order = [masks[at] for at in arranged(masks, 6)]
    assert 0 not in order[:-1]


def test_few_ksbs_open_at_once_make_fewer_states_than_scarcest_first():
    pool = a_bank(questions=80, ksbs=FOURTEEN)
    specification = a_specification(length=10, required=FOURTEEN)
    carriers = {code: sum(code in each.ksbs for each in pool.candidates) for code in FOURTEEN.split()}

    def scarcest(members):
        return sorted(carriers[code] for code in pool.candidates[members[0]].ksbs)

    found = frontier_of(pool, specification)
    members = [layer.members.tolist() for layer in found.layers]
    assert found.states < frontier_of(pool, specification, order=sorted(members, key=scarcest)).states


def test_a_kept_order_is_taken_again():
    pool, specification = a_bank(questions=20), a_specification(length=6, required="K1 K2 K3 S1")
    order = [layer.members.tolist() for layer in frontier_of(pool, specification).layers][::-1]
    assert [layer.members.tolist() for layer in frontier_of(pool, specification, order=order).layers] == order
