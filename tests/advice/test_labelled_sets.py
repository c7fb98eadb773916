"""The sets that the checks are judged by are large enough, without repeats, and split by the texts alone."""

from __future__ import annotations

import pytest

from tests.advice.labelled import LEAST, digest, labelled_sets

SETS = labelled_sets()


@pytest.mark.parametrize("code", SETS)
def test_a_set_has_forty_faulty_and_forty_sound_texts_and_holds_half_back(code):
    every = SETS[code]

    for label in (True, False):
        held_back = [text for text, faulty in every.held_back if faulty is label]
        tuning = [text for text, faulty in every.tuning if faulty is label]
        assert len(held_back) + len(tuning) >= LEAST
        assert len(tuning) - len(held_back) in {0, 1}
        assert max(map(digest, held_back)) < min(map(digest, tuning))


@pytest.mark.parametrize("code", SETS)
def test_no_text_stands_twice_in_a_set(code):
    digests = [digest(text) for text, _ in SETS[code].everything]

    assert len(digests) == len(set(digests))
