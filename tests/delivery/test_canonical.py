"""The same facts give the same bytes."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.canonical import canonical, decimals, digest, packed, unpacked
from delivery.figures import Acceptance, log2_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_and_nothing_is_blank():
    assert canonical({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()


@given(PLAIN)
def test_canonical_json_says_what_it_was_given(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_order_in_which_facts_were_written_does_not_matter(facts):
    turned = dict(reversed(facts.items()))

    assert digest(turned) == digest(facts)


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [math.nan], {1: "a"}, b"bytes", {"a": {2}}])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@given(st.lists(st.integers(0, 2**16 - 1)))
def test_packed_numbers_come_back(numbers):
    assert list(unpacked(packed(numbers, "H"), "H")) == numbers


def test_packed_numbers_are_big_endian_on_every_machine():
    assert packed([1, 2**64 - 1], "Q") == "AAAAAAAAAAH//////////w=="


def test_six_decimals_and_never_a_negative_zero():
    assert [decimals(value) for value in (0.1234565, -0.0000001, 2.0)] == ["0.123456", "0.000000", "2.000000"]


@given(st.integers(1, 2**200), st.integers(0, 5))
def test_the_logarithm_of_a_probability_is_right_to_many_digits(numerator, words):
    found = log2_of(numerator, words)

    assert float(found) == pytest.approx(math.log2(numerator) - 64 * words, abs=1e-9)
    assert abs(log2_of(numerator << 7, words) - found - 7) < Decimal("1e-35")


def test_an_impossible_set_has_no_logarithm():
    with pytest.raises(ValueError, match="impossible"):
        log2_of(0, 0)


def test_wilsons_interval_is_the_published_one():
    lowest, highest = Acceptance(trials=10, lawful=1).interval  # Wilson's score interval at 99%, worked out by hand

    assert (lowest, highest) == pytest.approx((0.01185150, 0.50723177), abs=1e-8)
    assert Acceptance(trials=10, lawful=0).interval[0] == 0
    assert Acceptance(trials=10, lawful=10).interval[1] == 1
