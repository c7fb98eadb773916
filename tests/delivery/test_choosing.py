"""Choosing some of a layer's members: what groups of equal weight give is what every subset, looked at, gives."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.choosing import choice_of

LOGS = st.lists(st.sampled_from([-3.0, 0.0, 0.7, 5.0]), min_size=1, max_size=7)


def weight_of(logs, subset):
    return math.exp(sum(logs[at] for at in subset))


@given(logs=LOGS, most=st.integers(1, 4))
def test_the_weight_of_all_subsets_of_a_size_is_their_sum(logs, most):
    choice = choice_of(np.array(logs), np.arange(len(logs)), most + 1)
    for size in range(most + 1):
        whole = math.fsum(weight_of(logs, subset) for subset in combinations(range(len(logs)), size))
        assert math.exp(choice.sums[size]) == pytest.approx(whole, rel=1e-12)


@given(logs=LOGS, most=st.integers(1, 4))
def test_a_member_is_included_as_often_as_its_subsets_weigh(logs, most):
    most = min(most, len(logs))
    shares = np.arange(1.0, most + 2)
    choice = choice_of(np.array(logs), np.arange(len(logs)), most + 1)
    included = choice.included(shares)
    for member in range(len(logs)):
        expected = 0.0
        for size in range(1, most + 1):
            subsets = list(combinations(range(len(logs)), size))
            held = math.fsum(weight_of(logs, subset) for subset in subsets if member in subset)
            expected += shares[size] * held / math.fsum(weight_of(logs, subset) for subset in subsets)
        assert included[member] == pytest.approx(expected, rel=1e-12)


def test_a_member_without_a_weight_is_left_out():
    choice = choice_of(np.array([0.0, -np.inf, 1.0]), np.arange(3), 3)
    assert choice.members.tolist() == [0, 2]
    assert math.exp(choice.sums[2]) == pytest.approx(math.e)
