"""What a KSB needs, and what it lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.gaps import gaps_of, needed

CODES = ("K1", "K2", "S1")
WRITTEN = st.lists(st.sets(st.sampled_from(CODES), min_size=1), max_size=9)


@pytest.mark.parametrize(("questions", "in_a_set", "least"), [(220, 10, 22), (221, 10, 23), (9, 10, 1), (103, 4.7, 22)])
def test_a_ksb_needs_as_many_as_there_are_sets_without_a_repeat(questions, in_a_set, least):
    assert needed(questions, in_a_set) == least


def test_with_fewer_carriers_than_that_one_of_them_is_asked_more_often_than_a_question_on_average():
    least = needed(220, 10)

    assert 1 / least <= 10 / 220 < 1 / (least - 1)


def test_the_ksb_that_misses_most_comes_first_and_what_is_being_written_counts():
    found = gaps_of(CODES, CODES, {"K1": 6, "S1": 6, "K2": 2}, [("K2",)], least=4)

    assert [(each.ksb, each.live, each.written, each.needed, each.short, each.missing) for each in found] == [
        ("K2", 2, 1, 4, 2, 1),
        ("K1", 6, 0, 4, 0, 0),
        ("S1", 6, 0, 4, 0, 0),
    ]


def test_a_ksb_that_no_set_must_cover_needs_none():
    assert [each.needed for each in gaps_of(CODES, ("K1",), {}, [], least=3)] == [3, 0, 0]


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 30)), WRITTEN, st.integers(1, 30))
def test_what_is_missing_is_what_is_short_less_what_is_being_written(live, written, least):
    for each in gaps_of(CODES, CODES, live, written, least=least):
        assert each.short == max(0, least - live.get(each.ksb, 0))
        assert each.missing == max(0, each.short - sum(each.ksb in codes for codes in written))
