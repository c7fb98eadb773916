"""Enemies and clones: pairs that are declared, and revoked, never edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.people import Actor
from qbank.domain.questions import BankQuestion
from qbank.services import audit
from qbank.storage.models import Question, QuestionPair, QuestionPairRevocation
from qbank.storage.queries.rows import rows

ENEMY = "enemy"
CLONE = "clone"

Pair = tuple[str, int, int]


def follow_files(store: Session, questions: Iterable[BankQuestion], *, by: Actor, at: datetime) -> int:
    """Ensure exactly the pairs that the files declare, among these questions; returns how many were changed.

    Raises:
        NotFound: a file names a question that is not in the bank.
    """
    asked = tuple(questions)
    keys = dict(rows(store, sa.select(Question.reference, Question.id)))
    wanted = {pair for question in asked for pair in _declared(question, keys)}
    ours = {keys[question.reference] for question in asked}
    standing = {pair: key for pair, key in standing_pairs(store).items() if ours.issuperset(pair[1:])}
    new, gone = wanted - standing_pairs(store).keys(), standing.keys() - wanted
    for pair in sorted(new):
        store.add(_row(store, pair, by=by, at=at))
    for pair in sorted(gone):
        reason = "its file no longer declares it"
        store.add(QuestionPairRevocation(question_pair_id=standing[pair], reason=reason, at=at, by_id=by.identifier))
    store.flush()
    if new or gone:
        facts = {"declared": len(new), "revoked": len(gone)}
        audit.record(store, act="enemies and clones followed the files", subject="bank", by=by, at=at, facts=facts)
    return len(new) + len(gone)


def standing_pairs(store: Session) -> dict[Pair, int]:
    """Pairs that hold, (kind, smaller key, greater key), each with the key of its row."""
    revoked = sa.select(QuestionPairRevocation.question_pair_id)
    pairs = store.scalars(sa.select(QuestionPair).where(QuestionPair.id.not_in(revoked)))
    return {(row.kind, row.first_id, row.second_id): row.id for row in pairs}


def _declared(question: BankQuestion, keys: dict[str, int]) -> Iterable[Pair]:
    for kind, references in ((ENEMY, question.enemies), (CLONE, question.clones)):
        for reference in references:
            if reference not in keys:
                raise NotFound(
                    f"{question.reference} names {reference}, which is not in the bank.",
                    remedy="Load it too, or correct the reference.",
                )
            first, second = sorted((keys[question.reference], keys[reference]))
            yield kind, first, second


def _row(store: Session, pair: Pair, *, by: Actor, at: datetime) -> QuestionPair:
    kind, first, second = pair
    same = (QuestionPair.kind == kind, QuestionPair.first_id == first, QuestionPair.second_id == second)
    before = store.scalar(sa.select(sa.func.count()).select_from(QuestionPair).where(*same)) or 0
    return QuestionPair(kind=kind, first_id=first, second_id=second, number=before + 1, at=at, by_id=by.identifier)
