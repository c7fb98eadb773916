"""A word at the very edge: an option ends before its upper edge, and a question is taken by the words below its own."""

from __future__ import annotations

import pytest

from qbank.verify.walking import Option, Step, walked
from qbank.verify.words import FULL

EDGE = 1 << 40


@pytest.mark.parametrize(("word", "taken"), [(0, [0]), (EDGE - 1, [0]), (EDGE, [1]), (FULL - 1, [1])])
def test_a_question_is_taken_by_the_words_below_its_edge(word, taken):
    step = Step([0, 1], [[Option(1, 0, 0, FULL)]], [[EDGE], []])

    chosen, numerator, used = walked([step], iter([word]))

    assert (chosen, used) == (taken, 1)
    assert numerator == (EDGE if taken == [0] else FULL - EDGE)


@pytest.mark.parametrize(("word", "taken"), [(0, []), (EDGE - 1, []), (EDGE, [0]), (FULL - 1, [0])])
def test_a_way_is_gone_by_the_words_from_its_lowest_to_before_its_edge(word, taken):
    step = Step([0], [[Option(0, 0, 0, EDGE), Option(1, 0, EDGE, FULL)]], [[]])

    chosen, numerator, used = walked([step], iter([word]))

    assert (chosen, used) == (taken, 1)
    assert numerator == (FULL - EDGE if taken else EDGE)
