from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.word_diff import Kept, Run, word_diff

TEXT = st.text(alphabet="ab ’.\n", max_size=40)


def side(runs: tuple[Run, ...], without: Kept) -> str:
    return "".join(run.words for run in runs if run.kept is not without)


@given(TEXT, TEXT)
def test_the_runs_make_both_texts_again(old, new):
    runs = word_diff(old, new)

    assert side(runs, Kept.ADDED) == old
    assert side(runs, Kept.REMOVED) == new


def test_a_word_that_was_exchanged_is_shown_whole():
    assert word_diff("What did it cost?", "What might it cost?") == (
        Run("What ", Kept.SAME),
        Run("did", Kept.REMOVED),
        Run("might", Kept.ADDED),
        Run(" it cost?", Kept.SAME),
    )


def test_the_same_text_has_nothing_that_changed():
    assert {run.kept for run in word_diff("What did it cost?", "What did it cost?")} == {Kept.SAME}
    assert word_diff("", "") == ()


def test_two_long_unlike_texts_are_shown_whole_instead_of_compared():
    old, new = "word " * 600, "other " * 600

    assert word_diff(old, new) == (
        Run("word " * 599 + "word", Kept.REMOVED),
        Run("other " * 599 + "other", Kept.ADDED),
        Run(" ", Kept.SAME),
    )


def test_one_word_that_was_exchanged_in_a_long_text_is_found():
    before, after = "word " * 3_000, " word" * 3_000

    assert word_diff(f"{before}did{after}", f"{before}might{after}") == (
        Run(before, Kept.SAME),
        Run("did", Kept.REMOVED),
        Run("might", Kept.ADDED),
        Run(after, Kept.SAME),
    )
