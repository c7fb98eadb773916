"""From the bank's questions to the pool of a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from delivery.pool import Candidate, Pool
from qbank.domain.questions import BankQuestion


def pool_of(questions: Iterable[BankQuestion], *, versions: Mapping[str, int] | None = None) -> Pool:
    """The pool that these questions form.

    Args:
        questions: those eligible for the draw, of one method.
        versions: the live version's number by reference; 1 for questions that are not named.

    Returns:
        Each with all its KSBs; a clone never meets its original, so clones count as enemies.
    """
    numbers = versions or {}
    return Pool.of(
        Candidate(
            reference=question.reference,
            version=numbers.get(question.reference, 1),
            ksbs=frozenset(question.content.ksbs),
            seconds=question.content.seconds,
            demand=question.content.demand,
            enemies=frozenset(question.enemies) | frozenset(question.clones),
            digest=question.content.digest,
        )
        for question in questions
    )
