"""The pool of a draw holds what the draw needs of each question, and nothing of its words."""

from __future__ import annotations

from qbank.domain.pools import pool_of
from tests.domain.a_question import a_question


def test_a_question_enters_the_pool_with_all_its_ksbs_seconds_demand_and_digest():
    question = a_question("Q-0001", ksbs="K1 S16", seconds=270, demand=3)

    (entry,) = pool_of([question]).candidates

    assert (entry.reference, entry.version, entry.seconds, entry.demand) == ("Q-0001", 1, 270, 3)
    assert entry.ksbs == {"K1", "S16"}
    assert entry.digest == question.content.digest


def test_a_clone_never_meets_its_original_and_enmity_holds_both_ways():
    pool = pool_of(
        [a_question("Q-0001"), a_question("Q-0002", clones="Q-0001"), a_question("Q-0003", enemies="Q-0001")]
    )

    enemies = {entry.reference: entry.enemies for entry in pool.candidates}
    assert enemies == {"Q-0001": {"Q-0002", "Q-0003"}, "Q-0002": {"Q-0001"}, "Q-0003": {"Q-0001"}}


def test_the_live_version_is_named():
    pool = pool_of([a_question("Q-0001"), a_question("Q-0002")], versions={"Q-0002": 4})

    assert [entry.version for entry in pool.candidates] == [1, 4]


def test_the_order_of_the_questions_does_not_matter_and_their_words_do():
    one, other = a_question("Q-0001"), a_question("Q-0002")

    assert pool_of([one, other]).digest == pool_of([other, one]).digest
    assert pool_of([one, a_question("Q-0002", stem="What else?")]).digest != pool_of([one, other]).digest
