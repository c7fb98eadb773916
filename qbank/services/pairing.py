"""Enemies and clones: pairs that are declared, and revoked, never edited.

Files and pages both declare. What was declared or revoked on a page has a reason, and no load of files overrules it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import PairKind, must_say_why
from qbank.domain.people import Actor
from qbank.domain.questions import BankQuestion
from qbank.services import audit
from qbank.storage.models import Question, QuestionPair, QuestionPairRevocation
from qbank.storage.queries.rows import rows

ENEMY = PairKind.ENEMY
CLONE = PairKind.CLONE
BY_FILES: Final = "its file no longer declares it"

SAID: Final = {PairKind.ENEMY: "enemies", PairKind.CLONE: "clones"}

Pair = tuple[str, int, int]


class NoPair(RuleBroken):
    """Two questions that cannot be declared enemies or clones: the same one, of two methods, or declared already."""


def follow_files(store: Session, questions: Iterable[BankQuestion], *, by: Actor, at: datetime) -> int:
    """Ensure exactly the pairs that the files declare, among these questions; returns how many were changed.

    A pair that was declared on a page stays, and one that was revoked on a page is not declared again.

    Raises:
        NotFound: a file names a question that is not in the bank.
    """
    asked = tuple(questions)
    keys = dict(rows(store, sa.select(Question.reference, Question.id)))
    wanted = {pair for question in asked for pair in _declared(question, keys)}
    ours = {keys[question.reference] for question in asked}
    every = standing_pairs(store)
    declared, revoked = _on_pages(store)
    standing = {pair: key for pair, key in every.items() if ours.issuperset(pair[1:])}
    new, gone = wanted - every.keys() - revoked, standing.keys() - wanted - declared
    for pair in sorted(new):
        store.add(_row(store, pair, by=by, at=at))
    for pair in sorted(gone):
        store.add(QuestionPairRevocation(question_pair_id=standing[pair], reason=BY_FILES, at=at, by_id=by.identifier))
    store.flush()
    if new or gone:
        facts = {"declared": len(new), "revoked": len(gone)}
        audit.record(store, act="enemies and clones followed the files", subject="bank", by=by, at=at, facts=facts)
    return len(new) + len(gone)


def declare(
    store: Session, kind: PairKind, one: Question, other: Question, *, because: str, by: Actor, at: datetime
) -> None:
    """Keep two questions apart from the next draw on: enemies, or clones of one another.

    Args:
        store: in a unit that writes.
        kind: enemies never meet in one set; clones do not either, and nobody who met one gets the other.
        one: a question.
        other: another of the same standard and method.
        because: the reason.
        by: whoever declares it.
        at: now.

    Raises:
        NoPair: it is the same question; they are of different methods; the pair holds already.
        RuleBroken: no reason.
    """
    reason = must_say_why(because)
    if one.id == other.id:
        raise NoPair("A question cannot be kept apart from itself.", remedy="Enter the reference of another.")
    if (one.standard_id, one.method) != (other.standard_id, other.method):
        raise NoPair(
            f"{other.reference} is asked in another method, so the two never meet.", remedy="Nothing has to be done."
        )
    pair = _pair(kind, one, other)
    if pair in standing_pairs(store):
        raise NoPair(
            f"{one.reference} and {other.reference} are {SAID[kind]} already.", remedy="Nothing has to be done."
        )
    row = _row(store, pair, by=by, at=at)
    row.reason = reason
    store.add(row)
    store.flush()
    _tell(store, f"{SAID[kind]} declared", one, other, by=by, at=at)


def revoke(
    store: Session, kind: PairKind, one: Question, other: Question, *, because: str, by: Actor, at: datetime
) -> None:
    """Let two questions meet again; arguments as of `declare`.

    Raises:
        RuleBroken: the pair does not hold; no reason.
    """
    reason = must_say_why(because)
    key = standing_pairs(store).get(_pair(kind, one, other))
    if key is None:
        raise RuleBroken(f"{one.reference} and {other.reference} are no {SAID[kind]}.", remedy="Open it again.")
    store.add(QuestionPairRevocation(question_pair_id=key, reason=reason, at=at, by_id=by.identifier))
    store.flush()
    _tell(store, f"{SAID[kind]} no longer", one, other, by=by, at=at)


def standing_pairs(store: Session) -> dict[Pair, int]:
    """Pairs that hold, (kind, smaller key, greater key), each with the key of its row."""
    revoked = sa.select(QuestionPairRevocation.question_pair_id)
    asked = sa.select(QuestionPair.kind, QuestionPair.first_id, QuestionPair.second_id, QuestionPair.id)
    found = rows(store, asked.where(QuestionPair.id.not_in(revoked)))
    return {(kind, first, second): key for kind, first, second, key in found}


def _on_pages(store: Session) -> tuple[set[Pair], set[Pair]]:
    """Pairs of which a page had the last word: those that it declared, and those that it revoked."""
    asked = (
        sa.select(QuestionPair, QuestionPairRevocation.reason)
        .outerjoin(QuestionPairRevocation, QuestionPairRevocation.question_pair_id == QuestionPair.id)
        .order_by(QuestionPair.number)
    )
    last: dict[Pair, tuple[str, str | None]] = {
        (row.kind, row.first_id, row.second_id): (row.reason, why) for row, why in rows(store, asked)
    }
    declared = {pair for pair, (reason, why) in last.items() if why is None and reason}
    return declared, {pair for pair, (_, why) in last.items() if why not in (None, BY_FILES)}


def _pair(kind: PairKind, one: Question, other: Question) -> Pair:
    first, second = sorted((one.id, other.id))
    return kind, first, second


def _tell(store: Session, act: str, one: Question, other: Question, *, by: Actor, at: datetime) -> None:
    audit.record(store, act=act, subject=one.reference, by=by, at=at, facts={"other": other.reference})


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
