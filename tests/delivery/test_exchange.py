"""A stranger's bank is read as it is meant, or refused by the name that the stranger wrote."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.errors import BadPool, BadSpecification, DeliveryRefusal
from delivery.exchange import USUAL_DEMAND, is_rounded, read_bank, unknown_enemies
from delivery.lawfulness import Lawfulness


def a_bank(*minutes, **others):
    questions = [{"id": f"q{at}", "ksbs": ["K1"], "minutes": each} for at, each in enumerate(minutes)]
    return {"k": 2, "ksbs": ["K1"], "questions": questions} | others


def with_question(**others):
    return a_bank(5) | {"questions": [{"id": "a", "ksbs": ["K1"], "minutes": 5} | others]}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.decimals("0.01", "9", places=3).map(float), min_size=3, max_size=6),
    st.decimals("2", "16", places=2).map(float),
    st.decimals("0.1", "4", places=2).map(float),
    st.sampled_from([2, 3, None]),
)
def test_no_set_that_is_lawful_in_seconds_breaks_the_band_of_minutes_in_truth(minutes, lowest, width, length):
    bank = a_bank(*minutes, k=length, time={"min": lowest, "max": lowest + width})
    try:
        pool, asked = read_bank(bank)
    except BadSpecification:
        return
    lawfulness = Lawfulness(pool, asked)
    exact = [Fraction(repr(each)) for each in minutes]

    for many in range(1, len(minutes) + 1) if length is None else (length,):
        for chosen in combinations(range(len(minutes)), many):
            if lawfulness.seconds_of(chosen) in asked.seconds:
                assert Fraction(repr(lowest)) <= sum(exact[at] for at in chosen) <= Fraction(repr(lowest + width))


def test_times_in_tenths_of_a_minute_lose_nothing_of_the_band():
    _, asked = read_bank(a_bank(4.1, 4.3, 5.7, time={"min": 8.4, "max": 9.8}))

    assert (asked.seconds.lowest, asked.seconds.highest) == (504, 588)


def test_ten_questions_whose_minutes_were_rounded_down_do_not_pass_the_end_of_the_band():
    bank = a_bank(*[5.405] * 10, k=10, time={"min": 46, "max": 54})
    pool, asked = read_bank(bank)

    assert Lawfulness(pool, asked).seconds_of(range(10)) not in asked.seconds


@pytest.mark.parametrize(
    ("said", "demand"),
    [
        ({}, USUAL_DEMAND),
        ({"difficulty": 3}, 3),
        ({"demand": 3}, 3),
        ({"difficulty": None, "demand": 3}, 3),
        ({"difficulty": 1, "demand": 3}, 1),
        ({"difficulty": -1.25}, USUAL_DEMAND),
        ({"difficulty": "hard"}, USUAL_DEMAND),
    ],
)
def test_a_difficulty_on_another_scale_is_nobodys_concern_where_no_band_asks_for_it(said, demand):
    pool, _ = read_bank(with_question(**said))

    assert pool.candidates[0].demand == demand


@pytest.mark.parametrize("difficulty", [-1.25, 2.5, "hard", True])
def test_where_a_band_asks_for_it_a_difficulty_is_a_whole_number(difficulty):
    with pytest.raises(BadPool, match="difficulty of a"):
        read_bank(with_question(difficulty=difficulty) | {"demand": {"min": 1, "max": 9}})


@pytest.mark.parametrize(
    ("bank", "words"),
    [
        (with_question(id=7), "no text as its `id`"),
        (with_question(minutes=0), "minutes of a must be more than 0"),
        (with_question(enemies=0), "enemies of a must be a list"),
        (with_question(enemies=""), "enemies of a must be a list"),
        (a_bank(5, optional_ksbs=False), "optional_ksbs must be a list"),
        (a_bank(5, time={"min": 54, "max": 46}), "`time` runs from 54 to 46"),
        (a_bank(5, time={"min": 46.001, "max": 46.002}), "`time`, 46.001 to 46.002 minutes, is narrower"),
        (a_bank(5, demand={"min": 20.2, "max": 20.8}), "whole number lies in the band of `demand`"),
        (a_bank(5, per_ksb_max=0), "`per_ksb_max` must be 1 or more"),
        (a_bank(5, k=None), "neither `k`, questions in a set, nor a band of `time`"),
        (a_bank(5) | {"questions": [*a_bank(5)["questions"]] * 2}, "Question 2 has the id q0, as one before it"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_the_words_of_the_file(bank, words):
    with pytest.raises(DeliveryRefusal, match=words):
        read_bank(bank)


@pytest.mark.parametrize(
    "bank",
    [
        a_bank(5, 5, time=None, optional_ksbs=None),
        a_bank(5, 5, k=None, time={"min": 5, "max": 10}),
        a_bank(5, k=1),
        a_bank(5, 5, optional_ksbs=["B1"], per_ksb_max=2),
        with_question(enemies=None),
    ],
)
def test_what_may_be_left_out_may_be_null(bank):
    pool, asked = read_bank(bank)

    assert len(pool) == len(bank["questions"])
    assert asked.length == bank["k"]


def test_where_time_decides_the_length_only_so_many_roundings_count_as_questions_fit():
    bank = a_bank(*[4.54] * 40, 0.05, k=None, time={"min": 46, "max": 54})

    _, asked = read_bank(bank)

    assert asked.seconds.highest - asked.seconds.lowest > 480 - 2 * 0.5 * 14


def test_whether_minutes_were_rounded_is_known():
    assert is_rounded(a_bank(5.005, time={"min": 5, "max": 6}))
    assert not is_rounded(a_bank(5.005))
    assert not is_rounded(a_bank(5.1, 4.25, time={"min": 5, "max": 6}))


def test_an_enemy_that_is_no_question_of_the_bank_is_known():
    assert unknown_enemies(with_question(enemies=["a", "b"])) == [("a", "b")]
