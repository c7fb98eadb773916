"""The sets that the checks are judged by are large enough, without repeats, and split by the texts alone."""

from __future__ import annotations

import pytest

from tests.advice.labelled import LEAST, digest, labelled_sets

SETS = labelled_sets()
CODES = sorted({each.code for each in SETS})


@pytest.mark.parametrize("code", CODES)
def test_a_check_has_forty_faulty_and_forty_sound_texts(code):
    labels = [faulty for each in SETS if each.code == code for _, faulty in each.everything]

    assert min(labels.count(True), labels.count(False)) >= LEAST


@pytest.mark.parametrize("one", SETS, ids=lambda each: each.which)
def test_half_of_a_set_is_held_back_by_the_digests_of_its_texts(one):
    for label in (True, False):
        held_back = [digest(text) for text, faulty in one.held_back if faulty is label]
        tuning = [digest(text) for text, faulty in one.tuning if faulty is label]
        assert len(tuning) - len(held_back) in {0, 1}
        assert max(held_back) < min(tuning)


@pytest.mark.parametrize("code", CODES)
def test_no_text_stands_twice_for_a_check(code):
    digests = [digest(text) for each in SETS if each.code == code for text, _ in each.everything]

    assert len(digests) == len(set(digests))
